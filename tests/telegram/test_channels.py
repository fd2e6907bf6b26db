"""Posts of channels: switched on by an editor, taken as they come, and not lost at a stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.desk import Desk
from bot.local_telegram import LocalTelegram, User
from bot.state import State
from bot.telegram.access import Rules
from bot.telegram.client import App
from bot.words import words
from bot.writer import writing
from corpus.ingest import Report
from corpus.store import Coverage
from corpus.types import Article, DateKind, RawDocument
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder

EDITOR, CHANNEL, PRIVATE = 5001, -1001234567890, -1009876543210
FERRIES = "Where will ferries from four towns land?"
QUAY = "A second quay opened on Monday. It will take ferries from four towns along the coast."
SAY = words("en").say


@pytest.fixture
def engine(home: Path, embedded: StaticEmbedder) -> Engine:
    return Engine.open(home, embedded)


@pytest.fixture
def desk(home: Path, engine: Engine) -> Desk:
    return Desk(home, engine, ZoneInfo("Asia/Beirut"))


@pytest.fixture
async def newsroom(serve: Any, engine: Engine, desk: Desk, tg: LocalTelegram) -> AsyncIterator[App]:
    """The bot of a newsroom that answers only its own people."""
    rules = Rules(everybody=False, editors=frozenset({EDITOR}))
    async with serve(engine, desk=desk, rules=rules) as application:
        await tg.ready()
        await made(tg)
        yield application


@pytest.fixture
def editor(tg: LocalTelegram) -> User:
    return tg.user(EDITOR, language_code="en")


async def made(tg: LocalTelegram) -> None:
    await tg.group(CHANNEL, "Quay News", type="channel", username="quaynews")
    await tg.group(PRIVATE, "Dock Wire", type="channel")


async def posted(tg: LocalTelegram, text: str, chat: int = CHANNEL, **extra: Any) -> int:
    sent = await tg.post("message", chat_id=chat, text=text, channel_post=True, extra=extra)
    return int(sent["message"]["message_id"])


def from_channels(engine: Engine) -> dict[str, Article]:
    """The articles that have the link of a post."""
    found = {str(each.source.url): each for each in engine.coverage.articles()}
    return {url: each for url, each in found.items() if url.startswith("https://t.me/")}


async def taken(tg: LocalTelegram, engine: Engine, count: int = 1) -> dict[str, Article]:
    async def look() -> dict[str, Article]:
        return await asyncio.to_thread(from_channels, engine)

    return await tg.until(look, lambda found: len(found) >= count)


async def test_off_until_an_editor_switches_it_on(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine
) -> None:
    await posted(tg, QUAY)
    [told] = await editor.say("/channel")
    assert told.text == f"{SAY('channel_none')}\n\n{SAY('channel_hint')}"
    [told] = await editor.say("/channel @QuayNews")
    assert "posts of \u2068Quay News\u2069" in told.text or "posts of Quay News" in told.text
    number = await posted(tg, QUAY.replace("Monday", "Tuesday"))
    found = await taken(tg, engine)
    assert list(found) == [f"https://t.me/quaynews/{number}"]
    chats = {sent.params["chat_id"] for sent in await tg.calls("sendMessage")}
    assert {str(chat) for chat in chats} == {str(EDITOR)}, "nothing is said in the channel"

    async def answer() -> str:
        [answer] = await editor.say(FERRIES)
        return answer.quotes[0]

    # the index is brought up to date just after
    assert "ferries from four" in await tg.until(answer, lambda quote: "ferries" in quote)
    [told] = await editor.say("/channel")
    assert "Quay News" in told.text
    [told] = await editor.say("/channel https://t.me/quaynews off")
    assert "no longer add the posts" in told.text
    await posted(tg, QUAY.replace("Monday", "Friday"))
    await editor.say("/channel")
    await asyncio.sleep(0.2)
    assert len(from_channels(engine)) == 1


async def test_what_a_post_tells(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine
) -> None:
    origin = {
        "type": "channel",
        "date": 1_752_000_000,
        "chat": {"id": PRIVATE, "type": "channel", "title": "Dock Wire"},
        "message_id": 5,
    }
    forwarded = await editor.send("x", extra={"forward_origin": origin})
    await tg.wait(forwarded["mark"], EDITOR)
    await editor.say("/channel", reply_to=forwarded["message"]["message_id"])
    await editor.say("/channel @quaynews")
    late = 1_752_270_000  # past midnight in the newsroom, not in UTC
    one = await posted(tg, QUAY, forward_origin=origin, author_signature="A. Clerk", date=late)
    two = await posted(tg, "", PRIVATE, caption="Fire at the dock", photo=[], date=late)
    found = await taken(tg, engine, 2)
    quay = found[f"https://t.me/quaynews/{one}"].source
    assert (quay.outlet, quay.via, quay.byline) == ("Quay News", "Dock Wire", "A. Clerk")
    assert quay.published == date(2025, 7, 12)
    dock = found[f"https://t.me/c/9876543210/{two}"]
    assert (dock.proper, dock.source.outlet) == ("Fire at the dock", "Dock Wire")


async def test_an_edit_is_a_version(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine
) -> None:
    await editor.say("/channel @quaynews")
    number = await posted(tg, QUAY)
    [first] = (await taken(tg, engine)).values()
    await tg.post("edit", chat_id=CHANNEL, message_id=number, text=QUAY.replace("four", "five"))

    async def now() -> Article:
        [article] = await asyncio.to_thread(lambda: list(from_channels(engine).values()))
        return article

    newest = await tg.until(now, lambda article: "five" in article.body)
    assert (newest.id, "five" in newest.body) == (first.id, True)
    assert len(engine.coverage.versions(newest.id)) == 2
    assert any(found.kind is DateKind.UPDATED for found in newest.source.dates)


async def test_who_may_and_what_is_no_channel(
    tg: LocalTelegram, newsroom: App, editor: User, state: State
) -> None:
    [told] = await tg.user().say("/channel @quaynews")
    assert told.text == SAY("stranger")
    await tg.group(-1005, "Chatter", type="supergroup", username="chatter")
    for name in ("@nowhere", "@chatter", "!!", "-100555"):
        [told] = await editor.say(f"/channel {name}")
        assert name in told.text
        assert "I am not in such a channel" in told.text
    await tg.group(CHANNEL, "Quay News", type="channel", username="quaynews", bot="kicked")
    [told] = await editor.say("/channel @quaynews")
    assert "I am not in such a channel" in told.text
    assert state.channels(int(tg.token.split(":")[0])) == {}


async def test_many_at_once_are_taken_together(
    tg: LocalTelegram,
    newsroom: App,
    editor: User,
    engine: Engine,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batches: list[int] = []
    take = desk.take_posts

    def counted(posts: list[RawDocument]) -> Report:
        batches.append(len(posts))
        return take(posts)

    monkeypatch.setattr(Desk, "take_posts", lambda self, posts: counted(posts))
    await editor.say("/channel @quaynews")
    for number in range(60):
        await posted(tg, f"{QUAY} This is what was said at {number} o'clock.")
    assert len(await taken(tg, engine, 60)) == 60
    assert sum(batches) == 60
    assert len(batches) < 30


async def test_what_is_stopped_is_taken_after_the_restart(
    tg: LocalTelegram, serve: Any, engine: Engine, desk: Desk, home: Path, editor: User
) -> None:
    rules = Rules(editors=frozenset({EDITOR}))
    with ExitStack() as others:
        async with serve(engine, desk=desk, rules=rules, grace=0.1):
            await tg.ready()
            await made(tg)
            await editor.say("/channel @quaynews")
            others.enter_context(writing(home))  # another process is at it until the bot is gone
            for number in range(5):
                await posted(tg, f"{QUAY} This is what was said at {number} o'clock.")
            [answer] = await editor.say("/channel")  # nothing else waits for it
            assert "Quay News" in answer.text
            await asyncio.sleep(0.3)
        before = from_channels(engine)
    async with serve(engine, desk=desk, rules=rules):
        await tg.ready()
        assert len(await taken(tg, engine, 5)) == 5
        again = await posted(tg, QUAY)
        assert f"https://t.me/quaynews/{again}" in await taken(tg, engine, 6)
    assert len(before) < 5


async def test_one_that_spoils_the_others(
    tg: LocalTelegram,
    newsroom: App,
    editor: User,
    engine: Engine,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    take = desk.take_posts

    def spoilt(posts: list[RawDocument]) -> Report:
        if any("spoilt" in post.text for post in posts):
            raise ValueError("odd")
        return take(posts)

    monkeypatch.setattr(Desk, "take_posts", lambda self, posts: spoilt(posts))
    await editor.say("/channel @quaynews")
    await asyncio.gather(*(posted(tg, f"{QUAY} {word}.") for word in ("spoilt", "a", "b", "c")))
    assert len(await taken(tg, engine, 3)) == 3
    assert "a post was not taken: https://t.me/quaynews/" in caplog.text


async def test_what_a_kill_interrupts_is_taken_after_the_restart(
    tg: LocalTelegram, start: Any, editor: User, tmp_path: Path
) -> None:
    def held() -> list[str]:
        with closing(Coverage.open(tmp_path / "home" / "coverage.sqlite")) as coverage:
            urls = [str(each.source.url) for each in coverage.articles()]
        return sorted(url for url in urls if url.startswith("https://t.me/"))

    async with start(editors=f"[{EDITOR}]") as process:
        await tg.ready()
        await made(tg)
        await editor.say("/channel @quaynews", timeout=30)
        numbers = []
        for number in range(40):
            numbers.append(await posted(tg, f"{QUAY} It was said at {number} o'clock."))
            if number in (10, 25):
                await process.kill()
                await process.start()
        expected = sorted(f"https://t.me/quaynews/{number}" for number in numbers)

        async def look() -> list[str]:
            return await asyncio.to_thread(held)

        assert await tg.until(look, lambda found: found == expected, timeout=40) == expected
