"""Pressed buttons: their data may be anything a client sends, and each press is answered."""

from __future__ import annotations

import logging

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler

from bot.render.telegram_text import directed
from bot.state import State
from bot.telegram.client import Client, Context, reason
from bot.telegram.languages import own_language
from bot.words import words

log = logging.getLogger(__name__)


async def acknowledge(
    query: CallbackQuery, text: str | None = None, *, alert: bool = False
) -> None:
    """Answer a press, which ends the spinning of the button; `text`, of at most 200 UTF-16 units,
    is shown for a moment or, as an `alert`, until it is closed. Nothing is raised: Telegram takes
    no answer to an old press any more."""
    try:
        await query.answer(text, show_alert=alert)
    except BadRequest as error:
        if "query is too old" not in str(error).lower():
            log.warning("a press could not be answered: %s", reason(error))
    except TelegramError as error:
        log.info("a press could not be answered: %s", reason(error))


def pressed_on(query: CallbackQuery) -> Message | None:
    """The message that the button is under; `None` for one that the bot cannot see any more, or
    that was sent through it into another chat."""
    message = query.message
    # the library reads one that is inaccessible as a message too, of the day zero
    return message if isinstance(message, Message) and message.is_accessible else None


class OtherButtons:
    """The handler of presses that no other takes: of an older pullquote, or forged. It is after all
    others."""

    def __init__(self, bot: Client, state: State) -> None:
        self._bot = bot
        self._state = state

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        return [CallbackQueryHandler(self.press)]

    async def press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query:
            interface = words(own_language(self._state, self._bot.id, query.from_user))
            await acknowledge(query, directed(interface.say("button_stale"), interface))
