"""What an editor sends to be taken in: links, a document, a forwarded post, or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo

from telegram import Document, Message, MessageOriginChannel
from telegram.error import BadRequest

from bot.desk import safe_name
from bot.telegram.addressing import after_command
from corpus.types import DateKind, Source, SourceDate

MOST_BYTES = 20 * 1024 * 1024
"""Of a file that Telegram hands to a bot."""

MOST_LINKS = 10
"""In one message: each may take as long as a fetch may."""

_TEXT = "post.txt"
_LINK = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


class TooLarge(Exception):  # noqa: N818 - a state, not a fault
    """The file has more than `MOST_BYTES`."""


@dataclass(frozen=True, slots=True)
class Received:
    """A document: its bytes, a name that is safe for a file, and what its post says of it."""

    content: bytes
    name: str
    given: Source


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of pages."""

    addresses: tuple[str, ...]


def links_in(text: str) -> Links | None:
    """The links that a text consists of; `None` if it says anything else."""
    words = text.split()
    if not words or not all(_LINK.fullmatch(word) for word in words):
        return None
    return Links(tuple(dict.fromkeys(words))[:MOST_LINKS])


async def received(message: Message, zone: tzinfo | None) -> Received | Links | None:
    """The document that comes with the command, else the links or the text after it, else what the
    message replied to holds; `None` if there is nothing. Days are those of `zone`.

    Raises `TooLarge`, and `TelegramError` where a file cannot be fetched.
    """
    if message.document:
        return await _fetched(message.document)
    if text := after_command(message):
        return links_in(text) or Received(text.encode(errors="replace"), _TEXT, Source(path=""))
    post = message.reply_to_message
    if post is None:
        return None
    if post.document:
        return await _fetched(post.document)
    text = post.text or post.caption or ""
    if not text.strip():
        return None
    return links_in(text) or Received(text.encode(errors="replace"), _TEXT, _posted(post, zone))


async def _fetched(document: Document) -> Received:
    if document.file_size and document.file_size > MOST_BYTES:
        raise TooLarge
    try:
        file = await document.get_file()
    except BadRequest as error:
        if "too big" in str(error).lower():
            raise TooLarge from None
        raise
    content = bytes(await file.download_as_bytearray())
    return Received(content, safe_name(document.file_name, document.mime_type), Source(path=""))


def _posted(post: Message, zone: tzinfo | None) -> Source:
    """A channel's post says who published it, when and where; of other messages nothing is
    known."""
    origin = post.forward_origin
    if not isinstance(origin, MessageOriginChannel):
        return Source(path="")
    channel = origin.chat
    day = origin.date.astimezone(zone).date()
    evidence = f"post of {channel.title}, {origin.date.isoformat()}"
    return Source(
        path="",
        outlet=channel.title,
        url=f"https://t.me/{channel.username}/{origin.message_id}" if channel.username else None,
        dates=(SourceDate(DateKind.PUBLISHED, day, evidence),),
    )
