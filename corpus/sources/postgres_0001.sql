-- The sources in PostgreSQL: the tables of schema.sql.
CREATE TABLE source (
    name TEXT COLLATE "C" PRIMARY KEY,
    url TEXT COLLATE "C" NOT NULL,
    outlet TEXT COLLATE "C",
    language TEXT COLLATE "C",
    words TEXT COLLATE "C" NOT NULL,
    configured BOOLEAN NOT NULL,
    paused BOOLEAN NOT NULL DEFAULT FALSE,
    listing TEXT COLLATE "C",
    etag TEXT COLLATE "C",
    modified TEXT COLLATE "C",
    polled DOUBLE PRECISION,
    next DOUBLE PRECISION NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    problem TEXT COLLATE "C",
    older INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE item (
    source TEXT COLLATE "C" NOT NULL REFERENCES source (name) ON DELETE CASCADE,
    url TEXT COLLATE "C" NOT NULL,
    headline TEXT COLLATE "C",
    day TEXT COLLATE "C",
    evidence TEXT COLLATE "C",
    stamp TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    article TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    etag TEXT COLLATE "C",
    modified TEXT COLLATE "C",
    next DOUBLE PRECISION,
    tries INTEGER NOT NULL DEFAULT 0,
    checks INTEGER NOT NULL DEFAULT 0,
    gone DOUBLE PRECISION,
    PRIMARY KEY (source, url)
);
CREATE INDEX item_next ON item (next) WHERE next IS NOT NULL;
