"""The sources that are followed: their state, and what became of what they list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path

from aiohttp import web

from bot.play.filters import page_number
from bot.play.page import interface
from bot.play.room import room
from bot.play.told import gone, moment, show
from corpus.errors import InputError
from corpus.sources.book import FILE, Followed, SourceBook
from corpus.sources.items import Item, State

_ON_PAGE = 100


def routes() -> list[web.RouteDef]:
    return [
        web.get("/coverage/sources", _sources),
        web.get("/coverage/sources/entries", _entries),
    ]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source, when it was asked and will be, and how many of its entries are in each state."""

    source: Followed
    polled: datetime | None
    next: datetime | None
    counts: dict[State, int]


@contextmanager
def book_of(home: Path) -> Iterator[SourceBook | None]:
    """The book of a home, which is not made by looking; for one thread."""
    if not (home / FILE).exists():
        yield None
        return
    with SourceBook.open(home / FILE) as book:
        yield book


def rows_of(home: Path) -> list[SourceRow]:
    """All sources. Blocks."""
    with book_of(home) as book:
        if book is None:
            return []
        return [
            SourceRow(
                each,
                moment(each.polled),
                moment(each.next) if each.next else None,
                book.counts(each.name),
            )
            for each in book.sources()
        ]


def entries_of(home: Path, name: str) -> list[Item] | None:
    """What a source listed; `None` if there is no such source. Blocks."""
    with book_of(home) as book:
        if book is None:
            return None
        try:
            book.sources([name])
        except InputError:
            return None
        return book.items(name)


async def _sources(request: web.Request) -> web.Response:
    at = room(request)
    return show(request, "sources.html", sources=await at.read(lambda: rows_of(at.home)))


async def _entries(request: web.Request) -> web.Response:
    at, said = room(request), interface(request)
    name = request.query.get("name", "")
    items = await at.read(lambda: entries_of(at.home, name))
    if items is None:
        told_of = said.say("coverage_unknown_source", name=name[:80])
        return gone(request, told_of)
    page = page_number(request.query)
    first = (page - 1) * _ON_PAGE
    return show(
        request,
        "entries.html",
        title=said.say("coverage_items_of", name=name),
        source=name,
        items=items[first : first + _ON_PAGE],
        page=page,
        pages=ceil(len(items) / _ON_PAGE),
    )
