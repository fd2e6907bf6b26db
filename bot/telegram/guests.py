"""Guest mode: who mentions the bot in a chat that it is not in gets one message there.

The bot cannot write to such a chat. Telegram posts what it answers to the query, once; a second
answer is refused, so that nothing is ever answered twice. Nothing is kept of what is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.render.messages import Button, Keyboard, Message
from bot.render.telegram_events import labelled
from bot.render.telegram_text import note, plain
from bot.state import State
from bot.telegram.addressing import (
    is_from_a_person,
    is_link,
    question_in,
    question_replied_to,
)
from bot.telegram.answers import Answers, Found, Manner
from bot.telegram.ask_limits import Asking
from bot.telegram.client import Client, Context, reason
from bot.telegram.event_search import EventSearch
from bot.telegram.events import Event, Events
from bot.telegram.incoming import LONGEST_QUESTION
from bot.telegram.keyboards import markup
from bot.telegram.languages import asked_in
from bot.telegram.workers import Busy, Workers
from bot.words import LANGUAGES
from corpus.errors import PullquoteError
from retrieval.question.previous import asks_whether_so, is_claim
from retrieval.question.understand import is_greeting

log = logging.getLogger(__name__)

RESULT = "answer"
"""The id of the one result; nobody sees it or its title."""


class Guests:
    """The handler of mentions in chats that the bot is not in."""

    def __init__(
        self,
        events: Events,
        answers: Callable[[Event], Answers],
        bot: Client,
        state: State,
        workers: Workers,
        asking: Asking,
    ) -> None:
        self._events = events
        self._searches = EventSearch(events, answers)
        self._bot = bot
        self._state = state
        self._workers = workers
        self._asking = asking

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        kinds = filters.UpdateType.GUEST_MESSAGE & (filters.TEXT | filters.CAPTION)
        return [MessageHandler(kinds, self.message)]

    async def message(self, update: Update, context: Context) -> None:
        message = update.guest_message
        if message is None or not message.guest_query_id:
            return
        user = message.from_user
        if user is None or not is_from_a_person(message, self._bot):
            return
        about, text = question_replied_to(message, self._bot), question_in(message, self._bot)
        # in such a chat others are present: thanks need no answer, and no limit is talked about
        if is_greeting(text) or self._asking.admit(user.id, user.id):
            return
        language = self._state.user_language(self._bot.id, user.id)
        manner = Manner(own=language, client=user.language_code, short=True)
        # a private chat has the number of the person
        own = self._events.chosen(user.id)
        found = await self._found(lambda: self._search(own, text, about, manner), manner)
        await self._send(message.guest_query_id, _as_one(found.messages, manner))

    def _search(self, own: Event | None, text: str, about: str, manner: Manner) -> Found:
        """What is found in the event that the person has chosen or, where it has nothing, in the
        first that has, which is then named."""
        search = partial(_answer, text, about)
        [(event, found)] = self._searches.first(search, own, text or about, manner)
        if event is own or not found.fits:
            return found
        language = asked_in(text or about)
        interface = manner.words(language if language in LANGUAGES else None)
        return replace(found, messages=labelled(found.messages, event.title, interface))

    async def _found(self, work: Callable[[], Found], manner: Manner) -> Found:
        """What `work` finds in a thread, or that it could not be done."""
        try:
            return await self._workers.run(work)
        except Busy:
            log.warning("too many questions wait: one of a guest was turned away")
            return _said("busy", manner)
        except PullquoteError as error:
            log.error("a question of a guest could not be answered: %s", error)
        except Exception:
            log.exception("a question of a guest could not be answered")
        return _said("failed", manner)

    async def _send(self, query: str, message: Message) -> None:
        content = InputTextMessageContent(
            message.html, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
        keyboard = markup(message.keyboard)
        try:
            try:
                await self._post(query, content, keyboard)
            except BadRequest as error:
                if "can't parse" not in str(error).lower():
                    raise
                log.warning("an answer was sent as plain text: %s", reason(error))
                await self._post(query, InputTextMessageContent(plain(message.html)), None)
        except TelegramError as error:
            log.warning("a guest could not be answered: %s", reason(error))

    async def _post(
        self, query: str, content: InputTextMessageContent, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        result = InlineQueryResultArticle(RESULT, RESULT, content, keyboard)
        await self._bot.answer_guest_query(query, result)


def _answer(text: str, about: str, answers: Answers, manner: Manner) -> Found:
    """What a mention gets that says `text` and replies to somebody who says `about`."""
    asked = text or about
    if len(asked) > LONGEST_QUESTION:
        return answers.verified(asked, manner)
    if is_claim(about) and (not text or asks_whether_so(text)):
        return answers.checked(about, manner)
    if is_link(asked):
        return answers.linked(asked, manner)
    return answers.answer(asked, manner) if asked else _said("mention_hint", manner)


def _as_one(messages: Sequence[Message], manner: Manner) -> Message:
    """The one message that can be posted. Quotes are not cut: where one is too long for it, the
    buttons that open it in private are left."""
    keyboard = tuple(row for each in messages if (row := _usable(each.keyboard)))
    if len(messages) == 1:
        return Message(messages[0].html, keyboard)
    [told] = _said("guest_too_long", manner).messages
    return Message(told.html, keyboard)


def _usable(keyboard: Keyboard) -> tuple[Button, ...]:
    """The buttons that need no message of the bot's own to be pressed under."""
    return tuple(button for row in keyboard for button in row if button.url or button.copy)


def _said(key: str, manner: Manner) -> Found:
    interface = manner.words(None)
    return Found((Message(note(interface.say(key), interface)),), fits=False)
