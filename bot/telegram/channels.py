"""/channel: an editor switches on or off that posts of a channel are ingested."""

from __future__ import annotations

import logging
import re

from telegram import Chat, Message, MessageOriginChannel
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.state import State
from bot.telegram.addressing import after_command
from bot.telegram.client import Client, reason
from bot.telegram.incoming import IncomingQuestion
from bot.telegram.questions import Questions

log = logging.getLogger(__name__)

_OFF = "off"
_NAME = re.compile(r"(?:https?://)?(?:t\.me/)?@?(?P<name>[A-Za-z]\w{3,31})/?|(?P<id>-100\d{1,13})")
_MEMBERS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER, ChatMemberStatus.OWNER)


class Channels:
    """What /channel does, once it is known that an editor gave it."""

    def __init__(self, bot: Client, questions: Questions, state: State) -> None:
        self._bot = bot
        self._questions = questions
        self._state = state

    async def carry_out(self, asked: IncomingQuestion, message: Message) -> None:
        """Switch a channel on or off; without one, say which are on."""
        words = after_command(message).split()
        off = _OFF in (word.lower() for word in words)
        named = [word for word in words if word.lower() != _OFF]
        wanted = named[0] if named else _forwarded_from(message.reply_to_message)
        if wanted is None:
            await self._list(asked)
            return
        channel = await self._found(wanted, left=off)
        if channel is None:
            await self._questions.say(asked, "channel_unknown", name=str(wanted)[:40])
            return
        number, title = channel
        event = self._questions.events.of(asked.place)
        if event is None and not off:
            await self._questions.compose(asked, self._questions.events.which)
            return
        self._state.set_channel(self._bot.id, number, None if off else title)
        if event and not off and self._questions.events.several:
            self._questions.events.choose(number, None, event)
        log.info("posts of channel %s are %s taken", number, "no longer" if off else "now")
        await self._questions.say(asked, "channel_off" if off else "channel_on", name=title)

    async def _list(self, asked: IncomingQuestion) -> None:
        taken = self._state.channels(self._bot.id)
        if taken:
            names = " · ".join(taken.values())
            await self._questions.say(asked, "channel_list", "channel_hint", names=names)
        else:
            await self._questions.say(asked, "channel_none", "channel_hint")

    async def _found(self, wanted: str | int, *, left: bool) -> tuple[int, str] | None:
        """The id and the title of a channel that the bot is a member of, or where it may have
        `left` it of one whose posts are taken."""
        taken = self._state.channels(self._bot.id)
        if left:
            for number, title in taken.items():
                if str(wanted).lower() in (str(number), title.lower()):
                    return number, title
        address = _address(wanted)
        if address is None:
            return None
        try:
            chat = await self._bot.get_chat(address)
            if left and chat.id in taken:
                return chat.id, taken[chat.id]
            if chat.type != ChatType.CHANNEL:
                return None
            member = await self._bot.get_chat_member(chat.id, self._bot.id)
        except TelegramError as error:
            log.info("a channel could not be looked up: %s", reason(error))
            return None
        return (chat.id, chat.title or str(chat.id)) if member.status in _MEMBERS else None


def _forwarded_from(message: Message | None) -> int | None:
    """The channel that a message was forwarded from."""
    origin = message.forward_origin if message else None
    channel: Chat | None = origin.chat if isinstance(origin, MessageOriginChannel) else None
    return channel.id if channel else None


def _address(wanted: str | int) -> str | int | None:
    """How Telegram is asked for a channel."""
    if isinstance(wanted, int):
        return wanted
    found = _NAME.fullmatch(wanted)
    if found is None:
        return None
    return int(found["id"]) if found["id"] else f"@{found['name']}"
