"""Moves the parts of a store from one place to another, byte for byte.

The copy is made under another name, a file or schema called `…moving`, which is renamed once it is
complete and has been compared. An interrupted move continues where it stopped, or starts again if
the source has changed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.resources import files
from itertools import islice
from typing import Any, NamedTuple

from corpus.database import sqlite
from corpus.database.opening import Connection, Database
from corpus.database.postgres import Postgres
from corpus.errors import HomeError

Step = Callable[[int, int], None]

_TABLE = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)
# Derived from the rest and stored differently by each database, so it is built again.
_DERIVED = frozenset({"entered"})
# Rows in one transaction.
BATCH = 500


class _Table(NamedTuple):
    """A table on both sides: the columns common to both, the columns that order its rows, and which
    of its columns are booleans in PostgreSQL."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    flags: frozenset[int]


def copy(part: type[Database], source: Connection, target: Connection, step: Step) -> None:
    """Copy the rows of one part to `target`, whose tables exist. Raises `HomeError` if the two
    differ afterwards, because the source has changed meanwhile."""
    tables = _tables(part, source if isinstance(source, Postgres) else target)
    total = sum(_count(source, table) for table in tables)
    meter = _Meter(step, total)
    if not all(_continued(source, target, table, meter) for table in tables):
        for table in reversed(tables):
            target.execute(f"DELETE FROM {table.name}")
        meter.done = 0
        for table in tables:
            _fill(_rows(source, table), target, table, meter)
    for table in tables:
        with closing(_rows(source, table)) as one, closing(_rows(target, table)) as other:
            if _differ(one, other):
                raise HomeError(
                    f"the table {table.name} has changed while it was moved; stop what writes to"
                    " it, then run this again"
                )
    for table in tables:
        _go_on_counting(source, target, table)


class _Meter:
    def __init__(self, step: Step, total: int) -> None:
        self._step = step
        self._total = total
        self.done = 0

    def add(self, rows: int) -> None:
        self.done += rows
        self._step(self.done, self._total)


def _continued(source: Connection, target: Connection, table: _Table, meter: _Meter) -> bool:
    """Whether the target is a beginning of the source; if so, only the rest is added."""
    with closing(_rows(source, table)) as rows:
        with closing(_rows(target, table)) as there:
            for held in there:
                if next(rows, None) != held:
                    return False
                meter.add(1)
        _fill(rows, target, table, meter)
    return True


def _fill(rows: Iterator[Any], target: Connection, table: _Table, meter: _Meter) -> None:
    names = ", ".join(f'"{column}"' for column in table.columns)
    places = ", ".join("?" * len(table.columns))
    while batch := list(islice(rows, BATCH)):
        if isinstance(target, Postgres):
            batch = [_with_flags(row, table.flags) for row in batch]
        with _together(target):
            target.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", batch)
        meter.add(len(batch))


def _with_flags(row: Sequence[Any], flags: frozenset[int]) -> tuple[Any, ...]:
    return tuple(
        bool(value) if at in flags and value is not None else value for at, value in enumerate(row)
    )


@contextmanager
def _together(target: Connection) -> Iterator[None]:
    with target.transaction() if isinstance(target, Postgres) else sqlite.committed(target):
        yield


def _differ(one: Iterator[Any], other: Iterator[Any]) -> bool:
    return any(first != next(other, None) for first in one) or next(other, None) is not None


def _rows(connection: Connection, table: _Table) -> Generator[Any, None, None]:
    """All rows ordered by key, as SQLite returns them."""
    query = (
        f"SELECT {', '.join(chr(34) + name + chr(34) for name in table.columns)}"
        f" FROM {table.name} ORDER BY {', '.join(chr(34) + name + chr(34) for name in table.keys)}"
    )
    if not isinstance(connection, Postgres):
        yield from connection.execute(query)
        return
    for row in connection.stream(query):
        yield tuple(int(value) if isinstance(value, bool) else value for value in row)


def _count(connection: Connection, table: _Table) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0])


def _tables(part: type[Database], one: Connection) -> list[_Table]:
    with closing(sqlite3.connect(":memory:")) as empty:
        sqlite.run(empty, sqlite.statements(part.part.package))
        return [_table(empty, one, name) for name in names(part)]


def names(part: type[Database]) -> list[str]:
    """The tables of a part that are moved, referenced tables first."""
    schema = files(part.part.package).joinpath("schema.sql").read_text(encoding="utf-8")
    return [name for name in _TABLE.findall(schema) if name not in _DERIVED]


def _table(empty: sqlite3.Connection, one: Connection, name: str) -> _Table:
    info = empty.execute(f"PRAGMA table_info({name})").fetchall()
    columns = [column for _, column, *_ in info]
    keys = [column for _, column, *_, place in sorted(info, key=lambda row: row[-1]) if place]
    if not keys:
        keys = ["rowid"]
        # irrelevant for a table with one row
        columns = [*columns, "rowid"] if _has_rowid(one, name) else columns
        keys = keys if "rowid" in columns else columns
    flags = _flags(one, name) if isinstance(one, Postgres) else frozenset()
    return _Table(
        name,
        tuple(columns),
        tuple(keys),
        frozenset(at for at, column in enumerate(columns) if column in flags),
    )


def _has_rowid(one: Connection, name: str) -> bool:
    if not isinstance(one, Postgres):
        return True
    return bool(
        one.execute(
            "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(?) AND attname = 'rowid'",
            [name],
        ).fetchone()
    )


def _flags(one: Postgres, name: str) -> frozenset[str]:
    rows = one.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?)"
        " AND atttypid = 'boolean'::regtype",
        [name],
    )
    return frozenset(column for (column,) in rows)


def _go_on_counting(source: Connection, target: Connection, table: _Table) -> None:
    """Make sure that a number used once is never used again, even if its row is gone."""
    column = next((each for each in ("id", "number", "rowid") if each in table.keys), None)
    if column is None or len(table.keys) > 1:
        return
    last = _last(source, table.name, column)
    if isinstance(target, Postgres):
        sequence = _sequence(target, table.name, column)
        if sequence and last:
            target.execute("SELECT setval(?, ?)", [sequence, last])
    elif last and _counts(target, table.name):
        target.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", [last, table.name])


def _last(source: Connection, table: str, column: str) -> int:
    """The last number used in a table."""
    if isinstance(source, Postgres):
        sequence = _sequence(source, table, column)
        if sequence is None:
            return 0
        last, given = source.execute(f"SELECT last_value, is_called FROM {sequence}").fetchone()
        return int(last) if given else 0
    if _counts(source, table):
        row = source.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
    else:
        row = source.execute(f"SELECT max({column}) FROM {table}").fetchone()
    return int(row[0] or 0) if row and not isinstance(row[0], str) else 0


def _sequence(store: Postgres, table: str, column: str) -> str | None:
    row = store.execute("SELECT pg_get_serial_sequence(?, ?)", [table, column]).fetchone()
    return row[0] if row else None


def _counts(connection: Connection, table: str) -> bool:
    (definition,) = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE name = ?", [table]
    ).fetchone()
    return "AUTOINCREMENT" in definition
