"""Answers as Telegram messages in the server's own HTML dialect. Pure functions.

A blockquote holds the exact text of a quote and nothing else; who says so is on a line of its own
below it.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.render.citation import lead_in, marked_text, quote_particulars
from bot.render.messages import Keyboard, Message
from bot.render.telegram_text import (
    MOST_BYTES,
    MOST_ENTITIES,
    MOST_UNITS,
    directed,
    escape,
    link,
    sanitise,
    units,
)
from bot.words import Words
from bot.words.coverage import BETWEEN, OutletCount, outlet_name, said_before, sources_text
from corpus.language.marks import CLOSING_QUOTES, SENTENCE_ENDS
from retrieval.answer.check.receipt import receipt_of
from retrieval.types import Quote

EXPANDABLE_FROM = 300
"""A quote of more UTF-16 units than this is folded by the client until it is tapped."""

# A quote must leave room for its own entities and for those of the source line.
_MOST_MARKED = 90
_BETWEEN_QUOTES = "\n\n"

_SENTENCE_END = re.compile(rf"[{SENTENCE_ENDS}][{CLOSING_QUOTES})\]]*\s+|\n+")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of HTML that no message boundary cuts, the buttons that go with it, and the receipts
    of the quotes that end in it; `units` as the server counts them."""

    html: str
    units: int
    entities: int
    rows: Keyboard = ()
    receipts: tuple[str, ...] = ()


# ---------------------------------------------------------------- quotes


def quote_blocks(
    quote: Quote, interface: Words, mark: str = "—", rows: Keyboard = ()
) -> Iterator[Block]:
    """One block, or several for a quote that no message holds; the last carries the source, which
    begins with `mark`, and the buttons."""
    line = source_line(quote, interface, mark)
    ends = {sentence.end - quote.start for sentence in quote.article.sentences}
    if quote.lead_in:
        yield lines(lead_in(quote), interface)
    *firsts, last = quoted(quote.text, quote.matches, ends=ends, room=MOST_UNITS - 1 - line.units)
    yield from firsts
    yield replace(joined("\n", last, line, rows=rows), receipts=(receipt_of(quote),))


def quoted(
    text: str,
    marked: Iterable[tuple[int, int]] = (),
    *,
    tag: str = "b",
    ends: Collection[int] = (),
    room: int = MOST_UNITS,
) -> list[Block]:
    """`text` as blockquotes, several where no message holds it, of which the last leaves room for
    what is to be below it: it has at most `room` units. They are cut at `ends` of sentences where
    that is possible; the ranges that are `marked` are between tags."""
    matches = _merged(marked, text)
    return [_blockquote(text, *piece, matches, tag) for piece in _pieces(text, ends, room)]


def aside(quote: Quote, room: int) -> list[Block]:
    """What is quoted and is no answer: in quotation marks and italics, and in no blockquote; cut as
    `quoted` cuts, of which the last has at most `room` units."""
    shown = sanitise(marked_text(quote.text, quote.article.language))
    made = []
    for start, end in _pieces(shown, (), room):
        piece = shown[start:end]
        made.append(Block(f"<i>{escape(piece)}</i>", units(piece), 1))
    return made


def joined(between: str, *blocks: Block, rows: Keyboard = ()) -> Block:
    """Blocks as one that is not cut."""
    return Block(
        between.join(block.html for block in blocks),
        sum(block.units for block in blocks) + units(between) * (len(blocks) - 1),
        sum(block.entities for block in blocks),
        (*(row for block in blocks for row in block.rows), *rows),
        tuple(dict.fromkeys(receipt for block in blocks for receipt in block.receipts)),
    )


def lines(text: str, interface: Words) -> Block:
    """Interface text as a block."""
    shown = directed(text, interface)
    return Block(escape(shown), units(sanitise(shown)), 0)


def _blockquote(
    text: str, start: int, end: int, matches: Iterable[tuple[int, int]], tag: str
) -> Block:
    clipped = [(max(a, start), min(b, end)) for a, b in matches if a < end and b > start]
    inside = clipped[:_MOST_MARKED]
    out, done = [], start
    for a, b in inside:
        out += [escape(text[done:a]), f"<{tag}>", escape(text[a:b]), f"</{tag}>"]
        done = b
    out.append(escape(text[done:end]))
    length = units(sanitise(text[start:end]))
    kind = "blockquote expandable" if length > EXPANDABLE_FROM else "blockquote"
    return Block(f"<{kind}>{''.join(out)}</blockquote>", length, 1 + len(inside))


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


def _pieces(text: str, sentence_ends: Collection[int], room: int) -> list[tuple[int, int]]:
    """Ranges of `text`, of which the last fits into `room` units and the others into a message.

    Cut between sentences where possible, else at white space, else between characters.
    """
    pieces, start = [], 0
    while units(text[start:]) > room:
        # something must remain to be above the source line
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


def _cut(text: str, start: int, limit: int, sentence_ends: Collection[int]) -> int:
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


def packed(blocks: Iterable[Block]) -> Iterator[Message]:
    """Blocks put together into messages as long as they fit."""
    held: list[Block] = []
    for block in blocks:
        both = joined(_BETWEEN_QUOTES, *held, block)
        if held and not _fits(both):
            yield _message(held)
            held = []
        held.append(block)
    if held:
        yield _message(held)


def _fits(block: Block) -> bool:
    return (
        block.units <= MOST_UNITS
        and block.entities <= MOST_ENTITIES
        and len(block.html.encode()) <= MOST_BYTES
    )


def _message(blocks: Sequence[Block]) -> Message:
    whole = joined(_BETWEEN_QUOTES, *blocks)
    return Message(whole.html, whole.rows, receipts=whole.receipts)


# ---------------------------------------------------------------- sources


def source_line(quote: Quote, interface: Words, mark: str = "—") -> Block:
    """Behind a mark: who says it, outlet, by whom it was passed on, date and copies; what is
    unknown of outlet and date is said to be."""
    source = quote.article.source
    outlet = outlet_name(source.outlet, interface)
    others = [*quote_particulars(quote, interface)]
    if quote.copies:
        others.append(interface.count("copies", len(quote.copies)))
    rest = directed("".join(BETWEEN + other for other in others), interface)
    url = link(source.url)
    linked = f'<a href="{escape(url)}">{escape(outlet)}</a>' if url else escape(outlet)
    begin = f"{mark} " if mark else ""
    begin += directed(said_before(quote, interface), interface)
    shown = sanitise(f"{begin}{outlet}{rest}")
    return Block(f"{escape(begin)}{linked}{escape(rest)}", units(shown), 1 if url else 0)


# ---------------------------------------------------------------- interface


def sources_html(outlets: Sequence[OutletCount], undated: int, interface: Words) -> str:
    """Every outlet with its number of articles and its newest date, in one message; outlets that
    do not fit are counted. `outlets` as `Coverage.outlets()` gives them, `undated` articles."""

    def text(shown: int) -> str:
        return directed(sources_text(outlets, undated, shown, interface), interface)

    # one more than fit, by bisection: the text grows with the number of outlets shown
    too_many = bisect(range(len(outlets) + 1), MOST_UNITS, key=lambda shown: units(text(shown)))
    return escape(text(max(too_many - 1, 0)))
