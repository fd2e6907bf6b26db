-- The coverage database, version 1. Positions are code points; lists of positions are JSON.
CREATE TABLE coverage (
    id TEXT NOT NULL,            -- random, made once: an index built from other coverage is refused
    revision INTEGER NOT NULL    -- grows with every change of what can be quoted
);
CREATE TABLE raw (
    digest TEXT PRIMARY KEY,     -- of the text and of what was given with it
    text BLOB NOT NULL,          -- zlib
    markup INTEGER NOT NULL,
    given TEXT NOT NULL
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
    version TEXT NOT NULL,
    raw TEXT NOT NULL REFERENCES raw (digest),
    number INTEGER NOT NULL,     -- 1 is the first taken
    path TEXT NOT NULL,
    outlet TEXT, via TEXT, agency TEXT, byline TEXT, headline TEXT, standfirst TEXT, url TEXT,
    published TEXT,              -- as Source.published says, for filters
    language TEXT NOT NULL,
    body TEXT NOT NULL,
    sentences TEXT NOT NULL,     -- [[start, end, heading], ...]
    cuts TEXT NOT NULL,
    PRIMARY KEY (article, version)
) WITHOUT ROWID;
CREATE INDEX version_raw ON version (raw);
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
