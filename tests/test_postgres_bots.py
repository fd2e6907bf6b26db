"""Several processes that serve one bot over one database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bot.leading import leading
from bot.state import MOST_TRIES, State, TakenOver
from corpus.database import Postgres

pytestmark = pytest.mark.files("about both stores")

BOT = 7
Opened = Callable[[], State]


@pytest.fixture
def opened(store: str) -> Iterator[Opened]:
    """`opened()`: the state of another process."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(State.open(store))


def cut(state: State) -> None:
    """The server ends the session that tells that this process lives."""
    assert state._hands
    session = state._hands.lease._session
    assert session
    state._connection.execute("SELECT pg_terminate_backend(?)", [session.info.backend_pid])


def test_an_update_is_taken_by_one(opened: Opened) -> None:
    one, other = opened(), opened()
    assert one.take(BOT, [(1, "a"), (2, "b")]) == [1, 2]
    assert other.take(BOT, [(2, "b"), (3, "c")]) == [3]
    assert one.resume(BOT, [1, 2]) == other.resume(BOT, [3]) == []


def test_what_a_process_left_is_taken_over_by_one_other(opened: Opened) -> None:
    one, other, third = opened(), opened(), opened()
    one.take(BOT, [(1, "a"), (2, "b"), (3, "c")])
    one.finish(BOT, 2)
    one.close()
    assert other.resume(BOT, seconds=60) == []
    taken = [*other.resume(BOT), *third.resume(BOT)]
    assert taken == [(1, "a"), (3, "c")]
    assert third.resume(BOT) == other.resume(BOT, [1, 3]) == []


def test_what_was_not_dealt_with_is_taken_up_by_the_same(opened: Opened) -> None:
    one = opened()
    one.take(BOT, [(1, "a"), (2, "b")])
    assert one.resume(BOT, [2]) == [(1, "a")]
    for _ in range(MOST_TRIES):
        last = one.resume(BOT, [2])
    assert last == one.resume(BOT, [2]) == []
    assert one.give_up(BOT, [1, 2]) == []
    assert one.give_up(BOT, [2]) == [(1, "a")]
    assert one.give_up(BOT, [2]) == []


def test_what_a_process_left_once_too_often_is_given_up_by_one_other(opened: Opened) -> None:
    one, other, third = opened(), opened(), opened()
    one.take(BOT, [(1, "a"), (2, "b")])
    for _ in range(MOST_TRIES):
        one.resume(BOT, [2])
    one.close()
    assert other.give_up(BOT, seconds=60) == []
    assert [*other.give_up(BOT), *third.give_up(BOT)] == [(1, "a")]
    other.note(BOT, 5, 10, 0, taken=1)  # who gives it up may say so
    assert third.resume(BOT) == [(2, "b")]


def test_what_another_took_over_is_not_sent(opened: Opened) -> None:
    one, other = opened(), opened()
    one.take(BOT, [(1, "a"), (2, "b")])
    one.note(BOT, 5, 20, 0, taken=2)
    cut(one)
    assert other.resume(BOT) == [(1, "a"), (2, "b")]
    with pytest.raises(TakenOver):
        one.note(BOT, 5, 10, 0, taken=1)
    one.finish(BOT, 1)
    other.note(BOT, 5, 10, 0, taken=1)
    assert other.interrupted(BOT) == 2
    one.note(BOT, 5, 20, 0, taken=2, message=99)
    part = other.answer(BOT, 5, 20)[0]
    assert part.message == 99, "what was sent was sent"


def test_what_never_left_is_sent_by_who_noted_it(opened: Opened) -> None:
    one, other = opened(), opened()
    one.take(BOT, [(1, "a")])
    one.note(BOT, 5, 10, 0, taken=1)
    cut(one)
    assert other.resume(BOT) == [(1, "a")]
    other.finish(BOT, 1)  # it may have been sent, as far as the other knows
    one.not_sent(BOT, 5, 10, 0, taken=1)
    with pytest.raises(TakenOver):
        other.note(BOT, 5, 10, 0, taken=1)
    one.note(BOT, 5, 10, 0, taken=1)
    one.note(BOT, 5, 10, 0, taken=1, message=99)
    one.not_sent(BOT, 5, 10, 0, taken=1)
    assert one.answer(BOT, 5, 10)[0].message == 99


def test_a_process_that_only_lost_its_session_keeps_its_updates(opened: Opened) -> None:
    one, other = opened(), opened()
    one.take(BOT, [(1, "a")])
    cut(one)
    assert one.take(BOT, [(2, "b")]) == [2]
    assert one._hands
    assert one._hands.lease.mine()
    assert other.resume(BOT) == []


def end_sessions(server: Any) -> None:
    """The server ends every session but the one that asks it to."""
    server.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'pullquote' AND pid <> pg_backend_pid()"
    )


def test_a_message_that_was_refused_is_forgotten_whatever_becomes_of_the_session(
    server: Any, opened: Opened
) -> None:
    one = opened()
    one.take(BOT, [(1, "a")])
    one.note(BOT, 5, 10, 0, taken=1)
    end_sessions(server)
    one.not_sent(BOT, 5, 10, 0, taken=1)
    assert one.answer(BOT, 5, 10) == {}
    end_sessions(server)
    one.finish(BOT, 1)
    assert one.resume(BOT) == []


def test_a_note_is_made_again_where_the_session_ended_before_it_was_sure(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = opened(), opened()
    one.take(BOT, [(1, "a"), (2, "b")])
    write, ended = State._note, iter([True])

    def ending(state: State, *values: Any) -> None:
        write(state, *values)
        if next(ended, False):
            store = state._connection
            assert isinstance(store, Postgres)
            with store.session() as session:
                session.execute(
                    "SELECT pg_terminate_backend($1)", [store._local.held.info.backend_pid]
                )

    monkeypatch.setattr(State, "_note", ending)
    one.note(BOT, 5, 10, 0, taken=1)
    assert one.answer(BOT, 5, 10)[0].message is None
    ended = iter([True])
    one.note(BOT, 5, 10, 0, taken=1, message=99)
    assert other.answer(BOT, 5, 10)[0].message == 99


def test_one_leads_until_it_ends(store: str) -> None:
    State.open(store).close()
    with leading(store) as one:
        assert one()
        with leading(store) as other:
            assert one()
            assert not other()
    with leading(store) as other:
        until = time.monotonic() + 10
        while not other() and time.monotonic() < until:
            time.sleep(0.02)  # the server ends a session after who had it
        assert other()
    with leading("") as alone:
        assert alone()


def test_places_are_counted_together(opened: Opened) -> None:
    states = [opened() for _ in range(3)]
    until = time.monotonic() + 1.5
    sent: list[float] = []
    waits: list[float] = []
    while time.monotonic() < until:
        for state in states:
            wait = state.take_place(BOT, "-5", (2, 0.5), (30, 1.0))
            if wait <= 0:
                # by the clock of the database: what this process sees may come late
                ((times,),) = state.connection.execute(
                    "SELECT times FROM sending WHERE bot = ? AND chat = ?", [BOT, "-5"]
                ).fetchall()
                sent.append(times[-1])
            waits.append(wait)
    assert 5 <= len(sent) <= 8
    assert all(later - first >= 0.49 for first, later in zip(sent, sent[2:], strict=False))
    assert max(waits) <= 0.5


def test_all_chats_share_the_places_of_the_bot(opened: Opened) -> None:
    one, other = opened(), opened()
    assert one.take_place(BOT, "1", (1, 1.0), (2, 5.0)) == 0
    assert other.take_place(BOT, "2", (1, 1.0), (2, 5.0)) == 0
    assert 4 < one.take_place(BOT, "3", (1, 1.0), (2, 5.0)) <= 5
    assert one.take_place(8, "3", (1, 1.0), (2, 5.0)) == 0
    one.message_came(BOT, "2")
    one.prune(BOT)


def test_what_chats_choose_is_shared_at_once(opened: Opened) -> None:
    one, other = opened(), opened()
    one.set_user_language(BOT, 5, "ru")
    assert other.user_language(BOT, 5) == "ru"
    assert isinstance(one._connection, Postgres)


def test_a_restarted_server_ends_nothing(server: Any, opened: Opened, store: str) -> None:
    one, other = opened(), opened()
    one.take(BOT, [(1, "a")])
    server.stop()
    server.ensure_postgres_running()
    assert other.resume(BOT, seconds=60) == []
    assert one.take(BOT, [(1, "a"), (2, "b")]) == [2]
    assert other.resume(BOT) == []
