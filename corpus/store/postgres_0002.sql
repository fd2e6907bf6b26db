-- Lists of articles: undated ones at the end of the newest first, and words by their beginnings.
DROP INDEX version_published;
CREATE INDEX version_published ON version (published NULLS FIRST);
-- A tsvector holds 1 MB: of a longer text the first 20,000 different words, of a word 12 characters.
CREATE FUNCTION lexemes(words TEXT[]) RETURNS TSVECTOR
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array(
        SELECT DISTINCT left(word, 12) FROM unnest(words) AS word ORDER BY 1 LIMIT 20000
    ))
$$;
CREATE INDEX entered_words_lexemes ON entered_words USING GIN (lexemes(words));
