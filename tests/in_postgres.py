"""With STORE=postgres in the environment, the files that tests open lie in PostgreSQL.

A database stands for each folder, and for each file under a name that the program does not know. A
test that is about files of SQLite, or about both stores, says so by the mark `files`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from bot.state import FILE as CHATS_FILE
from corpus.database import Database, postgres
from corpus.sources.book import FILE as SOURCES_FILE
from corpus.store import COVERAGE_FILE
from retrieval.engine import Engine

CHOSEN = os.environ.get("STORE") == "postgres"

_OF_A_HOME = frozenset({COVERAGE_FILE, CHATS_FILE, SOURCES_FILE})


class Stores:
    """Which database stands for a folder or a file."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._names: dict[Path, str] = {}
        self._kept: dict[Path, str] = {}
        self._numbers = count()
        self._lock = Lock()

    def uri(self, path: Path) -> str:
        """The URI of what stands for a home, or for a file of a store."""
        path = Path(os.path.realpath(path))
        key = path.parent if path.name in _OF_A_HOME else path
        with self._lock:
            if key not in self._names:
                self._names[key] = self._made("template1")
        return self._uri_of(self._names[key])

    def keep(self, home: Path) -> None:
        """Keep a home as it is now: copies of it are made of that."""
        home = Path(os.path.realpath(home))
        postgres.disconnect(self.uri(home))
        self._kept[home] = self._made(self._names[home])

    def copy(self, home: Path, target: Path) -> None:
        """Let `target` be a copy of a home, as it was when it was kept."""
        home, target = Path(os.path.realpath(home)), Path(os.path.realpath(target))
        if home not in self._kept:
            postgres.disconnect(self.uri(home))
        self._names[target] = self._made(self._kept.get(home, self._names[home]))

    @contextmanager
    def of_a_test(self) -> Iterator[None]:
        """What comes to be inside ends with it."""
        before = dict(self._names)
        yield
        for path in self._names.keys() - before.keys():
            name = self._names.pop(path)
            postgres.disconnect(self._uri_of(name))
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _made(self, template: str) -> str:
        name = f"folder{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _uri_of(self, name: str) -> str:
        return str(self._server.get_uri(name))

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())


def install(stores: Stores, patch: pytest.MonkeyPatch) -> None:
    """Let the program find databases where it looks for files."""
    opened = Engine.open.__func__  # type: ignore[attr-defined]

    def open_file(kind: type[Database], path: Path) -> Database:
        path.parent.mkdir(parents=True, exist_ok=True)
        return kind.open(stores.uri(path))

    def open_engine(
        kind: type[Engine], /, home: Path, *given: Any, store: Any = "", **more: Any
    ) -> Engine:
        engine: Engine = opened(kind, home, *given, store=store or stores.uri(home), **more)
        return engine

    patch.setattr(Database, "_open_file", classmethod(open_file))
    patch.setattr(Engine, "open", classmethod(open_engine))
