"""The list of articles: by day and outlet, filtered, searched, sorted and paged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil

from aiohttp import web
from babel.dates import format_skeleton

from bot.play import article, changes, copies, days, editing, followed
from bot.play.day_chart import Bar, DayChart, Span, day_chart
from bot.play.filters import ON_PAGE, UNKNOWN, ListState
from bot.play.page import interface
from bot.play.room import room
from bot.play.told import days_problem, language_text, show
from bot.words import Words
from bot.words.coverage import agency_name
from corpus.store import Coverage, Selection
from corpus.store.listing import WITHDRAWN
from corpus.types import Article, DateKind
from retrieval.answer.check.receipt import is_receipt


def routes() -> list[web.RouteDef]:
    """Those of all pages of the coverage."""
    others = (article, copies, days, followed, changes, editing)
    return [web.get("/coverage", _list), *(each for page in others for each in page.routes())]


@dataclass(frozen=True, slots=True)
class Row:
    """An article of the list and what is known about it."""

    article: Article
    copies: int
    versions: int

    @property
    def evidence(self) -> str | None:
        """The text that the day of publication was read from."""
        kinds = {found.kind: found.evidence for found in reversed(self.article.source.dates)}
        return kinds.get(DateKind.PUBLISHED)

    @property
    def withdrawn(self) -> bool:
        return any(flag.startswith(WITHDRAWN) for flag in self.article.flags)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list, and the whole list by days; the names are those to choose from."""

    rows: list[Row]
    days: list[tuple[date | None, int]]
    outlets: list[tuple[str, int]]
    agencies: list[str]
    languages: list[str]


def found(coverage: Coverage, state: ListState) -> Found:
    """What the coverage has of a list. Blocks."""
    days = coverage.by_day(state.filter)
    ids: list[str] = []
    if state.offset < sum(count for _, count in days):
        ids = coverage.listed(state.filter, state.order, limit=ON_PAGE, offset=state.offset)
    removed = state.only == "removed"
    articles = coverage.articles_by_id(ids, Selection(removed=removed))
    copied = {} if removed else coverage.copies(ids)
    versions = coverage.version_counts(ids)
    rows = [
        Row(articles[each], len(copied.get(each, ())), versions[each])
        for each in ids
        if each in articles
    ]
    return Found(
        rows,
        days,
        [(outlet or UNKNOWN, count) for outlet, count, _ in coverage.outlets()],
        [agency for agency, _ in coverage.agencies()],
        sorted(coverage.languages()),
    )


async def _list(request: web.Request) -> web.Response:
    state = ListState.of(request.query)
    at, said = room(request), interface(request)
    if is_receipt(state.words):
        raise web.HTTPSeeOther(f"/coverage/receipt/{state.words}")
    here = await at.read(lambda: found(at.engine.coverage, state))
    total = sum(count for _, count in here.days)
    if total and not here.rows:  # a page after the last one
        raise web.HTTPSeeOther(f"/coverage{state.address()}")
    chart = day_chart(here.days)
    return show(
        request,
        "list.html",
        error=days_problem(state, said),
        state=state,
        rows=here.rows,
        total=total,
        undated=0 if state.only else sum(count for day, count in here.days if day is None),
        pages=ceil(total / ON_PAGE),
        outlets=_choices(here.outlets, said),
        agencies=[(name, agency_name(name, said)) for name in here.agencies],
        spoken=[(code, language_text(code, said)) for code in here.languages],
        chart=chart,
        span_text=lambda bar: _span(bar, chart, said),
    )


def _choices(outlets: list[tuple[str, int]], said: Words) -> list[tuple[str, str, int]]:
    """Outlets to choose from: value, name and number of articles."""
    return [
        (name, said.say("outlet_unknown") if name == UNKNOWN else name, count)
        for name, count in outlets
    ]


def _span(bar: Bar, chart: DayChart, said: Words) -> str:
    """What a bar stands for."""
    if chart.span is Span.DAY:
        return said.date(bar.since)
    skeleton = "yMMMM" if chart.span is Span.MONTH else "y"
    return str(format_skeleton(skeleton, bar.since, locale=said.language))
