"""Long polling: fetch, store, confirm with the next fetch."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.telegram.client import LONG_POLL_SECONDS, Client, reason
from bot.telegram.inbox import Inbox
from corpus.database import FAULTS
from corpus.errors import ConfigurationError

log = logging.getLogger(__name__)

REJECTED = "Telegram rejects the token: correct PULLQUOTE_TELEGRAM__TOKEN"
CONFLICT = (
    "another program receives this bot's messages (409 Conflict):"
    " stop it, or give this one a token of its own"
)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
# Two pollers end each other's polls in turn. The one that came later gives way; a long poll left
# over by a killed process makes one conflict and no more.
_CONFLICT_SECONDS = 60.0
_CONFLICT_PAUSE = 1.0
_MOST_CONFLICTS_NEW, _MOST_CONFLICTS_SETTLED = 3, 8


class Polling:
    """Asks Telegram for updates, over and over."""

    def __init__(self, bot: Client, inbox: Inbox, failed: Callable[[TelegramError], None]) -> None:
        """`failed` is told of every poll that fails."""
        self._bot = bot
        self._failed = failed
        self._inbox = inbox
        self._offset: int | None = None
        self._pause = 0.0
        self._conflicts: deque[float] = deque()

    @property
    def is_steady(self) -> bool:
        """Whether the last poll succeeded."""
        return not self._pause

    async def run(self) -> None:
        """Poll until cancelled. Raises `ConfigurationError` where polling is no use any more."""
        started = asyncio.get_running_loop().time()
        while True:
            now = asyncio.get_running_loop().time()
            try:
                await self._poll()
                self._inbox.prune()
            except InvalidToken:
                raise ConfigurationError(REJECTED) from None
            except Conflict as error:
                await self._end_webhook(error)
                self._count_conflict(now, settled=now - started > _CONFLICT_SECONDS)
                await asyncio.sleep(_CONFLICT_PAUSE)
            # the last one: an answer that is JSON of another shape
            except (TelegramError, *FAULTS, TypeError) as error:
                await self._wait_out(error)

    async def _poll(self) -> None:
        # after a fault it does not wait, so that soon it is known to be over
        seconds = 0 if self._pause else LONG_POLL_SECONDS
        try:
            fetched = await self._bot.fetch(self._offset, self._inbox.allowed, seconds)
        except TelegramError as error:
            self._failed(error)
            raise
        if self._pause:
            log.info("updates arrive again")
            self._pause = 0.0
        highest = await self._inbox.take(fetched)
        if highest is not None:
            self._offset = highest + 1

    async def _end_webhook(self, error: Conflict) -> None:
        """Remove the webhook that keeps polls from succeeding, if it is that; what it has not
        delivered is kept."""
        if "webhook" in str(error).lower():
            with suppress(TelegramError):
                await self._bot.delete_webhook(drop_pending_updates=False)
                log.warning("a webhook was set for this bot; it is removed, for this bot polls")

    def _count_conflict(self, now: float, settled: bool) -> None:
        self._conflicts.append(now)
        while self._conflicts[0] < now - _CONFLICT_SECONDS:
            self._conflicts.popleft()
        if len(self._conflicts) > (_MOST_CONFLICTS_SETTLED if settled else _MOST_CONFLICTS_NEW):
            raise ConfigurationError(CONFLICT) from None

    async def _wait_out(self, error: Exception) -> None:
        """Pause, longer each time; the first of several faults in a row is logged."""
        if not self._pause:
            log.warning("no updates for the moment, trying again: %s", reason(error))
        self._pause = min(2 * self._pause, _LONGEST_PAUSE) or _FIRST_PAUSE
        seconds = self._pause
        if isinstance(error, RetryAfter) and not isinstance(error.retry_after, int):
            seconds = max(seconds, error.retry_after.total_seconds())
        await asyncio.sleep(seconds)
