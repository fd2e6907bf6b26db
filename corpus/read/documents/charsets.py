"""Text whose encoding is declared next to it, in a header."""

from __future__ import annotations

import codecs

from corpus.read.decode import Unreadable, decode, unfit

_NO_CHARSET = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7"))


def text_of(content: bytes, charset: str | None, *, html: bool) -> str:
    """`content` in the encoding that is declared, where it is written in it, else by what it holds.

    Raises `Unreadable`.
    """
    try:
        codec = codecs.lookup(charset or "")
        known = codec.name not in _NO_CHARSET and not content.startswith(codecs.BOM_UTF8)
        text = content.decode(codec.name) if known else ""
    except (LookupError, ValueError):
        text = ""
    if text.strip() and not unfit(text):
        return text
    if not content.strip():
        raise Unreadable("it is empty")
    return decode(content, html=html)
