"""E-mail (EML) and web pages saved as one file (MHTML), by the standard library.

Of a message the header says who published it and when; its text is the plain one, where it has one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime

from corpus.read.decode import Unreadable, too_large
from corpus.read.documents.charsets import text_of
from corpus.read.documents.wrapped import unwrapped
from corpus.read.merge import document, merge
from corpus.read.page_bounds import page_document
from corpus.read.particulars import is_url
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

Found = Iterator[RawDocument | Rejection]
Read = Callable[[bytes, str, Source], Found]
"""Reads an attachment: its content, its name, what is known of it."""

# A longer header is none of a person's message.
MOST_PARTS = 200
DEEPEST = 3
# A plain text with fewer letters only says that the message is to be read as HTML.
FEWEST_LETTERS = 200

_ANSWERED = re.compile(
    r"\s*(?:re|aw|antw|rép|sv|ответ|رد)\s*(?:\[\d+\])?\s*[:：]\s*", re.IGNORECASE
)
_FORWARDED = re.compile(
    r"\s*(?:fwd?|wg|tr|i|rv|пересл|إعادة توجيه|تحويل)\s*[:：]\s*", re.IGNORECASE
)
_SAVED = re.compile("saved by", re.IGNORECASE)


def read_mail(content: bytes, given: Source, read: Read, depth: int = 0) -> Found:
    """The text of a message and of what is attached to it, or the page that was saved."""
    try:
        message = message_from_bytes(content, policy=policy.default)
        parts = list(_leaves(message))
        if len(parts) > MOST_PARTS:
            yield Rejection(given.path, f"the message has more than {MOST_PARTS} parts")
            return
        if _is_saved_page(message):
            yield _saved_page(message, parts, given)
            return
        yield _body(message, given)
        attached = [part for part in message.walk() if part.is_attachment()]
    # The library parses hostile messages lazily; whatever it raises, this one cannot be read.
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        yield Rejection(given.path, "it cannot be read as a message")
        return
    for part in attached:
        yield from _attached(part, given, read, depth)


def sent(subject: str | None, sender: str | None, day: SourceDate | None) -> Source:
    """What the header of a message says of its text: who sent it published it. A message that was
    passed on says so in its subject; then sender and day are of the one who did."""
    headline, forwarded = " ".join((subject or "").split()), False
    while found := _ANSWERED.match(headline) or _FORWARDED.match(headline):
        forwarded |= _FORWARDED.match(headline) is not None
        headline = headline[found.end() :]
    name, address = parseaddr(sender or "")
    outlet = name.strip(" '\"") or address.rpartition("@")[2]
    if forwarded:
        outlet, day = "", replace(day, kind=DateKind.PAGE) if day else None
    return Source(
        path="", headline=headline or None, outlet=outlet or None, dates=(day,) if day else ()
    )


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    return (part for part in message.walk() if not part.is_multipart())


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        value = message[name]
    except (ValueError, IndexError, TypeError, AttributeError):  # what parses it fails at times
        return None
    return None if value is None else " ".join(str(value).split())


def _date(message: EmailMessage, kind: DateKind) -> SourceDate | None:
    written = _header(message, "date")
    try:
        day = parsedate_to_datetime(written).date() if written else None
    except (ValueError, TypeError, OverflowError):
        day = None
    return SourceDate(kind, day, f"Date: {written}") if day else None


def _body(message: EmailMessage, given: Source) -> RawDocument | Rejection:
    said = merge(
        given,
        sent(
            _header(message, "subject"),
            _header(message, "from"),
            _date(message, DateKind.PUBLISHED),
        ),
    )
    plain = message.get_body(("plain",))
    page = message.get_body(("html",))
    try:
        text = _text(plain) if plain else ""
        if page and sum(map(str.isalpha, text)) < FEWEST_LETTERS:
            return page_document(_text(page), said)
    except Unreadable as error:
        return Rejection(given.path, str(error))
    if plain is None or not text.strip():
        return Rejection(given.path, "the message holds no text")
    if plain.get_param("format") == "flowed":
        text = unwrapped(text, flowed=True)
    else:
        text = unwrapped(text)
    why = too_large(text)
    return Rejection(given.path, why) if why else document(text, said)


def _text(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return ""
    html = part.get_content_subtype() == "html"
    return text_of(content, part.get_content_charset(), html=html)


def _is_saved_page(message: EmailMessage) -> bool:
    if message["snapshot-content-location"] or _SAVED.search(str(message["from"] or "")):
        return True
    related = message.get_content_type() == "multipart/related"
    located = any(part["content-location"] for part in message.walk())
    return related and located and not (message["received"] or message["message-id"])


def _saved_page(
    message: EmailMessage, parts: list[EmailMessage], given: Source
) -> RawDocument | Rejection:
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    if page is None:
        return Rejection(given.path, "it is a saved page (MHTML) without a page in it")
    address = _header(message, "snapshot-content-location") or _header(page, "content-location")
    day = _date(message, DateKind.PAGE)
    url = address if address and is_url(address) else None
    said = merge(given, Source(path="", url=url, dates=(day,) if day else ()))
    try:
        return page_document(_text(page), said)
    except Unreadable as error:
        return Rejection(given.path, str(error))


def _attached(part: EmailMessage, given: Source, read: Read, depth: int) -> Found:
    name = " ".join((part.get_filename() or part.get_content_type()).replace("/", "-").split())
    # What is said of the message is not said of what it brings.
    said = Source(path=f"{given.path}/{name}", outlet=given.outlet)
    if depth >= DEEPEST:
        yield Rejection(said.path, "it is attached to a message that is attached itself: save it")
        return
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        content = inner.as_bytes(policy=policy.default) if hasattr(inner, "as_bytes") else b""
        yield from read_mail(content, said, read, depth + 1)
        return
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError):
        content = None
    if isinstance(content, bytes):
        yield from read(content, name, said)
    else:
        yield Rejection(said.path, "it cannot be unpacked")
