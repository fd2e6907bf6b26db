-- What SQLite calls so: the values of a JSON list with their places, the number at a path, and the
-- smaller and the larger of two.
CREATE FUNCTION json_each(list TEXT, OUT key BIGINT, OUT value TEXT) RETURNS SETOF RECORD
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50 AS $$
    SELECT place - 1, each FROM json_array_elements_text(list::json) 
    WITH ORDINALITY AS it (each, place)
$$;
CREATE FUNCTION json_extract(document TEXT, path TEXT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (jsonb_path_query_first(document::jsonb, path::jsonpath) #>> '{}')::bigint
$$;
CREATE FUNCTION min(one BIGINT, other BIGINT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT least(one, other) $$;
CREATE FUNCTION max(one BIGINT, other BIGINT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT greatest(one, other) $$;
CREATE FUNCTION iif(said BOOLEAN, one BIGINT, other BIGINT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE WHEN said THEN one ELSE other END $$;
