"""Telegram's limits on sending: a queue for each chat, so that one that must wait stops no other.

A message is tried again only where it certainly was not taken: the server asked to wait (429), or
no connection came about. After anything else it may have been delivered.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import httpx
from telegram.error import NetworkError, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.state import State
from bot.state.sending import Rate
from corpus.database import FAULTS

log = logging.getLogger(__name__)

# python-telegram-bot warns of every waiting time it reads as seconds that it is going to be a
# timedelta; the bot asks for timedeltas now. The variable is read at each use.
os.environ.setdefault("PTB_TIMEDELTA", "true")

PACED = frozenset({"sendMessage", "sendPhoto", "sendDocument", "editMessageText"})
"""The methods that count as messages; chat actions and the rest go out at once."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
# The server gives whole seconds, measured by its own clock.
_SLACK = 0.1
_MOST_IDLE_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """See https://core.telegram.org/bots/faq, "My bot is hitting limits"."""

    private: Rate = (1, 1.0)
    group: Rate = (20, 60.0)
    overall: Rate = (30, 1.0)


DEFAULT = Limits()
UNLIMITED = Limits(private=(10_000, 1.0), group=(10_000, 1.0), overall=(10_000, 1.0))
"""For a server that has no limits of its own."""


class Attempt(Protocol):
    """What wants to know when a message really leaves."""

    def starts(self) -> None:
        """The request goes out now: from here on the message may be delivered."""

    def refused(self) -> None:
        """It certainly was not; it waits for another try."""


class Shared:
    """The places of a bot in a state that other processes share."""

    def __init__(self, state: State, bot: int) -> None:
        self._state = state
        self._bot = bot

    def take(self, chat: str, rate: Rate, overall: Rate) -> float:
        return self._state.take_place(self._bot, chat, rate, overall)

    def came(self, chat: str) -> None:
        with suppress(*FAULTS):  # it was sent, whatever is kept of it
            self._state.message_came(self._bot, chat)


class ChatLimiter(BaseRateLimiter[Attempt]):
    """Holds messages back so that Telegram's limits are kept, and waits if they were not."""

    def __init__(
        self,
        limits: Limits | None = None,
        shared: Shared | None = None,
        failed: Callable[[TelegramError], None] = lambda error: None,
    ) -> None:
        """With `shared` other processes send for the same bot, and all of them are counted.
        `failed` is told of every call that fails, also where it is made again."""
        self._failed = failed
        self._limits = limits or Limits()
        self._shared = shared
        self._overall = _Window(self._limits.overall)
        self._lines: dict[str, _Line] = {}

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do: who waits is cancelled with its update."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Attempt | None,
    ) -> Any:
        """Make the request when it is its chat's turn."""

        async def request() -> Any:
            try:
                return await callback(*args, **kwargs)
            except TelegramError as error:
                self._failed(error)
                raise

        if endpoint not in PACED or "chat_id" not in data:
            return await request()
        line = self._line(str(data["chat_id"]))
        line.waiting += 1
        try:
            async with line.turn:
                return await self._send(request, line, rate_limit_args)
        finally:
            line.waiting -= 1

    def _line(self, chat: str) -> _Line:
        if chat not in self._lines:
            if len(self._lines) >= _MOST_IDLE_LINES:
                now = asyncio.get_running_loop().time()
                busy = {k: v for k, v in self._lines.items() if v.waiting or not v.window.idle(now)}
                self._lines = busy
            rate = self._limits.group if chat.startswith(("-", "@")) else self._limits.private
            self._lines[chat] = _Line(chat, rate, _Window(rate))
        return self._lines[chat]

    async def _send(
        self,
        request: Callable[[], Coroutine[Any, Any, Any]],
        line: _Line,
        attempt: Attempt | None,
    ) -> Any:
        pause = _FIRST_PAUSE
        while True:
            await self._wait(line)
            if attempt:
                attempt.starts()
            try:
                answer = await request()
                # Telegram counts from when the message came, which was between the two
                self._came(line)
                return answer
            except RetryAfter as error:
                seconds = _seconds(error.retry_after) + _SLACK
                log.info("Telegram asks to wait %.0f s in one chat", seconds)
            except NetworkError as error:
                if not never_left(error):
                    raise
                seconds, pause = pause, min(2 * pause, _LONGEST_PAUSE)
            if attempt:
                attempt.refused()
            await asyncio.sleep(seconds)

    async def _wait(self, line: _Line) -> None:
        """Wait until the chat and all chats together have a place free, and take it."""
        while True:
            seconds = self._take(line)
            if seconds <= 0:
                return
            await asyncio.sleep(seconds)

    def _take(self, line: _Line) -> float:
        """Take a place if there is one; else after how many seconds there may be."""
        if self._shared:
            return self._shared.take(line.chat, line.rate, self._limits.overall)
        now = asyncio.get_running_loop().time()
        seconds = max(line.window.wait(now), self._overall.wait(now))
        if seconds <= 0:
            line.window.take(now)
            self._overall.take(now)
        return seconds

    def _came(self, line: _Line) -> None:
        if self._shared:
            self._shared.came(line.chat)
        else:
            line.window.came(asyncio.get_running_loop().time())


class _Window:
    """When the last messages went out, on the loop's clock."""

    def __init__(self, rate: Rate) -> None:
        self._seconds = rate[1]
        self._taken: deque[float] = deque(maxlen=rate[0])

    def wait(self, now: float) -> float:
        full = len(self._taken) == self._taken.maxlen
        return self._taken[0] + self._seconds - now if full else 0.0

    def take(self, now: float) -> None:
        self._taken.append(now)

    def came(self, now: float) -> None:
        """The message that took the last place is there by now."""
        self._taken[-1] = now

    def idle(self, now: float) -> bool:
        return not self._taken or self._taken[-1] + self._seconds <= now


@dataclass(slots=True)
class _Line:
    chat: str
    rate: Rate
    window: _Window
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


def never_left(error: NetworkError) -> bool:
    """Whether the request certainly did not reach the server."""
    return isinstance(
        error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
    )


def _seconds(wait: float | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else wait
