-- The indexes in a store, one of which is served; a change of the model makes a second one beside.
CREATE TABLE search_index (
    number INTEGER PRIMARY KEY,  -- its tables are called passage_NUMBER and so on
    model TEXT NOT NULL,
    digest TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    aligner TEXT NOT NULL,       -- the digest of the model of words
    coverage TEXT NOT NULL,
    revision BIGINT NOT NULL,    -- of the coverage that it is up to date with
    version BIGINT NOT NULL,     -- grows with every change of what is indexed
    newest BIGINT NOT NULL,      -- the largest id of a passage
    sentences BIGINT NOT NULL,   -- the next number of a sentence
    words INTEGER NOT NULL,      -- the next number of a word
    served BOOLEAN NOT NULL
);
