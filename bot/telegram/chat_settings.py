"""/settings: a group's for its administrators, a private chat's for the person."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from datetime import UTC, tzinfo

from telegram import CallbackQuery, Chat, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from bot.render.telegram_text import directed
from bot.state import ChatSettings, State
from bot.telegram import notice_menu, settings_menu
from bot.telegram.addressing import is_from_a_person
from bot.telegram.administrators import is_administrator
from bot.telegram.callbacks import acknowledge, pressed_on
from bot.telegram.client import Client, Context, reason
from bot.telegram.events import Event
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.languages import chosen, own_language
from bot.telegram.questions import Questions
from bot.telegram.settings_menu import Menu, Press
from bot.words import Words, choose, words

log = logging.getLogger(__name__)


class SettingsMenu:
    """The handlers of /settings and of the buttons under it."""

    def __init__(self, bot: Client, questions: Questions, state: State, zone: tzinfo = UTC) -> None:
        """`zone` is the newsroom's."""
        self._bot = bot
        self._questions = questions
        self._state = state
        self._zone = zone

    def handlers(self) -> list[BaseHandler[Update, Context, None]]:
        pattern = re.compile(re.escape(settings_menu.PREFIX))
        return [
            CommandHandler("settings", self.settings),
            CallbackQueryHandler(self.press, pattern=pattern),
            CallbackQueryHandler(
                self.press_notices, pattern=re.compile(re.escape(notice_menu.PREFIX))
            ),
        ]

    async def settings(self, update: Update, context: Context) -> None:
        message = update.effective_message
        if message is None or not is_from_a_person(message, self._bot):
            return
        asked = IncomingQuestion.of(message, update.update_id)
        refusal = await self._refusal(message.chat, message)
        if refusal:
            await self._questions.say(asked, refusal)
            return
        interface = self._words(message.chat, asked.user, asked.language_code)
        event = self._questions.events.of(asked.place)
        menu = await self._menu(message.chat, asked.user, event)
        await self._questions.show(asked, *settings_menu.first(menu, interface))

    async def press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        message, press = pressed_on(query), settings_menu.read(query.data or "")
        if message is None or press is None:
            await self._tell(query, "button_stale")
        elif await self._may(query, message.chat):
            menu = await self._changed(query, message.chat, press)
            await self._show(message, menu, press, query)

    async def press_notices(self, update: Update, context: Context) -> None:
        """A button of the screens on alerts and corrections."""
        query = update.callback_query
        if query is None:
            return
        message, press = pressed_on(query), notice_menu.read(query.data or "")
        if message is None or press is None:
            await self._tell(query, "button_stale")
            return
        if not await self._may(query, message.chat):
            return
        before = self._state.notices(self._bot.id, message.chat_id)
        after = notice_menu.changed(before, press.change) if press.change else before
        if after is None:
            await self._tell(query, "button_stale")
            return
        if after != before:
            self._state.set_notices(self._bot.id, message.chat_id, after)
        if not after.corrections:
            self._state.unquote(self._bot.id, message.chat_id)
        await acknowledge(query)
        user = query.from_user
        interface = self._words(message.chat, user.id, user.language_code)
        await self._edit(message, *notice_menu.screen(after, press, self._zone, interface))

    async def _changed(self, query: CallbackQuery, chat: Chat, press: Press) -> Menu:
        """The menu after what the press asks for; the press is answered."""
        menu = await self._menu(chat, query.from_user.id, self._event(query))
        after = settings_menu.changed(menu, press.change) if press.change else menu.chosen
        if after is None:
            await self._tell(query, "button_stale")
            return menu
        # before anything is waited for, so that of two presses at once both count
        if press.change:
            self._keep(chat, query.from_user.id, after)
        await acknowledge(query)
        return replace(menu, chosen=after)

    async def _may(self, query: CallbackQuery, chat: Chat) -> bool:
        """Whether who pressed may change the chat's settings; told, where they may not."""
        if chat.type == ChatType.PRIVATE:
            return True
        allowed = await is_administrator(self._bot, chat, query.from_user)
        if not allowed:
            key = "settings_unchecked" if allowed is None else "settings_administrators"
            await self._tell(query, key)
        return bool(allowed)

    async def _refusal(self, chat: Chat, message: Message) -> str | None:
        """What to say to who may not open the menu."""
        if chat.type == ChatType.PRIVATE:
            return None
        allowed = await is_administrator(
            self._bot, chat, message.from_user, sender=message.sender_chat
        )
        if allowed is None:
            return "settings_unchecked"
        return None if allowed else "settings_administrators"

    def _event(self, query: CallbackQuery) -> Event | None:
        message = pressed_on(query)
        thread = message.message_thread_id if message and message.is_topic_message else None
        return self._questions.events.chosen(message.chat_id, thread) if message else None

    async def _menu(self, chat: Chat, user: int | None, event: Event | None) -> Menu:
        coverages = [one.engine.coverage for one in self._questions.events if event in (None, one)]
        names = await asyncio.to_thread(
            lambda: [name for coverage in coverages for name in coverage.outlet_names()]
        )
        settings = self._state.chat_settings(self._bot.id, chat.id)
        private = chat.type == ChatType.PRIVATE
        if private and user is not None:
            settings = replace(settings, language=self._state.user_language(self._bot.id, user))
        return Menu(settings, private, settings_menu.outlets_of(names, settings))

    def _keep(self, chat: Chat, user: int, settings: ChatSettings) -> None:
        if chat.type == ChatType.PRIVATE:
            self._state.set_user_language(self._bot.id, user, settings.language)
            settings = replace(settings, language=None)
        self._state.set_chat(self._bot.id, chat.id, settings)

    async def _show(self, message: Message, menu: Menu, press: Press, query: CallbackQuery) -> None:
        """The screen in place of the one before."""
        interface = self._words(message.chat, query.from_user.id, query.from_user.language_code)
        await self._edit(message, *settings_menu.screen(menu, press, interface))

    async def _edit(
        self, message: Message, html: str, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        try:
            await self._bot.edit_message_text(
                html,
                message.chat_id,
                message.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
            )
        except BadRequest as error:
            # a button pressed twice, or a menu that was deleted
            if "not modified" not in str(error).lower():
                log.info("a menu could not be changed: %s", reason(error))
        except TelegramError as error:
            log.warning("a menu could not be changed: %s", reason(error))

    def _words(self, chat: Chat, user: int | None, code: str | None) -> Words:
        return words(choose(*chosen(self._state, self._bot.id, chat.id, user), code))

    async def _tell(self, query: CallbackQuery, key: str) -> None:
        interface = words(own_language(self._state, self._bot.id, query.from_user))
        await acknowledge(query, directed(interface.say(key), interface), alert=True)
