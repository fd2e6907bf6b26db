-- What SQLite calls so: the values of a JSON list with their places, and the number at a path.
CREATE FUNCTION json_each(list TEXT, OUT key BIGINT, OUT value TEXT) RETURNS SETOF RECORD
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50 AS $$
    SELECT place - 1, each FROM json_array_elements_text(list::json) WITH ORDINALITY AS it (each, place)
$$;
CREATE FUNCTION json_extract(document TEXT, path TEXT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (jsonb_path_query_first(document::jsonb, path::jsonpath) #>> '{}')::bigint
$$;
