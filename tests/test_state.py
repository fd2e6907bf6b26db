"""The chats database."""

import sqlite3
from pathlib import Path

import pytest

from bot.state import KEPT_SECONDS, MOST_TRIES, AnswerPart, State
from corpus.database import Place
from corpus.errors import HomeError

BOT = 7


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "chats.sqlite"


def test_update_is_taken_once_for_each_bot(place: Place) -> None:
    with State.open(place) as state:
        assert state.take(BOT, [(1, "{}"), (2, "{}"), (1, "{}")]) == [1, 2]
        assert state.take(BOT, [(2, "{}"), (3, "{}")]) == [3]
        assert state.take(8, [(1, "{}")]) == [1]
    with State.open(place) as state:
        assert state.take(BOT, [(3, "{}")]) == []


def test_unfinished_updates_are_resumed(place: Place) -> None:
    with State.open(place) as state:
        state.take(BOT, [(2, "two"), (1, "one"), (3, "three")])
        state.finish(BOT, 2)
    with State.open(place) as state:
        assert state.resume(BOT) == [(1, "one"), (3, "three")]
        assert state.resume(8) == []


def test_update_that_always_ends_the_process_is_given_up(place: Place) -> None:
    for start in range(MOST_TRIES + 2):
        with State.open(place) as state:
            state.take(BOT, [(1, "one")])
            assert state.give_up(BOT) == ([(1, "one")] if start == MOST_TRIES else [])
            assert bool(state.resume(BOT)) == (start < MOST_TRIES)


def test_text_is_forgotten_when_finished(place: Place) -> None:
    with State.open(place) as state:
        state.take(BOT, [(1, "a secret question")])
        state.finish(BOT, 1)
        assert state.connection.execute("SELECT body FROM taken").fetchall() == [(None,)]


def test_message_is_noted_before_and_after_it_is_sent(place: Place) -> None:
    with State.open(place) as state:
        state.take(BOT, [(1, "one")])
        state.note(BOT, -5, 10, 0, taken=1)
        assert state.answer(BOT, -5, 10) == {0: AnswerPart(None, 1)}
        assert state.interrupted(BOT) == 1
        state.note(BOT, -5, 10, 0, taken=1, message=99)
        state.note(BOT, -5, 10, 1, taken=1, message=100)
        assert state.answer(BOT, -5, 10) == {0: AnswerPart(99, 1), 1: AnswerPart(100, 1)}
        assert state.interrupted(BOT) == 0
        state.forget(BOT, -5, 10, 1)
        assert state.answer(BOT, -5, 10) == {0: AnswerPart(99, 1)}
        assert state.answer(8, -5, 10) == {}


def test_moved_chat(place: Place) -> None:
    with State.open(place) as state:
        state.move(BOT, -5, -1005)
        assert state.current(BOT, -5) == -1005
        assert state.current(BOT, -6) == -6
        assert state.current(8, -5) == -5


def test_old_rows_are_forgotten(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000_000.0
    monkeypatch.setattr("time.time", lambda: now)
    with State.open(place) as state:
        state.take(BOT, [(1, "one")])
        state.note(BOT, 5, 10, 0, taken=1, message=3)
        now += KEPT_SECONDS - 1
        state.prune(BOT)
        assert state.answer(BOT, 5, 10)
        now += 2
        state.prune(BOT)
        assert state.answer(BOT, 5, 10) == {}
        assert state.take(BOT, [(1, "one")]) == [1]


@pytest.mark.files
def test_file_that_is_no_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("not a database, and long enough to be taken for one" * 50)
    with pytest.raises(HomeError, match="cannot use the chats database"):
        State.open(path)


@pytest.mark.files
def test_file_of_a_newer_version(path: Path) -> None:
    State.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(HomeError, match="update pullquote"):
        State.open(path)


@pytest.mark.files
def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError):
        State.open(tmp_path / "file" / "chats.sqlite")
