"""A name in the database that one process holds as long as it lives."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from corpus.errors import HomeError

if TYPE_CHECKING:
    import psycopg

    from corpus.database.pooled import Postgres


class Lease:
    """An advisory lock on a session of its own. It ends with the process, however that ends. After
    a connection error it is taken again, unless another process has it by then."""

    def __init__(self, store: Postgres, name: str) -> None:
        self._store = store
        self._name = name
        self._lock = threading.Lock()
        self._session: psycopg.Connection[Any] | None = None
        self._held = False

    def mine(self) -> bool:
        """Whether this process holds the name, or could take it now; `False` while the server is
        out of reach."""
        with self._lock:
            if self._session is not None and self._looked():
                return self._held
            try:
                self._session = self._store.session()
            except HomeError:
                return False
            return self._looked() and self._held

    def _looked(self) -> bool:
        """Whether the session still holds the lock; `False` if the session has ended, perhaps with
        the server."""
        assert self._session is not None
        try:
            self._held = self._store.has_lock(self._session, self._name, held=self._held)
        except HomeError:
            self._leave()
            return False
        return True

    def close(self) -> None:
        with self._lock:
            self._leave()

    def _leave(self) -> None:
        self._held = False
        if self._session is not None:
            self._session.close()
            self._session = None
