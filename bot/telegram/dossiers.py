"""/dossier and the buttons that collect quotes: in private a person's, in a group that of all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from telegram import CallbackQuery, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.render.buttons import COLLECT
from bot.render.dossier import CLEAR, DOCX, MARKDOWN, Entry, dossier_menu, dossier_message
from bot.render.telegram_text import directed
from bot.state import MOST_COLLECTED, State
from bot.telegram.addressing import is_from_a_person
from bot.telegram.answers import Answers, Found, Manner
from bot.telegram.callbacks import acknowledge, pressed_on
from bot.telegram.client import Client, Context
from bot.telegram.delivery import FOLLOWS, Destination
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.keyboards import markup
from bot.telegram.languages import own_language
from bot.telegram.questions import Questions
from bot.telegram.replying import too_fast
from bot.words import Words, words
from corpus.errors import InputError
from retrieval.answer.after import opened_all
from retrieval.answer.check.receipt import read_receipt

_DATA = re.compile(rf"{COLLECT}(?:({MARKDOWN}|{DOCX}|{CLEAR})|([a-z2-7]{{13,24}}))")


class Dossiers:
    """The handlers. `zone` is the newsroom's."""

    def __init__(self, bot: Client, questions: Questions, state: State, zone: tzinfo) -> None:
        self._bot = bot
        self._questions = questions
        self._state = state
        self._zone = zone

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [
            CommandHandler("dossier", self.dossier),
            CallbackQueryHandler(self.press, pattern=re.compile(re.escape(COLLECT))),
        ]

    async def dossier(self, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or not is_from_a_person(message, self._bot):
            return
        asked = IncomingQuestion.of(message, update.update_id)
        chat = self._state.current(self._bot.id, message.chat_id)
        count = len(self._state.collected(self._bot.id, chat))
        menu = dossier_menu(count, await self._questions.words(asked))
        await self._questions.show(asked, menu.html, markup(menu.keyboard))

    async def press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None or query.message is None:
            return
        found, message = _DATA.fullmatch(query.data or ""), pressed_on(query)
        interface = words(own_language(self._state, self._bot.id, query.from_user))
        chat = self._state.current(self._bot.id, query.message.chat.id)
        if found and found[2]:
            await self._tell(query, self._collected(chat, found[2], interface), interface)
        elif found and found[1] == CLEAR:
            self._state.clear(self._bot.id, chat)
            await self._tell(query, interface.say("dossier_cleared"), interface)
        elif found and message:
            await self._send(query, message, update.update_id, found[1], interface)
        else:
            await self._tell(query, interface.say("button_stale"), interface)

    def _collected(self, chat: int, receipt: str, interface: Words) -> str:
        """Collect a quote; what to say to who pressed."""
        try:
            read_receipt(receipt)
        except InputError:  # forged
            return interface.say("button_stale")
        added = self._state.collect(self._bot.id, chat, receipt)
        held = self._state.collected(self._bot.id, chat)
        count = interface.count("dossier_quotes", len(held))
        if receipt not in held:
            return interface.say("dossier_full", limit=interface.number(MOST_COLLECTED))
        return interface.say("dossier_added" if added else "dossier_there", count=count)

    async def _send(
        self, query: CallbackQuery, message: Message, taken: int, form: str, interface: Words
    ) -> None:
        """Send the dossier as a file, once for each press."""
        chat = self._state.current(self._bot.id, message.chat_id)
        receipts = self._state.collected(self._bot.id, chat)
        if not receipts:
            await self._tell(query, interface.say("dossier_empty"), interface)
            return
        thread = message.message_thread_id if message.is_topic_message else None
        place = Destination(message.chat_id, message.message_id, thread, taken)
        user = query.from_user
        asked = IncomingQuestion(place, "", user.language_code, user.id)
        if refusal := self._questions.refusal(asked):
            await self._tell(query, too_fast(refusal, interface), interface)
            return
        await acknowledge(query)

        def work(answers: Answers, manner: Manner) -> Found:
            entries = self._opened(receipts)
            today = datetime.now(self._zone).date()
            return Found((dossier_message(entries, form, today, manner.words(None)),))

        # a dossier may be sent again once it has grown, so each press counts by itself
        await self._questions.follow(asked, (taken + 1) * FOLLOWS, work)

    def _opened(self, receipts: Sequence[str]) -> list[Entry]:
        """The quotes of a dossier, each from the event that has it."""
        found: dict[str, Entry] = {}
        for event in self._questions.events:
            left = [receipt for receipt in receipts if receipt not in found]
            held = opened_all(left, event.engine.coverage)
            found |= {key: Entry(key, *one) for key, one in zip(left, held, strict=True) if one}
        return [found.get(receipt, Entry(receipt, None, False)) for receipt in receipts]

    async def _tell(self, query: CallbackQuery, text: str, interface: Words) -> None:
        await acknowledge(query, directed(text, interface))
