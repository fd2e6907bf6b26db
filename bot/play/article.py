"""One article: its text with the lines that cleaning removed, what is known about it and from
where, its versions, and which other articles contain it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.play.filters import whole_number
from bot.play.page import interface
from bot.play.reading import ShownArticle, shown_article
from bot.play.room import room
from bot.play.told import days_text, gone, show
from bot.play.visitor import visitor
from bot.play.word_diff import Diff, diff_lines
from bot.words import Words
from corpus.errors import InputError
from corpus.page_lines import page_lines
from corpus.store import Coverage, JournalEntry, Selection, Version
from corpus.types import Article, DateKind
from retrieval.answer.check.receipt import read_receipt, receipt_of, receipted
from retrieval.types import Quote

_MOST_COPIES = 50
_MOST_CHANGES = 20


def routes() -> list[web.RouteDef]:
    return [
        web.get("/coverage/article/{id}", show_article),
        web.get("/coverage/article/{id}/changes", _changes),
        web.get("/coverage/article/{id}/beside/{other}", _beside),
        web.get("/coverage/receipt/{receipt}", _receipt),
    ]


@dataclass(frozen=True, slots=True)
class CopyOf:
    """Another article that contains text of this one, and how much of it, 0 to 1."""

    article: Article
    held: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """A passage that is pointed at."""

    number: int
    receipt: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An article in one of its versions, and all that is known of it."""

    article: Article
    newest: bool
    removed: bool
    shown: ShownArticle
    passages: list[tuple[int, int]]
    copies: list[CopyOf]
    versions: list[Version]
    by_hand: dict[str, date]
    journal: list[JournalEntry]
    chosen: Chosen | None


async def show_article(
    request: web.Request,
    *,
    error: str = "",
    status: int = 200,
    entered: Mapping[str, str] | None = None,
) -> web.Response:
    """The page of an article, or that there is none; an editor's form holds what was `entered`."""
    name = request.match_info["id"]
    at, said = room(request), interface(request)
    coverage = at.engine.coverage
    query = request.query
    marked = _span(query)
    passage = whole_number(query.get("passage"))
    here = await at.read(
        lambda: opened(coverage, name, query.get("version"), marked=marked, passage=passage)
    )
    if here is None:
        purged = (await at.read(coverage.purged)).get(name)
        return _none(request, name, purged, said)
    if here.removed and not visitor(request).editor:
        return gone(request, said.say("coverage_is_removed"), 410)
    published = {
        found.value for found in here.article.source.dates if found.kind is DateKind.PUBLISHED
    }
    blank = {"outlet": "", "published": "", "url": "", "headline": ""}
    return show(
        request,
        "article.html",
        status=status,
        error=error,
        article=here.article,
        newest=here.newest,
        removed=here.removed,
        shown=here.shown,
        passages=here.passages,
        copies=here.copies,
        versions=here.versions,
        by_hand=here.by_hand,
        journal=here.journal,
        chosen=here.chosen,
        disagreeing=days_text(sorted(published), said),
        entered=blank | dict(entered or {}),
    )


def opened(
    coverage: Coverage,
    name: str,
    version: str | None = None,
    *,
    marked: tuple[int, int] | None = None,
    passage: int | None = None,
) -> Opened | None:
    """An article, removed or not, with a stretch or a passage of it marked; `None` if there is
    none. Blocks."""
    article = coverage.article(name, version)
    removed = article is None and name in coverage.removed([name])
    if removed:
        article = coverage.articles_by_id([name], Selection(removed=True)).get(name)
    if article is None:
        return None
    versions = coverage.versions(name)
    newest = removed or any(each.newest and each.version == article.version for each in versions)
    passages = coverage.spans(name, article.version)
    chosen = None
    if passage is not None and 0 < passage <= len(passages):
        marked = passages[passage - 1]
        chosen = Chosen(passage, receipt_of(Quote(article, *marked, 1.0)))
    raw = next(
        (each.raw for each in coverage.documents(name) if each.version == article.version), None
    )
    lines = page_lines(raw) if raw else ()
    return Opened(
        article,
        newest,
        removed,
        shown_article(article, passages, lines, marked),
        passages,
        _copies(coverage, article) if newest and not removed else [],
        versions,
        {about: one.day for about, one in coverage.corrections(name).items()},
        coverage.journal(name, limit=_MOST_CHANGES),
        chosen,
    )


def _copies(coverage: Coverage, article: Article) -> list[CopyOf]:
    """The others that carry the text or a part of it, those that carry most first."""
    whole = dict.fromkeys(coverage.copies([article.id])[article.id], 1.0)
    held = whole | {each.article: each.held for each in coverage.linked(article.id)}
    ids = sorted(held, key=lambda each: (-held[each], each))[:_MOST_COPIES]
    articles = coverage.articles_by_id(ids)
    return [CopyOf(articles[each], held[each]) for each in ids if each in articles]


async def _changes(request: web.Request) -> web.Response:
    """What became of one text of an article in another."""
    name, query = request.match_info["id"], request.query
    coverage = room(request).engine.coverage
    return await _side_by_side(
        request,
        lambda: (
            coverage.article(name, query.get("from")),
            coverage.article(name, query.get("to")),
        ),
    )


async def _beside(request: web.Request) -> web.Response:
    """An article and another one that carries its text."""
    names = request.match_info
    coverage = room(request).engine.coverage
    return await _side_by_side(
        request, lambda: (coverage.article(names["id"]), coverage.article(names["other"]))
    )


async def _side_by_side(
    request: web.Request, read: Callable[[], tuple[Article | None, Article | None]]
) -> web.Response:
    def compared() -> tuple[Article, Article, Diff, Diff] | None:
        before, after = read()
        if before is None or after is None:
            return None
        headline = diff_lines(before.source.headline or "", after.source.headline or "")
        return before, after, headline, diff_lines(before.proper, after.proper)

    found = await room(request).read(compared)
    if found is None:
        return _none(request, request.match_info["id"], None, interface(request))
    before, after, headline, lines = found
    return show(request, "diff.html", sides=(before, after), headline=headline, lines=lines)


async def _receipt(request: web.Request) -> web.Response:
    """Where the quote of a receipt stands."""
    name = request.match_info["receipt"]
    at, said = room(request), interface(request)
    try:
        receipt = read_receipt(name)
    except InputError:
        held = None
    else:
        held = await at.read(lambda: receipted(receipt, at.engine.coverage))
    if held is None:
        return gone(request, said.say("coverage_unknown_receipt", name=name[:40]))
    version = f"&version={held.article.version}" if held.superseded else ""
    raise web.HTTPSeeOther(
        f"/coverage/article/{held.article.id}?start={held.start}&end={held.end}{version}#chosen"
    )


def _none(request: web.Request, name: str, purged: date | None, said: Words) -> web.Response:
    if purged:
        told_of = said.say("coverage_purged", name=name, day=said.date(purged))
        return gone(request, told_of, 410)
    return gone(request, said.say("coverage_unknown_article", name=name[:40]))


def _span(query: Mapping[str, str]) -> tuple[int, int] | None:
    start, end = whole_number(query.get("start")), whole_number(query.get("end"))
    return None if start is None or end is None or start >= end else (start, end)
