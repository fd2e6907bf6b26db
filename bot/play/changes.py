"""Who changed what, and when."""

from __future__ import annotations

from aiohttp import web

from bot.play.filters import whole_number
from bot.play.room import room
from bot.play.told import show
from bot.render.plain import opening
from corpus.store import Coverage, JournalEntry, Selection

_ON_PAGE = 100


def routes() -> list[web.RouteDef]:
    return [web.get("/coverage/changes", _journal)]


async def _journal(request: web.Request) -> web.Response:
    at = room(request)
    before = whole_number(request.query.get("before"))
    entries, names = await at.read(lambda: page_of(at.engine.coverage, before))
    return show(
        request,
        "changes.html",
        entries=entries,
        names=names,
        older=entries[-1].number if len(entries) == _ON_PAGE else None,
        zone=at.zone.key,
    )


def page_of(coverage: Coverage, before: int | None) -> tuple[list[JournalEntry], dict[str, str]]:
    """A page of the journal, and what the articles in it are called; removed ones are not named.
    Blocks."""
    entries = coverage.journal(before=before, limit=_ON_PAGE)
    ids = {entry.article for entry in entries if entry.article}
    found = coverage.articles_by_id(ids, Selection())
    return entries, {
        name: article.source.headline or opening(article.proper) for name, article in found.items()
    }
