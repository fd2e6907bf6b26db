"""The buttons under answers: More, Context, Copies, and what people think.

What a press carries may be forged, old, or pressed twice. Each press is answered before anything is
searched; what was sent for one is not sent again for another.
"""

from __future__ import annotations

import re
from dataclasses import replace
from zlib import crc32

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot import state as stored
from bot.render import buttons
from bot.render.buttons import Press
from bot.render.telegram_text import directed
from bot.state import State
from bot.telegram.addressing import question_in
from bot.telegram.answers import Answers, Found, Manner
from bot.telegram.callbacks import acknowledge, pressed_on
from bot.telegram.client import Client, Context
from bot.telegram.delivery import FOLLOWS, Delivery, Destination
from bot.telegram.event_search import Search
from bot.telegram.incoming import LONGEST_QUESTION, IncomingQuestion
from bot.telegram.languages import own_language
from bot.telegram.questions import Questions
from bot.telegram.replying import too_fast
from bot.words import words
from retrieval.question.previous import Kind, kind_of


class AnswerButtons:
    """The handler of presses on what `bot.render.buttons` makes."""

    def __init__(self, bot: Client, questions: Questions, delivery: Delivery, state: State) -> None:
        self._bot = bot
        self._questions = questions
        self._delivery = delivery
        self._state = state

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        pattern = re.compile(re.escape(buttons.PREFIX))
        return [CallbackQueryHandler(self.press, pattern=pattern)]

    async def press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        press = buttons.read(query.data or "")
        under = query.message
        if press is None or under is None:
            await self._tell(query, "button_stale", alert=True)
            return
        before = self._question_behind(under)
        asked = _asked(query, under, update.update_id, before)
        events = self._questions.events
        if events.is_gone(under.chat.id, under.message_id):
            await self._tell(query, "button_stale", alert=True)
            return
        if event := events.under(asked.place):
            asked = asked.at(events.at(asked.place, event))
        if press.wanted in "+-":
            await self._judge(query, before, good=press.wanted == "+", receipt=press.receipt)
        elif press.wanted in "md":
            await self._again(query, asked, before, press)
        else:
            await self._around(query, asked, press)

    async def _again(
        self,
        query: CallbackQuery,
        asked: IncomingQuestion,
        before: stored.AnsweredQuestion | None,
        press: Press,
    ) -> None:
        if before is None:
            await self._tell(query, "ask_again", alert=True)
            return
        # what follows belongs to the question: its edit takes it away
        asked = replace(asked, place=replace(asked.place, message=before.message))

        def work(answers: Answers, manner: Manner) -> Found:
            if press.wanted == "m":
                return answers.more(before.question, press.shown, manner, press.dropped)
            return answers.answer(before.question, manner, dropped=press.dropped)

        number = _number(query) if press.dropped else press.shown * FOLLOWS
        sent = await self._follow(query, asked, number, work)
        message = pressed_on(query)
        if sent and message:
            await self._delivery.take_button(message, query.data or "")

    async def _around(self, query: CallbackQuery, asked: IncomingQuestion, press: Press) -> None:
        receipt = press.receipt or ""

        def work(answers: Answers, manner: Manner) -> Found:
            find = answers.context if press.wanted == "c" else answers.copies
            return find(receipt, asked.text, manner)

        await self._follow(query, asked, _number(query), work, anywhere=True)

    async def _follow(
        self,
        query: CallbackQuery,
        asked: IncomingQuestion,
        number: int,
        work: Search,
        *,
        anywhere: bool = False,
    ) -> bool:
        """Answer the press, then send what it asks for; whether that is there now."""
        if self._delivery.has_followed(asked.place, number):
            await self._tell(query, "already_shown")
            return True
        if refusal := self._questions.refusal(asked):
            interface = words(own_language(self._state, self._bot.id, query.from_user))
            told = directed(too_fast(refusal, interface), interface)
            await acknowledge(query, told, alert=True)
            return False
        await acknowledge(query)
        return await self._questions.follow(asked, number, work, anywhere=anywhere)

    async def _judge(
        self,
        query: CallbackQuery,
        before: stored.AnsweredQuestion | None,
        *,
        good: bool,
        receipt: str | None,
    ) -> None:
        if before is None or query.message is None:
            await self._tell(query, "ask_again", alert=True)
            return
        if not before.receipts and receipt:
            before = replace(before, receipts=(receipt,))
        chat = query.message.chat.id
        self._state.judge(self._bot.id, query.from_user.id, chat, before, good=good)
        await self._tell(query, "feedback_kept")

    def _question_behind(self, message: MaybeInaccessibleMessage) -> stored.AnsweredQuestion | None:
        """The question that a message of the bot answers: as it is remembered, else as the message
        replied to has it."""
        known = self._state.asked(self._bot.id, message.chat.id, message.message_id)
        replied = message.reply_to_message if isinstance(message, Message) else None
        if known:
            return known
        text = question_in(replied, self._bot) if replied else ""
        if not replied or not text or len(text) > LONGEST_QUESTION:
            return None
        if kind_of(text) is not Kind.OWN:  # what it went on with is not known any more
            return None
        return stored.AnsweredQuestion(replied.message_id, text)

    async def _tell(self, query: CallbackQuery, key: str, *, alert: bool = False) -> None:
        interface = words(own_language(self._state, self._bot.id, query.from_user))
        await acknowledge(query, directed(interface.say(key), interface), alert=alert)


def _number(query: CallbackQuery) -> int:
    """Under which what a press asks for is sent once."""
    return (crc32((query.data or "").encode()) + 1) * FOLLOWS


def _asked(
    query: CallbackQuery,
    message: MaybeInaccessibleMessage,
    taken: int,
    before: stored.AnsweredQuestion | None,
) -> IncomingQuestion:
    """The press as a question asked with the message that it is under."""
    seen = message if isinstance(message, Message) else None
    thread = seen.message_thread_id if seen and seen.is_topic_message else None
    place = Destination(message.chat.id, message.message_id, thread, taken)
    user = query.from_user
    return IncomingQuestion(place, before.question if before else "", user.language_code, user.id)
