"""Updates on their way in: fetched, stored, confirmed, handed over. In this order, so that no
update is lost and none is handled twice."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections import deque
from contextlib import suppress

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.state import State
from bot.telegram.client import App, Client, RawUpdate, reason
from corpus.errors import ConfigurationError

log = logging.getLogger(__name__)

ALLOWED = ("message", "edited_message")
"""The kinds of updates asked for."""

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
_PRUNE_SECONDS = 3_600.0


class Inbox:
    """Polls for updates and puts the new ones into the application's queue."""

    def __init__(self, application: App, bot: Client, state: State) -> None:
        self._queue = application.update_queue
        self._bot = bot
        self._state = state
        self._offset: int | None = None
        self._pause = 0.0
        self._conflicts: deque[float] = deque()

    async def resume(self) -> None:
        """Hand over what was stored and not dealt with before the last end."""
        if lost := self._state.interrupted(self._bot.id):
            log.warning("%s answers may or may not have been delivered; not repeated", lost)
        stored = self._state.resume(self._bot.id)
        if stored:
            log.info("%s messages from before the restart are taken up again", len(stored))
        for _, body in stored:
            await self._hand_over(json.loads(body))

    async def run(self) -> None:
        """Poll until cancelled. Raises `ConfigurationError` where polling is no use any more."""
        started = pruned = asyncio.get_running_loop().time()
        while True:
            now = asyncio.get_running_loop().time()
            try:
                await self._poll()
                if now - pruned > _PRUNE_SECONDS:
                    self._state.prune(self._bot.id)
                    pruned = now
            except InvalidToken:
                raise ConfigurationError(REJECTED) from None
            except Conflict as error:
                await self._end_webhook(error)
                self._count_conflict(now, settled=now - started > _CONFLICT_SECONDS)
                await asyncio.sleep(_CONFLICT_PAUSE)
            # the last two: an answer that is JSON of another shape
            except (TelegramError, sqlite3.Error, LookupError, TypeError) as error:
                await self._wait_out(error)

    async def _poll(self) -> None:
        fetched = await self._bot.fetch(self._offset, ALLOWED)
        if self._pause:
            log.info("updates arrive again")
            self._pause = 0.0
        updates = [update for update in fetched if isinstance(update["update_id"], int)]
        stored = [(update["update_id"], _packed(update)) for update in updates]
        new = set(self._state.take(self._bot.id, stored))
        if updates:
            self._offset = max(update["update_id"] for update in updates) + 1
        for update in updates:
            if update["update_id"] in new:
                new.discard(update["update_id"])
                await self._hand_over(update)

    async def _hand_over(self, update: RawUpdate) -> None:
        try:
            parsed = Update.de_json(update, self._bot)
        except Exception as error:  # one malformed update must not cost the others
            log.warning("an update could not be read and is left out: %s", type(error).__name__)
            self._state.finish(self._bot.id, update["update_id"])
            return
        await self._queue.put(parsed)

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


def _packed(update: RawUpdate) -> str:
    return json.dumps(update, separators=(",", ":"))
