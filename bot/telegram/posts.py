"""Posts of channels that the bot is a member of, taken as they come where an editor has that done.

Posts that come while others are being taken wait and are taken together, so that the index is
brought up to date once for all of them. A post is dealt with when it is in the coverage: one that a
kill or a stop interrupts is taken up again at the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, tzinfo

from telegram import (
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.desk import Desk
from bot.state import State
from bot.telegram.client import Client, Context
from bot.telegram.events import Events
from bot.telegram.workers import Busy, Workers
from corpus.errors import HomeError
from corpus.read.telegram.posts import Channel, Post, post_document
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
# What the Bot API puts before the number of a channel.
_OF_CHANNELS = "-100"


class Posts:
    """The handlers of new and edited posts."""

    def __init__(self, bot: Client, state: State, events: Events, workers: Workers) -> None:
        self._bot = bot
        self._state = state
        self._events = events
        self._workers = workers
        self._waiting: list[tuple[Desk, RawDocument, asyncio.Future[None]]] = []
        self._turn = asyncio.Lock()

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [MessageHandler(filters.UpdateType.CHANNEL_POSTS, self.post)]

    async def post(self, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or not self._state.takes_posts(self._bot.id, message.chat_id):
            return
        # a channel from before there were several is of the event without a key
        event = self._events.chosen(message.chat_id) or self._events.keyed("")
        if event is None or event.desk is None:
            log.warning("a post was not taken: no event that is served is that of its channel")
            return
        document = post_of(message, event.desk.now.tzinfo)
        if isinstance(document, Rejection):
            log.warning("a post was not taken: %s: %s", document.source, document.reason)
        elif document is not None:
            await self._taken(event.desk, document)

    async def _taken(self, desk: Desk, document: RawDocument) -> None:
        """Wait until the post is in the coverage, with all that came meanwhile."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((desk, document, done))
        async with self._turn:
            if done.done():
                return
            waiting, self._waiting = self._waiting, []
            for each in {desk: None for desk, _, _ in waiting}:
                await self._take(each, [post for desk, post, _ in waiting if desk is each])
            for _, _, taken in waiting:
                taken.set_result(None)

    async def _take(self, desk: Desk, posts: Sequence[RawDocument]) -> None:
        """Take posts, again and again while the home cannot be written."""
        pause = _FIRST_PAUSE
        while True:
            try:
                report = await self._workers.run(lambda: desk.take_posts(posts))
            except (Busy, HomeError) as error:
                if isinstance(error, HomeError):
                    log.warning("%s posts wait: %s", len(posts), error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception:
                if len(posts) > 1:  # one may spoil the others
                    for post in posts:
                        await self._take(desk, [post])
                    return
                log.exception("a post was not taken: %s", posts[0].given.path)
                return
            else:
                for rejection in report.rejected:
                    log.warning("a post was not taken: %s: %s", rejection.source, rejection.reason)
                return


def post_of(message: Message, zone: tzinfo | None) -> RawDocument | Rejection | None:
    """A post as a document, its days those of `zone`; `None` for one without a text."""
    text = message.text or message.caption or ""
    if not text.strip():
        return None
    chat = message.chat
    number = str(chat.id).removeprefix(_OF_CHANNELS)
    address = f"https://t.me/{chat.username or f'c/{number}'}"
    post = Post(
        message.message_id,
        text,
        _day(DateKind.PUBLISHED, message.date, zone),
        _day(DateKind.UPDATED, message.edit_date, zone) if message.edit_date else None,
        _name_of(message.forward_origin) if message.forward_origin else None,
        message.author_signature,
    )
    path = f"{address}/{message.message_id}"
    return post_document(post, Channel(chat.title, address), Source(path=path))


def _day(kind: DateKind, moment: datetime, zone: tzinfo | None) -> SourceDate:
    there = moment.astimezone(zone)
    return SourceDate(kind, there.date(), f"post, {there.isoformat(timespec='minutes')}")


def _name_of(origin: MessageOrigin) -> str | None:
    """Whom a post was forwarded from."""
    match origin:
        case MessageOriginChannel():
            return origin.chat.title
        case MessageOriginChat():
            return origin.sender_chat.title
        case MessageOriginHiddenUser():
            return origin.sender_user_name
        case MessageOriginUser():
            return origin.sender_user.full_name
    return None
