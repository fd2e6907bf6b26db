"""Who a message is meant for, and what it asks. Entities are positions in UTF-16 units."""

from __future__ import annotations

from telegram import Bot, Message, MessageEntity
from telegram.constants import MessageEntityType

from corpus.language.marks import CLAUSE_ENDS, DASHES
from corpus.read.particulars import is_url

# What may be between a mention and the question.
_AROUND = f" \t\r\n{CLAUSE_ENDS}{DASHES}"


def is_addressed(message: Message, bot: Bot, *, chain: bool = True) -> bool:
    """Whether a message in a group mentions the bot or, where a reply goes on with the `chain` of
    questions, replies to it. Commands are not looked at: a message that begins with one is
    somebody's command."""
    if command_of(message) is not None:
        return False
    if any(_is_mention(message, entity, bot) for entity in _entities(message)):
        return True
    return chain and replies_to(message, bot)


def replies_to(message: Message, bot: Bot) -> bool:
    """Whether the message replies to one of the bot's."""
    replied = message.reply_to_message
    # every message of a topic replies to the one that opened it, which may be the bot's
    if replied is None or replied.forum_topic_created:
        return False
    return replied.from_user is not None and replied.from_user.id == bot.id


def is_from_a_person(message: Message, bot: Bot) -> bool:
    """Whether a person wrote it, if only in the name of a group or channel: not another bot, nor
    anybody through this one. What a channel posts to be commented on asks nobody."""
    if message.is_automatic_forward or (message.via_bot and message.via_bot.id == bot.id):
        return False
    sender = message.from_user
    return sender is None or not sender.is_bot or message.sender_chat is not None


def command_of(message: Message) -> tuple[str, str | None] | None:
    """The command a message begins with and the bot it names, both in small letters."""
    for entity in _entities(message):
        if entity.type == MessageEntityType.BOT_COMMAND and entity.offset == 0:
            name, _, bot = _covered(message, entity)[1:].lower().partition("@")
            return name, bot or None
    return None


def question_in(message: Message, bot: Bot) -> str:
    """The text without the command it begins with and without mentions of the bot."""
    cuts = [
        (entity.offset, entity.offset + entity.length)
        for entity in _entities(message)
        if _is_mention(message, entity, bot)
        or (entity.type == MessageEntityType.BOT_COMMAND and entity.offset == 0)
    ]
    text = _without(_text(message), cuts)
    return text.strip(_AROUND) if cuts else text.strip()


def question_replied_to(message: Message, bot: Bot) -> str:
    """The text of the message replied to, or the part of it that was picked out; empty if there is
    none or where it is the bot's own."""
    replied = message.reply_to_message
    if replied is None or replies_to(message, bot):
        return ""
    if message.quote:
        return message.quote.text.strip()
    return question_in(replied, bot)


def is_link(text: str) -> bool:
    """Whether a text is one address of the web and nothing else."""
    return is_url(text) and len(text.split()) == 1


def after_command(message: Message) -> str:
    """The text after the command that a message begins with, not a character of it changed."""
    for entity in _entities(message):
        if entity.type == MessageEntityType.BOT_COMMAND and entity.offset == 0:
            raw = _text(message).encode("utf-16-le", "surrogatepass")
            return raw[2 * entity.length :].decode("utf-16-le", "replace").strip()
    return ""


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _entities(message: Message) -> tuple[MessageEntity, ...]:
    return tuple(message.entities or message.caption_entities or ())


def _is_mention(message: Message, entity: MessageEntity, bot: Bot) -> bool:
    if entity.type == MessageEntityType.TEXT_MENTION:
        return entity.user is not None and entity.user.id == bot.id
    if entity.type != MessageEntityType.MENTION:
        return False
    return _covered(message, entity).lower() == f"@{bot.username}".lower()


def _covered(message: Message, entity: MessageEntity) -> str:
    raw = _text(message).encode("utf-16-le", "surrogatepass")
    part = raw[2 * entity.offset : 2 * (entity.offset + entity.length)]
    return part.decode("utf-16-le", "replace")


def _without(text: str, cuts: list[tuple[int, int]]) -> str:
    """`text` with one blank for each cut and the blanks around it."""
    raw = text.encode("utf-16-le", "surrogatepass")
    kept, done = [], 0
    for start, end in sorted(cuts):
        kept.append(raw[2 * done : 2 * start].decode("utf-16-le", "replace").strip(" "))
        done = end
    kept.append(raw[2 * done :].decode("utf-16-le", "replace").strip(" "))
    return " ".join(kept)
