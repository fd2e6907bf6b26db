"""A timeline for a terminal, as JSON, and as Telegram messages. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render.citation import page_said, particulars
from bot.render.messages import Message
from bot.render.plain import visible
from bot.render.shapes import Json, quote_json
from bot.render.telegram_html import Block, joined, lines, packed, quote_blocks
from bot.words import Words, choose, for_question
from bot.words.coverage import BETWEEN, outlet_name, said_before
from bot.words.days import day_text, when_text
from retrieval.answer.days.timeline import Timeline, TimelineEntry
from retrieval.types import Quote

# A caption has at most 1024 UTF-16 units.
_LONGEST_TITLE = 300

MOST_ENTRIES = 6
"""Entries in a chat; the picture has more of them, and the terminal all."""


def interface_of(timeline: Timeline, reader: str | None = None) -> Words:
    """The words for a timeline: in the language of the question, else in that of the `reader` where
    there are words in it, else in that of most entries."""
    every = Counter(entry.quote.article.language for entry in timeline.entries)
    most = [language for language, _ in every.most_common(1)]
    known = reader if choose(reader) == reader else None
    return for_question(timeline.question, timeline.language, known, *most)


def timeline_json(timeline: Timeline) -> list[Json]:
    """`timeline --json`."""
    return [_entry_json(entry) for entry in timeline.entries]


def timeline_view(timeline: Timeline, interface: Words) -> RenderableType:
    """Each day with its quotes and who says so; the words that name the day stand out."""
    asked = timeline.question
    title = f"? {visible(asked)}" if asked else interface.say("timeline_title")
    shown: list[RenderableType] = [Text(title, style="bold cyan")]
    if not timeline.entries:
        none = Text(interface.say("timeline_none"), style="yellow")
        shown.append(Padding(none, (0, 2), expand=False))
    for day, entries in groupby(timeline.entries, lambda one: day_text(one.day, interface)):
        shown += ["", Text(day, style="bold")]
        for entry in entries:
            shown.append(Padding(_quote(entry.quote), (0, 2), expand=False))
            for line in _below(entry, interface):
                shown.append(Padding(Text(line, style="dim"), (0, 4), expand=False))
    left = left_text(timeline, interface)
    return Group(*shown, *([Text(f"\n{left}", style="yellow")] if left else []), "")


def _entry_json(entry: TimelineEntry) -> Json:
    day, quote = entry.day, quote_json(entry.quote)
    return {
        "date": day.when.iso,
        "until": day.until.iso if day.until else None,
        "precision": "month" if day.when.day is None else "day",
        "resolved": day.resolved,
        "evidence": {"text": entry.evidence, "start": day.start, "end": day.end},
        "quote": quote,
        "copies": quote["copies"],
        "otherwise": [when.iso for when in entry.otherwise],
    }


def timeline_title(timeline: Timeline, interface: Words) -> str:
    """What is below the picture: the question, or what it is a picture of, cut to fit."""
    title = timeline.question or interface.say("timeline_title")
    left = left_text(timeline, interface)
    shown = title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rstrip() + "…"
    return "\n".join(filter(None, [shown, left]))


def left_text(timeline: Timeline, interface: Words, hidden: int = 0) -> str:
    """What was not read and what is not shown, `hidden` of the entries too; nothing where that is
    nothing."""
    parts = []
    if timeline.read < timeline.articles:
        read, every = interface.number(timeline.read), interface.number(timeline.articles)
        parts.append(interface.say("timeline_read", read=read, articles=every))
    if timeline.undated:
        undated = interface.count("articles", timeline.undated)
        parts.append(interface.say("timeline_undated", articles=undated))
    if left := timeline.left_out + hidden:
        parts.append(f"… {interface.count('mentions_left', left)}")
    return " ".join(parts)


def timeline_messages(timeline: Timeline, interface: Words) -> tuple[Message, ...]:
    """The first entries, those of the best known days, each under its day; how many there are
    besides; or that there are none."""
    if not timeline.entries:
        return tuple(packed([lines(interface.say("timeline_none"), interface)]))
    shown = foremost(timeline, MOST_ENTRIES)
    blocks: list[Block] = []
    for entry in shown:
        first, *rest = quote_blocks(entry.quote, interface)
        told = [_bold(day_text(entry.day, interface), interface), first]
        below = [lines(line, interface) for line in notes(entry, interface)]
        blocks += [joined("\n", *told, *([] if rest else below)), *rest]
    if more := len(timeline.entries) - len(shown) + timeline.left_out:
        blocks.append(lines(f"… {interface.count('mentions_left', more)}", interface))
    return tuple(packed(blocks))


def foremost(timeline: Timeline, most: int) -> list[TimelineEntry]:
    """The entries to show where there is room for few: one of each day, of the days that most texts
    name, in the order of the days; then more of them."""
    days: dict[str, list[TimelineEntry]] = {}
    for entry in timeline.entries:
        days.setdefault(entry.day.when.iso, []).append(entry)
    ranked = sorted(days.values(), key=lambda each: (each[0].day.when.day is None, -len(each)))
    chosen: list[TimelineEntry] = []
    depth = 0
    while len(chosen) < most and any(len(each) > depth for each in ranked):
        chosen += [each[depth] for each in ranked if len(each) > depth]
        depth += 1
    kept = chosen[:most]
    return [entry for entry in timeline.entries if entry in kept]


def _bold(text: str, interface: Words) -> Block:
    plain = lines(text, interface)
    return Block(f"<b>{plain.html}</b>", plain.units, 1)


def _quote(quote: Quote) -> Text:
    text = Text(f"«{visible(quote.text)}»")
    for start, end in quote.matches:
        text.stylize("bold green", start + 1, end + 1)
    return text


def _below(entry: TimelineEntry, interface: Words) -> Iterator[str]:
    quote = entry.quote
    source = quote.article.source
    parts = [
        said_before(quote, interface) + outlet_name(source.outlet, interface),
        *particulars(source, interface),
        *page_said(quote.page, interface),
        *([interface.count("copies", len(quote.copies))] if quote.copies else []),
        *([" ".join(visible(source.url).split())] if source.url else []),
    ]
    yield "— " + BETWEEN.join(parts)
    yield from notes(entry, interface)


def notes(entry: TimelineEntry, interface: Words) -> Iterator[str]:
    """How the day was come by, where it does not be there; and what copies have instead."""
    published = entry.quote.article.source.published
    if entry.day.resolved and published:
        words_of_it = " ".join(visible(entry.evidence).split())
        yield interface.say("timeline_resolved", words=words_of_it, day=interface.date(published))
    if entry.otherwise:
        days = ", ".join(when_text(when, interface) for when in entry.otherwise)
        yield interface.say("timeline_otherwise", days=days)
