"""The bot as a process: start, stop, the faults that end it, and what it never logs."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.local_telegram import LocalTelegram
from bot.telegram.redaction import HIDDEN, redacted
from bot.telegram.service import only_bot
from corpus.errors import ConfigurationError, HomeError

Start = Callable[..., Any]


@pytest.mark.files("several bots may serve one store")
async def test_second_bot_on_a_home_is_refused(tg: LocalTelegram, start: Start) -> None:
    async with start() as first:
        await tg.ready()
        async with start() as second:
            assert await second.end() == 2
            [line] = [line for line in second.log.splitlines() if line.startswith("pullquote: ")]
        assert "another bot runs on the home" in line
        first.tell(signal.SIGINT)
        assert await first.end() == 0


async def test_telegram_out_of_reach_is_waited_for(tg: LocalTelegram, start: Start) -> None:
    async with start(url="http://127.0.0.1:9") as process:
        await tg.until(process.read, lambda log: "cannot be reached" in log, 30)
        await asyncio.sleep(0.7)
        process.tell(signal.SIGTERM)
        assert await process.end() == 0
        assert process.log.count("cannot be reached") == 1
        assert "Traceback" not in process.log


async def test_ports_are_those_of_the_settings(tg: LocalTelegram, start: Start) -> None:
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        hook, health = one.getsockname()[1], other.getsockname()[1]
    async with start(
        webhook_url=f"http://127.0.0.1:{hook}/hook",
        webhook_port=str(hook),
        webhook_secret="a-secret-that-nobody-may-read",
        health_port=str(health),
    ) as process:
        await tg.ready()
        assert await tg.user().say("/help")
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{health}/health") as response,
        ):
            assert (await response.json())["status"] == "ok"
        process.tell(signal.SIGTERM)
        assert await process.end() == 0
        assert "a-secret-that" not in process.log
    assert "getupdates" not in (await tg.state())["stats"]


async def test_start_goes_on_when_telegram_comes_back(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram.lifecycle._FIRST_PAUSE", 0.05)
    for kind in ("html", "reset", "malformed"):
        await tg.fault(kind, "getMe")
    async with serve(canned):
        assert await tg.user().say("x")
    assert len([record for record in caplog.records if record.levelno >= 30]) == 1


async def test_rejected_token_in_a_running_loop(tg: LocalTelegram, serve: Any, canned: Any) -> None:
    with pytest.raises(ConfigurationError, match="rejects the token") as error:
        async with serve(canned, token="999999999:AAE-another-token"):
            pass
    assert error.value.__cause__ is None


@pytest.mark.parametrize(
    "options", [{"token": "no token"}, {"base_url": "localhost/bot"}, {"base_file_url": ""}]
)
async def test_malformed_settings_are_refused(
    serve: Any, canned: Any, options: dict[str, str]
) -> None:
    with pytest.raises(ConfigurationError):
        async with serve(canned, **options):
            pass


async def test_conflict_is_raised_when_left(
    tg: LocalTelegram, serve: Any, canned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.polling._CONFLICT_PAUSE", 0.05)

    async def provoke() -> None:
        async with serve(canned):
            await tg.ready()
            await tg.fault("error", "getUpdates", 99, status=409, description="Conflict: x")
            await tg.user().send("x")
            await asyncio.sleep(0.6)

    with pytest.raises(ConfigurationError, match="409"):
        await provoke()


def test_one_bot_a_home(tmp_path: Path) -> None:
    home = tmp_path / "new"
    with only_bot(home), pytest.raises(HomeError, match="another bot"), only_bot(home):
        pass
    with only_bot(home):
        pass


def test_token_never_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("anything")
    with redacted("123:secret"), redacted("123:secret"):
        log.warning("POST https://api.telegram.org/bot%s/getMe", "123:secret")
        try:
            raise ValueError("123:secret")
        except ValueError:
            log.exception("failed %(token)s", {"token": "123:secret"})
    assert "secret" not in caplog.text
    assert caplog.text.count(HIDDEN) == 4
    assert "Traceback" in caplog.text
    log.warning("123:secret")
    assert "123:secret" in caplog.text
