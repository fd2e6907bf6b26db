"""Groups: the bot speaks only when it is spoken to."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.state import State
from bot.telegram.addressing import (
    is_addressed,
    is_from_a_person,
    is_link,
    question_in,
    question_replied_to,
)
from bot.telegram.client import Client, Context
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.questions import Questions
from retrieval.question.previous import asks_whether_so, is_claim
from retrieval.question.understand import is_greeting

_GROUP = filters.ChatType.GROUPS & filters.UpdateType.MESSAGES


class Groups:
    """The handlers of groups and supergroups, after those of the commands."""

    def __init__(self, bot: Client, questions: Questions, state: State) -> None:
        self._bot = bot
        self._questions = questions
        self._state = state

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [
            MessageHandler(filters.StatusUpdate.MIGRATE, self.migration),
            MessageHandler(_GROUP & (filters.TEXT | filters.CAPTION), self.message),
        ]

    async def message(self, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or not is_from_a_person(message, self._bot):
            return
        chosen = self._state.chat_settings(self._bot.id, message.chat_id)
        if not is_addressed(message, self._bot, chain=chosen.chain):
            return
        about = question_replied_to(message, self._bot)
        text = question_in(message, self._bot)
        asked = IncomingQuestion.of(message, update.update_id, text or about, text and about)
        if is_greeting(asked.text):
            return  # thanks need no answer, and in a group one would be noise
        if is_claim(about) and (not text or asks_whether_so(text)):
            await self._questions.check(replace(asked, text=about))
        elif is_link(asked.text):
            await self._questions.linked(asked)
        elif asked.text:
            await self._questions.answer(asked)
        else:
            await self._questions.say(asked, "mention_hint")

    async def migration(self, update: Update, context: Context) -> None:
        """Both service messages tell of it, one in each chat; either may come first."""
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            self._state.move(self._bot.id, message.chat_id, message.migrate_to_chat_id)
        elif message and message.migrate_from_chat_id:
            self._state.move(self._bot.id, message.migrate_from_chat_id, message.chat_id)
