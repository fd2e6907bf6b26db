"""/follow and /following: questions that are asked of all that comes in."""

from __future__ import annotations

import logging
import re

from telegram import Chat, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.render.messages import Message as Rendered
from bot.render.telegram_notices import STOP, followed_message, stop_button
from bot.render.telegram_text import directed, note
from bot.state import MOST_FOLLOWED, Followed, State
from bot.telegram.addressing import is_from_a_person, question_in, question_replied_to
from bot.telegram.administrators import is_administrator
from bot.telegram.callbacks import acknowledge, pressed_on
from bot.telegram.client import Client, Context
from bot.telegram.delivery import Delivery
from bot.telegram.incoming import LONGEST_QUESTION, IncomingQuestion
from bot.telegram.keyboards import markup
from bot.telegram.languages import own_language
from bot.telegram.questions import Questions
from bot.telegram.workers import Workers
from bot.words import Words, words
from bot.words.direction import name
from corpus.errors import PullquoteError
from corpus.language.tokens import words as words_in

log = logging.getLogger(__name__)

_DATA = re.compile(rf"{STOP}([0-9]{{1,18}})")


class Following:
    """The handlers of the commands and of the buttons that stop following."""

    def __init__(
        self,
        bot: Client,
        questions: Questions,
        delivery: Delivery,
        state: State,
        workers: Workers,
    ) -> None:
        self._bot = bot
        self._questions = questions
        self._delivery = delivery
        self._state = state
        self._events = questions.events
        self._workers = workers

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [
            CommandHandler("follow", self.follow),
            CommandHandler("following", self.following),
            CallbackQueryHandler(self.press, pattern=re.compile(re.escape(STOP))),
        ]

    async def follow(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message is None:
            return
        text = question_in(message, self._bot) or question_replied_to(message, self._bot)
        asked = IncomingQuestion.of(message, update.update_id, text)
        if refusal := await self._refusal(message):
            await self._questions.say(asked, refusal)
        elif not words_in(asked.text):
            await self._questions.say(asked, "follow_hint")
        elif len(asked.text) > LONGEST_QUESTION:
            interface = await self._questions.words(asked)
            await self._questions.say(asked, "too_long", limit=interface.number(LONGEST_QUESTION))
        else:
            await self._follow(asked)

    async def _follow(self, asked: IncomingQuestion) -> None:
        interface = await self._questions.words(asked)
        event = self._events.of(asked.place)
        if event is None:
            await self._questions.compose(asked, self._events.which)
            return
        asked = asked.at(self._events.at(asked.place, event))
        mine = self._state.followed(self._bot.id, asked.place.chat)
        others = [one for one in mine if one.message != asked.place.message]
        if any((one.question, one.event) == (asked.text, event.key) for one in others):
            await self._questions.say(asked, "follow_already")
            return
        if len(others) >= MOST_FOLLOWED:
            limit = interface.number(MOST_FOLLOWED)
            await self._questions.say(asked, "follow_too_many", limit=limit)
            return
        try:
            newest = await self._workers.run(event.engine.newest)
        except PullquoteError as error:
            log.error("a question could not be followed: %s", error)
            await self._questions.say(asked, "failed")
            return
        place = asked.place
        number = self._state.follow(
            self._bot.id,
            place.chat,
            place.message,
            place.thread,
            asked.user,
            interface.language,
            asked.text,
            newest,
            event.key,
        )
        text = interface.say("follow_begun", question=name(asked.text, interface.right_to_left))
        keyboard = markup(((stop_button(number, interface),),))
        await self._questions.show(asked, note(text, interface), keyboard)

    async def following(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message is None:
            return
        asked = IncomingQuestion.of(message, update.update_id)
        interface = await self._questions.words(asked)
        listed = self._listed(message.chat_id, interface)
        await self._questions.show(asked, listed.html, markup(listed.keyboard))

    async def press(self, update: Update, context: Context) -> None:
        """Stop following one question."""
        query = update.callback_query
        if query is None:
            return
        found, message = _DATA.fullmatch(query.data or ""), pressed_on(query)
        interface = words(own_language(self._state, self._bot.id, query.from_user))
        key = "button_stale"
        if found and message:
            key = await self._refusal_to(message.chat, query.from_user) or ""
            if not key:
                chat = self._state.current(self._bot.id, message.chat_id)
                stopped = self._state.unfollow(self._bot.id, chat, int(found[1]))
                key = "follow_ended" if stopped else "follow_ended_before"
        told = directed(interface.say(key), interface)
        await acknowledge(query, told, alert=not key.startswith("follow_ended"))
        if message and key.startswith("follow_ended"):
            await self._delivery.take_button(message, query.data or "")

    def _listed(self, chat: int, interface: Words) -> Rendered:
        mine = self._state.followed(self._bot.id, self._state.current(self._bot.id, chat))
        return followed_message([(one.id, self._named(one)) for one in mine], interface)

    def _named(self, one: Followed) -> str:
        """A question, and where there are several events the one in which it is followed."""
        event = self._events.keyed(one.event)
        return f"{one.question} ({event.title})" if event and self._events.several else one.question

    def _message(self, update: Update) -> Message | None:
        message = update.effective_message
        return message if message and is_from_a_person(message, self._bot) else None

    async def _refusal(self, message: Message) -> str | None:
        """What to say to who may not follow anything here."""
        return await self._refusal_to(message.chat, message.from_user, message.sender_chat)

    async def _refusal_to(
        self, chat: Chat, user: User | None, sender: Chat | None = None
    ) -> str | None:
        if chat.type == ChatType.PRIVATE:
            return None
        allowed = await is_administrator(self._bot, chat, user, sender=sender)
        if allowed is None:
            return "settings_unchecked"
        return None if allowed else "follow_administrators"
