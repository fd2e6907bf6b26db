"""The file of the chats database: opened, made, brought to the newest schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

from corpus.errors import HomeError

FILE = "chats.sqlite"
SCHEMA_VERSION = 4

# The other processes that open the file mostly read it, which in WAL mode nobody waits for.
_BUSY_SECONDS = 5.0
# What each version of the schema brought, but for the newest.
_BROUGHT = {
    1: ("taken", "taken_open", "answer", "moved"),
    2: ("chat_setting", "user_setting", "asked", "feedback", "pinned", "turned_away"),
    3: ("channel",),
}


class Database:
    """One SQLite file, used by one thread. Errors: `HomeError` when it cannot be opened."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the database at `path`, made empty where there is none."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            # what is forgotten is overwritten, not only unlinked
            connection.execute("PRAGMA secure_delete = ON")
            version = _brought_up(connection)
        except (OSError, sqlite3.Error) as error:
            raise HomeError(
                f"cannot use the chats database {path}: {error}; "
                "check the folder's permissions and free space, or choose another --home"
            ) from error
        if version > SCHEMA_VERSION:
            connection.close()
            raise HomeError(
                f"{path} was written by a newer pullquote (schema {version}); update pullquote"
            )
        return cls(connection)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _committed(self._connection):
            yield


@contextmanager
def _committed(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # on a full disk SQLite has rolled back by itself
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _brought_up(connection: sqlite3.Connection) -> int:
    """The schema of the file, made or brought up to `SCHEMA_VERSION` if it is older."""
    version = _version(connection)
    if version >= SCHEMA_VERSION:
        return version
    with _committed(connection):
        # another process may have done it while this one waited
        version = _version(connection)
        for statement in _statements(version):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {max(version, SCHEMA_VERSION)}")
    return max(version, SCHEMA_VERSION)


def _statements(version: int) -> Iterator[str]:
    """What makes the newest schema of one of this version; 0 is an empty file."""
    schema = files("bot.state").joinpath("schema.sql").read_text(encoding="utf-8")
    lines = (line.partition("--")[0] for line in schema.splitlines())
    statements = [each.strip() for each in "\n".join(lines).split(";") if each.strip()]
    if version < SCHEMA_VERSION:
        there = {name for since, names in _BROUGHT.items() if since <= version for name in names}
        yield from (each for each in statements if each.split()[2] not in there)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
