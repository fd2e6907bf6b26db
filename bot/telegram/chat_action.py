"""The chat sees that the bot is typing while an answer is made."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.telegram.client import Client, reason
from bot.telegram.delivery import Destination

log = logging.getLogger(__name__)

# Telegram shows an action for five seconds.
_SECONDS = 4.0
# How long a ready answer waits for the first action to be shown.
_GRACE = 0.5


class Typing:
    """Shows the action, again and again where it takes long."""

    def __init__(self, bot: Client) -> None:
        self._bot = bot
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def shown(self, place: Destination) -> AsyncIterator[None]:
        """Typing is shown while this is entered, and for a moment however soon it is left."""
        shown, over = asyncio.Event(), asyncio.Event()
        typing = asyncio.create_task(self._keep(place, shown, over))
        self._tasks.add(typing)
        typing.add_done_callback(self._tasks.discard)
        try:
            yield
            await _wait(shown, _GRACE)
        finally:
            # an action on its way ends by itself: to break it off would cost its connection
            over.set()

    async def _keep(self, place: Destination, shown: asyncio.Event, over: asyncio.Event) -> None:
        while not over.is_set():
            try:
                await self._bot.send_chat_action(
                    place.chat, ChatAction.TYPING, message_thread_id=place.thread
                )
            except TelegramError as error:
                log.debug("typing could not be shown: %s", reason(error))
            shown.set()
            await _wait(over, _SECONDS)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event, and at most so long."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
