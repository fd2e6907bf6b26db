"""Incoming updates: stored first, then passed on, so that none is lost and none is handled twice.
The receiver confirms them to Telegram after `take`."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from typing import Any, Protocol

from telegram import Update

from bot.state import State
from bot.telegram.client import App, Client, RawUpdate
from bot.telegram.given_up import GivenUp
from corpus.database import FAULTS

log = logging.getLogger(__name__)

ALLOWED = (
    *("message", "edited_message", "channel_post", "edited_channel_post"),
    *("callback_query", "inline_query", "message_reaction"),
)
"""The kinds of updates asked for."""

GUEST = "guest_message"
"""The kind that is asked for only where the bot answers in chats it is not in."""

LOOK_SECONDS = 5.0
"""Between two looks at what other processes have left."""

GONE_SECONDS = 10.0
"""A process whose connection is gone for so long has ended; what is shorter passes."""

_PRUNE_SECONDS = 3_600.0
# The largest integer of the database; Telegram's ids are far smaller.
_LARGEST_ID = 2**63 - 1


class Receiving(Protocol):
    """What brings the updates: by polling, or by a webhook."""

    @property
    def is_steady(self) -> bool:
        """Whether Telegram was reached the last time."""

    async def run(self) -> None:
        """Receive until cancelled. Raises `ConfigurationError` if that is no use any more."""


class Inbox:
    """Puts new updates into the application's queue; of `allowed` kinds."""

    def __init__(
        self,
        application: App,
        bot: Client,
        state: State,
        in_hand: set[int],
        allowed: Sequence[str] = ALLOWED,
    ) -> None:
        """`in_hand` are the updates handed over and not yet dealt with."""
        self._in_hand = in_hand
        self.allowed = tuple(allowed)
        self._queue = application.update_queue
        self._bot = bot
        self._state = state
        self._pruned = time.monotonic()
        self._last: float | None = None

    @property
    def last_update_age(self) -> float | None:
        """Seconds since the last update arrived; None where none did since the start."""
        return None if self._last is None else time.monotonic() - self._last

    async def resume(self) -> None:
        """Hand over what was stored and not dealt with before the last end."""
        if lost := self._state.interrupted(self._bot.id):
            log.warning("%s answers may or may not have been delivered; not repeated", lost)
        await self._take_up(0.0)

    async def watch_others(self) -> None:
        """Where other processes serve the bot too, take up what those that ended have left, and
        what this one could not deal with while the store was out of reach."""
        failed = False
        while self._state.is_shared:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._take_up(GONE_SECONDS)
                failed = False
            except FAULTS as error:
                if not failed:
                    log.error("what others have left could not be looked at: %s", error)
                failed = True

    async def _take_up(self, seconds: float) -> None:
        for update, body in self._state.give_up(self._bot.id, self._in_hand, seconds):
            log.error("update %s is given up: each time it was taken up the process ended", update)
            if parsed := self._read(json.loads(body)):
                await self._queue.put(GivenUp(parsed))
        stored = self._state.resume(self._bot.id, self._in_hand, seconds)
        if stored:
            log.info("%s messages that were left are taken up again", len(stored))
        for _, body in stored:
            await self._hand_over(json.loads(body))

    async def take(self, received: Sequence[Any]) -> int | None:
        """Store what was received and hand over what is new; returns the highest update_id.

        One malformed update costs no other. Raises one of `FAULTS` where nothing could be stored.
        """
        updates = [update for update in received if _is_update(update)]
        if len(updates) < len(received):
            log.warning("%s updates without an id are left out", len(received) - len(updates))
        if not updates:
            return None
        stored = [(update["update_id"], _packed(update)) for update in updates]
        new = set(self._state.take(self._bot.id, stored))
        self._last = time.monotonic()
        for update in updates:
            if update["update_id"] in new:
                new.discard(update["update_id"])
                await self._hand_over(update)
        return max(int(update["update_id"]) for update in updates)

    def prune(self) -> None:
        """Forget what is old, once in a while. Raises one of `FAULTS`."""
        if time.monotonic() - self._pruned > _PRUNE_SECONDS:
            self._state.prune(self._bot.id)
            self._pruned = time.monotonic()

    async def _hand_over(self, update: RawUpdate) -> None:
        if parsed := self._read(update):
            self._in_hand.add(parsed.update_id)
            await self._queue.put(parsed)
        else:
            self._state.finish(self._bot.id, update["update_id"])

    def _read(self, update: RawUpdate) -> Update | None:
        try:
            return Update.de_json(update, self._bot)
        except Exception as error:
            log.warning("an update could not be read and is left out: %s", type(error).__name__)
            return None


def _is_update(update: object) -> bool:
    if not isinstance(update, dict):
        return False
    number = update.get("update_id")
    return isinstance(number, int) and 0 <= number <= _LARGEST_ID


def _packed(update: RawUpdate) -> str:
    return json.dumps(update, separators=(",", ":"))
