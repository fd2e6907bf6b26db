"""Bytes into text, or the reason in words why they are none."""

from __future__ import annotations

import codecs
import re

# 50 MB: a day of a wire's output; more in one file is a dump, to be split first.
LARGEST_FILE = 50_000_000
# No paragraph is this long; a line of this size is a dump or an encoded attachment.
LONGEST_LINE = 1_000_000
# A book has fewer; a text with more is a list or a log.
MOST_LINES = 50_000
# Pasted pages carry a stray control character at times; files that are no text carry many.
STRAY_CONTROLS = 1 / 200

_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 4096


class Unreadable(ValueError):  # noqa: N818 - an answer of the readers, never shown as an error
    """Bytes that are no text; `str(error)` says why."""


def decode(content: bytes, *, html: bool = False) -> str:
    """The text of `content`: UTF-8, or what a byte order mark or an HTML page declares.

    Raises `Unreadable`.
    """
    text = _decode(content, html)
    if not text.strip():
        raise Unreadable("it is empty")
    if why := unfit(text):
        raise Unreadable(why)
    return text


def unfit(text: str) -> str | None:
    """Why `text` cannot be stored and shown, or `None`."""
    if "\0" in text:
        return "it holds NUL characters: a binary file, not text"
    if len(_CONTROLS.findall(text)) > len(text) * STRAY_CONTROLS:
        return "it is full of control characters: a binary file, not text"
    if found := _SURROGATES.search(text):
        return f"it holds half of a surrogate pair (U+{ord(found.group()):04X}) at {found.start()}"
    return None


def too_large(text: str) -> str | None:
    """The reason to refuse a text with a line above `LONGEST_LINE` or with more than `MOST_LINES`
    lines, or `None`."""
    if text.count("\n") >= MOST_LINES:
        return f"it has more than {MOST_LINES:,} lines: not one article"
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            return f"line {number} has {len(line):,} characters, more than {LONGEST_LINE:,}"
    return None


def _decode(content: bytes, html: bool) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable(f"it begins as UTF-16 but is not: byte {error.start}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _declared(content) if html else None
        if declared is not None:
            return declared
        if b"\0" in content:
            raise Unreadable("it holds NUL bytes: a binary file, not text") from None
        byte = error.object[error.start]
        raise Unreadable(
            f"it is not valid UTF-8: byte {error.start} is 0x{byte:02x}; save it as UTF-8"
        ) from None


def _declared(content: bytes) -> str | None:
    """The text in the encoding that an HTML page declares, if it does and holds to it."""
    match = _CHARSET.search(content[:_DECLARED_WITHIN])
    if match is None:
        return None
    try:
        return content.decode(match[1].decode("ascii"))
    except (LookupError, UnicodeError):
        return None
