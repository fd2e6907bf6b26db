"""A schema of PostgreSQL behind a pool of connections; it accepts the SQL written for SQLite.

Connection errors become `HomeError`. A query that only reads is tried once more, because a
restarted server closes every connection of the pool.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from corpus.database.dialect import Statement, Table, translated
from corpus.errors import HomeError

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import ConnectionPool

# How many seconds to wait for a connection of the pool.
WAIT_SECONDS = 10.0
_READS = re.compile(r"\s*(SELECT|SHOW)\b", re.IGNORECASE)
# Statements are constants of the program, apart from the number of placeholders in some.
_MOST_STATEMENTS = 2_000
# Rows fetched at a time where there may be many.
_AT_ONCE = 500
_COLUMNS = b"""
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
# The keys of a table, the primary key first, without numbers that the database assigns.
_KEYS = b"""
SELECT array_agg(attname::text ORDER BY place)
FROM pg_index CROSS JOIN LATERAL unnest(indkey) WITH ORDINALITY AS it (number, place)
JOIN pg_attribute ON attrelid = indrelid AND attnum = it.number
WHERE indrelid = to_regclass($1) AND indisunique
GROUP BY indexrelid, indisprimary HAVING bool_and(attidentity = '') ORDER BY indisprimary DESC
"""


class Rows:
    """The complete result of a statement."""

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = iter(rows)
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)


class Postgres:
    """One schema. Statements commit one by one, or together inside `transaction()`. Several threads
    may use it, each in its own transaction."""

    def __init__(self, pool: ConnectionPool[Any], schema: str, uri: str) -> None:
        self._pool = pool
        self._uri = uri
        self._local = threading.local()
        self._statements: dict[str, Statement] = {}
        self._tables: dict[str, Table] = {}
        self.schema = schema
        self.shown = shown(uri)

    def execute(self, query: str, values: Sequence[object] = ()) -> Rows:
        """Run one statement, with a value for each placeholder. Raises `HomeError` if the server
        cannot be reached or ends the connection."""
        tries = 2 if reads(query) and not self.in_transaction else 1
        done: Rows = self._tried(lambda one: self._run(one, query, values), tries)
        return done

    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of these rows of values, all of them or none."""
        several = list(rows)
        if not several:
            return
        if self.in_transaction:
            self._tried(lambda one: self._run_each(one, query, several))
            return
        with self.transaction():
            self._tried(lambda one: self._run_each(one, query, several))

    def run_script(self, script: str) -> None:
        """Run statements in PostgreSQL's own dialect."""

        def run(one: psycopg.Connection[Any]) -> Rows:
            one.execute(script.encode())
            return Rows([], 0)

        self._tried(run)

    def fetch(
        self,
        query: str,
        values: Sequence[object] = (),
        settings: Mapping[str, object] | None = None,
    ) -> list[Any]:
        """The rows of a query in PostgreSQL's own dialect, with numbers and bytes in binary form;
        `settings` of the server apply to this statement alone. Raises `HomeError`."""
        return self.fetch_each([(query, values)], settings)[0]

    def fetch_each(
        self,
        asked: Sequence[tuple[str, Sequence[object]]],
        settings: Mapping[str, object] | None = None,
    ) -> list[list[Any]]:
        """The rows of several such queries, sent together. Raises `HomeError`."""
        only_reads = not self.in_transaction and all(reads(query) for query, _ in asked)
        found: list[list[Any]] = self._tried(
            lambda one: _fetched(one, asked, settings), 2 if only_reads else 1
        )
        return found

    def copy(self, table: str, types: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Copy rows into a table, by the types of its columns. For an unknown type, give bytes in
        the type's binary format. Raises `HomeError`."""
        columns, known = ", ".join(types), list(types.values())

        def put(one: psycopg.Connection[Any]) -> None:
            statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
            with one.cursor() as cursor, cursor.copy(statement.encode()) as copying:
                copying.set_types(known)
                for row in rows:
                    copying.write_row(row)

        self._tried(put)

    def stream(self, query: str) -> Iterator[Any]:
        """The rows of a query of any size, as of when it began."""
        with (
            self._errors(),
            closing(self.session()) as one,
            one.transaction(),
            one.cursor(name="rows") as cursor,
        ):
            cursor.itersize = _AT_ONCE
            yield from cursor.execute(query.encode())

    @property
    def in_transaction(self) -> bool:
        return getattr(self._local, "held", None) is not None

    @contextmanager
    def transaction(self, lock: str | None = None) -> Iterator[None]:
        """All changes inside are committed together or not at all. With a `lock`, transactions with
        this name run one at a time in the schema, and each sees one snapshot of the database."""
        key = self._key(lock) if lock else None
        with self._errors(), self._begun(key) as one:
            self._local.held = one
            try:
                yield
                one.execute("COMMIT")
            finally:
                self._local.held = None
                if not one.closed:
                    if one.info.transaction_status:
                        one.execute("ROLLBACK")
                    if key:
                        one.execute("SELECT pg_advisory_unlock($1)", [key])

    @contextmanager
    def _begun(self, key: int | None) -> Iterator[psycopg.Connection[Any]]:
        """A pooled connection in a transaction that holds this key, if one is given; if the server
        has closed the first connection, another one."""
        import psycopg

        for last in (False, True):
            if last:
                self._pool.check()
            with self._pool.connection(timeout=WAIT_SECONDS) as one:
                try:
                    if key:
                        # before the transaction begins, so that it sees what those before it
                        # committed
                        one.execute("SELECT pg_advisory_lock($1)", [key])
                    one.execute("BEGIN ISOLATION LEVEL REPEATABLE READ" if key else "BEGIN")
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    if last or not one.closed:
                        raise
                    continue
                yield one
                return

    def session(self) -> psycopg.Connection[Any]:
        """A connection outside the pool, for holding a lock as long as it lives."""
        import psycopg

        with self._errors():
            kept = psycopg.connect(
                self._uri, autocommit=True, application_name="pullquote", **alive(self._uri)
            )
            configured(kept, self.schema)
            # its locks are released soon after this machine disappears
            for name, seconds in _SERVER_ALIVE.items():
                kept.execute("SELECT set_config($1, $2, false)", [name, str(seconds)])
            return kept

    def has_lock(self, session: psycopg.Connection[Any], name: str, *, held: bool) -> bool:
        """Whether the session holds the lock with this name. It tries to take the lock unless it is
        `held` already. Raises `HomeError` if the session has ended."""
        with self._errors():
            if held:
                session.execute("SELECT 1")
                return True
            row = session.execute("SELECT pg_try_advisory_lock($1)", [self._key(name)]).fetchone()
        return bool(row and row[0])

    def is_free(self, name: str) -> bool:
        """Whether nobody holds the lock with this name; if so, this transaction holds it until its
        end."""
        (free,) = self.execute("SELECT pg_try_advisory_xact_lock(?)", [self._key(name)]).fetchone()
        return bool(free)

    def close(self) -> None:
        """Does nothing: the pool is shared by all users of the store in this process."""

    def _key(self, name: str) -> int:
        digest = sha256(f"pullquote\0{self.schema}\0{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    def _tried(self, run: Any, tries: int = 1) -> Any:
        import psycopg

        held = getattr(self._local, "held", None)
        with self._errors():
            if held is not None:
                return run(held)
            for left in reversed(range(tries)):
                try:
                    with self._pool.connection(timeout=WAIT_SECONDS) as one:
                        return run(one)
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    if not left:
                        raise
                    self._pool.check()
        raise AssertionError

    def _run(self, one: psycopg.Connection[Any], query: str, values: Sequence[object]) -> Rows:
        statement = self._statement(one, query)
        given = [values[place] for place in statement.places]
        cursor = one.execute(statement.text.encode(), given or None)
        return Rows(cursor.fetchall() if cursor.description else [], cursor.rowcount)

    def _run_each(
        self, one: psycopg.Connection[Any], query: str, rows: list[Sequence[object]]
    ) -> Rows:
        statement = self._statement(one, query)
        with one.cursor() as cursor:
            given = [[row[place] for place in statement.places] for row in rows]
            cursor.executemany(statement.text.encode(), given)
            return Rows([], cursor.rowcount)

    def _statement(self, one: psycopg.Connection[Any], query: str) -> Statement:
        known = self._statements.get(query)
        if known is None:
            known = translated(query, lambda name: self._table(one, name))
            if len(self._statements) < _MOST_STATEMENTS:
                self._statements[query] = known
        return known

    def _table(self, one: psycopg.Connection[Any], name: str) -> Table:
        if name not in self._tables:
            columns = one.execute(_COLUMNS, [name]).fetchall()
            keys = one.execute(_KEYS, [name]).fetchall()
            self._tables[name] = Table(
                tuple(column for (column,) in columns), tuple(tuple(key) for (key,) in keys)
            )
        return self._tables[name]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        import psycopg

        try:
            yield
        except psycopg.errors.InsufficientPrivilege as error:
            reason = " ".join(str(error).split())
            raise HomeError(
                f"the user of the store {self.shown} lacks a right: {reason}; ask the database's"
                " administrator, `pullquote doctor` says for what"
            ) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise unusable(self.shown, error) from error


def reads(query: str) -> bool:
    """Whether a statement only reads."""
    return _READS.match(query) is not None


def unusable(shown: str, error: Exception) -> HomeError:
    """The error for a store that cannot be reached or used, with what to do."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return HomeError(
        f"cannot use the store {shown}: {reason}; check that the server runs, the address and the"
        " rights of the user, or choose another store"
    )


def shown(uri: str) -> str:
    """A URI without its password."""
    return re.sub(r"(://[^/@:]*):[^/@]*@", r"\1:…@", uri)


# A network that accepts everything and returns nothing is noticed after about ten seconds.
_ALIVE = {"keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3}
_SERVER_ALIVE = {f"tcp_{name}": value for name, value in _ALIVE.items()}
_UNANSWERED_MILLISECONDS = 10_000


def alive(uri: str) -> dict[str, Any]:
    """Settings with which a connection notices that its server is gone, unless the URI sets them
    itself."""
    from psycopg.conninfo import conninfo_to_dict

    settings = {**_ALIVE, "tcp_user_timeout": _UNANSWERED_MILLISECONDS}
    said = conninfo_to_dict(uri)
    return {name: value for name, value in settings.items() if name not in said}


def configured(connection: psycopg.Connection[Any], schema: str) -> None:
    import psycopg
    from psycopg.types.string import StrDumper, TextLoader

    from corpus.database.integers import IntegersDumper

    connection.cursor_factory = psycopg.RawCursor
    # as in SQLite: text stays text, and JSON is read as text
    connection.adapters.register_dumper(str, StrDumper)
    connection.adapters.register_dumper("numpy.ndarray", IntegersDumper)
    for name in ("json", "jsonb"):
        connection.adapters.register_loader(name, TextLoader)
    connection.execute(f'SET search_path TO "{schema}", public')


# When a connection was last returned. One that was idle is tested before use, because the server
# may have been restarted since.
_RESTED_SECONDS = 0.5
_LAST: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


def used(connection: psycopg.Connection[Any]) -> None:
    _LAST[connection] = time.monotonic()


def check(connection: psycopg.Connection[Any]) -> None:
    if time.monotonic() - _LAST.get(connection, 0.0) > _RESTED_SECONDS:
        connection.execute("SELECT 1")


def _fetched(
    one: psycopg.Connection[Any],
    asked: Sequence[tuple[str, Sequence[object]]],
    settings: Mapping[str, object] | None,
) -> list[list[Any]]:
    if not settings and len(asked) == 1:
        ((query, values),) = asked
        return [one.execute(query.encode(), values or None, binary=True).fetchall()]
    # until the results of all have been asked for, they are one transaction
    with one.pipeline():
        for name, value in (settings or {}).items():
            one.execute("SELECT set_config($1, $2, true)", [name, str(value)])
        cursors = [
            one.execute(query.encode(), values or None, binary=True) for query, values in asked
        ]
        return [cursor.fetchall() for cursor in cursors]
