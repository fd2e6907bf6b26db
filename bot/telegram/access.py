"""Who may use the bot. Every update is checked here before any handler sees it."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, BaseHandler, TypeHandler

from bot.render.telegram_text import directed
from bot.state import State
from bot.telegram.callbacks import acknowledge
from bot.telegram.client import Client, Context
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.languages import own_language
from bot.telegram.questions import Questions
from bot.words import words

FIRST = -1
"""The group of handlers that comes before all others."""

# What a client keeps of the empty answer to a stranger's inline query, in seconds.
_INLINE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Rules:
    """`everybody`, or only `editors` and the people and chats that are `allowed`."""

    everybody: bool = True
    allowed: frozenset[int] = frozenset()
    editors: frozenset[int] = frozenset()


EVERYBODY = Rules()


class Access:
    """Lets updates pass or ends their way."""

    def __init__(self, bot: Client, questions: Questions, state: State, rules: Rules) -> None:
        self._bot = bot
        self._questions = questions
        self._state = state
        self._rules = rules

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        """For the group `FIRST`."""
        return [TypeHandler(Update, self.check)]

    async def check(self, update: Update, context: Context) -> None:
        """Raises `ApplicationHandlerStop` for who may not use the bot, once told so."""
        if not self.admits(update):
            await self._turn_away(update)
            raise ApplicationHandlerStop

    def admits(self, update: Update) -> bool:
        """Whether whoever sent it, or the chat it comes from, may use the bot; a channel may say
        something where an editor has its posts taken."""
        if self._rules.everybody or _is_of_telegram(update.effective_message):
            return True
        user, chat = update.effective_user, update.effective_chat
        if post := update.channel_post or update.edited_channel_post:
            return self._state.takes_posts(self._bot.id, post.chat_id)
        if user and user.id in self._rules.allowed | self._rules.editors:
            return True
        return chat is not None and chat.id in self._chats()

    def is_editor(self, message: Message) -> bool:
        """Whether an editor wrote it under their own name."""
        user = message.from_user
        return user is not None and not message.sender_chat and user.id in self._rules.editors

    @property
    def editors(self) -> frozenset[int]:
        return self._rules.editors

    def _chats(self) -> frozenset[int]:
        """The chats that are allowed, also under the id of the supergroup that one became."""
        listed = self._rules.allowed
        return listed | {self._state.current(self._bot.id, chat) for chat in listed if chat < 0}

    async def _turn_away(self, update: Update) -> None:
        """One polite line: for each press, and once a day in a private chat; else silence."""
        query, message = update.callback_query, update.effective_message
        if query:
            interface = words(own_language(self._state, self._bot.id, query.from_user))
            await acknowledge(query, directed(interface.say("stranger"), interface), alert=True)
        elif update.inline_query:
            try:
                await update.inline_query.answer([], _INLINE_SECONDS, is_personal=True)
            except TelegramError:
                return  # nothing is shown either way
        elif (
            message
            and not update.guest_message  # the chat is of two others
            and message.chat.type == ChatType.PRIVATE
            and self._state.turn_away(self._bot.id, message.chat_id)
        ):
            await self._questions.say(IncomingQuestion.of(message, update.update_id), "stranger")


def _is_of_telegram(message: Message | None) -> bool:
    """Whether it says that a group became another one, which nobody wrote."""
    return message is not None and bool(message.migrate_to_chat_id or message.migrate_from_chat_id)
