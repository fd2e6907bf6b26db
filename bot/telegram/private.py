"""Private chats: every text is a question, or a quote that somebody wants to know about."""

from __future__ import annotations

import re
from dataclasses import replace

from telegram import Message, Update
from telegram.ext import BaseHandler, MessageHandler, filters

from bot.telegram.addressing import (
    command_of,
    is_from_a_person,
    is_link,
    question_in,
    question_replied_to,
)
from bot.telegram.client import Client, Context
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.questions import Questions
from corpus.language.marks import QUESTION_MARKS
from corpus.language.pasted import words_to_find
from retrieval.answer.check.receipt import is_receipt
from retrieval.question.previous import asks_whether_so, is_claim
from retrieval.question.understand import is_greeting

_PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGES
# Whatever somebody sends without words: pictures, voices, stories, polls, checklists, what is to
# come.
_WORDLESS = ~(filters.StatusUpdate.ALL | filters.SUCCESSFUL_PAYMENT)

# A text of so many words that asks nothing may be a quote.
_FEWEST_WORDS = 8
_ASKS = re.compile(rf"[{QUESTION_MARKS}]\W*$")
_MARKED = re.compile(r"^[«“„\"].+[»”“\"]\W*$", re.DOTALL)


class Private:
    """The handlers of private chats, after those of the commands."""

    def __init__(self, bot: Client, questions: Questions) -> None:
        self._bot = bot
        self._questions = questions

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [
            MessageHandler(_PRIVATE & filters.COMMAND, self.unknown_command),
            MessageHandler(_PRIVATE & (filters.TEXT | filters.CAPTION), self.question),
            MessageHandler(_PRIVATE & _WORDLESS, self.no_text),
        ]

    async def question(self, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or not is_from_a_person(message, self._bot):
            return
        text, about = question_in(message, self._bot), question_replied_to(message, self._bot)
        asked = IncomingQuestion.of(message, update.update_id, text, about)
        if is_greeting(asked.text):
            await self._questions.say(asked, "greeting")
        elif is_link(asked.text):
            await self._questions.linked(asked)
        elif is_receipt(asked.text):
            await self._questions.open(asked)
        elif asks_whether_so(asked.text) and is_claim(about):
            await self._questions.check(replace(asked, text=about))
        elif asked.text:
            await self._questions.answer(asked, pasted=_is_pasted(message, asked.text))
        else:
            await self._questions.say(asked, "mention_hint")

    async def unknown_command(self, update: Update, context: Context) -> None:
        message = update.effective_message
        command = command_of(message) if message else None
        if message is None or command is None:
            return
        if command[1] in (None, str(self._bot.username).lower()):
            await self._questions.say(
                IncomingQuestion.of(message, update.update_id), "unknown_command"
            )

    async def no_text(self, update: Update, context: Context) -> None:
        message = update.effective_message
        # an album is several messages: one hint each would be a flood
        if message and not message.media_group_id and is_from_a_person(message, self._bot):
            await self._questions.say(IncomingQuestion.of(message, update.update_id), "text_only")


def _is_pasted(message: Message, text: str) -> bool:
    """Whether a text may be somebody's quote rather than a question."""
    if message.forward_origin:
        return True
    if len(words_to_find(text)) < _FEWEST_WORDS:
        return False
    return bool(_MARKED.match(text)) or not _ASKS.search(text)
