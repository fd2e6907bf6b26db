"""The tables of the coverage: `schema.sql` for SQLite, `postgres_NNNN.sql` for PostgreSQL.

Each batch is one transaction, so a killed process leaves the last committed state.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator

from corpus.database import Database as AnyDatabase
from corpus.database import Part
from corpus.database.sqlite import run, statements
from corpus.store import fulltext as entered
from corpus.store.rows import body_digest

COVERAGE_FILE = "coverage.sqlite"
"""The coverage database in a home."""

SCHEMA_VERSION = 9

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


def _change(connection: sqlite3.Connection, version: int) -> None:
    """Migrate a schema of this version to the newest one."""
    connection.create_function("body_digest", 1, body_digest, deterministic=True)
    run(connection, _statements(version))
    if 0 < version <= 5:
        entered.enter_all(connection)


def _statements(version: int) -> Iterator[str]:
    newest = statements("corpus.store")
    if version == 0:
        yield from newest
        yield f"INSERT INTO coverage VALUES ('{secrets.token_hex(8)}', 0)"
    elif version == 1:
        yield from _FROM_1.split(";")
        yield from (each for each in newest if " copy_" in each)
    if version in (1, 2):
        yield from (each for each in newest if " entered" in each)
    if version in (2, 3):
        yield "ALTER TABLE copy_text ADD COLUMN run BLOB"
    if version in (1, 2, 3, 4):
        yield from _FROM_4.split(";")
    if 0 < version <= 6:
        yield from (each for each in newest if " corrected " in each or " purged " in each)
    if 0 < version <= 7:
        yield "ALTER TABLE version ADD COLUMN pages TEXT NOT NULL DEFAULT '[]'"
    if 0 < version <= 8:
        new = (" version_listed ", " version_flagged ", " journal")
        yield from (each for each in newest if any(name in each for name in new))


class Database(AnyDatabase):
    """The tables of the coverage."""

    part = Part(
        name="coverage",
        package="corpus.store",
        shown="the coverage database",
        version=SCHEMA_VERSION,
        change=_change,
        pragmas=("synchronous = NORMAL", "foreign_keys = ON"),
        # a truncated file opens, and fails only when a table is read
        probe="SELECT revision FROM coverage",
    )
