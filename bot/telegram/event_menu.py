"""/event, and the buttons by which an event is chosen: for a private chat by the person, for a
group or a topic in it by the administrators, for one question by who asked it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.render.messages import Message as Rendered
from bot.render.telegram_events import ANSWER, CHOOSE, PREFIX, choice_message
from bot.render.telegram_text import directed
from bot.state import State
from bot.telegram.addressing import after_command, is_from_a_person, question_in
from bot.telegram.administrators import is_administrator
from bot.telegram.callbacks import acknowledge, pressed_on
from bot.telegram.client import Client, Context, reason
from bot.telegram.delivery import Destination
from bot.telegram.events import Event
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.keyboards import markup
from bot.telegram.languages import chosen, own_language
from bot.telegram.questions import Questions
from bot.words import Words, choose, words
from retrieval.question.previous import asks_whether_so

log = logging.getLogger(__name__)

_Make = Callable[[Words], Rendered]
_DATA = re.compile(rf"{PREFIX}([{ANSWER}{CHOOSE}]):([a-z0-9_-]{{1,32}})")


class EventMenu:
    """The handlers. There are several events."""

    def __init__(self, bot: Client, questions: Questions, state: State) -> None:
        self._bot = bot
        self._questions = questions
        self._events = questions.events
        self._state = state

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [
            CommandHandler("event", self.event),
            CallbackQueryHandler(self.press, pattern=re.compile(re.escape(PREFIX))),
        ]

    async def event(self, update: Update, context: Context) -> None:
        """The choice; with the name or title of an event after the command, that is chosen."""
        message = update.effective_message
        if message is None or not is_from_a_person(message, self._bot):
            return
        asked = IncomingQuestion.of(message, update.update_id)
        if refusal := await self._refusal(message):
            await self._questions.say(asked, refusal)
            return
        place, wanted = asked.place, after_command(message).strip()
        named = self._events.named(wanted) if wanted else None
        if named:
            self._events.choose(place.chat, place.thread, named)
        key = "event_unknown" if wanted and not named else None
        await self._questions.compose(asked, self._menu(place, key))

    async def press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        found, message = _DATA.fullmatch(query.data or ""), pressed_on(query)
        event = self._events.named(found[2]) if found else None
        if found is None or message is None or event is None:
            await self._tell(query, "button_stale")
        elif found[1] == CHOOSE:
            await self._choose(query, message, event)
        else:
            await self._answer(query, message, event, update, context)

    async def _choose(self, query: CallbackQuery, message: Message, event: Event) -> None:
        """Choose for the chat or the topic, and show it."""
        if message.chat.type != ChatType.PRIVATE:
            allowed = await is_administrator(self._bot, message.chat, query.from_user)
            if not allowed:
                unchecked = allowed is None
                await self._tell(query, "settings_unchecked" if unchecked else "event_refused")
                return
        place = IncomingQuestion.of(message, 0).place
        self._events.choose(place.chat, place.thread, event)
        await acknowledge(query)
        user = query.from_user
        codes = chosen(self._state, self._bot.id, place.chat, user.id)
        interface = words(choose(*codes, user.language_code))
        menu = await asyncio.to_thread(self._menu(place, None), interface)
        try:
            await self._bot.edit_message_text(
                menu.html,
                place.chat,
                message.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup(menu.keyboard),
            )
        except TelegramError as error:
            # pressed twice, or deleted
            log.info("a menu could not be changed: %s", reason(error))

    async def _answer(
        self,
        query: CallbackQuery,
        message: Message,
        event: Event,
        update: Update,
        context: Context,
    ) -> None:
        """Have what was asked answered from the event, in the place of the choice; in a private
        chat that is chosen from now on."""
        replied = message.reply_to_message
        known = self._state.asked(self._bot.id, message.chat_id, message.message_id)
        if message.chat.type == ChatType.PRIVATE:
            self._events.choose(message.chat_id, None, event)
        elif not await self._may_answer(query, message):
            await self._tell(query, "event_asker")
            return
        if replied is None and known is None:
            await self._tell(query, "ask_again")
            return
        await acknowledge(query)
        number = replied.message_id if replied else known.message if known else 0
        with self._events.pressed(message.chat_id, number, event):
            text = question_in(replied, self._bot) if replied else ""
            if known and known.question != text:
                # it went on with another, or is about the message that it replied to
                thread = message.message_thread_id if message.is_topic_message else None
                place = Destination(message.chat_id, number, thread, update.update_id)
                user = query.from_user
                asked = IncomingQuestion(place, known.question, user.language_code, user.id)
                is_claim = replied is not None and (not text or asks_whether_so(text))
                answer = self._questions.check if is_claim else self._questions.answer
                await answer(asked)
            elif replied:
                again = Update(update.update_id, message=replied)
                again.set_bot(self._bot)
                await context.application.process_update(again)

    async def _may_answer(self, query: CallbackQuery, message: Message) -> bool:
        """Whether who pressed asked the question, or is an administrator."""
        replied = message.reply_to_message
        if replied and replied.from_user and replied.from_user.id == query.from_user.id:
            return True
        return bool(await is_administrator(self._bot, message.chat, query.from_user))

    def _menu(self, place: Destination, key: str | None) -> _Make:
        """What makes the message with the events, of which the chosen one is marked."""
        own = self._events.chosen(place.chat, place.thread)
        if key is None:
            key = "event_choose"
            if own:
                whole = "event_chosen" if place.is_private else "event_chosen_group"
                key = "event_chosen_topic" if place.thread else whole

        def made(interface: Words) -> Rendered:
            shown = {event.key: self._events.shown(event) for event in self._events}
            mark = shown[own.key] if own else None
            return choice_message(key, list(shown.values()), mark, interface)

        return made

    async def _refusal(self, message: Message) -> str | None:
        """What to say to who may not choose here."""
        if message.chat.type == ChatType.PRIVATE:
            return None
        allowed = await is_administrator(
            self._bot, message.chat, message.from_user, message.sender_chat
        )
        if allowed is None:
            return "settings_unchecked"
        return None if allowed else "event_refused"

    async def _tell(self, query: CallbackQuery, key: str) -> None:
        interface = words(own_language(self._state, self._bot.id, query.from_user))
        await acknowledge(query, directed(interface.say(key), interface), alert=True)
