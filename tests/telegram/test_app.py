"""The bot as a process: start, stop, the faults that end it, and what it never logs."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.local_telegram import TOKEN, LocalTelegram
from bot.telegram.app import only_bot
from bot.telegram.redaction import HIDDEN, redacted
from corpus.errors import ConfigurationError, HomeError

# Runs the bot on a home with an engine that says back what it is asked after `delay` seconds.
PROCESS = """
import sys, time
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from pydantic import SecretStr
import bot.telegram.inbox
from bot.telegram.app import run
from corpus.errors import PullquoteError
from corpus.store import Coverage
from retrieval.types import Absence, Answer, Filters

home, base_url, token, delay = Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])

bot.telegram.inbox._CONFLICT_PAUSE = 0.05

class Engine:
    coverage = Coverage.open(home / "coverage.sqlite")
    def ask(self, question, *, limit):
        time.sleep(delay)
        absence = Absence(1, 1, None, None, 0, None)
        return Answer(question, "en", (), absence, Filters(), (), "i", 1.0)

telegram = SimpleNamespace(
    token=SecretStr(token), base_url=base_url + "/bot", base_file_url=base_url + "/file/bot",
    concurrency=1, queue=8,
)
settings = SimpleNamespace(home=home, telegram=telegram, answer=SimpleNamespace(limit=3))
try:
    sys.exit(run(settings, Engine()))
except PullquoteError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""

Start = Callable[..., Any]


class Process:
    """A running bot; `log` is its standard error once it has ended."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.log = ""

    def tell(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def end(self, seconds: float = 15) -> int:
        """Its exit status."""
        async with asyncio.timeout(seconds):
            _, log = await self._process.communicate()
        self.log = log.decode()
        return self._process.returncode or 0

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self.end()


@pytest.fixture
def start(tg: LocalTelegram, tmp_path: Path) -> Start:
    """start(url=, token=, delay=, home=) runs a bot process while it is entered."""

    @asynccontextmanager
    async def start(
        url: str = "", token: str = TOKEN, delay: float = 0, home: str = "home"
    ) -> AsyncIterator[Process]:
        (tmp_path / home).mkdir(exist_ok=True)
        process = Process(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-W", "error", "-c", PROCESS),
                *(str(tmp_path / home), url or tg.url, token, str(delay)),
                stderr=asyncio.subprocess.PIPE,
            )
        )
        try:
            yield process
        finally:
            await process.kill()

    return start


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stops_cleanly_with_what_is_in_hand(
    tg: LocalTelegram, start: Start, number: signal.Signals
) -> None:
    async with start(delay=0.5) as process:
        await tg.ready()
        user = tg.user()
        sent = await user.send("hidden words")
        await tg.wait(sent["mark"], user.id, methods="sendChatAction")
        process.tell(number)
        assert await process.end() == 0
    assert len(await tg.calls("sendMessage", since=sent["mark"])) == 1
    assert "Traceback" not in process.log
    assert TOKEN.partition(":")[2] not in process.log
    assert "hidden words" not in process.log
    assert str(user.id) not in process.log


async def test_rejected_token_is_one_line(tg: LocalTelegram, start: Start) -> None:
    async with start(token="999999999:AAE-another-token") as process:
        assert await process.end() == 2
    assert process.log.splitlines() == [
        "Telegram rejects the token: correct PULLQUOTE_TELEGRAM__TOKEN"
    ]


async def test_other_poller_ends_the_later_one_with_one_line(
    tg: LocalTelegram, start: Start, serve: Any, canned: Any
) -> None:
    conflict = "Conflict: terminated by other getUpdates request"
    await tg.fault("error", "getUpdates", 10, status=409, description=conflict)
    async with start() as process:
        assert await process.end() == 2
    lines = [line for line in process.log.splitlines() if "409" in line]
    assert len(lines) == 1
    assert "Traceback" not in process.log


async def test_second_bot_on_a_home_is_refused(tg: LocalTelegram, start: Start) -> None:
    async with start() as first:
        await tg.ready()
        async with start() as second:
            assert await second.end() == 2
        assert "another bot runs on the home" in second.log
        assert len(second.log.splitlines()) == 1
        first.tell(signal.SIGTERM)
        assert await first.end() == 0


async def test_telegram_out_of_reach_is_waited_for(start: Start) -> None:
    async with start(url="http://127.0.0.1:9") as process:
        await asyncio.sleep(1.5)
        process.tell(signal.SIGTERM)
        assert await process.end() == 0
    reached = [line for line in process.log.splitlines() if "cannot be reached" in line]
    assert len(reached) == 1
    assert "Traceback" not in process.log


async def test_start_goes_on_when_telegram_comes_back(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram.app._FIRST_PAUSE", 0.05)
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
    monkeypatch.setattr("bot.telegram.inbox._CONFLICT_PAUSE", 0.05)

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
