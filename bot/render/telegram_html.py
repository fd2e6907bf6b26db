"""Answers as Telegram messages in the server's own HTML dialect. Pure functions.

A blockquote holds the exact text of a quote and nothing else; who says so stands on a line of its
own below it.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.words import Words, words
from bot.words.coverage import (
    BETWEEN,
    OutletCount,
    absence_text,
    outlet_name,
    short_name,
    sources_text,
)
from bot.words.direction import isolate
from corpus.types import Source
from retrieval.types import Answer, Quote

MOST_UNITS = 4096
"""UTF-16 units in a message, counted after parsing."""

MOST_BYTES = 1 << 15
"""UTF-8 bytes of a message before parsing."""

MOST_ENTITIES = 100
"""Entities in a message; the server drops the rest in silence."""

EXPANDABLE_FROM = 300
"""A quote of more UTF-16 units than this is folded by the client until it is tapped."""

# A quote must leave room for its own entities and for those of the source line.
_MOST_BOLD = 90
_LONGEST_URL = 2_000
_BETWEEN_QUOTES = "\n\n"

# What the server does to any text (td/telegram/MessageEntity.cpp, clean_input_string): these are
# removed, and every control character but the line feed becomes a space.
_REMOVED = re.compile("[\r\u0333\u033f\u030a\u2028-\u202e]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

_TAG = re.compile(r"<(/?)(\w+)(?: href=\"([^\"]*)\"| expandable)?>")
_SENTENCE_END = re.compile(r"[.!?؟…۔。！？][\"'»”’)\]]*\s+|\n+")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of HTML that no message boundary cuts; `units` as the server counts them."""

    html: str
    units: int
    entities: int


def render(answer: Answer, language: str) -> tuple[str, ...]:
    """The messages that carry `answer`, at least one, in the interface language `language`.

    Each has at most 4096 UTF-16 units after parsing and at most 100 entities.
    """
    interface = words(language)
    if answer.absence is not None:
        return (note(absence_text(answer.absence, interface), interface),)
    blocks = [block for quote in answer.quotes for block in _quote_blocks(quote, interface)]
    return tuple(_messages(blocks))


def note(text: str, interface: Words) -> str:
    """Interface text as HTML: escaped, with runs of the other direction set apart."""
    return escape(_directed(text, interface))


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
    behind their text as long as the message stays within the limit."""
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


# ---------------------------------------------------------------- quotes


def _quote_blocks(quote: Quote, interface: Words) -> Iterator[_Block]:
    """One block, or several for a quote that no message holds; the last carries the source."""
    line = _source_line(quote, interface)
    sentence_ends = {sentence.end - quote.start for sentence in quote.article.sentences}
    *firsts, last = _pieces(quote.text, sentence_ends, MOST_UNITS - 1 - line.units)
    matches = _merged(quote.matches, quote.text)
    for start, end in firsts:
        yield _blockquote(quote.text, start, end, matches)
    body = _blockquote(quote.text, *last, matches)
    yield _Block(
        f"{body.html}\n{line.html}", body.units + 1 + line.units, body.entities + line.entities
    )


def _blockquote(text: str, start: int, end: int, matches: Iterable[tuple[int, int]]) -> _Block:
    clipped = [(max(a, start), min(b, end)) for a, b in matches if a < end and b > start]
    bold = clipped[:_MOST_BOLD]
    out, done = [], start
    for a, b in bold:
        out += [escape(text[done:a]), "<b>", escape(text[a:b]), "</b>"]
        done = b
    out.append(escape(text[done:end]))
    length = units(sanitise(text[start:end]))
    tag = "blockquote expandable" if length > EXPANDABLE_FROM else "blockquote"
    return _Block(f"<{tag}>{''.join(out)}</blockquote>", length, 1 + len(bold))


def _merged(matches: Iterable[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Ranges in order, inside the text, without blanks at their edges; those that touch or have
    only blanks between them are one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(a, 0), min(b, len(text))) for a, b in matches):
        bare = text[start:end].strip()
        if not sanitise(bare).strip():
            continue
        start = text.index(bare, start)
        end = start + len(bare)
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _pieces(text: str, sentence_ends: set[int], room: int) -> list[tuple[int, int]]:
    """Ranges of `text`, of which the last fits into `room` units and the others into a message.

    Cut between sentences where possible, else at white space, else between characters.
    """
    pieces, start = [], 0
    while units(text[start:]) > room:
        # something must remain to stand above the source line
        limit = min(_reach(text, start, MOST_UNITS), len(text) - 1)
        end = _cut(text, start, limit, sentence_ends)
        pieces.append(_stripped(text, start, end))
        start = end
    pieces.append(_stripped(text, start, len(text)))
    return [piece for piece in pieces if piece[0] < piece[1]] or [(0, len(text))]


def _reach(text: str, start: int, room: int) -> int:
    """The furthest end for which `text[start:end]` has at most `room` units."""
    end = min(start + room, len(text))
    while units(text[start:end]) > room:
        end -= max(1, (units(text[start:end]) - room) // 2)
    return end


def _cut(text: str, start: int, limit: int, sentence_ends: set[int]) -> int:
    # a cut in the first half would leave more, shorter pieces than needed
    least = start + (limit - start) // 2
    known = [end for end in sentence_ends if least < end <= limit]
    if known:
        return max(known)
    for boundary in (_SENTENCE_END, _BLANK):
        ends = [found.end() for found in boundary.finditer(text, least, limit)]
        if ends:
            return ends[-1]
    return limit


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _messages(blocks: Sequence[_Block]) -> Iterator[str]:
    """Blocks put together as long as they fit."""
    held: list[_Block] = []
    for block in blocks:
        size = sum(one.units + len(_BETWEEN_QUOTES) for one in held) + block.units
        entities = sum(one.entities for one in held) + block.entities
        raw = sum(len(one.html.encode()) + len(_BETWEEN_QUOTES) for one in (*held, block))
        if held and (size > MOST_UNITS or entities > MOST_ENTITIES or raw > MOST_BYTES):
            yield _BETWEEN_QUOTES.join(one.html for one in held)
            held = []
        held.append(block)
    if held:
        yield _BETWEEN_QUOTES.join(one.html for one in held)


# ---------------------------------------------------------------- sources


def _source_line(quote: Quote, interface: Words) -> _Block:
    """Outlet, by whom it was passed on, date and copies; what is unknown is said to be unknown."""
    source = quote.article.source
    outlet = outlet_name(source.outlet, interface)
    others = [*_particulars(source, interface)]
    if quote.copies:
        others.append(interface.count("copies", len(quote.copies)))
    rest = _directed("".join(BETWEEN + other for other in others), interface)
    url = _link(source.url)
    linked = f'<a href="{escape(url)}">{escape(outlet)}</a>' if url else escape(outlet)
    shown = sanitise(f"— {outlet}{rest}")
    return _Block(f"— {linked}{escape(rest)}", units(shown), 1 if url else 0)


def _particulars(source: Source, interface: Words) -> Iterator[str]:
    for key, known in (("via", source.via), ("agency", source.agency)):
        if known:
            yield interface.say(key, name=short_name(known, interface))
    day = source.published
    yield interface.date(day) if day else interface.say("undated")


def _link(url: str | None) -> str | None:
    """`url` where it can stand behind a name: a web address without blanks."""
    if not url or len(escape(url)) > _LONGEST_URL or _BLANK.search(url) or sanitise(url) != url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


# ---------------------------------------------------------------- interface


def sources_html(outlets: Sequence[OutletCount], undated: int, interface: Words) -> str:
    """Every outlet with its number of articles and its newest date, in one message; outlets that
    do not fit are counted. `outlets` as `Coverage.outlets()` gives them, `undated` articles."""

    def text(shown: int) -> str:
        return _directed(sources_text(outlets, undated, shown, interface), interface)

    # one more than fit, by bisection: the text grows with the number of outlets shown
    too_many = bisect(range(len(outlets) + 1), MOST_UNITS, key=lambda shown: units(text(shown)))
    return escape(text(max(too_many - 1, 0)))


def _directed(text: str, interface: Words) -> str:
    return isolate(text) if interface.right_to_left else text


def _unescape(text: str) -> str:
    return (
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    )
