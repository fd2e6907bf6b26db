"""The encoding of what was fetched, where only its server says it."""

from __future__ import annotations

from corpus.fetch import Fetched
from corpus.read.decode import declares_charset, decode_as


def as_utf8(found: Fetched) -> bytes:
    """The content in UTF-8, where only the server says what it is written in. What the content says
    itself is more often right."""
    content = found.content
    if found.charset is None or b"\0" in content or declares_charset(content):
        return content
    try:
        content.decode("utf-8")
        return content
    except UnicodeDecodeError:
        text = decode_as(content, found.charset)
        return content if text is None else text.encode()
