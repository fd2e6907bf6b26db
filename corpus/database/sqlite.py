"""SQLite: one file in WAL mode, created or migrated to the newest schema when it is opened."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from shutil import disk_usage

from corpus.errors import HomeError

# How many seconds a reader or writer waits for another before it gives up.
BUSY_SECONDS = 30.0
_PAUSE = 0.01
# The bits of an error code that give its kind.
_PRIMARY = 0xFF
# With fewer bytes free on the disk, SQLite cannot open a file and reports an I/O error.
_LITTLE = 1 << 16
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def connected(path: Path, seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection in WAL mode; a read-only one if there is no room for the files that WAL needs.
    Raises `sqlite3.Error`."""
    until = time.monotonic() + seconds
    while True:
        connection = sqlite3.connect(path, timeout=seconds, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & _PRIMARY == sqlite3.SQLITE_BUSY:
                # SQLite does not wait here while another process creates the file
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
                continue
            log = path.with_name(f"{path.name}-wal")
            if not path.exists() or (log.exists() and log.stat().st_size):
                raise
            break
    # The database file is complete, and nobody else can write to it either.
    as_it_lies = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(as_it_lies, uri=True, isolation_level=None)


def closed_to_others(path: Path) -> None:
    """Create the file if there is none, and make sure that only its owner has rights to it. Files
    that SQLite creates with it inherit its mode. Raises `OSError`."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for file in (path, *(path.with_name(f"{path.name}-{end}") for end in ("wal", "shm"))):
        with suppress(OSError):  # another user's file, or a read-only disk
            if (held := stat.S_IMODE(file.stat().st_mode)) & _OTHERS:
                file.chmod(held & ~_OTHERS)


@contextmanager
def committed(connection: sqlite3.Connection) -> Iterator[None]:
    """All changes inside are committed together or not at all."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    finally:
        # on a full disk SQLite has already rolled back
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def brought_up(
    connection: sqlite3.Connection,
    newest: int,
    change: Callable[[sqlite3.Connection, int], None],
) -> int:
    """The schema version of a file, after `change(connection, version)` if it was older than
    `newest`; 0 is an empty file."""
    version = _version(connection)
    if version >= newest:
        return version
    with committed(connection):
        # another process may have migrated it while this one waited
        version = _version(connection)
        change(connection, version)
        connection.execute(f"PRAGMA user_version = {max(version, newest)}")
    return max(version, newest)


def damage(path: Path) -> str | None:
    """The first damage that SQLite finds in the pages of a file; `None` if there is none. It reads
    the whole file. Text changed within a page is not found."""
    try:
        with closing(connected(path)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return None if found == "ok" else " ".join(str(found).split())


def statements(package: str) -> list[str]:
    """The statements in the `schema.sql` of a package."""
    schema = files(package).joinpath("schema.sql").read_text(encoding="utf-8")
    lines = (line.partition("--")[0] for line in schema.splitlines())
    return [each.strip() for each in "\n".join(lines).split(";") if each.strip()]


def run(connection: sqlite3.Connection, script: Iterable[str]) -> None:
    for statement in script:
        connection.execute(statement)


def unusable(path: Path, what: str, error: Exception) -> HomeError:
    """The error for a file that cannot be read or written, with what to do."""
    reason: object = error
    with suppress(OSError):
        if disk_usage(path.parent).free < _LITTLE:
            reason = "the disk is full"
    return HomeError(
        f"cannot use {what} {path}: {reason}; "
        "check the folder's permissions and free space, or choose another --home"
    )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
