"""A quote that is corrected, taken out or withdrawn: every chat that got it is told once."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent
from bot.state import State
from bot.telegram import notify, watch
from bot.telegram.client import App
from bot.words import words
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import Engine
from tests.embedders import embedder
from tests.homes import indexed

EN = words("en")
QUESTION = "When was the lamp of the Saltmere lighthouse lit?"
NEWS = (
    "The lighthouse of Saltmere opens again\n\n"
    "The keeper of the Saltmere lighthouse lit its lamp on Monday after nine dark years.\n"
    "Repairs cost four million crowns, the harbour board of Saltmere said.\n"
    "Boats from the whole coast had come to see it.\n"
)
CORRECTED = NEWS.replace("on Monday after nine", "on Tuesday after ten")
ELSEWHERE = NEWS.replace("four million", "five million")
SHORTER = NEWS.replace(
    "The keeper of the Saltmere lighthouse lit its lamp on Monday after nine dark years.\n", ""
)
STEPS = ("noticed", "kept", "starts", "sent")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PAUSE", 0.05)


@pytest.fixture
def news(home: Path, tmp_path: Path) -> Path:
    """The article, taken into the home."""
    file = tmp_path / "saltmere.txt"
    file.write_text(NEWS, encoding="utf-8")
    indexed(home, embedder(), file)
    return file


@pytest.fixture
async def served(tg: LocalTelegram, serve: Any, home: Path, news: Path) -> AsyncIterator[App]:
    async with serve(Engine.open(home, embedder()), home=home) as application:
        await tg.ready()
        yield application


async def _change(home: Path, news: Path, text: str) -> None:
    def change() -> None:
        news.write_text(text, encoding="utf-8")
        indexed(home, embedder(), news)

    await asyncio.to_thread(change)


async def _remove(home: Path, part: str) -> None:
    def remove() -> None:
        with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
            found = [each.id for each in coverage.articles() if part in each.body]
            coverage.remove(found)

    await asyncio.to_thread(remove)


async def _ask(tg: LocalTelegram, user: Any) -> Sent:
    answer: Sent
    [answer] = await user.say(QUESTION, timeout=30)
    assert "on Monday after nine" in answer.quotes[0]
    return answer


async def _mark(tg: LocalTelegram) -> int:
    return int((await tg.state())["calls"])


async def _told(
    tg: LocalTelegram,
    mark: int,
    n: int = 1,
    timeout: float = 20,  # noqa: ASYNC109 - what came until then is given
) -> list[Sent]:
    return await tg.wait(mark, n=n, timeout=timeout, settle=0.5)


async def test_a_corrected_quote_is_told_in_reply_to_it(
    tg: LocalTelegram, served: App, home: Path, news: Path, state: State
) -> None:
    users = [tg.user(), tg.user()]
    answers = [await _ask(tg, user) for user in users]
    mark = await _mark(tg)
    await _change(home, news, CORRECTED)
    told = await _told(tg, mark, 2)
    assert len(told) == 2
    assert {one.chat_id: one.reply_to for one in told} == {
        user.id: answer.id for user, answer in zip(users, answers, strict=True)
    }
    for one in told:
        first, *_ = one.text.splitlines()
        assert first == EN.say("change_corrected")
        assert "<s>Monday</s>" in one.params["text"]
        assert "<u>Tuesday</u>" in one.params["text"]
        assert one.quotes == []
    # the next correction of what stands there now is told as well
    mark = await _mark(tg)
    await _change(home, news, CORRECTED.replace("Tuesday", "Sunday"))
    told = await _told(tg, mark, 2)
    assert len(told) == 2
    assert all("<s>Tuesday</s>" in one.params["text"] for one in told)


async def test_a_change_of_another_sentence_is_not_told(
    tg: LocalTelegram, served: App, home: Path, news: Path
) -> None:
    await _ask(tg, tg.user())
    mark = await _mark(tg)
    await _change(home, news, NEWS.replace("whole coast", "entire coast"))
    await asyncio.sleep(1)
    assert await tg.calls("sendMessage", since=mark) == []


@pytest.mark.parametrize("way", ["taken_out", "withdrawn"])
async def test_what_is_gone_is_told(
    tg: LocalTelegram, served: App, home: Path, news: Path, way: str
) -> None:
    answer = await _ask(tg, tg.user())
    mark = await _mark(tg)
    if way == "taken_out":
        await _change(home, news, SHORTER)
    else:
        await _remove(home, "Saltmere")
    [told] = await _told(tg, mark)
    assert told.text.splitlines()[0] == EN.say(f"change_{way}")
    assert told.reply_to == answer.id
    assert "on Monday after nine" not in told.text, "what is withdrawn is not quoted again"


async def test_what_is_switched_off_is_neither_kept_nor_told(
    tg: LocalTelegram, served: App, home: Path, news: Path, state: State
) -> None:
    user = tg.user()
    await _ask(tg, user)
    assert state.quoted_receipts(served.bot.id)
    [menu] = await user.say("/settings")
    [screen], _ = await user.press(menu, EN.say("button_notices"))
    await user.press(screen, EN.say("button_corrections_off"))
    assert state.quoted_receipts(served.bot.id) == []
    await _ask(tg, user)
    assert state.quoted_receipts(served.bot.id) == []
    mark = await _mark(tg)
    await _change(home, news, CORRECTED)
    await asyncio.sleep(1)
    assert await tg.calls("sendMessage", since=mark) == []


async def test_forgetting_forgets_what_was_quoted(
    tg: LocalTelegram, served: App, state: State
) -> None:
    user = tg.user()
    await _ask(tg, user)
    assert state.quoted_receipts(served.bot.id)
    await user.say("/privacy forget")
    assert state.quoted_receipts(served.bot.id) == []


@pytest.mark.files("copies the file under the bot")
@pytest.mark.parametrize("step", STEPS)
async def test_a_kill_between_two_steps_tells_every_chat_at_most_once(
    tg: LocalTelegram,
    serve: Any,
    home: Path,
    news: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """The database as a kill at each step leaves it goes to the next start. Before a message leaves
    every chat is told after it; a message that may have left is not sent again."""
    users = [tg.user() for _ in range(3)]
    file, left = tmp_path / "chats.sqlite", tmp_path / "left.sqlite"

    def leave(now: str) -> None:
        if now == step and not left.exists():
            with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(left)) as kept:
                live.backup(kept)

    changed, starts, told = State.changed, notify._Correction.starts, State.told

    def noted(self: State, bot: int, receipts: Any, event: str = "") -> None:
        if receipts:
            leave("noticed")
        changed(self, bot, receipts, event)
        if receipts:
            leave("kept")

    def begun(self: Any) -> None:
        starts(self)
        leave("starts")

    def done(self: State, bot: int, each: Any, now: str | None = None) -> None:
        leave("sent")
        told(self, bot, each, now)

    monkeypatch.setattr(State, "changed", noted)
    monkeypatch.setattr(notify._Correction, "starts", begun)
    monkeypatch.setattr(State, "told", done)
    async with serve(Engine.open(home, embedder()), home=home):
        await tg.ready()
        for user in users:
            await _ask(tg, user)
        mark = await _mark(tg)
        await _change(home, news, CORRECTED)
        assert sorted(one.chat_id or 0 for one in await _told(tg, mark, 3)) == sorted(
            user.id for user in users
        )
    mark = await _mark(tg)
    shutil.copy(left, tmp_path / "again.sqlite")
    with State.open(tmp_path / "again.sqlite") as state:
        async with serve(Engine.open(home, embedder()), home=home, state=state):
            await tg.ready()
            every = step in ("noticed", "kept")
            again = await _told(tg, mark, 3, timeout=20 if every else 4)
    chats = [one.chat_id for one in again]
    assert len(chats) == len(set(chats)), "no chat twice"
    if every:
        assert len(chats) == len(users), "none is lost"
    else:
        assert len(chats) < len(users), "what was on its way may have arrived"
