"""The tables of the chats: `schema.sql` for SQLite, `postgres_NNNN.sql` for PostgreSQL."""

from __future__ import annotations

import sqlite3

from corpus.database import Database as AnyDatabase
from corpus.database import Part
from corpus.database.sqlite import statements

FILE = "chats.sqlite"
SCHEMA_VERSION = 4


# Columns that a table from before version 4 may lack, and their values for its rows.
_ADDED = {
    "followed": {"event": "''"},
    "quoted": {"event": "''"},
    "watched": {"event": "''"},
    "alert": {"clear": "1"},
}


def _change(connection: sqlite3.Connection, version: int) -> None:
    """Create missing tables and indices, and rebuild tables that lack columns."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    for statement in statements("bot.state"):
        name = statement.split()[2]
        if name not in there:
            connection.execute(statement)
        elif missing := _missing(connection, name):
            _make_anew(connection, name, statement, missing)


def _missing(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    held = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    added = _ADDED.get(table, {})
    return {column: value for column, value in added.items() if column not in held}


def _make_anew(
    connection: sqlite3.Connection, table: str, statement: str, missing: dict[str, str]
) -> None:
    """Rebuild a table by its statement, with its rows; `missing` are the new columns and their
    values."""
    held = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    connection.execute(statement)
    connection.execute(
        f"INSERT INTO {table} ({', '.join([*held, *missing])})"
        f" SELECT {', '.join([*held, *missing.values()])} FROM {table}_before"
    )
    connection.execute(f"DROP TABLE {table}_before")


class Database(AnyDatabase):
    """The tables of the chats."""

    part = Part(
        name="chats",
        package="bot.state",
        shown="the chats database",
        version=SCHEMA_VERSION,
        change=_change,
        # deleted data is overwritten, not only unlinked
        alone=False,
        pragmas=("synchronous = NORMAL", "secure_delete = ON"),
        # other processes mostly read this file, and in WAL mode nobody waits for readers
        seconds=5.0,
    )
