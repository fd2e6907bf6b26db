"""The health port: how the bot is, without secrets or ids."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.local_telegram import TOKEN, LocalTelegram
from corpus.errors import ConfigurationError
from retrieval.engine import Engine


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _health(port: int, path: str = "/health") -> tuple[int, Any, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        shown = await response.text()
        is_json = response.content_type == "application/json"
        return response.status, await response.json() if is_json else None, shown


@pytest.mark.files
async def test_bot_that_is_well(
    tg: LocalTelegram, serve: Any, engine: Engine, demo_home: Path, port: int
) -> None:
    user = tg.user(987654)
    async with serve(engine, health_port=port, home=demo_home):
        await tg.ready()
        status, before, _ = await _health(port)
        assert status == 200
        assert before["last_update_age_s"] is None
        await user.say("Who was the first foreign guest at the new resort in Wonsan?")
        await asyncio.sleep(0.05)
        status, after, shown = await _health(port)
        assert status == 200
        assert 0 <= after.pop("last_update_age_s") < 5
        assert after == {
            "status": "ok",
            "bot": "@NewsQuoteBot",
            "index": "g000001",
            "articles": 16,
            "updates_handled": 1,
            "queue": 0,
            "role": "leader",
        }
        for secret in (*TOKEN.split(":"), "987654", "Wonsan"):
            assert secret not in shown
        assert (await _health(port, "/"))[0] == 404


async def test_waiting_questions_are_counted(
    tg: LocalTelegram, serve: Any, canned: Any, port: int
) -> None:
    canned.delay = 0.5
    async with serve(canned, health_port=port, concurrency=1):
        await tg.ready()
        for _ in range(3):
            await tg.user().send("x")
        await asyncio.sleep(0.25)
        status, figures, _ = await _health(port)
    assert figures["queue"] == 2
    assert (status, figures["status"], figures["index"]) == (503, "no index", None)


async def test_telegram_out_of_reach_is_told(
    tg: LocalTelegram, serve: Any, engine: Engine, demo_home: Path, port: int
) -> None:
    async with serve(engine, health_port=port, home=demo_home):
        await tg.ready()
        await tg.fault("html", "getUpdates", 3)
        await tg.user().send("x")

        async def status() -> int:
            return (await _health(port))[0]

        assert await tg.until(status, lambda status: status == 503, 5) == 503
        assert (await _health(port))[1]["status"] == "telegram cannot be reached"
        assert await tg.until(status, lambda status: status == 200, 10) == 200


async def test_bot_that_still_connects_is_starting(serve: Any, canned: Any, port: int) -> None:
    async def start() -> None:
        async with serve(canned, health_port=port, base_url="http://127.0.0.1:9/bot"):
            pass

    starting = asyncio.create_task(start())
    await asyncio.sleep(0.3)
    status, figures, _ = await _health(port)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert (status, figures["status"], figures["bot"]) == (503, "starting", None)


async def test_port_that_is_taken_is_named(serve: Any, canned: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=r"correct telegram\.health_port"):
            async with serve(canned, health_port=number):
                pass
