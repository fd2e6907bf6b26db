-- What is followed and what became of what it listed, version 1. Times are seconds since 1970.
CREATE TABLE source (
    name TEXT PRIMARY KEY,
    url TEXT NOT NULL,           -- of a feed, a sitemap or a site; or the path of a folder
    outlet TEXT,
    language TEXT,
    words TEXT NOT NULL,         -- a JSON list
    configured INTEGER NOT NULL, -- stands in the settings, not added by command
    paused INTEGER NOT NULL DEFAULT 0,
    listing TEXT,                -- the feed or sitemap that a site names
    etag TEXT,
    modified TEXT,
    polled REAL,                 -- answered last
    next REAL NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    older INTEGER NOT NULL DEFAULT 0  -- entries that the listing has beyond those that are followed
) WITHOUT ROWID;
CREATE TABLE item (
    source TEXT NOT NULL REFERENCES source (name) ON DELETE CASCADE,
    url TEXT NOT NULL,
    headline TEXT,
    day TEXT,                    -- of publication, as listed
    evidence TEXT,
    stamp TEXT NOT NULL,         -- of all that the listing says of it
    state TEXT NOT NULL,         -- waiting, taken, passed over, refused, withdrawn
    article TEXT,
    reason TEXT,
    etag TEXT,
    modified TEXT,
    next REAL,                   -- when it is fetched; NULL for never
    tries INTEGER NOT NULL DEFAULT 0,   -- that failed in a row
    checks INTEGER NOT NULL DEFAULT 0,  -- of a page that was taken and had not changed
    gone REAL,                   -- since when the page is not there
    PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE INDEX item_next ON item (next) WHERE next IS NOT NULL;
