"""The tables of the chats: `schema.sql` for SQLite, `postgres_NNNN.sql` for PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from corpus.database import Database as AnyDatabase
from corpus.database import Part
from corpus.database.sqlite import run, statements

FILE = "chats.sqlite"
SCHEMA_VERSION = 3

# What each version of the schema brought, but for the newest.
_BROUGHT = {
    1: ("taken", "taken_open", "answer", "moved"),
    2: ("chat_setting", "user_setting", "asked", "feedback", "pinned", "turned_away"),
}


def _change(connection: sqlite3.Connection, version: int) -> None:
    run(connection, _statements(version))


def _statements(version: int) -> Iterator[str]:
    """What makes the newest schema of one of this version; 0 is an empty file."""
    if version < SCHEMA_VERSION:
        there = {name for since, names in _BROUGHT.items() if since <= version for name in names}
        yield from (each for each in statements("bot.state") if each.split()[2] not in there)


class Database(AnyDatabase):
    """The chats as tables."""

    part = Part(
        name="chats",
        package="bot.state",
        shown="the chats database",
        version=SCHEMA_VERSION,
        change=_change,
        # what is forgotten is overwritten, not only unlinked
        alone=False,
        pragmas=("synchronous = NORMAL", "secure_delete = ON"),
        # the other processes that open the file mostly read it, which in WAL mode nobody waits for
        seconds=5.0,
    )
