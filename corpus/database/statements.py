"""Statements that SQLite and PostgreSQL both speak."""

from __future__ import annotations

NUMBERS = "SELECT CAST(value AS BIGINT) FROM json_each(?)"
"""The numbers of a JSON list."""


def upsert(table: str, keys: str, others: str) -> str:
    """Put a row in, in place of the one with the same `keys`: the names of columns, those that tell
    rows apart and the others, in the order of the values."""
    columns = [*keys.split(", "), *others.split(", ")]
    places = ", ".join("?" * len(columns))
    changes = ", ".join(f"{name} = excluded.{name}" for name in others.split(", "))
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        f" ON CONFLICT ({keys}) DO UPDATE SET {changes}"
    )
