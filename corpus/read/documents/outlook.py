"""Messages of Outlook (MSG), by python-oxmsg."""

from __future__ import annotations

import io
from collections.abc import Iterator

from corpus.read.decode import too_large
from corpus.read.documents.mail import FEWEST_LETTERS, Read, sent
from corpus.read.merge import document, merge
from corpus.read.page_bounds import page_document
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

MOST_ATTACHMENTS = 200


def read_msg(content: bytes, given: Source, read: Read) -> Iterator[RawDocument | Rejection]:
    """The text of a message and of what is attached to it."""
    from oxmsg import Message

    # It trusts the file it parses; whatever it raises, this one cannot be read.
    try:
        message = Message.load(io.BytesIO(content))
        text, page = message.body or "", message.html_body or ""
        day = message.sent_date
        published = SourceDate(DateKind.PUBLISHED, day.date(), f"sent {day}") if day else None
        said = merge(given, sent(message.subject, message.sender, published))
        attached = [
            (each.file_name or "attachment", each.file_bytes or b"")
            for each in list(message.attachments)[:MOST_ATTACHMENTS]
        ]
    except Exception:
        yield Rejection(given.path, "it is a damaged message of Outlook: save it as .eml")
        return
    if page and sum(map(str.isalpha, text)) < FEWEST_LETTERS:
        yield page_document(page, said)
    elif not text.strip():
        own = "the message holds no text but in Outlook's own form: save it as .eml or as HTML"
        yield Rejection(given.path, own)
    elif why := too_large(text):
        yield Rejection(given.path, why)
    else:
        yield document(text.replace("\r\n", "\n"), said)
    for name, held in attached:
        safe = " ".join(name.replace("/", "-").split())
        yield from read(held, safe, Source(path=f"{given.path}/{safe}", outlet=given.outlet))
