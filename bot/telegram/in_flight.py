"""The updates being handled: many at once, each marked as dealt with when it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, cast

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.state import State
from bot.telegram.client import Client, Context
from corpus.database import FAULTS

MOST_AT_ONCE = 512
"""More than can wait for the search, for an answer also waits for its turn to be sent."""


class InHand(BaseUpdateProcessor):
    """Handles each update in a task of its own, and can let go of them all. `ids` are those of the
    updates that were handed over and are not dealt with."""

    __slots__ = ("_bot", "_closed", "_left", "_state", "_tasks", "handled", "ids")

    def __init__(self, bot: Client, state: State) -> None:
        super().__init__(MOST_AT_ONCE)
        self._bot = bot
        self._state = state
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False
        self._left: set[int] = set()
        self.handled = 0
        self.ids: set[int] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        task = asyncio.current_task()
        if self._closed or task is None:
            cast(Coroutine[Any, Any, Any], coroutine).close()
            return
        self._tasks.add(task)
        try:
            await coroutine
        finally:
            self._tasks.discard(task)
        # not reached when cancelled: such an update is taken up again at the next start
        if isinstance(update, Update):
            try:
                if update.update_id not in self._left:
                    self._state.finish(self._bot.id, update.update_id)
                    self.handled += 1
            finally:
                self._left.discard(update.update_id)
                self.ids.discard(update.update_id)

    async def leave(self, update: object, context: Context) -> None:
        """What could not be handled since a shared store was out of reach is taken up again."""
        if (
            self._state.is_shared
            and isinstance(update, Update)
            and isinstance(context.error, FAULTS)
        ):
            self._left.add(update.update_id)

    def let_go(self) -> int:
        """Stop all that is in hand and take no more; returns how many were stopped."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        return len(self._tasks)

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""
