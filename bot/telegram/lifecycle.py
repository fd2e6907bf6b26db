"""The life of the bot: connected, receiving, and stopped with what is in hand finished."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass

from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.telegram.client import App, Client, reason
from bot.telegram.in_flight import InHand
from bot.telegram.inbox import Inbox, Receiving
from bot.telegram.menus import set_menus
from bot.telegram.polling import REJECTED
from bot.telegram.watch import Watch
from bot.telegram.workers import Workers
from corpus.errors import ConfigurationError

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What lives as long as the bot. `health` is entered first; `grace` is in seconds."""

    application: App
    bot: Client
    in_hand: InHand
    inbox: Inbox
    receiving: Receiving
    watch: Watch
    workers: tuple[Workers, ...]
    health: AbstractAsyncContextManager[None]
    grace: float
    editors: frozenset[int] = frozenset()


async def serve_until_told(parts: ServiceParts) -> int:
    """Run until SIGTERM or SIGINT; 0 after an orderly stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    told = asyncio.create_task(stop.wait())
    answering = asyncio.create_task(_serve(parts, told))
    await asyncio.wait({told, answering}, return_when=asyncio.FIRST_COMPLETED)
    if not parts.application.running:
        answering.cancel()  # it still tries to connect
    with suppress(asyncio.CancelledError):
        await answering
    told.cancel()
    log.info("stopped")
    return 0


async def _serve(parts: ServiceParts, told: asyncio.Task[bool]) -> None:
    async with running(parts) as receiving:
        await asyncio.wait({told, receiving}, return_when=asyncio.FIRST_COMPLETED)
        if receiving.done():
            receiving.result()


@asynccontextmanager
async def running(parts: ServiceParts) -> AsyncIterator[asyncio.Task[None]]:
    """Connected and receiving while entered; gives the receiving task, which ends only by a
    fault."""
    tasks: list[asyncio.Task[None]] = []
    async with parts.health:
        try:
            await _connect(parts)
            await parts.application.start()
            tasks.append(asyncio.create_task(set_menus(parts.bot, parts.editors)))
            await parts.inbox.resume()
            tasks.append(asyncio.create_task(parts.inbox.watch_others()))
            tasks.append(asyncio.create_task(parts.watch.run()))
            tasks.append(receiving := asyncio.create_task(parts.receiving.run()))
            yield receiving
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _stop(parts)
            await parts.application.shutdown()
            await parts.bot.shutdown()  # the application leaves it open where it never connected
            for workers in parts.workers:
                workers.close()


async def _connect(parts: ServiceParts) -> None:
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


async def _stop(parts: ServiceParts) -> None:
    """Finish what is in hand within the grace; the rest is taken up at the next start."""
    if not parts.application.running:
        return
    stopping = asyncio.create_task(parts.application.stop())
    await asyncio.wait({stopping}, timeout=parts.grace)
    if not stopping.done():
        left = parts.in_hand.let_go()
        log.warning("%s questions are left for the next start", left)
    await stopping
