"""Sending an answer: each message at most once, and an edited question's answer in place."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.render.messages import Document
from bot.render.telegram_text import plain
from bot.state import State, TakenOver
from bot.telegram.client import Client, reason
from bot.telegram.send_limits import Attempt

log = logging.getLogger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# As HTML, as plain text, without buttons, and again where the group has become a supergroup.
_MOST_FORMS = 5

FOLLOWS = 1_000
"""The messages of an answer are numbered below this; what follows it from a multiple of it on."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an answer goes: the message it answers, 0 for none, its chat and topic, and the update
    it came with. `event` is the key of the one it is answered from, where there are several."""

    chat: int
    message: int
    thread: int | None
    taken: int
    event: str | None = None

    @property
    def is_private(self) -> bool:
        """Whether the chat is one person's; the ids of all others are negative."""
        return self.chat > 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A message to be sent, and the buttons under it; with a `photo`, a PNG, or a `document`, what
    is below it. `receipts` are those of the quotes in it, which are kept with the message."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None
    photo: bytes | None = None
    receipts: tuple[str, ...] = ()
    document: Document | None = None


class Outcome(StrEnum):
    """What became of a message: `sent`; certainly not, as it was `refused`, or as the bot may not
    write to the chat, which is `closed` to it; or `uncertain`, and not to be sent again."""

    SENT = "sent"
    REFUSED = "refused"
    CLOSED = "closed"
    UNCERTAIN = "uncertain"


class Record(Attempt, Protocol):
    """Where it is kept how far a message has come."""

    def arrived(self, sent: Message) -> None:
        """It was delivered."""


class Delivery:
    """Sends, edits and remembers the bot's messages."""

    def __init__(self, bot: Client, state: State) -> None:
        self._bot = bot
        self._state = state
        self.unparsed = 0
        self.uncertain = 0

    async def deliver(self, place: Destination, replies: Sequence[Reply]) -> None:
        """Answer with these messages, or make the earlier answer into them; what followed that one
        goes with it.

        Nothing is raised for what Telegram refuses: it is logged in one line.
        """
        self._keep_event(place)
        before = self._state.answer(self._bot.id, place.chat, place.message)
        if any(part.message is None for at, part in before.items() if at < FOLLOWS):
            return  # it may have been delivered, and a doubled answer is worse than a missing one
        for number, reply in enumerate(replies):
            part = before.get(number)
            if part and part.message and part.taken != place.taken:
                went = await self._edit(place, number, part.message, reply)
            else:
                went = part is not None or await self._send(place, number, reply)
            if not went:
                return
        for number, part in sorted(before.items()):
            # taken up again after a restart, it may have been followed by what is not of it
            follows_an_earlier_one = number >= FOLLOWS and part.taken < place.taken
            if len(replies) <= number < FOLLOWS or follows_an_earlier_one:
                await self._delete(place, number, part.message)

    def has_followed(self, place: Destination, number: int) -> bool:
        """Whether anything was sent under this number or may have been, by another update; that it
        could not be made, which is told under the last, does not count."""
        return any(
            part.taken != place.taken
            for at, part in self._state.answer(self._bot.id, place.chat, place.message).items()
            if at in range(number, number + FOLLOWS - 1)
        )

    async def follow(self, place: Destination, number: int, replies: Sequence[Reply]) -> bool:
        """Send what follows an answer or one of its messages, each message once, for one update or
        another; `number`, a multiple of `FOLLOWS`, tells what it is. Whether all of it went out."""
        self._keep_event(place)
        before = self._state.answer(self._bot.id, place.chat, place.message)
        for at, reply in enumerate(replies, start=number):
            part = before.get(at)
            if part and part.message is None:
                return False
            if part is None and not await self._send(place, at, reply):
                return False
        return True

    async def _send(self, place: Destination, number: int, reply: Reply) -> bool:
        """Whether the message went out, so that the next may follow."""
        record = _Noted(self._state, self._bot.id, place, number)
        return await self.once(place, reply, record) is Outcome.SENT

    async def once(self, place: Destination, reply: Reply, record: Record) -> Outcome:
        """Send a message, of which `record` is told before it leaves and when it has arrived."""
        try:
            sent = await self._post(place, reply, record)
        except TakenOver:
            log.info("an answer is left to the process that has taken its question over")
            return Outcome.UNCERTAIN
        except (BadRequest, Forbidden, InvalidToken, ChatMigrated) as error:
            record.refused()
            log.warning("an answer was refused: %s", reason(error))
            return Outcome.CLOSED if isinstance(error, Forbidden) else Outcome.REFUSED
        except TelegramError as error:
            self.uncertain += 1
            log.warning(
                "an answer may not have been delivered and is not repeated (%s so far): %s",
                self.uncertain,
                reason(error),
            )
            return Outcome.UNCERTAIN
        self._keep(place, sent.message_id, reply)
        record.arrived(sent)
        return Outcome.SENT

    def _keep(self, place: Destination, message: int, reply: Reply) -> None:
        """Keep what a message quotes, where its chat wants to be told of corrections."""
        chat = self._state.current(self._bot.id, place.chat)
        if reply.receipts and self._state.notices(self._bot.id, chat).corrections:
            self._state.quote(self._bot.id, chat, message, reply.receipts, place.event or "")

    def _keep_event(self, place: Destination) -> None:
        """Keep which event an answer is from: its buttons stay with that."""
        if place.event is not None:
            self._state.set_message_event(self._bot.id, place.chat, place.message, place.event)

    async def _post(self, place: Destination, reply: Reply, attempt: Attempt) -> Message:
        form = _Form.of(reply)
        for _ in range(_MOST_FORMS):
            chat = self._state.current(self._bot.id, place.chat)
            same = chat == place.chat
            # a supergroup numbers its messages again
            answered = _reply(place) if same and place.message else None
            thread = place.thread if same else None
            try:
                if reply.photo:
                    return await self._bot.send_photo(
                        chat,
                        reply.photo,
                        form.text,
                        parse_mode=form.mode,
                        reply_parameters=answered,
                        message_thread_id=thread,
                        reply_markup=form.keyboard,
                        rate_limit_args=attempt,
                    )
                if reply.document:
                    return await self._bot.send_document(
                        chat,
                        reply.document.content,
                        form.text,
                        filename=reply.document.name,
                        parse_mode=form.mode,
                        reply_parameters=answered,
                        message_thread_id=thread,
                        reply_markup=form.keyboard,
                        rate_limit_args=attempt,
                    )
                return await self._bot.send_message(
                    chat,
                    form.text,
                    parse_mode=form.mode,
                    link_preview_options=_NO_PREVIEW,
                    reply_parameters=answered,
                    message_thread_id=thread,
                    reply_markup=form.keyboard,
                    rate_limit_args=attempt,
                )
            except ChatMigrated as error:
                self._state.move(self._bot.id, place.chat, error.new_chat_id)
            except BadRequest as error:
                form = self._other(form, error)
        raise BadRequest("the chat keeps moving")

    async def _edit(self, place: Destination, number: int, message: int, reply: Reply) -> bool:
        if reply.photo:
            return await self._replace(place, number, message, reply)
        form = _Form.of(reply)
        chat = self._state.current(self._bot.id, place.chat)
        for _ in range(_MOST_FORMS):
            try:
                await self._bot.edit_message_text(
                    form.text,
                    chat,
                    message,
                    parse_mode=form.mode,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=form.keyboard,
                )
            except BadRequest as error:
                if _is_a_photo(error):
                    return await self._replace(place, number, message, reply)
                if _is_gone(error):
                    self._state.forget(self._bot.id, place.chat, place.message, number)
                    return await self._send(place, number, reply)
                if "not modified" in str(error).lower():
                    break
                try:
                    form = self._other(form, error)
                except BadRequest:
                    log.warning("an answer could not be changed: %s", reason(error))
                    return False
                continue
            except TelegramError as error:
                log.warning("an answer could not be changed: %s", reason(error))
                return False
            break
        self._state.unquote(self._bot.id, chat, message)
        self._keep(place, message, reply)
        self._state.note(self._bot.id, place.chat, place.message, number, place.taken, message)
        return True

    async def _replace(self, place: Destination, number: int, message: int, reply: Reply) -> bool:
        """Send a message instead of one that cannot be made into it; that stays where it cannot be
        deleted, and then nothing is sent, for it would be there twice."""
        await self._delete(place, number, message)
        if number in self._state.answer(self._bot.id, place.chat, place.message):
            return False
        return await self._send(place, number, reply)

    async def take_button(self, message: Message, data: str) -> None:
        """Take the button that carries `data` away from one of the bot's messages."""
        markup = message.reply_markup
        rows = markup.inline_keyboard if markup else ()
        left = [[button for button in row if button.callback_data != data] for row in rows]
        try:
            await self._bot.edit_message_reply_markup(
                message.chat_id,
                message.message_id,
                reply_markup=InlineKeyboardMarkup([row for row in left if row]),
            )
        except TelegramError as error:
            # pressed twice, or deleted
            log.debug("a button could not be taken away: %s", reason(error))

    async def _delete(self, place: Destination, number: int, message: int | None) -> None:
        chat = self._state.current(self._bot.id, place.chat)
        try:
            if message is not None:
                await self._bot.delete_message(chat, message)
        except TelegramError as error:
            log.info("the rest of an earlier answer could not be deleted: %s", reason(error))
        else:
            if message is not None:
                self._state.unquote(self._bot.id, chat, message)
            self._state.forget(self._bot.id, place.chat, place.message, number)

    def _other(self, form: _Form, error: BadRequest) -> _Form:
        """The form to try after `error`, which is raised again if there is none."""
        if form.mode and _is_unparsed(error):
            self.unparsed += 1
            log.warning("an answer was sent as plain text, its markup refused (%s)", self.unparsed)
            return replace(form, text=plain(form.text), mode=None)
        if form.keyboard and _is_of_keyboard(error):
            log.warning("an answer was sent without its buttons: %s", reason(error))
            return replace(form, keyboard=None)
        raise error


@dataclass(frozen=True, slots=True)
class _Form:
    """A message in a form that the server may take."""

    text: str
    mode: str | None
    keyboard: InlineKeyboardMarkup | None

    @classmethod
    def of(cls, reply: Reply) -> _Form:
        return cls(reply.html, str(ParseMode.HTML), reply.keyboard)


class _Noted:
    """One message on its way, noted in the state before it leaves."""

    def __init__(self, state: State, bot: int, place: Destination, number: int) -> None:
        self._state = state
        self._taken = place.taken
        self._key = (bot, place.chat, place.message, number)

    def starts(self) -> None:
        self._state.note(*self._key, self._taken)

    def refused(self) -> None:
        self._state.not_sent(*self._key, self._taken)

    def arrived(self, sent: Message) -> None:
        self._state.note(*self._key, self._taken, sent.message_id)


def _reply(place: Destination) -> ReplyParameters:
    return ReplyParameters(place.message, allow_sending_without_reply=True)


def _is_unparsed(error: BadRequest) -> bool:
    return "can't parse entities" in str(error).lower()


def _is_of_keyboard(error: BadRequest) -> bool:
    text = str(error).lower()
    return "button" in text or "reply markup" in text


def _is_a_photo(error: BadRequest) -> bool:
    return "there is no text in the message to edit" in str(error).lower()


def _is_gone(error: BadRequest) -> bool:
    text = str(error).lower()
    return "message to edit not found" in text or "message can't be edited" in text
