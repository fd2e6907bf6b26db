"""Shows in the chat that the bot is working: *typing*, and in a private chat after a while a draft
that says so."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.telegram.client import Client, reason
from bot.telegram.delivery import Destination

log = logging.getLogger(__name__)

# Telegram shows an action for five seconds, and a draft for thirty.
_SECONDS = 4.0
# How long a ready answer waits for the first action to be shown.
_GRACE = 0.5
# How long it waits for a draft on its way, which would be seen below it if it came later.
_DRAFT_SECONDS = 2.0

Draft = Callable[[], Awaitable[str]]
"""Gives the text of a draft, when it is needed."""


class Typing:
    """Shows the action, again and again where it takes long. Drafts take its place there, unless
    the server refuses one: then none is sent again."""

    def __init__(self, bot: Client) -> None:
        self._bot = bot
        self._tasks: set[asyncio.Task[None]] = set()
        self._drafts: bool | None = None

    @contextlib.asynccontextmanager
    async def shown(self, place: Destination, draft: Draft | None = None) -> AsyncIterator[None]:
        """Typing is shown while this is entered, and for a moment however soon it is left."""
        shown, over, drafting = asyncio.Event(), asyncio.Event(), asyncio.Event()
        typing = asyncio.create_task(self._keep(place, draft, shown, over, drafting))
        self._tasks.add(typing)
        typing.add_done_callback(self._tasks.discard)
        try:
            yield
            await _wait(shown, _GRACE)
        finally:
            # an action on its way ends by itself: to break it off would cost its connection
            over.set()
            if drafting.is_set():
                await asyncio.wait({typing}, timeout=_DRAFT_SECONDS)

    async def _keep(
        self,
        place: Destination,
        draft: Draft | None,
        shown: asyncio.Event,
        over: asyncio.Event,
        drafting: asyncio.Event,
    ) -> None:
        while not over.is_set():
            slow = shown.is_set()
            if not (slow and draft and self._drafts):
                await self._type(place)
            shown.set()
            if slow and draft and self._drafts is not False and not over.is_set():
                drafting.set()
                await self._draft(place, draft)
                drafting.clear()
            await _wait(over, _SECONDS)

    async def _type(self, place: Destination) -> None:
        try:
            await self._bot.send_chat_action(
                place.chat, ChatAction.TYPING, message_thread_id=place.thread
            )
        except TelegramError as error:
            log.debug("typing could not be shown: %s", reason(error))

    async def _draft(self, place: Destination, draft: Draft) -> None:
        """Show a draft of the answer; the server's own answer decides whether another is sent."""
        try:
            await self._bot.send_message_draft(
                place.chat,
                place.message,
                await draft(),
                place.thread,
                read_timeout=_DRAFT_SECONDS,
            )
            self._drafts = True
        # a server without the method answers as if the token were wrong
        except (BadRequest, InvalidToken) as error:
            log.info("the server takes no drafts, typing is shown instead: %s", reason(error))
            self._drafts = False
        except TelegramError as error:
            log.debug("a draft could not be shown: %s", reason(error))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event, and at most so long."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
