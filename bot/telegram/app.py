"""The bot as a whole: built, connected, polling, and stopped with what is in hand finished."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application

from bot.state import FILE, State
from bot.telegram.client import App, Client, Context, connect, reason
from bot.telegram.commands import Commands, set_menus
from bot.telegram.delivery import Delivery
from bot.telegram.groups import Groups
from bot.telegram.inbox import REJECTED, Inbox
from bot.telegram.inhand import InHand
from bot.telegram.limiter import ChatLimiter, Limits
from bot.telegram.private import Private
from bot.telegram.questions import Answering, Questions
from bot.telegram.redaction import quieten, redacted
from bot.telegram.workers import Workers
from corpus.errors import ConfigurationError, HomeError

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger(__name__)

BASE_URL = "https://api.telegram.org/bot"
BASE_FILE_URL = "https://api.telegram.org/file/bot"
LOCK = "bot.lock"

GRACE_SECONDS = 10.0
"""How long questions in hand may take after the bot is told to stop."""

_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class _Parts:
    application: App
    bot: Client
    in_hand: InHand
    inbox: Inbox
    workers: Workers


def run(settings: Settings, engine: Answering) -> int:
    """Answer until SIGTERM or SIGINT; 0 after an orderly stop.

    Raises `ConfigurationError` without a token, for a rejected one (401) and where another program
    polls with it (409); `HomeError` where another bot runs on the same home.
    """
    telegram = settings.telegram
    if telegram.token is None:
        raise ConfigurationError(
            "no Telegram token: set PULLQUOTE_TELEGRAM__TOKEN to the one @BotFather gave you"
        )
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    token = telegram.token.get_secret_value()
    with redacted(token), only_bot(settings.home), State.open(settings.home / FILE) as state:
        return asyncio.run(
            _serve(
                _build(
                    engine,
                    _client(token, telegram.base_url, telegram.base_file_url, Limits()),
                    state,
                    concurrency=telegram.concurrency,
                    queue=telegram.queue,
                    limit=settings.answer.limit,
                )
            )
        )


@asynccontextmanager
async def serving(
    engine: Answering,
    *,
    token: str,
    state: State,
    base_url: str = BASE_URL,
    base_file_url: str = BASE_FILE_URL,
    concurrency: int = 2,
    queue: int = 64,
    limit: int = 3,
    limits: Limits | None = None,
    grace: float = GRACE_SECONDS,
) -> AsyncIterator[App]:
    """The application, polling and answering while it is entered, in the running event loop.

    `concurrency` threads search, `queue` questions wait for them at most, an answer has `limit`
    quotes. `limits` are those on sending; `grace` is in seconds. A local server needs a `state` of
    its own, for it numbers its updates anew. Connecting goes on until Telegram is reached. Raises
    `ConfigurationError` for a token that is rejected, and when left, where polling ended for that
    reason or because another program polls.
    """
    with redacted(token):
        bot = _client(token, base_url, base_file_url, limits or Limits())
        parts = _build(engine, bot, state, concurrency=concurrency, queue=queue, limit=limit)
        async with _running(parts, grace) as polling:
            yield parts.application
            if polling.done():
                polling.result()


@contextmanager
def only_bot(home: Path) -> Iterator[None]:
    """Inside, no other bot runs on this home. Raises `HomeError` where one does."""
    lock = FileLock(home / LOCK)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise HomeError(
            f"another bot runs on the home {home}: stop it, or choose another --home"
        ) from None
    except OSError as error:
        raise HomeError(f"cannot lock the home {home}: {error}; check its permissions") from error
    try:
        yield
    finally:
        lock.release()


def _client(token: str, base_url: str, base_file_url: str, limits: Limits) -> Client:
    if not _TOKEN.fullmatch(token):
        raise ConfigurationError(
            "the Telegram token is malformed (digits, a colon, letters): copy it from @BotFather"
        )
    for key, url in (("base_url", base_url), ("base_file_url", base_file_url)):
        if not re.match(r"https?://[^/\s]+/", url):
            raise ConfigurationError(f"telegram.{key} must be a web address that ends in bot")
    quieten()
    return connect(token, base_url, base_file_url, ChatLimiter(limits))


def _build(
    engine: Answering, bot: Client, state: State, *, concurrency: int, queue: int, limit: int
) -> _Parts:
    in_hand = InHand(bot, state)
    application: App = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .concurrent_updates(in_hand)
        .build()
    )
    workers = Workers(concurrency, queue)
    questions = Questions(engine, bot, Delivery(bot, state), workers, limit)
    application.add_handlers(
        [
            *Commands(bot, questions).handlers(),
            *Private(bot, questions).handlers(),
            *Groups(bot, questions, state).handlers(),
        ]
    )
    application.add_error_handler(_log_fault)
    return _Parts(application, bot, in_hand, Inbox(application, bot, state), workers)


async def _serve(parts: _Parts) -> int:
    """Run until told to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    told = asyncio.create_task(stop.wait())
    answering = asyncio.create_task(_serve_until(parts, told))
    await asyncio.wait({told, answering}, return_when=asyncio.FIRST_COMPLETED)
    if not parts.application.running:
        answering.cancel()  # it still tries to connect
    with suppress(asyncio.CancelledError):
        await answering
    told.cancel()
    log.info("stopped")
    return 0


async def _serve_until(parts: _Parts, told: asyncio.Task[bool]) -> None:
    async with _running(parts, GRACE_SECONDS) as polling:
        await asyncio.wait({told, polling}, return_when=asyncio.FIRST_COMPLETED)
        if polling.done():
            polling.result()


@asynccontextmanager
async def _running(parts: _Parts, grace: float) -> AsyncIterator[asyncio.Task[None]]:
    """Connected and polling while entered; gives the polling task, which ends only by a fault."""
    tasks: list[asyncio.Task[None]] = []
    try:
        await _connect(parts)
        await parts.application.start()
        tasks.append(asyncio.create_task(set_menus(parts.bot)))
        await parts.inbox.resume()
        tasks.append(polling := asyncio.create_task(parts.inbox.run()))
        yield polling
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _stop(parts, grace)
        await parts.application.shutdown()
        await parts.bot.shutdown()  # the application leaves it open where it never connected
        parts.workers.close()


async def _connect(parts: _Parts) -> None:
    """Ask Telegram who the bot is, again and again until it says so."""
    pause = 0.0
    while True:
        try:
            await parts.application.initialize()
            break
        except InvalidToken:
            raise ConfigurationError(REJECTED) from None
        except TelegramError as error:
            if not pause:
                log.warning("Telegram cannot be reached, trying again: %s", reason(error))
            pause = min(2 * pause, _LONGEST_PAUSE) or _FIRST_PAUSE
            asked = error.retry_after if isinstance(error, RetryAfter) else 0
        await asyncio.sleep(max(pause, asked if isinstance(asked, int) else asked.total_seconds()))
    log.info("answering as @%s", parts.bot.username)
    if not parts.bot.can_read_all_group_messages:
        log.info(
            "privacy mode is on: in groups, mentions may not reach the bot; people can use /ask,"
            " or make it an administrator, or switch the mode off in @BotFather (/setprivacy)"
        )


async def _stop(parts: _Parts, grace: float) -> None:
    """Finish what is in hand within `grace` seconds; the rest is taken up at the next start."""
    if not parts.application.running:
        return
    stopping = asyncio.create_task(parts.application.stop())
    await asyncio.wait({stopping}, timeout=grace)
    if not stopping.done():
        left = parts.in_hand.let_go()
        log.warning("%s questions are left for the next start", left)
    await stopping


async def _log_fault(update: object, context: Context) -> None:
    error = context.error
    if isinstance(error, TelegramError | sqlite3.Error):
        log.error("a message could not be handled: %s", reason(error))
    else:
        log.error("a message could not be handled", exc_info=error)
