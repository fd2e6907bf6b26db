"""Text as Telegram shows it: what its server takes away, its HTML dialect, its limits. Pure
functions."""

from __future__ import annotations

import re

from bot.render.plain import web_address
from bot.words import Words
from bot.words.direction import isolate

MOST_UNITS = 4096
"""UTF-16 units in a message, counted after parsing."""

MOST_BYTES = 1 << 15
"""UTF-8 bytes of a message before parsing."""

MOST_ENTITIES = 100
"""Entities in a message; the server drops the rest in silence."""

_LONGEST_URL = 2_000

# What the server does to any text (td/telegram/MessageEntity.cpp, clean_input_string): these are
# removed, and every control character but the line feed becomes a space.
_REMOVED = re.compile("[\r\u0333\u033f\u030a\u2028-\u202e]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_TAG = re.compile(r"<(/?)(\w+)(?: href=\"([^\"]*)\"| expandable)?>")


def note(text: str, interface: Words) -> str:
    """Interface text as HTML: escaped, with runs of the other direction set apart."""
    return escape(directed(text, interface))


def escape(text: str) -> str:
    """`text` as the server will show it, for use between tags or in an attribute."""
    return (
        sanitise(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
    )


def sanitise(text: str) -> str:
    """`text` with the characters that the server removes or replaces already gone."""
    return _LONE_SURROGATE.sub("\ufffd", _CONTROL.sub(" ", _REMOVED.sub("", text)))


def plain(html: str) -> str:
    """A message of `render` without markup, for a server that refuses it; links are written out
    after their text as long as the message stays within the limit."""
    bare = _unescape(_TAG.sub("", html))
    hrefs: list[str] = []

    def write_out(tag: re.Match[str]) -> str:
        closing, kind, href = tag.groups()
        if kind != "a":
            return ""
        if not closing:
            hrefs.append(href)
            return ""
        return f" ({hrefs.pop()})"

    with_links = _unescape(_TAG.sub(write_out, html))
    return with_links if units(with_links) <= MOST_UNITS else bare


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def directed(text: str, interface: Words) -> str:
    """`text` in a line of the interface, runs of the other direction set apart."""
    return isolate(text) if interface.right_to_left else text


def link(url: str | None) -> str | None:
    """`url` where it can be after a name: a web address without blanks."""
    found = web_address(url)
    return found if found and len(escape(found)) <= _LONGEST_URL else None


def _unescape(text: str) -> str:
    return (
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    )
