"""Sending an answer: each message at most once, and an edited question's answer in place."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.render.telegram_html import plain
from bot.state import State
from bot.telegram.client import Client, reason

log = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# As HTML, as plain text, and each again where the group has become a supergroup.
_MOST_FORMS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: the message it answers, its chat and topic, and the update it came
    with."""

    chat: int
    message: int
    thread: int | None
    taken: int


class Delivery:
    """Sends, edits and remembers the bot's messages."""

    def __init__(self, bot: Client, state: State) -> None:
        self._bot = bot
        self._state = state
        self.unparsed = 0
        self.uncertain = 0

    async def deliver(self, place: Place, messages: Sequence[str]) -> None:
        """Answer with these messages of HTML, or make the earlier answer into them.

        Nothing is raised for what Telegram refuses: it is logged in one line.
        """
        before = self._state.answer(self._bot.id, place.chat, place.message)
        if any(part.message is None for part in before.values()):
            return  # it may have been delivered, and a doubled answer is worse than a missing one
        for number, html in enumerate(messages):
            part = before.get(number)
            if part and part.message and part.taken != place.taken:
                went = await self._edit(place, number, part.message, html)
            else:
                went = part is not None or await self._send(place, number, html)
            if not went:
                return
        for number in sorted(before):
            if number >= len(messages):
                await self._delete(place, number, before[number].message)

    async def _send(self, place: Place, number: int, html: str) -> bool:
        """Whether the message went out, so that the next may follow."""
        attempt = _Noted(self._state, self._bot.id, place, number)
        try:
            sent = await self._post(place, html, attempt)
        except (BadRequest, Forbidden, InvalidToken, ChatMigrated) as error:
            attempt.refused()
            log.warning("an answer was refused: %s", reason(error))
            return False
        except TelegramError as error:
            self.uncertain += 1
            log.warning(
                "an answer may not have been delivered and is not repeated (%s so far): %s",
                self.uncertain,
                reason(error),
            )
            return False
        attempt.arrived(sent)
        return True

    async def _post(self, place: Place, html: str, attempt: _Noted) -> Message:
        text, mode = html, str(ParseMode.HTML)
        for _ in range(_MOST_FORMS):
            chat = self._state.current(self._bot.id, place.chat)
            same = chat == place.chat
            try:
                return await self._bot.send_message(
                    chat,
                    text,
                    parse_mode=mode or None,
                    link_preview_options=_NO_PREVIEW,
                    # a supergroup numbers its messages anew
                    reply_parameters=_reply(place) if same else None,
                    message_thread_id=place.thread if same else None,
                    rate_limit_args=attempt,
                )
            except ChatMigrated as error:
                self._state.move(self._bot.id, place.chat, error.new_chat_id)
            except BadRequest as error:
                if not mode or not _is_unparsed(error):
                    raise
                text, mode = self._without_markup(html), ""
        raise BadRequest("the chat keeps moving")

    async def _edit(self, place: Place, number: int, message: int, html: str) -> bool:
        text, mode = html, str(ParseMode.HTML)
        chat = self._state.current(self._bot.id, place.chat)
        for _ in range(2):
            try:
                await self._bot.edit_message_text(
                    text, chat, message, parse_mode=mode or None, link_preview_options=_NO_PREVIEW
                )
            except BadRequest as error:
                if mode and _is_unparsed(error):
                    text, mode = self._without_markup(html), ""
                    continue
                if _is_gone(error):
                    self._state.forget(self._bot.id, place.chat, place.message, number)
                    return await self._send(place, number, html)
                if "not modified" not in str(error).lower():
                    log.warning("an answer could not be changed: %s", reason(error))
                    return False
            except TelegramError as error:
                log.warning("an answer could not be changed: %s", reason(error))
                return False
            break
        self._state.note(self._bot.id, place.chat, place.message, number, place.taken, message)
        return True

    async def _delete(self, place: Place, number: int, message: int | None) -> None:
        chat = self._state.current(self._bot.id, place.chat)
        try:
            if message is not None:
                await self._bot.delete_message(chat, message)
        except TelegramError as error:
            log.info("the rest of an earlier answer could not be deleted: %s", reason(error))
        else:
            self._state.forget(self._bot.id, place.chat, place.message, number)

    def _without_markup(self, html: str) -> str:
        self.unparsed += 1
        log.warning("an answer was sent as plain text, its markup refused (%s)", self.unparsed)
        return plain(html)


class _Noted:
    """One message on its way, noted in the state before it leaves."""

    def __init__(self, state: State, bot: int, place: Place, number: int) -> None:
        self._state = state
        self._taken = place.taken
        self._key = (bot, place.chat, place.message, number)

    def starts(self) -> None:
        self._state.note(*self._key, self._taken)

    def refused(self) -> None:
        self._state.forget(*self._key)

    def arrived(self, sent: Message) -> None:
        self._state.note(*self._key, self._taken, sent.message_id)


def _reply(place: Place) -> ReplyParameters:
    return ReplyParameters(place.message, allow_sending_without_reply=True)


def _is_unparsed(error: BadRequest) -> bool:
    return "can't parse entities" in str(error).lower()


def _is_gone(error: BadRequest) -> bool:
    text = str(error).lower()
    return "message to edit not found" in text or "message can't be edited" in text
