"""The file of the coverage database: opened, made, brought to the newest schema.

One transaction a batch; a killed process leaves the last committed state. Readers may work in
several threads: each thread has a connection of its own.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from shutil import disk_usage
from typing import Any, Self

from corpus.errors import HomeError
from corpus.store import fulltext as entered
from corpus.store.rows import body_digest

SCHEMA_VERSION = 9
# How long a reader or writer waits for another one before it gives up, in seconds.
BUSY_SECONDS = 30.0
_PAUSE = 0.01
# The part of an error's code that says its kind.
_PRIMARY = 0xFF
# With fewer bytes left on the disk SQLite cannot open a file, and speaks of an input or output
# error.
_LITTLE = 1 << 16

_FROM_1 = """
ALTER TABLE raw ADD COLUMN taken TEXT;
ALTER TABLE version ADD COLUMN digest TEXT NOT NULL DEFAULT '';
UPDATE version SET digest = body_digest(body);
CREATE INDEX version_digest ON version (digest);
CREATE INDEX version_url ON version (url) WHERE url IS NOT NULL;
CREATE INDEX IF NOT EXISTS version_filters ON version (language, published, outlet, via);
CREATE TABLE former (
    article TEXT NOT NULL,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    FOREIGN KEY (article, version) REFERENCES version (article, version)
);
CREATE INDEX former_version ON former (article, version);
"""

_FROM_4 = """
ALTER TABLE version ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE version ADD COLUMN entries TEXT NOT NULL DEFAULT '[]';
ALTER TABLE version ADD COLUMN flags TEXT NOT NULL DEFAULT '[]';
"""


class Database:
    """One SQLite file. Errors: `HomeError` when it cannot be opened or written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._remembered: dict[str, tuple[int, Any]] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the database at `path`, made empty where there is none."""
        database = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            version = _brought_up(database._connection)
        except (OSError, sqlite3.Error) as error:
            raise unusable(path, error) from error
        if version > SCHEMA_VERSION:
            raise HomeError(
                f"{path} was written by a newer pullquote (schema {version}); update pullquote"
            )
        return database

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connected(self._path)
            self._local.connection = connection
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside are committed together or not at all. Raises `HomeError` where the
        file cannot be written, as on a full disk."""
        connection = self._connection
        with self._writing():
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield
                connection.execute("COMMIT")
            finally:
                # on a full disk SQLite has rolled back by itself
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """What SQLite cannot write is a `HomeError`."""
        try:
            yield
        except sqlite3.OperationalError as error:
            self.close()  # the next try opens it anew, and may find more room
            raise unusable(self._path, error) from error


def connected(path: Path) -> sqlite3.Connection:
    """A connection to a database in WAL mode, where there is no room for the files that this needs
    one that only reads. Raises `sqlite3.Error`."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_BUSY:
                # SQLite does not wait by itself while another process makes the file
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
                continue
            log = path.with_name(f"{path.name}-wal")
            if not path.exists() or (log.exists() and log.stat().st_size):
                raise
            break
    # All is in the database itself, and nobody else can write to it either.
    as_it_lies = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(as_it_lies, uri=True, isolation_level=None)


def _brought_up(connection: sqlite3.Connection) -> int:
    """The schema of the file, made or brought up to `SCHEMA_VERSION` if it is older."""
    version = _version(connection)
    if version >= SCHEMA_VERSION:
        # a file cut short opens, and fails only when a table is read
        connection.execute("SELECT revision FROM coverage").fetchone()
        return version
    connection.create_function("body_digest", 1, body_digest, deterministic=True)
    connection.execute("BEGIN IMMEDIATE")
    try:
        # another process may have done it while this one waited
        version = _version(connection)
        for statement in _statements(version):
            connection.execute(statement)
        if 0 < version <= 5:
            entered.enter_all(connection)
        connection.execute(f"PRAGMA user_version = {max(version, SCHEMA_VERSION)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return max(version, SCHEMA_VERSION)


def unusable(path: Path, error: Exception) -> HomeError:
    """That the file cannot be read or written, and what to do."""
    reason: object = error
    with suppress(OSError):
        if disk_usage(path.parent).free < _LITTLE:
            reason = "the disk is full"
    return HomeError(
        f"cannot use the coverage database {path}: {reason}; "
        "check the folder's permissions and free space, or choose another --home"
    )


def _statements(version: int) -> Iterator[str]:
    """What makes the newest schema of one of this version; 0 is an empty file."""
    schema = files("corpus.store").joinpath("schema.sql").read_text(encoding="utf-8")
    lines = (line.partition("--")[0] for line in schema.splitlines())
    statements = "\n".join(lines).split(";")
    if version == 0:
        yield from statements
        yield f"INSERT INTO coverage VALUES ('{secrets.token_hex(8)}', 0)"
    elif version == 1:
        yield from _FROM_1.split(";")
        yield from (each for each in statements if " copy_" in each)
    if version in (1, 2):
        yield from (each for each in statements if " entered" in each)
    if version in (2, 3):
        yield "ALTER TABLE copy_text ADD COLUMN run BLOB"
    if version in (1, 2, 3, 4):
        yield from _FROM_4.split(";")
    if 0 < version <= 6:
        yield from (each for each in statements if " corrected " in each or " purged " in each)
    if 0 < version <= 7:
        yield "ALTER TABLE version ADD COLUMN pages TEXT NOT NULL DEFAULT '[]'"
    if 0 < version <= 8:
        new = (" version_listed ", " version_flagged ", " journal")
        yield from (each for each in statements if any(name in each for name in new))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
