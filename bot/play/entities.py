"""A message's text with its entities as HTML: what a client shows of them, and nothing else.
Pure functions."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from bot.render.telegram_text import link

Json = Mapping[str, Any]

_QUOTES = ("blockquote", "expandable_blockquote")
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "spoiler": "span",
}
_WRITTEN = ("url",)
_NAMES = ("mention", "bot_command", "hashtag", "email", "text_mention")


def text_html(text: str, entities: Sequence[Json]) -> str:
    """A text with its entities, whose offsets are UTF-16 units, as a client lays it out: quotes are
    blocks, and the line breaks around them are theirs."""
    raw = text.encode("utf-16-le", "surrogatepass")
    quotes = sorted(
        (entity for entity in entities if entity["type"] in _QUOTES), key=lambda one: one["offset"]
    )
    inline = [entity for entity in entities if entity["type"] not in _QUOTES]
    out, done = [], 0
    for quote in quotes:
        start, end = quote["offset"], quote["offset"] + quote["length"]
        out.append(_lines(raw, inline, done, start, before_quote=True))
        shown, inside = "quote", "".join(_runs(raw, inline, start, end))
        if quote["type"] == "expandable_blockquote":
            shown, inside = "quote folded", f"<span>{inside}</span>"
        out.append(f'<blockquote class="{shown}" dir="auto">{inside}</blockquote>')
        done = end
    out.append(_lines(raw, inline, done, len(raw) // 2, after_quote=bool(quotes)))
    return "".join(out)


def _lines(
    raw: bytes,
    inline: Sequence[Json],
    start: int,
    end: int,
    *,
    before_quote: bool = False,
    after_quote: bool = True,
) -> str:
    """What is between quotes."""
    line_feed = "\n".encode("utf-16-le")
    if after_quote and start and raw[2 * start : 2 * start + 2] == line_feed:
        start += 1
    if before_quote and end > start and raw[2 * end - 2 : 2 * end] == line_feed:
        end -= 1
    if start >= end:
        return ""
    # a break at the end of a block shows no empty line by itself
    empty = "<br>" if raw[2 * end - 2 : 2 * end] == line_feed else ""
    return f'<div class="lines">{"".join(_runs(raw, inline, start, end))}{empty}</div>'


def _runs(raw: bytes, entities: Sequence[Json], start: int, end: int) -> Iterator[str]:
    """`raw[start:end]` in units, cut where an entity begins or ends; each run carries all tags that
    cover it."""
    ranges = [(one, one["offset"], one["offset"] + one["length"]) for one in entities]
    bounds = {start, end}
    bounds |= {at for _, first, last in ranges for at in (first, last) if start < at < end}
    for first, last in pairwise(sorted(bounds)):
        piece = html.escape(raw[2 * first : 2 * last].decode("utf-16-le", "replace"))
        for entity, opens, closes in ranges:
            if opens <= first and last <= closes:
                piece = _tagged(piece, entity)
        yield piece


def _tagged(piece: str, entity: Json) -> str:
    kind = entity["type"]
    if kind in _NAMES:
        return f'<span class="name">{piece}</span>'
    url = link(entity.get("url") or (html.unescape(piece) if kind in _WRITTEN else None))
    if url:
        return f'<a href="{html.escape(url)}" target="_blank" rel="noreferrer">{piece}</a>'
    tag = _TAGS.get(kind)
    return f'<{tag} class="{kind}">{piece}</{tag}>' if tag else piece
