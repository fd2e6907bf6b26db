"""Who may change what a group has chosen."""

from __future__ import annotations

import logging

from telegram import Chat, User
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.telegram.client import Client, reason

log = logging.getLogger(__name__)

# In whose name Telegram sends what an anonymous administrator writes.
_ANONYMOUS = 1087968824
# A press must be answered soon, and this is asked before.
_SECONDS = 1.5
_RANKS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


async def is_administrator(
    bot: Client, chat: Chat, user: User | None, sender: Chat | None = None
) -> bool | None:
    """Whether `user`, who may have written in the name of the chat `sender`, is an administrator of
    a group. `None` where Telegram did not say."""
    if sender is not None:
        # in the name of the group itself only its administrators can write
        return sender.id == chat.id
    if user is None:
        return False
    if user.id == _ANONYMOUS:
        return True
    try:
        member = await bot.get_chat_member(chat.id, user.id, read_timeout=_SECONDS)
    except TelegramError as error:
        log.info("who is an administrator could not be asked: %s", reason(error))
        return None
    return member.status in _RANKS
