"""A message that asks something, reduced to what the bot needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import Message

from bot.telegram.delivery import Destination

LONGEST_QUESTION = 1_000
"""Characters of a question."""


@dataclass(frozen=True, slots=True)
class IncomingQuestion:
    """A message to be answered: `text` is what is asked, without mention or command. It may reply
    to the message `replied`, of which `about` is the text where somebody else wrote it."""

    place: Destination
    text: str
    language_code: str | None
    user: int
    replied: int | None = None
    about: str = ""

    @classmethod
    def of(cls, message: Message, taken: int, text: str = "", about: str = "") -> IncomingQuestion:
        """The message that came with update `taken`."""
        # a reply chain outside topics has a thread id too, which sendMessage refuses
        thread = message.message_thread_id if message.is_topic_message else None
        place = Destination(message.chat_id, message.message_id, thread, taken)
        code = message.from_user.language_code if message.from_user else None
        # who writes in the name of a group or channel shares an account with all who do
        user = message.sender_chat or message.from_user or message.chat
        replied = message.reply_to_message
        if replied and replied.forum_topic_created:  # so does every message of a topic
            replied = None
        reply = replied.message_id if replied else None
        return cls(place, text.strip(), code, user.id, reply, about)

    def at(self, place: Destination) -> IncomingQuestion:
        """The same, to be answered there."""
        return replace(self, place=place)
