"""Translates SQL statements from SQLite to PostgreSQL.

The dialects are nearly the same. Differences are renamed here, derived from the keys of a table, or
covered by functions that `postgres_NNNN.sql` defines.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import NamedTuple


class Table(NamedTuple):
    """The columns of a table, and the columns of each key that statements give values for."""

    columns: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]


class Statement(NamedTuple):
    """A statement, and which of the given values belongs to each placeholder."""

    text: str
    places: tuple[int, ...]


NUMBERS = "SELECT CAST(value AS BIGINT) FROM json_each(?)"
"""The numbers in a JSON list, in both dialects."""

Tables = Callable[[str], Table]

_SPELLINGS = (
    (re.compile(r"\bINDEXED BY \w+"), ""),
    (re.compile(r"\bCROSS JOIN\b"), "JOIN"),
    (re.compile(r"\bjson_group_array\("), "json_agg("),
    (re.compile(r"\bjson_array\("), "json_build_array("),
    # in PostgreSQL this word means the connected user
    (re.compile(r'(?<!")\buser\b(?!")'), '"user"'),
)
_REPLACE = re.compile(r"INSERT OR REPLACE INTO (\w+) VALUES")
_UPDATE = re.compile(r"UPDATE OR IGNORE (\w+) SET (\w+) = \?")
_PLACE = re.compile(r"'(?:[^']|'')*'|\?(\d*)( IS NULL\b)?")


def translated(query: str, tables: Tables) -> Statement:
    """The statement for PostgreSQL; `tables` describes a table of the schema."""
    query = _kept_apart(query, tables)
    for spelled, ours in _SPELLINGS:
        query = spelled.sub(ours, query)
    return _numbered(query)


def _kept_apart(query: str, tables: Tables) -> str:
    """Translates what happens to a row whose key exists already."""
    if found := _REPLACE.match(query):
        table = tables(found[1])
        changes = ", ".join(f"{name} = excluded.{name}" for name in table.columns)
        return (
            f"INSERT INTO {found[1]} VALUES{query[found.end() :]}"
            f" ON CONFLICT ({', '.join(table.keys[0])}) DO UPDATE SET {changes}"
        )
    if found := _UPDATE.match(query):
        name, changed = found.groups()
        apart = "".join(
            f" AND NOT EXISTS (SELECT 1 FROM {name} AS other WHERE other.{changed} = ?1"
            + "".join(f" AND other.{each} = {name}.{each}" for each in key if each != changed)
            + ")"
            for key in tables(name).keys
            if changed in key
        )
        rest = query[found.end() :]
        numbers = count(2)
        rest = re.sub(r"\?", lambda _: f"?{next(numbers)}", rest)
        return f"UPDATE {name} SET {changed} = ?1{rest}{apart}"
    if query.startswith("INSERT OR IGNORE INTO"):
        return f"INSERT INTO{query[len('INSERT OR IGNORE INTO') :]} ON CONFLICT DO NOTHING"
    if " ON CONFLICT DO UPDATE" in query:
        name = query.split()[2]
        key = ", ".join(tables(name).keys[0])
        return query.replace(" ON CONFLICT DO UPDATE", f" ON CONFLICT ({key}) DO UPDATE")
    return query


def _numbered(query: str) -> Statement:
    """Numbers every placeholder separately, because a value may be used with two types. A `NULL`
    has no type, so it gets one where it is only tested."""
    given, numbers = count(1), count(1)
    places: list[int] = []

    def placed(found: re.Match[str]) -> str:
        if found.group().startswith("'"):
            return found.group()
        places.append(int(found[1] or next(given)) - 1)
        return f"${next(numbers)}" + (f"::text{found[2]}" if found[2] else "")

    return Statement(_PLACE.sub(placed, query), tuple(places))
