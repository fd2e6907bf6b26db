"""The commands, in private chats and groups alike, and their names in Telegram's menus."""

from __future__ import annotations

import asyncio
import logging

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
    Message,
    Update,
)
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CommandHandler

from bot.render.telegram_html import sources_html
from bot.telegram.addressing import is_from_a_person, question_in, question_replied_to
from bot.telegram.client import Client, Context, reason
from bot.telegram.questions import Asked, Questions
from bot.words import FALLBACK, LANGUAGES, words

log = logging.getLogger(__name__)

_PRIVATE = ("ask", "sources", "help", "start")
_GROUP = ("ask", "sources", "help")
_MENUS: tuple[tuple[BotCommandScope, tuple[str, ...]], ...] = (
    (BotCommandScopeDefault(), _GROUP),
    (BotCommandScopeAllPrivateChats(), _PRIVATE),
    (BotCommandScopeAllGroupChats(), _GROUP),
)


class Commands:
    """The handlers of /ask, /sources, /help and /start."""

    def __init__(self, bot: Client, questions: Questions) -> None:
        self._bot = bot
        self._questions = questions

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [
            CommandHandler("ask", self.ask),
            CommandHandler("sources", self.sources),
            CommandHandler("help", self.help),
            CommandHandler("start", self.start),
        ]

    async def ask(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message is None:
            return
        text = question_in(message, self._bot) or question_replied_to(message, self._bot)
        asked = Asked.of(message, update.update_id, text)
        if asked.text:
            await self._questions.answer(asked)
        else:
            await self._questions.say(asked, "ask_hint")

    async def sources(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message:
            await self._questions.sources(
                Asked.of(message, update.update_id),
                lambda coverage, interface: sources_html(
                    coverage.outlets(), coverage.span()[2], interface
                ),
            )

    async def help(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message:
            asked = Asked.of(message, update.update_id)
            await self._questions.say(asked, "help", bot=f"@{self._bot.username}")

    async def start(self, update: Update, context: Context) -> None:
        message = self._message(update)
        if message is None:
            return
        keys = ["start" if message.chat.type == ChatType.PRIVATE else "start_group"]
        if message.chat.type != ChatType.PRIVATE and not self._bot.can_read_all_group_messages:
            keys.append("privacy")
        asked = Asked.of(message, update.update_id)
        await self._questions.say(asked, *keys, bot=f"@{self._bot.username}")

    def _message(self, update: Update) -> Message | None:
        message = update.effective_message
        return message if message and is_from_a_person(message, self._bot) else None


async def set_menus(bot: Client) -> None:
    """Tell Telegram the commands in every language; English where a client has another one. A
    failure is logged: the commands work without their menus."""
    results = await asyncio.gather(
        *(
            bot.set_my_commands(
                [BotCommand(name, words(language).say(f"command_{name}")) for name in names],
                scope=scope,
                language_code=code,
            )
            for scope, names in _MENUS
            for code, language in [(None, FALLBACK), *((code, code) for code in LANGUAGES)]
        ),
        return_exceptions=True,
    )
    faults = [result for result in results if isinstance(result, BaseException)]
    for fault in faults:
        if not isinstance(fault, TelegramError):
            raise fault
    if faults:
        log.warning("the command menus could not be set: %s", reason(faults[0]))
