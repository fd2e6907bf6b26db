"""The editors' commands: /ingest, /channel, /remove, /stats, /pin."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CommandHandler, MessageHandler, filters

from bot.desk import Desk, pinned_id
from bot.render.telegram_lists import choice_html, ingested_html, removed_html, stats_html
from bot.render.telegram_text import note
from bot.state import State
from bot.telegram.access import Access
from bot.telegram.addressing import after_command, command_of, question_in, replies_to
from bot.telegram.channels import Channels
from bot.telegram.client import Client, Context, reason
from bot.telegram.events import Event
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.questions import Questions
from bot.telegram.received import Links, Received, TooLarge, links_in, received
from bot.telegram.workers import Workers
from bot.words import Words
from corpus.errors import InputError
from corpus.types import Article

log = logging.getLogger(__name__)

WAITING = 16
"""Commands that may wait for the one being carried out: each takes the writer's lock."""

# A caption that may begin with the command; the rest is seen by its entities.
_INGEST = re.compile(r"/ingest\b", re.IGNORECASE)
_NEW = filters.UpdateType.MESSAGE


class _PastedLinks(filters.MessageFilter):
    """A message in a private chat in which an editor wrote links and nothing else. Of others it is
    what any text is: nothing they write makes the bot fetch anything."""

    def __init__(self, access: Access) -> None:
        super().__init__("pasted links")
        self._access = access

    def filter(self, message: Message) -> bool:
        return (
            message.chat.type == ChatType.PRIVATE
            and self._access.is_editor(message)
            and links_in(message.text or "") is not None
        )


class Editors:
    """The handlers. `workers` is a thread of their own, so that no question waits for the work."""

    def __init__(
        self,
        bot: Client,
        questions: Questions,
        state: State,
        access: Access,
        workers: Workers,
    ) -> None:
        self._bot = bot
        self._questions = questions
        self._state = state
        self._access = access
        self._events = questions.events
        self._zone = next(event.desk.now.tzinfo for event in questions.events if event.desk)
        self._workers = workers
        self._channels = Channels(bot, questions, state)

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        document = _NEW & filters.Document.ALL & filters.CaptionRegex(_INGEST)
        return [
            CommandHandler("ingest", self.ingest, _NEW),
            MessageHandler(document, self.ingest),
            CommandHandler("channel", self.channel, _NEW),
            CommandHandler("remove", self.remove, _NEW),
            CommandHandler("stats", self.stats, _NEW),
            CommandHandler("pin", self.pin, _NEW),
            MessageHandler(_NEW & _PastedLinks(self._access), self.link),
        ]

    async def ingest(self, update: Update, context: Context) -> None:
        asked = await self._asked(update)
        message = update.effective_message
        if asked is None or message is None:
            return
        try:
            found = await received(message, self._zone)
        except TooLarge:
            await self._questions.say(asked, "ingest_too_large")
            return
        except TelegramError as error:
            log.warning("a file could not be fetched: %s", reason(error))
            await self._questions.say(asked, "ingest_not_fetched")
            return
        if found is None:
            await self._questions.say(asked, "ingest_hint")
        else:
            await self._write(asked, lambda desk, interface: _ingested(desk, found, interface))

    async def link(self, update: Update, context: Context) -> None:
        message = update.effective_message
        links = links_in(message.text or "") if message else None
        if message and links:
            asked = IncomingQuestion.of(message, update.update_id)
            await self._write(asked, lambda desk, interface: _ingested(desk, links, interface))

    async def channel(self, update: Update, context: Context) -> None:
        asked = await self._asked(update)
        message = update.effective_message
        if asked and message:
            await self._channels.carry_out(asked, message)

    async def remove(self, update: Update, context: Context) -> None:
        asked = await self._asked(update)
        message = update.effective_message
        if asked is None or message is None:
            return
        names, replied = after_command(message).split(), message.reply_to_message
        if names:
            await self._write(asked, lambda desk, interface: _removed(desk, names, interface))
            return
        answer = replied and self._state.asked(self._bot.id, message.chat_id, replied.message_id)
        if replied and answer and answer.receipts:
            receipts = answer.receipts
            asked = self._about(asked, replied)
            await self._write(asked, lambda desk, interface: _removed_of(desk, receipts, interface))
        else:
            await self._questions.say(asked, "remove_hint")

    async def stats(self, update: Update, context: Context) -> None:
        asked = await self._asked(update)
        if asked is None:
            return
        midnight = datetime.now(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        today = self._state.asked_since(self._bot.id, midnight)
        thumbs = self._state.count_feedback(self._bot.id)
        pinned = len(self._state.pinned(self._bot.id))
        await self._write(
            asked,
            lambda desk, interface: stats_html(desk.holdings(), today, thumbs, pinned, interface),
        )

    async def pin(self, update: Update, context: Context) -> None:
        asked = await self._asked(update)
        message = update.effective_message
        if asked is None or message is None:
            return
        replied = message.reply_to_message
        if replied is None:
            await self._questions.say(asked, "pin_hint")
            return
        known = self._state.asked(self._bot.id, message.chat_id, replied.message_id)
        if known is None and replies_to(message, self._bot):
            await self._questions.say(asked, "pin_unknown")
            return
        question = known.question if known else question_in(replied, self._bot)
        receipt = known.receipt if known else None
        if not question:
            await self._questions.say(asked, "pin_hint")
        elif await self._write(
            self._about(asked, replied),
            lambda desk, interface: _pinned(desk, question, receipt, interface),
        ):
            number = known.message if known else replied.message_id
            self._state.pin(self._bot.id, message.chat_id, number, pinned_id(question))

    async def _asked(self, update: Update) -> IncomingQuestion | None:
        """The command to be answered, where an editor gave it; others are told in one line that
        they may not, in a group only where they named this bot."""
        message = update.effective_message
        command = command_of(message) if message else None
        if message is None or command is None or not self._is_ours(command[1]):
            return None
        asked = IncomingQuestion.of(message, update.update_id)
        if self._access.is_editor(message):
            return asked
        if message.chat.type == ChatType.PRIVATE or command[1]:
            await self._questions.say(asked, "editors_only")
        return None

    def _is_ours(self, named: str | None) -> bool:
        return named in (None, str(self._bot.username).lower())

    def _about(self, asked: IncomingQuestion, replied: Message) -> IncomingQuestion:
        """A command in reply to an answer, which is about the event of that."""
        event = self._events.of_message(replied.chat_id, replied.message_id)
        return asked.at(self._events.at(asked.place, event)) if event else asked

    async def _write(self, asked: IncomingQuestion, write: Callable[[Desk, Words], str]) -> bool:
        def written(event: Event, interface: Words) -> str:
            assert event.desk
            return write(event.desk, interface)

        return await self._questions.write(
            asked, written, workers=self._workers, failed="editor_failed"
        )


def _ingested(desk: Desk, found: Received | Links, interface: Words) -> str:
    if isinstance(found, Links):
        report, articles, lists = desk.ingest_links(found.addresses)
        return ingested_html(report, articles, interface, lists)
    report, articles = desk.ingest(found.content, found.name, found.given)
    return ingested_html(report, articles, interface)


def _removed(desk: Desk, names: list[str], interface: Words) -> str:
    found, lines = list[Article](), list[str]()
    for name in dict.fromkeys(names):
        try:
            article = desk.article(name)
        except InputError:
            article = None
        if article:
            found.append(article)
        else:
            known = desk.is_removed(name.lower())
            key = "remove_before" if known else "remove_unknown"
            lines.append(note(interface.say(key, name=name[:40]), interface))
    if found:
        desk.remove([article.id for article in found])
        lines.append(removed_html(found, interface))
    return "\n\n".join(lines[-20:])


def _removed_of(desk: Desk, receipts: tuple[str, ...], interface: Words) -> str:
    """Of an answer that quotes one article, this article; of others, which there are."""
    articles = desk.articles(receipts)
    if len(articles) > 1:
        return choice_html(articles, interface)
    if not articles:
        return note(interface.say("remove_hint"), interface)
    return _removed(desk, [articles[0].id], interface)


def _pinned(desk: Desk, question: str, receipt: str | None, interface: Words) -> str:
    case = desk.pin(question, receipt)
    key = "pinned" if case.expect.answered else "pinned_absence"
    return note(interface.say(key, name=case.id), interface)
