"""What happened when, and outlets side by side, as pictures whose parts lead to the quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from aiohttp import web

from bot.play.filters import UNKNOWN, ListState
from bot.play.page import interface
from bot.play.room import Room, room
from bot.play.told import days_problem, show
from bot.play.word_diff import Diff, diff_lines
from bot.render.day_table import day_in, day_table
from bot.render.plain import visible
from bot.render.timeline import left_text, notes
from bot.words import Words
from bot.words.coverage import outlet_name
from bot.words.days import day_text, short_day, when_text
from corpus.errors import InputError
from corpus.store import Coverage, Selection
from retrieval.answer.compare import QUOTES as MOST_COMPARED
from retrieval.answer.compare import Compared, Comparison, asked_about, compare
from retrieval.answer.days.events import When
from retrieval.answer.days.timeline import QUOTES as MOST_DATED
from retrieval.answer.days.timeline import Timeline, TimelineEntry, of_coverage, of_question
from retrieval.types import Filters, Quote

_MOST_DAYS, _MOST_OUTLETS = 31, 20
_MOST_CHARACTERS = 500


def routes() -> list[web.RouteDef]:
    return [web.get("/coverage/timeline", _timeline), web.get("/coverage/compare", _compare)]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry of a timeline with its quote in pieces, those that name the day marked, and how the
    day was come by."""

    quote: Quote
    pieces: list[tuple[str, bool]]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day and what is said of it."""

    when: When
    text: str
    entries: list[ShownEntry]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an outlet carries a quote, and whether it does in the same words."""

    article: str
    start: int
    end: int
    same: bool


@dataclass(frozen=True, slots=True)
class ShownWording:
    """Other words of a quote, and who has them."""

    outlets: list[str]
    lines: Diff


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote of a comparison, with who carries it first when, by outlet and place."""

    quote: Quote
    carriers: list[tuple[str | None, date | None]]
    cells: dict[str | None, Cell]
    wordings: list[ShownWording]


async def _timeline(request: web.Request) -> web.Response:
    at, said = room(request), interface(request)
    state, question = ListState.of(request.query), _question(request)
    error = days_problem(state, said)
    timeline = Timeline(question, None, (), 0, 0, 0)
    try:
        timeline = await at.read(lambda: timeline_of(at, state, question))
    except InputError as fault:
        error = said.say("coverage_bad_question", reason=str(fault))
    outlets = await at.read(at.engine.coverage.outlets)
    table = day_table(timeline, _MOST_DAYS, _MOST_OUTLETS)
    days: dict[When, ShownDay] = {}
    for entry in timeline.entries:
        when = day_in(entry, timeline)
        day = days.setdefault(when, ShownDay(when, day_text(entry.day, said), []))
        day.entries.append(_shown(entry, said))
    return show(
        request,
        "timeline.html",
        error=error,
        state=state,
        question=question or "",
        outlets=[(name, name, count) for name, count, _ in outlets if name],
        table=table,
        days=list(days.values()),
        left=left_text(timeline, said),
        day_parts=lambda when: short_day(when, said, years=table.years),
        day_text=lambda when: when_text(when, said),
        narrowed=lambda outlet: _narrowed(state, outlet, question),
    )


def timeline_of(at: Room, state: ListState, question: str | None) -> Timeline:
    """The timeline of a question, or of all articles; of some outlet and days. Blocks. Raises
    `InputError` for an unusable question."""
    coverage = at.engine.coverage
    if question:
        answer = at.engine.ask(question, limit=MOST_DATED, filters=_filters(state), today=at.today)
        return of_question(answer, coverage)
    return _of_all(coverage, coverage.revision, state.filter.selection)


@lru_cache(maxsize=8)
def _of_all(coverage: Coverage, revision: int, selection: Selection) -> Timeline:
    """Read once while the coverage stays as it is: a thousand articles take their time."""
    return of_coverage(coverage, selection)


def _shown(entry: TimelineEntry, said: Words) -> ShownEntry:
    text, pieces, done = entry.quote.text, [], 0
    for start, end in entry.quote.matches:
        pieces += [(visible(text[done:start]), False), (visible(text[start:end]), True)]
        done = end
    pieces.append((visible(text[done:]), False))
    return ShownEntry(entry.quote, pieces, list(notes(entry, said)))


async def _compare(request: web.Request) -> web.Response:
    at, said = room(request), interface(request)
    state, question = ListState.of(request.query), _question(request)
    error = days_problem(state, said)
    found: Comparison | None = None
    if question:
        try:
            found = await at.read(lambda: comparison_of(at, state, question))
        except InputError as fault:
            error = said.say("coverage_bad_question", reason=str(fault))
    quotes = [_compared(each, said) for each in found.compared] if found else []
    carrying = {outlet for each in quotes for outlet in each.cells}
    known = [outlet for outlet in (found.outlets if found else ()) if outlet in carrying]
    silent = [outlet for outlet in (found.outlets if found else ()) if outlet not in carrying]
    unknown = [None] if None in carrying else []
    return show(
        request,
        "compare.html",
        error=error,
        state=state,
        question=question or "",
        quotes=quotes,
        outlets=[*known, *unknown, *silent][:_MOST_OUTLETS],
    )


def comparison_of(at: Room, state: ListState, question: str) -> Comparison:
    """Outlets side by side on a question. Blocks. Raises `InputError` for an unusable one."""
    answer = at.engine.ask(
        asked_about(question), limit=MOST_COMPARED, filters=_filters(state), today=at.today
    )
    return compare(answer, at.engine.coverage)


def _compared(each: Compared, said: Words) -> ShownQuote:
    quote = each.quote
    cells: dict[str | None, Cell] = {
        quote.article.source.outlet: Cell(quote.article.id, quote.start, quote.end, True)
    }
    wordings = []
    for wording in sorted(each.wordings, key=lambda one: not one.same):
        for place in wording.places:
            cell = Cell(place.article.id, place.start, place.end, wording.same)
            cells.setdefault(place.article.source.outlet, cell)
        if not wording.same:
            outlets = [outlet_name(place.article.source.outlet, said) for place in wording.places]
            lines = diff_lines(quote.text, wording.places[0].text)
            wordings.append(ShownWording(list(dict.fromkeys(outlets)), lines))
    carriers = [(one.outlet, one.first) for one in each.carriers]
    return ShownQuote(quote, carriers, cells, wordings)


def _narrowed(state: ListState, outlet: str, question: str | None) -> str:
    """The address of the same timeline, of one outlet."""
    asked = f"&{urlencode({'q': question})}" if question else ""
    return f"/coverage/timeline{state.address(outlet=outlet)}{asked}"


def _question(request: web.Request) -> str | None:
    return request.query.get("q", "").strip()[:_MOST_CHARACTERS] or None


def _filters(state: ListState) -> Filters:
    outlets = (state.outlet,) if state.outlet and state.outlet != UNKNOWN else ()
    return Filters(outlets, state.since, state.until)
