-- The coverage database, version 9. Positions are code points; lists of positions are JSON.
CREATE TABLE coverage (
    id TEXT NOT NULL,            -- random, made once: an index built from other coverage is refused
    revision INTEGER NOT NULL    -- grows with every change of what can be quoted
);
CREATE TABLE raw (
    digest TEXT PRIMARY KEY,     -- of the text and of what was given with it
    text BLOB NOT NULL,          -- zlib
    markup INTEGER NOT NULL,
    given TEXT NOT NULL,
    taken TEXT                   -- the day; NULL where it was taken under version 1
) WITHOUT ROWID;
CREATE TABLE article (
    id TEXT PRIMARY KEY,
    place TEXT,                  -- the file it was read from, absolute; NULL for standard input
    version TEXT NOT NULL,       -- the newest
    removed INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX article_place ON article (place);
CREATE TABLE version (
    article TEXT NOT NULL REFERENCES article (id) DEFERRABLE INITIALLY DEFERRED,
    version TEXT NOT NULL,       -- of the text as first taken; it stays when rules clean it better
    raw TEXT NOT NULL REFERENCES raw (digest),
    number INTEGER NOT NULL,     -- 1 is the first taken
    path TEXT NOT NULL,
    outlet TEXT, via TEXT, agency TEXT, byline TEXT, headline TEXT, standfirst TEXT, url TEXT,
    published TEXT,              -- as Source.published says, for filters
    language TEXT NOT NULL,
    body TEXT NOT NULL,          -- the body, then the other parts
    sentences TEXT NOT NULL,     -- [[start, end, heading], ...], then start and end of the lead
    cuts TEXT NOT NULL,
    parts TEXT NOT NULL DEFAULT '[]',    -- [[kind, start, end], ...]
    entries TEXT NOT NULL DEFAULT '[]',  -- of a live blog: [[start, day], ...]
    flags TEXT NOT NULL DEFAULT '[]',
    pages TEXT NOT NULL DEFAULT '[]',    -- of a document: [[start, number], ...]
    digest TEXT NOT NULL,        -- of the body: the same text elsewhere has the same
    PRIMARY KEY (article, version)
) WITHOUT ROWID;
CREATE INDEX version_raw ON version (raw);
CREATE INDEX version_digest ON version (digest);
CREATE INDEX version_url ON version (url) WHERE url IS NOT NULL;
-- what filters and counts ask for, read without the bodies beside it
CREATE INDEX version_filters ON version (language, published, outlet, via);
-- what lists of articles are filtered and sorted by
CREATE INDEX version_listed ON version (published, outlet, agency, headline, language, via);
CREATE INDEX version_flagged ON version (article, version) WHERE flags != '[]';
CREATE TABLE former (            -- bodies of a version under the rules before: quotes were taken of them
    article TEXT NOT NULL,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    FOREIGN KEY (article, version) REFERENCES version (article, version)
);
CREATE INDEX former_version ON former (article, version);
-- By their words: every body there ever was, of all versions and of `former`.
CREATE TABLE entered (
    number INTEGER PRIMARY KEY,
    article TEXT NOT NULL,
    version TEXT NOT NULL
);
CREATE VIRTUAL TABLE entered_words USING fts5 (
    words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0'
);
CREATE TABLE source_date (
    article TEXT NOT NULL,
    version TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    evidence TEXT NOT NULL,
    FOREIGN KEY (article, version) REFERENCES version (article, version)
);
CREATE INDEX source_date_version ON source_date (article, version);
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article TEXT NOT NULL,
    version TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    FOREIGN KEY (article, version) REFERENCES version (article, version)
);
CREATE INDEX passage_version ON passage (article, version);
CREATE TABLE corrected (         -- what an editor said of an article by hand: it wins over all else
    article TEXT NOT NULL REFERENCES article (id),
    name TEXT NOT NULL,          -- outlet, url, headline or published
    value TEXT NOT NULL,
    day TEXT NOT NULL,           -- on which it was said
    PRIMARY KEY (article, name)
) WITHOUT ROWID;
CREATE TABLE purged (            -- articles taken out for good: nothing else is kept of them
    article TEXT PRIMARY KEY,
    day TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE journal (           -- who changed what, and when
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,            -- UTC, to the second
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    article TEXT,                -- NULL where it was done to a source
    source TEXT,
    said TEXT NOT NULL           -- of a correction: [[name, before, after], ...]
);
CREATE INDEX journal_article ON journal (article, number) WHERE article IS NOT NULL;
-- Which texts are made of which. All of it follows from the newest bodies and can be made anew.
CREATE TABLE copy_rules (
    rules INTEGER NOT NULL       -- by which all of this was made
);
CREATE TABLE copy_text (
    number INTEGER PRIMARY KEY,
    article TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,        -- of the body that was read
    words INTEGER NOT NULL,
    prints BLOB NOT NULL,        -- its fingerprints, 64-bit numbers in ascending order
    run BLOB                     -- its words, once it was linked: who carries a quote is asked often
);
CREATE TABLE copy_print (
    print INTEGER NOT NULL,
    text INTEGER NOT NULL,
    PRIMARY KEY (print, text)
) WITHOUT ROWID;
CREATE TABLE copy_link (
    one INTEGER NOT NULL,        -- the text whose article's id sorts first
    other INTEGER NOT NULL,
    equal INTEGER NOT NULL,      -- words
    stretches TEXT NOT NULL,     -- [[start, end, other's start, other's end, equal words], ...]
    PRIMARY KEY (one, other)
) WITHOUT ROWID;
CREATE INDEX copy_link_other ON copy_link (other);
-- the texts that are still the newest body of an article
CREATE VIEW copy_current AS
SELECT copy_text.* FROM copy_text JOIN article ON article.id = copy_text.article
WHERE NOT removed AND EXISTS (
    SELECT 1 FROM version INDEXED BY version_digest WHERE version.digest = copy_text.digest
    AND version.article = article.id AND version.version = article.version);
