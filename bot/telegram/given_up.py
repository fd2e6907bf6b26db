"""Updates that are not taken up once more, since the process ended each time while they were being
answered: who asked is told so, once."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import BaseHandler, TypeHandler

from bot.state import State
from bot.telegram.access import Access
from bot.telegram.addressing import command_of, is_addressed, is_from_a_person, question_in
from bot.telegram.client import Client, Context
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.menus import GROUP_COMMANDS
from bot.telegram.questions import Questions


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An update that is given up."""

    update: Update


class GivingUp:
    """Tells who asked; nothing of the update is done but that."""

    def __init__(self, bot: Client, questions: Questions, state: State, access: Access) -> None:
        self._bot = bot
        self._questions = questions
        self._state = state
        self._access = access

    def handlers(self) -> list[BaseHandler[GivenUp, Context, None]]:
        return [TypeHandler(GivenUp, self.tell)]

    async def tell(self, given: GivenUp, context: Context) -> None:
        """Say that it was not answered, where an answer was due."""
        update = given.update
        message = update.message or update.edited_message
        if message and self._access.admits(update) and self._awaits(message):
            text = question_in(message, self._bot)
            asked = IncomingQuestion.of(message, update.update_id, text)
            await self._questions.say(asked, "given_up")

    def _awaits(self, message: Message) -> bool:
        """Whether a person wrote it to the bot."""
        if not is_from_a_person(message, self._bot):
            return False
        if message.chat.type == ChatType.PRIVATE:
            return True
        if command := command_of(message):
            name, bot = command
            own = str(self._bot.username).lower()
            return bot == own or (bot is None and name in GROUP_COMMANDS)
        chosen = self._state.chat_settings(self._bot.id, message.chat_id)
        return is_addressed(message, self._bot, chain=chosen.chain)
