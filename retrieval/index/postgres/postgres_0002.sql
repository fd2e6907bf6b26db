-- How the tables of an index are laid out, see FORMAT in served.py.
ALTER TABLE search_index ADD COLUMN format INTEGER NOT NULL DEFAULT 1;
ALTER TABLE search_index ALTER format DROP DEFAULT;
