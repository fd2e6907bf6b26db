"""A timeline as a picture for a phone: above, which outlet tells of which day, and who published
when; below, quotes of those days, and what is left out. A quote stands there whole or not at
all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.render.canvas import Canvas
from bot.render.citation import marked, particulars
from bot.render.day_table import DayTable, day_in, day_table
from bot.render.timeline import foremost, left_text
from bot.words import Words
from bot.words.coverage import BETWEEN, outlet_name, said_before
from bot.words.days import day_text, short_day, when_text
from bot.words.direction import name
from retrieval.answer.days.events import When
from retrieval.answer.days.timeline import Timeline, TimelineEntry

WIDTH = 1080
MOST_HEIGHT = 1920

_EDGE, _INSIDE = 48, 28
_NAMES = 330
_MOST_DAYS, _MOST_OUTLETS, _MOST_QUOTES = 7, 9, 12
_ROW, _HEAD = 54, 86
_TITLE, _TEXT, _SMALL = 42.0, 28.0, 23.0
_LEADING = 1.42
# Characters of a quote that may be shown, some seven lines.
_LONGEST = 400
_GROUND, _CARD, _INK, _DIM, _LINE = "#f6f3ec", "#ffffff", "#1d2129", "#6a7078", "#e5e0d5"
_COLORS = (
    *("#b5473c", "#2c6e8f", "#7a8b2a", "#8a5a9e", "#d08a2b", "#2f8f6b", "#5b6abf", "#a0526d"),
    "#6b5d4f",
)
_OTHER = "#9aa0a6"

# The widest line of a quote, and what is left free below each.
_WIDEST = WIDTH - 2 * _EDGE - 34
_AFTER = 22


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An entry as the lines of its quote and of its source."""

    entry: TimelineEntry
    text: list[str]
    source: list[str]

    @property
    def height(self) -> float:
        lines = len(self.text) * _TEXT + len(self.source) * _SMALL
        return lines * _LEADING + _AFTER


def _color(table: DayTable, outlet: str | None) -> str:
    known = table.outlets.index(outlet) if outlet in table.outlets else len(_COLORS)
    return _COLORS[known] if known < len(_COLORS) else _OTHER


def picture(timeline: Timeline, interface: Words) -> bytes:
    """A PNG of at most `WIDTH` by `MOST_HEIGHT` pixels of a timeline with entries, in the direction
    of the interface."""
    canvas = Canvas(WIDTH, MOST_HEIGHT, _GROUND, mirrored=interface.right_to_left)
    table = day_table(timeline, _MOST_DAYS, _MOST_OUTLETS)
    top = _titled(canvas, timeline, table, interface)
    top = _drawn(canvas, table, top, interface)
    foot = _left(canvas, timeline, interface, 0)
    room = MOST_HEIGHT - top - _EDGE - _SMALL * _LEADING * len(foot)
    chosen = _chosen(canvas, timeline, room, table, interface)
    bottom = _quotes(canvas, chosen, table, top, interface)
    for line in _left(canvas, timeline, interface, len(chosen)):
        bottom += _SMALL * _LEADING
        canvas.text(_EDGE, bottom, line, _SMALL, _DIM, ours=True)
    return canvas.png(bottom + _EDGE / 2)


def _left(canvas: Canvas, timeline: Timeline, interface: Words, shown: int) -> list[str]:
    """The lines that say what the picture leaves out where it has so many entries."""
    said = left_text(timeline, interface, len(timeline.entries) - shown)
    return canvas.wrapped(said, _SMALL, WIDTH - 2 * _EDGE)


def _titled(canvas: Canvas, timeline: Timeline, table: DayTable, interface: Words) -> float:
    y = _EDGE + _TITLE
    title = timeline.question or interface.say("timeline_title")
    for line in canvas.wrapped(title, _TITLE, WIDTH - 2 * _EDGE, bold=True)[:3]:
        canvas.text(_EDGE, y, line, _TITLE, _INK, bold=True)
        y += _TITLE * _LEADING
    ends = dict.fromkeys((*table.days[:1], *table.days[-1:]))
    span = " – ".join(when_text(when, interface, weekday=False) for when in ends)
    articles = {entry.quote.article.id for entry in timeline.entries}
    articles |= {copy.id for entry in timeline.entries for copy in entry.quote.copies}
    said = [interface.count("articles", len(articles)), span]
    canvas.text(_EDGE, y - 6, BETWEEN.join(filter(None, said)), _SMALL, _DIM, ours=True)
    return y + 22


def _drawn(canvas: Canvas, table: DayTable, top: float, interface: Words) -> float:
    """The table of days and outlets, and what its marks mean."""
    if not table.days:
        return top
    height = _HEAD + _ROW * len(table.outlets) + 70
    canvas.box(_EDGE, top, WIDTH - 2 * _EDGE, height, _CARD, corner=14)
    left = _EDGE + _INSIDE + _NAMES
    step = (WIDTH - _EDGE - _INSIDE - left) / len(table.days)
    middles = [left + step * (number + 0.5) for number in range(len(table.days))]
    for when, x in zip(table.days, middles, strict=True):
        day, month = short_day(when, interface, years=table.years)
        canvas.text(x, top + 44, day, _TEXT + 4, _INK, bold=True, middle=True)
        canvas.text(x, top + 72, month, _SMALL - 3, _DIM, middle=True)
    for number, outlet in enumerate(table.outlets):
        y = top + _HEAD + _ROW * (number + 0.5)
        canvas.rule(_EDGE + _INSIDE, y - _ROW / 2, WIDTH - 2 * (_EDGE + _INSIDE), _LINE)
        canvas.circle(_EDGE + _INSIDE + 9, y, 9, _color(table, outlet))
        name = canvas.fitted(outlet_name(outlet, interface), _SMALL, _NAMES - 44)
        canvas.text(_EDGE + _INSIDE + 32, y + 8, name, _SMALL, _INK)
        for when, x in zip(table.days, middles, strict=True):
            _cell(canvas, table, (when, outlet), x, y)
    _legend(canvas, top + height - 24, interface)
    return top + height + 30


def _cell(
    canvas: Canvas, table: DayTable, key: tuple[When, str | None], x: float, y: float
) -> None:
    if table.published[key]:
        canvas.ring(x, y, 44, _DIM)
    if count := table.told[key]:
        canvas.circle(x, y, min(11 + 2.5 * count, 18), _color(table, key[1]))
        if count > 1:
            canvas.text(x, y + 7, str(count), 20, _CARD, bold=True, middle=True)


def _legend(canvas: Canvas, y: float, interface: Words) -> None:
    x = float(_EDGE + _INSIDE)
    canvas.circle(x + 9, y - 7, 9, _DIM)
    told, published = interface.say("timeline_told"), interface.say("timeline_published")
    canvas.text(x + 32, y, told, _SMALL - 3, _DIM)
    x += 80 + canvas.measured(told, _SMALL - 3)
    canvas.ring(x + 9, y - 7, 18, _DIM)
    canvas.text(x + 32, y, published, _SMALL - 3, _DIM)


def _quotes(
    canvas: Canvas, chosen: Sequence[_Drawn], table: DayTable, top: float, interface: Words
) -> float:
    """The quotes under their days; gives where they end."""
    before: When | None = None
    y = top
    for drawn in chosen:
        entry = drawn.entry
        if entry.day.when != before:
            y += _TEXT + 12
            canvas.text(_EDGE, y, day_text(entry.day, interface), _TEXT, _INK, bold=True, ours=True)
            before = entry.day.when
            y += 14
        color = _color(table, entry.quote.article.source.outlet)
        canvas.box(_EDGE, y + 8, 8, drawn.height - 20, color, corner=4)
        for line in drawn.text:
            y += _TEXT * _LEADING
            _set(canvas, y, line, entry)
        for line in drawn.source:
            y += _SMALL * _LEADING
            canvas.text(_EDGE + 30, y, line, _SMALL, _DIM, ours=True)
        y += _AFTER
    return y


def _set(canvas: Canvas, y: float, line: str, entry: TimelineEntry) -> None:
    """A line of a quote, at the side where its language begins."""
    right = entry.quote.article.language in ("ar", "fa", "he", "ur")
    far = right != canvas.mirrored
    canvas.text(WIDTH - _EDGE - 4 if far else _EDGE + 30, y, line, _TEXT, _INK, far=far)


def _source(entry: TimelineEntry, interface: Words) -> str:
    quote = entry.quote
    source, copies = quote.article.source, len(quote.copies)
    words = name(entry.evidence, interface.right_to_left)
    parts = [
        said_before(quote, interface) + outlet_name(source.outlet, interface),
        *particulars(source, interface),
        *([interface.count("copies", copies)] if copies else []),
        *([f"«{words}»"] if entry.day.resolved else []),
    ]
    return BETWEEN.join(parts)


def _chosen(
    canvas: Canvas, timeline: Timeline, room: float, table: DayTable, interface: Words
) -> list[_Drawn]:
    """The entries that fit in so many pixels: one of each day of the table first."""
    short = [one for one in timeline.entries if len(one.quote.text) <= _LONGEST]
    kept: dict[int, _Drawn] = {}
    days: set[str] = set()
    for entry in _by_weight(short, timeline, table, interface):
        if len(kept) == _MOST_QUOTES or room < _AFTER:
            break
        drawn = _Drawn(
            entry,
            canvas.wrapped(marked(entry.quote), _TEXT, _WIDEST),
            canvas.wrapped(_source(entry, interface), _SMALL, _WIDEST),
        )
        day = entry.day.when.iso
        needed = drawn.height + (0 if day in days else _TEXT + 26)
        if needed <= room:
            kept[id(entry)] = drawn
            days.add(day)
            room -= needed
    return [kept[id(entry)] for entry in timeline.entries if id(entry) in kept]


def _by_weight(
    short: Sequence[TimelineEntry], timeline: Timeline, table: DayTable, interface: Words
) -> Iterator[TimelineEntry]:
    """The first entry of each day that is drawn above, in the language of the interface where there
    is one; then the others as `foremost` has them."""
    first: dict[str, TimelineEntry] = {}
    own = [one for one in short if one.quote.article.language == interface.language]
    for entry in [*own, *short]:
        if day_in(entry, timeline) in table.days:
            first.setdefault(entry.day.when.iso, entry)
    yield from first.values()
    shown = {id(entry) for entry in first.values()}
    fitting = {id(entry) for entry in short}
    for entry in foremost(timeline, len(timeline.entries)):
        if id(entry) in fitting - shown:
            yield entry
