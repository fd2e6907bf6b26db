"""The bot polls its sources while it serves."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from tests.sources.newsroom import feed, serve, story
from tests.web import Answer, Handler, Web

LAST = "Who said that number {} would be the last?"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
def configured(home: Path, web: Web) -> Path:
    """A home whose bot polls every second."""
    (home / "config.toml").write_text(
        "[fetch]\nallow_private = true\npace_s = 0\npoll_s = 1\ntimeout_s = 5\n"
        f'[[sources]]\nname = "post"\nurl = "{web.url("/feed?key=geheim")}"\n'
    )
    return home


async def answered(tg: LocalTelegram, number: int) -> bool:
    """Whether a story is quoted within some seconds."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        [answer] = await tg.user().say(LAST.format(number), timeout=10)
        if any(f"number {number} would be the last" in quote for quote in answer.quotes):
            return True
        await asyncio.sleep(0.3)
    return False


async def test_what_is_published_while_the_bot_serves_is_quoted(
    tg: LocalTelegram, start: Any, configured: Path, web: Web
) -> None:
    serve(web, range(2))
    async with start() as bot:
        await tg.ready()
        assert await answered(tg, 1)
        web.routes["/story/5"] = Answer(story(5))
        web.routes["/feed"] = Answer(feed(web, [0, 1, 5]))
        assert await answered(tg, 5)
        web.routes["/feed"] = Answer(status=500)
        for _ in range(100):
            if "the source post could not be asked: the server answers 500" in bot.log:
                break
            await asyncio.sleep(0.1)
        assert bot.log.count("could not be asked") == 1
        assert "sources: " in bot.log
        assert "geheim" not in bot.log
        assert "Traceback" not in bot.log
        bot.tell(signal.SIGTERM)
        assert await bot.end() == 0


async def test_a_server_that_hangs_holds_up_neither_questions_nor_the_end(
    tg: LocalTelegram, start: Any, configured: Path, web: Web
) -> None:
    def slow(request: Handler) -> None:
        web.stopped.wait(30)

    web.routes["/feed"] = slow
    config = configured / "config.toml"
    config.write_text(config.read_text().replace("timeout_s = 5", "timeout_s = 60"))
    async with start() as bot:
        await tg.ready()
        for _ in range(100):
            if web.asked:
                break
            await asyncio.sleep(0.05)
        assert web.asked
        question = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
        [answer] = await tg.user().say(question, timeout=5)
        assert answer.quotes
        bot.tell(signal.SIGTERM)
        begun = time.monotonic()
        assert await bot.end() == 0
        assert time.monotonic() - begun < 12
