"""The store in PostgreSQL: opening, SQL, transactions, several processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from corpus.database import pooled, postgres
from corpus.database.dialect import Table, translated
from corpus.errors import ConfigurationError, HomeError
from corpus.store import Coverage

pytestmark = pytest.mark.files("about both stores")


def _table(name: str) -> Table:
    return Table(("bot", "chat", "receipt", "at"), (("bot", "chat", "receipt"),))


@pytest.mark.parametrize(
    ("said", "expected", "places"),
    [
        ("SELECT ?, '?', ? WHERE a = 'b?'", "SELECT $1, '?', $2 WHERE a = 'b?'", (0, 1)),
        ("SELECT ?2, ?1, ?2", "SELECT $1, $2, $3", (1, 0, 1)),
        ("SELECT 1 FROM v INDEXED BY x JOIN w ON a = b", "SELECT 1 FROM v JOIN w ON a = b", ()),
        ("SELECT user WHERE ?1 IS NULL", 'SELECT "user" WHERE $1::text IS NULL', (0,)),
        (
            "INSERT OR IGNORE INTO t VALUES (?)",
            "INSERT INTO t VALUES ($1) ON CONFLICT DO NOTHING",
            (0,),
        ),
        (
            "INSERT OR REPLACE INTO t VALUES (?, ?, ?, ?)",
            "INSERT INTO t VALUES ($1, $2, $3, $4) ON CONFLICT (bot, chat, receipt) DO UPDATE SET"
            " bot = excluded.bot, chat = excluded.chat, receipt = excluded.receipt,"
            " at = excluded.at",
            (0, 1, 2, 3),
        ),
        (
            "UPDATE OR IGNORE t SET chat = ? WHERE bot = ? AND chat = ?",
            "UPDATE t SET chat = $1 WHERE bot = $2 AND chat = $3 AND NOT EXISTS (SELECT 1 FROM t"
            " AS other WHERE other.chat = $4 AND other.bot = t.bot AND other.receipt = t.receipt)",
            (0, 1, 2, 0),
        ),
    ],
)
def test_sql_is_translated(said: str, expected: str, places: tuple[int, ...]) -> None:
    made = translated(said, _table)
    assert (" ".join(made.text.split()), made.places) == (expected, places)


def test_a_schema_is_made_once_and_opened_again(new_store: Callable[[], str]) -> None:
    one, other = new_store(), new_store()
    first = Coverage.open(one).id
    assert len(first) == 16
    assert Coverage.open(one).id == first != Coverage.open(other).id


def test_connections_notice_a_server_that_is_gone_unless_the_uri_says_otherwise(
    new_store: Callable[[], str],
) -> None:
    for said, idle, unanswered in (("", "4", "10000"), ("&keepalives_idle=60", "60", "10000")):
        store = postgres.connected(new_store() + said)
        with store.session() as session, store._pool.connection() as pooled_one:
            for each in (session, pooled_one):
                parameters = each.info.get_parameters()
                assert parameters["keepalives_idle"] == idle
                assert parameters["tcp_user_timeout"] == unanswered
    assert pooled.alive("postgresql://db/news?tcp_user_timeout=0&keepalives_count=9") == {
        "keepalives_idle": 4,
        "keepalives_interval": 2,
    }


def test_what_a_newer_pullquote_wrote_is_refused(store: str) -> None:
    coverage = Coverage.open(store)
    coverage._connection.execute("UPDATE part SET version = 9999 WHERE name = 'coverage'")
    with pytest.raises(HomeError, match="newer pullquote"):
        Coverage.open(store)


def test_several_processes_make_the_schema_at_once(store: str) -> None:
    opened: list[str] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            opened.append(Coverage.open(store).id)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    assert len(set(opened)) == 1
    assert len(opened) == 6


def test_a_transaction_is_all_or_nothing(store: str) -> None:
    coverage = Coverage.open(store)
    connection = coverage._connection

    def broken_off() -> None:
        with coverage.transaction():
            connection.execute("UPDATE coverage SET revision = 7")
            assert connection.in_transaction
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert not connection.in_transaction
    assert connection.execute("SELECT revision FROM coverage").fetchone() == (0,)


def test_what_is_no_store_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no address"):
        postgres.connected("postgresql://somebody:secret@[/x")
    with pytest.raises(HomeError, match="cannot use the store") as refused:
        postgres.connected("postgresql://somebody:secret@127.0.0.1:1/x?connect_timeout=1")
    assert "secret" not in str(refused.value)


def test_a_restarted_server_is_reached_again(
    server: Any, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pooled, "WAIT_SECONDS", 0.5)
    coverage = Coverage.open(store)
    first = coverage.id
    server.stop()
    with pytest.raises(HomeError):
        assert coverage.revision
    server.ensure_postgres_running()
    assert coverage.id == first


@pytest.mark.parametrize("kind", [np.int32, np.int64])
@pytest.mark.parametrize("numbers", [[], [5], [-3, 0, 2_000_000_000]])
def test_arrays_of_integers_are_written_as_they_are(
    store: str, kind: type[np.integer], numbers: list[int]
) -> None:
    written = "int4" if kind is np.int32 else "int8"
    query = f"SELECT $1::{written}[], coalesce(array_length($1::{written}[], 1), 0)"
    held = postgres.connected(store)
    assert held.fetch(query, [np.array(numbers, dtype=kind)]) == [(numbers, len(numbers))]


def test_settings_hold_for_the_statements_sent_with_them(store: str) -> None:
    held = postgres.connected(store)
    query = "SELECT current_setting('application_name')"
    every = held.fetch_each([(query, ()), (query, ())], {"application_name": "asked"})
    assert every == [[("asked",)], [("asked",)]]
    assert held.fetch(query) == [("pullquote",)]
    with held.transaction():
        assert held.fetch(query, (), {"application_name": "asked"}) == [("asked",)]
    assert held.fetch(query) == [("pullquote",)]
