"""Reads from a replica as long as it keeps up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from corpus.database import postgres
from corpus.database.pooled import Postgres, Rows, reads
from corpus.errors import HomeError

Answer = TypeVar("Answer")

LOOK_SECONDS = 1.0
"""How often the replica is checked. It is not used if it lacks what the store had at the previous
check, so what is read from it is at most twice this old."""

# After a write by this process it is checked more often, until it has that write.
_SHORT_SECONDS = 0.05

_AT = "SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS BIGINT)"
_REPLAYED = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN CAST(pg_last_wal_replay_lsn() - '0/0' AS BIGINT) END"
)


class Replica:
    """A PostgreSQL replica of a store, judged by its own position in the write-ahead log."""

    def __init__(self, store: Postgres, uri: str) -> None:
        self._store = store
        self._uri = uri
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._before = 0
        self._written = 0
        self._wrote = False
        self._current = False

    def rows(self, query: str, values: Sequence[object]) -> Rows | None:
        """The rows of a query; `None` if the replica lags or is out of reach."""
        return self._answered(lambda replica: replica.execute(query, values))

    def fetched(
        self,
        asked: Sequence[tuple[str, Sequence[object]]],
        settings: Mapping[str, object] | None,
    ) -> list[list[Any]] | None:
        """As `rows`, for `Postgres.fetch_each`."""
        return self._answered(lambda replica: replica.fetch_each(asked, settings))

    def _answered(self, ask: Callable[[Postgres], Answer]) -> Answer | None:
        if not self._is_current():
            return None
        try:
            return ask(self._connected())
        except HomeError:
            self._current = False
            return None

    def wrote(self) -> None:
        """Note that this process has changed the store and wants to read its own writes."""
        self._wrote = True

    def behind(self) -> int | None:
        """How many bytes of the log the server still has to replay; `None` if it is not a replica.
        Raises `HomeError` if it cannot be reached."""
        (replayed,) = self._connected().execute(_REPLAYED).fetchone()
        return None if replayed is None else max(self._position() - replayed, 0)

    def _connected(self) -> Postgres:
        return postgres.connected(self._uri, self._store.schema)

    def _is_current(self) -> bool:
        with self._lock:
            if self._wrote:
                self._wrote = self._current = False
                self._written = self._position()
            pause = LOOK_SECONDS if self._current or not self._written else _SHORT_SECONDS
            if time.monotonic() - self._looked >= pause:
                self._current = self._look()
                self._looked = time.monotonic()
            return self._current

    def _look(self) -> bool:
        """Whether the replica has what this process wrote, and what the store had at the previous
        check."""
        before, self._before = self._before, self._position()
        try:
            (replayed,) = self._connected().execute(_REPLAYED).fetchone()
        except HomeError:
            return False
        if replayed is None or replayed < max(self._written, before or self._before):
            return False
        self._written = 0
        return True

    def _position(self) -> int:
        (at,) = self._store.execute(_AT).fetchone()
        return int(at)


class Replicated(Postgres):
    """A store that is read from a replica and written to the primary."""

    def __init__(self, store: Postgres, uri: str) -> None:
        super().__init__(store._pool, store.schema, store._uri)
        self._replica = Replica(store, uri)

    def execute(self, query: str, values: Sequence[object] = ()) -> Rows:
        """As `Postgres.execute`."""
        if self.in_transaction:
            return super().execute(query, values)
        if not reads(query):
            try:
                return super().execute(query, values)
            finally:
                self._replica.wrote()
        return self._replica.rows(query, values) or super().execute(query, values)

    def fetch_each(
        self,
        asked: Sequence[tuple[str, Sequence[object]]],
        settings: Mapping[str, object] | None = None,
    ) -> list[list[Any]]:
        """As `Postgres.fetch_each`."""
        found = None
        if not self.in_transaction and all(reads(query) for query, _ in asked):
            found = self._replica.fetched(asked, settings)
        return found or super().fetch_each(asked, settings)

    @contextmanager
    def transaction(self, lock: str | None = None) -> Iterator[None]:
        """As `Postgres.transaction`."""
        try:
            with super().transaction(lock):
                yield
        finally:
            self._replica.wrote()
