"""Opens a part of the store (coverage, sources or chats) in SQLite or PostgreSQL."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode

from corpus.database import postgres, sqlite
from corpus.database.postgres import Postgres
from corpus.errors import HomeError

Connection: TypeAlias = sqlite3.Connection | Postgres

Place: TypeAlias = Path | str
"""An SQLite file, or the URI of a PostgreSQL database in libpq's form."""

_SEARCH_PATH = re.compile(r"-c\s*search_path=\S*")

FAULTS = (sqlite3.Error, HomeError)
"""Errors of a store that is full, locked or out of reach."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the store: the `package` with its tables, its name for users, the `version` of its
    SQLite schema and the function that migrates older ones, the `pragmas` of a connection, a
    `probe` that fails on a truncated file, whether its transactions run one at a time (`alone`) in
    PostgreSQL too, and how many `seconds` to wait for another writer."""

    name: str
    package: str
    shown: str
    version: int
    change: Callable[[sqlite3.Connection, int], None]
    pragmas: tuple[str, ...] = ()
    probe: str | None = None
    alone: bool = True
    seconds: float = sqlite.BUSY_SECONDS


class Database:
    """One part of a store. Several threads may read; in SQLite each has its own connection. Errors:
    `HomeError` if it cannot be opened or written."""

    part: ClassVar[Part]

    def __init__(self, place: Path | Postgres) -> None:
        self._place = place
        self._local = threading.local()
        self._remembered: dict[str, tuple[int, Any]] = {}

    @classmethod
    def open(cls, place: Place | Postgres) -> Self:
        """Open the part at `place`; an empty one is created if there is none."""
        if isinstance(place, Path):
            return cls._open_file(place)
        store = place if isinstance(place, Postgres) else postgres.connected(place)
        postgres.brought_up(store, "functions", "corpus.database")
        postgres.brought_up(store, cls.part.name, cls.part.package)
        return cls(store)

    @classmethod
    def _open_file(cls, path: Path) -> Self:
        database, part = cls(path), cls.part
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            sqlite.closed_to_others(path)
            connection = database._file()
            version = sqlite.brought_up(connection, part.version, part.change)
            if part.probe and version <= part.version:
                connection.execute(part.probe).fetchone()
        except (OSError, sqlite3.Error) as error:
            raise sqlite.unusable(path, part.shown, error) from error
        if version > part.version:
            database.close()
            raise HomeError(
                f"{path} was written by a newer pullquote (schema {version}, this one knows"
                f" {part.version}) and stays as it is: update pullquote, or restore the backup made"
                " before the update"
            )
        return database

    @property
    def store(self) -> Postgres | None:
        """The PostgreSQL schema; `None` for a file."""
        return self._place if isinstance(self._place, Postgres) else None

    @property
    def connection(self) -> Connection:
        """This thread's connection, for moving a whole store."""
        return self._connection

    @property
    def _connection(self) -> Connection:
        return self._place if isinstance(self._place, Postgres) else self._file()

    def _file(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            assert isinstance(self._place, Path)
            connection = sqlite.connected(self._place, self.part.seconds)
            self._local.connection = connection
            for pragma in self.part.pragmas:
                connection.execute(f"PRAGMA {pragma}")
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

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
    def transaction(self) -> Iterator[None]:
        """All changes inside are committed together or not at all. Raises `HomeError` if they
        cannot be written, for example on a full disk."""
        with (
            self._writing(),
            transaction(self._connection, self.part.name if self.part.alone else None),
        ):
            yield

    @contextmanager
    def _written_anew(self, tables: Sequence[str]) -> Iterator[None]:
        """Whatever is deleted inside leaves no trace in the store, not even in free pages."""
        connection = self._connection
        with self._writing():
            if isinstance(connection, Postgres):
                yield
                for table in tables:
                    connection.execute(f"VACUUM FULL {table}")
                return
            # overwritten, in case the process ends before the file is rewritten
            connection.execute("PRAGMA secure_delete = ON")
            yield
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turns write errors of SQLite into `HomeError`."""
        try:
            yield
        except sqlite3.OperationalError as error:
            self.close()  # the next try reopens it, and may find more room
            assert isinstance(self._place, Path)
            raise sqlite.unusable(self._place, self.part.shown, error) from error


def transaction(connection: Connection, lock: str | None = None) -> AbstractContextManager[None]:
    """All changes inside are committed together or not at all. There is one writer at a time: for a
    file in SQLite, for a `lock` in PostgreSQL."""
    if isinstance(connection, Postgres):
        return connection.transaction(lock)
    return sqlite.committed(connection)


def is_uri(store: str) -> bool:
    """Whether a store is in PostgreSQL."""
    return store.startswith(("postgresql://", "postgres://"))


def in_schema(store: str, schema: str) -> str:
    """The URI of another schema of the same database."""
    address, _, query = store.partition("?")
    options = f"-csearch_path={schema}"
    others = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "options":
            options = f"{_SEARCH_PATH.sub('', value).strip()} {options}".strip()
        else:
            others.append((name, value))
    return f"{address}?{urlencode([*others, ('options', options)], quote_via=quote)}"
