CREATE TABLE passage_{n} (
    id BIGINT PRIMARY KEY,
    first BIGINT NOT NULL, last BIGINT NOT NULL, headline BIGINT NOT NULL,  -- as in Part.spans
    length INTEGER NOT NULL,             -- how many terms it has
    chance BIGINT NOT NULL,              -- the smallest are the sample
    vector halfvec({dimensions}) NOT NULL
);
CREATE INDEX passage_{n}_first ON passage_{n} (first);
CREATE INDEX passage_{n}_chance ON passage_{n} (chance);
ALTER TABLE passage_{n} ALTER vector SET STORAGE PLAIN;
CREATE TABLE sentence_{n} (
    number BIGINT PRIMARY KEY,           -- those of an article in a row
    flags BIGINT,                        -- NULL where it was not annotated
    words BYTEA NOT NULL,                -- numbers of words, uint32
    speakers BYTEA,                      -- start, end and kind of each, int32
    vector BYTEA NOT NULL                -- float16
);
ALTER TABLE sentence_{n} ALTER vector SET STORAGE EXTERNAL;
CREATE TABLE word_{n} (
    number INTEGER PRIMARY KEY,
    spelled TEXT COLLATE "C" NOT NULL UNIQUE,
    stem BIGINT NOT NULL, script SMALLINT NOT NULL,
    terms BYTEA NOT NULL,                -- hashes, uint64
    vector BYTEA NOT NULL                -- float16
);
CREATE INDEX word_{n}_stem ON word_{n} (stem);
ALTER TABLE word_{n} ALTER vector SET STORAGE EXTERNAL;
CREATE TABLE name_key_{n} (
    key BIGINT NOT NULL, word INTEGER NOT NULL, script SMALLINT NOT NULL, PRIMARY KEY (key, word)
);
CREATE TABLE script_{n} (script SMALLINT PRIMARY KEY, words BIGINT NOT NULL);
CREATE TABLE segment_{n} (
    number INTEGER PRIMARY KEY, passages BIGINT NOT NULL, length DOUBLE PRECISION NOT NULL
);
-- of each term the passages of a segment that carry it, how many they are and as postings.py says
CREATE TABLE posting_{n} (
    term BIGINT NOT NULL, segment INTEGER NOT NULL, passages INTEGER NOT NULL, held BYTEA NOT NULL,
    PRIMARY KEY (term, segment)
);
ALTER TABLE posting_{n} ALTER held SET STORAGE EXTERNAL;
-- passages that are indexed and are no longer in the coverage, until they are taken out
CREATE TABLE gone_{n} (id BIGINT PRIMARY KEY, length DOUBLE PRECISION NOT NULL);
