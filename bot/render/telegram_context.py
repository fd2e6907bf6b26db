"""The context of a quote, and the wording of its copies, as Telegram messages. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.render.messages import Message
from bot.render.telegram_html import Block, joined, lines, packed, quoted, source_line
from bot.render.telegram_text import escape, sanitise, units
from bot.words import Words
from retrieval.answer.after import Context, CopyPlace, Paragraph, Wording
from retrieval.types import Quote

MOST_LISTED = 40
"""Copies of a quote that are listed."""

_SMALL = 1_500
# What was left out of a page, outside the blockquotes.
_CUT = "[…]"
# Of a changed wording: stretches of the quote that are struck out below it.
_MOST_STRUCK = 40
_LONGEST_STRUCK = 1_000


def context_messages(found: Context, interface: Words, *, superseded: bool) -> tuple[Message, ...]:
    """The paragraphs around a quote, each a blockquote, the quote bold in them; then the source."""
    before = ["verify_superseded"] if superseded else []
    blocks = [lines(interface.say(key), interface) for key in [*before, "context_title"]]
    cut = Block(_CUT, len(_CUT), 0)
    blocks += [cut] if found.cut_before else []
    for paragraph in found.paragraphs:
        blocks += _paragraph(found, paragraph)
    blocks += [cut] if found.cut_after else []
    quote = Quote(found.article, found.start, found.end, 0.0)
    return tuple(packed([*blocks, source_line(quote, interface)]))


def copies_messages(
    quote: Quote, found: Sequence[Wording], interface: Words
) -> tuple[Message, ...]:
    """Who else carries a quote: first those in the same words, then each other wording as a
    blockquote, what is not in the quote underlined, and below it what of the quote is not there.
    Sources that are too many are counted."""
    blocks: list[Block] = []
    left = MOST_LISTED
    for wording in found:
        if left <= 0:
            break
        places = wording.places[:left]
        left -= len(places)
        label = lines(interface.say("copies_same" if wording.same else "copies_changed"), interface)
        sources = [_source(place, interface) for place in places]
        if wording.same:
            blocks += _listed([label, *sources])
        else:
            blocks += [label, *_wording(quote, wording, interface), *_listed(sources)]
    if more := sum(len(wording.places) for wording in found) - MOST_LISTED + left:
        blocks.append(lines("… " + interface.count("copies", more), interface))
    return tuple(packed(blocks or [lines(interface.say("copies_gone"), interface)]))


def _listed(each: Sequence[Block]) -> Iterator[Block]:
    """Lines below each other, as many in a block as leave it small."""
    held: list[Block] = []
    for line in each:
        if held and sum(one.units for one in held) + line.units > _SMALL:
            yield joined("\n", *held)
            held = []
        held.append(line)
    if held:
        yield joined("\n", *held)


def _paragraph(found: Context, paragraph: Paragraph) -> list[Block]:
    start = max(found.start - paragraph.start, 0)
    end = min(found.end, paragraph.end) - paragraph.start
    return quoted(found.text(paragraph), [(start, end)] if paragraph.quoted else [])


def _wording(quote: Quote, wording: Wording, interface: Words) -> Iterator[Block]:
    place = wording.places[0]
    added = [
        (edit.other_start - place.start, edit.other_end - place.start)
        for edit in wording.edits
        if not edit.equal
    ]
    yield from quoted(place.text, added, tag="u")
    body = quote.article.body
    gone = [body[edit.start : edit.end].strip() for edit in wording.edits if not edit.equal]
    struck = list(filter(None, (sanitise(each).strip() for each in gone)))[:_MOST_STRUCK]
    if struck:
        yield _struck(struck, interface)


def _struck(words: Sequence[str], interface: Words) -> Block:
    """What of the quote is not in the other wording, as far as one line holds it."""
    shown: list[Block] = []
    room = _LONGEST_STRUCK
    for each in words:
        cut = each if len(each) <= room else each[:room].rstrip() + "…"
        shown.append(Block(f"<s>{escape(cut)}</s>", units(sanitise(cut)), 1))
        room -= len(cut)
        if room <= 0:
            break
    label = interface.say("copies_instead", words="\0")
    before, after = label.split("\0")
    return joined("", lines(before, interface), joined(" / ", *shown), lines(after, interface))


def _source(place: CopyPlace, interface: Words) -> Block:
    return source_line(Quote(place.article, place.start, place.end, 0.0), interface, "•")
