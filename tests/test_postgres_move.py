"""Bringing a home into a database and back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.moving import move
from bot.state import FILE as CHATS_FILE
from bot.state import ChatSettings, State
from corpus.database import moving
from corpus.errors import HomeError, InputError
from corpus.language.pasted import words_to_find
from corpus.sources.book import FILE as SOURCES_FILE
from corpus.sources.book import Followed, SourceBook
from corpus.store import COVERAGE_FILE, Coverage

pytestmark = pytest.mark.files("about both stores")

BOT, CHAT = 7, -5
FILES = (COVERAGE_FILE, CHATS_FILE, SOURCES_FILE)


def quiet(done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.fixture
def full(home: Path) -> Path:
    """The demo coverage with removed and corrected articles, and chats and sources."""
    with Coverage.open(home / COVERAGE_FILE) as coverage:
        ids = coverage.article_ids()
        coverage.remove(ids[:1])
        coverage.purge([max(ids)], date(2026, 1, 2))
        coverage.mark_withdrawn(ids[1], "404")
    with State.open(home / CHATS_FILE) as state:
        state.set_chat(BOT, CHAT, ChatSettings(language="ru", follows=False, chain=False))
        state.take(BOT, [(1, "{}"), (2, '{"a": "б"}')])
        state.finish(BOT, 1)
        state.note(BOT, CHAT, 10, 0, taken=2)
        followed = state.follow(BOT, CHAT, 11, None, 5, "en", "who?", 3)
        state.found([followed], 9, {followed: ("abc", True)})
        state.unfollow(BOT, CHAT, state.follow(BOT, CHAT, 12, None, 5, "en", "gone?", 3))
        state.remember(BOT, CHAT, 10, "what?", ("r1", "r2"), None)
        state.quote(BOT, CHAT, 99, ["r1"])
        state.choose_event(BOT, CHAT, None, "harbour")
        state.set_message_event(BOT, CHAT, 10, "harbour")
    with SourceBook.open(home / SOURCES_FILE) as book:
        book.add(Followed("post", "https://post.example/feed", words=("quay",), paused=True))
    return home


def contents(home: Path) -> dict[str, list[Any]]:
    """Every row of every table of a home, but for what follows from the rest."""
    held: dict[str, list[Any]] = {}
    for file in FILES:
        with closing(sqlite3.connect(home / file)) as connection:
            names = connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'entered%'"
            ).fetchall()
            for (name,) in names:
                held[f"{file}/{name}"] = sorted(
                    connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr
                )
    return held


def test_there_and_back_it_is_the_same(full: Path, store: str, tmp_path: Path) -> None:
    count = move(str(full), store, quiet)
    with Coverage.open(full / COVERAGE_FILE) as before, Coverage.open(store) as there:
        assert there.id == before.id
        assert there.revision == before.revision
        assert list(there.articles()) == list(before.articles())
        assert list(there.passages()) == list(before.passages())
        assert there.count()[0] == count == before.count()[0]
    assert move(store, str(tmp_path / "back"), quiet) == count
    assert contents(tmp_path / "back") == contents(full)
    with State.open(store) as state:
        assert state.resume(BOT) == [(2, '{"a": "б"}')]
        # a number that was given is not given again
        assert state.follow(BOT, CHAT, 13, None, 5, "en", "next?", 3) == 3
    with Coverage.open(store) as there, Coverage.open(tmp_path / "back" / COVERAGE_FILE) as back:
        words = words_to_find(next(back.articles()).body)[3:8]
        assert there.with_run(words, 5) == back.with_run(words, 5) != []


def test_a_move_that_was_broken_off_goes_on(
    full: Path, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 7)
    for at in (0, 5, 40, 120):

        def stop(done: int, total: int, at: int = at) -> None:
            if done > at:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            move(str(full), store, stop)
    move(str(full), store, quiet)
    for at in (0, 60, 130):

        def stop_again(done: int, total: int, at: int = at) -> None:
            if done > at:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            move(store, str(tmp_path / "back"), stop_again)
        assert not (tmp_path / "back" / COVERAGE_FILE).exists()
    move(store, str(tmp_path / "back"), quiet)
    assert contents(tmp_path / "back") == contents(full)


def test_what_changed_since_is_moved_as_it_is_now(
    full: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 7)

    def stop(done: int, total: int) -> None:
        if done > 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(str(full), store, stop)
    with Coverage.open(full / COVERAGE_FILE) as before:
        before.purge(before.article_ids()[:1], date(2026, 1, 2))
    move(str(full), store, quiet)
    with Coverage.open(full / COVERAGE_FILE) as before, Coverage.open(store) as there:
        assert sorted(there.article_ids()) == sorted(before.article_ids())


def test_what_stands_there_already_is_not_overwritten(
    full: Path, store: str, tmp_path: Path
) -> None:
    Coverage.open(store)  # an empty one is nothing
    move(str(full), store, quiet)
    with pytest.raises(InputError, match="holds a store already"):
        move(str(full), store, quiet)
    with pytest.raises(InputError, match="already"):
        move(store, str(full), quiet)
    with pytest.raises(InputError, match="no coverage"):
        move(str(tmp_path / "nothing"), store, quiet)
    with pytest.raises(InputError, match="copy the folder"):
        move(str(full), str(tmp_path / "other"), quiet)


def test_what_changes_meanwhile_is_noticed(
    full: Path, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move(str(full), store, quiet)
    fill = moving._fill

    def and_write(*given: Any) -> None:
        fill(*given)
        with Coverage.open(store) as coverage:
            coverage._connection.execute("UPDATE coverage SET revision = revision + 1")

    monkeypatch.setattr(moving, "_fill", and_write)
    with pytest.raises(HomeError, match="changed while it was moved"):
        move(store, str(tmp_path / "back"), quiet)


def test_the_command_moves(pullquote: Any, full: Path, store: str, tmp_path: Path) -> None:
    ran = pullquote("store", "move", full, store)
    assert ran.returncode == 0, ran.stderr
    assert "articles moved" in ran.stdout
    ran = pullquote("store", "move", store, tmp_path / "back")
    assert ran.returncode == 0, ran.stderr
