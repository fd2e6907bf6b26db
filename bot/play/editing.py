"""What editors do: add, correct, remove and restore articles, pause and resume sources. The command
line and the chats use the same functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from aiohttp import web
from aiohttp.web_request import FileField

from bot.by_hand import NOTHING, said_by_hand
from bot.desk import safe_name
from bot.following import pause
from bot.play.acts import ACTS, Outcome, State
from bot.play.article import show_article
from bot.play.filters import page_day
from bot.play.followed import book_of
from bot.play.guard import editing
from bot.play.page import interface
from bot.play.room import room
from bot.play.told import ON_PAGE, gone, show
from bot.words import Words
from corpus.errors import InputError
from corpus.read.particulars import is_url
from corpus.types import Source

MOST_MEGABYTES = 32
"""Of a file that is added; the server takes no larger form."""

_MOST_LINKS = 50


def routes() -> list[web.RouteDef]:
    return [
        web.get("/coverage/add", _add),
        web.post("/coverage/add/links", _add_links),
        web.post("/coverage/add/file", _add_file),
        web.post("/coverage/article/{id}/correct", _correct),
        web.post("/coverage/article/{id}/remove", _remove),
        web.post("/coverage/article/{id}/restore", _restore),
        web.post("/coverage/sources/pause", _pause),
        web.post("/coverage/sources/resume", _resume),
        web.get("/coverage/acts/{name}", _act),
    ]


class FormError(Exception):
    """A form that cannot be used, in the reader's words."""


async def _add(request: web.Request) -> web.Response:
    editing(request)
    return _form(request)


async def _add_links(request: web.Request) -> web.StreamResponse:
    actor = _actor(request)
    written = str((await request.post()).get("links", ""))
    links = written.split()[:_MOST_LINKS]
    said, at = interface(request), room(request)
    wrong = next((link for link in links if not is_url(link)), None)
    if wrong is not None:
        error = said.say("coverage_not_an_address", text=wrong[:80])
        return _form(request, status=400, error=error, links=written)
    if not links:
        return _form(request, status=400, error=said.say("coverage_nothing_said"))

    def add() -> Outcome:
        report, articles, lists = at.desk.ingest_links(links, actor)
        return Outcome("coverage_act_done", tuple(articles), report, tuple(lists))

    return await _carry_out(request, add)


async def _add_file(request: web.Request) -> web.StreamResponse:
    actor = _actor(request)
    form = await request.post()
    file = form.get("file")
    said, at = interface(request), room(request)
    if not isinstance(file, FileField) or not file.filename:
        return _form(request, status=400, error=said.say("coverage_nothing_said"))
    try:
        given = _said(form, ("outlet", "url"), at.today, said)
    except FormError as fault:
        return _form(request, status=400, error=str(fault))
    content, name = file.file.read(), safe_name(file.filename, file.content_type)

    def add() -> Outcome:
        report, articles = at.desk.ingest(content, name, given, actor)
        return Outcome("coverage_act_done", tuple(articles), report)

    return await _carry_out(request, add)


async def _correct(request: web.Request) -> web.StreamResponse:
    actor = _actor(request)
    form = await request.post()
    said, at, name = interface(request), room(request), request.match_info["id"]
    entered = {
        key: str(form.get(key, "")).strip() for key in ("outlet", "published", "url", "headline")
    }
    try:
        given = _said(form, ("outlet", "url", "headline"), at.today, said)
        if given == NOTHING:
            raise FormError(said.say("coverage_nothing_said"))
    except FormError as fault:
        return await show_article(request, error=str(fault), status=400, entered=entered)
    return await _carry_out(
        request,
        lambda: Outcome("coverage_act_was_corrected", (at.desk.correct(name, given, actor),)),
        f"/coverage/article/{name}",
    )


async def _remove(request: web.Request) -> web.StreamResponse:
    actor, at, name = _actor(request), room(request), request.match_info["id"]

    def remove() -> Outcome:
        removed = at.desk.remove([name], actor)
        return Outcome("coverage_act_was_removed" if removed else "coverage_act_was_removed_before")

    return await _carry_out(request, remove)


async def _restore(request: web.Request) -> web.StreamResponse:
    actor, at, name = _actor(request), room(request), request.match_info["id"]

    def restore() -> Outcome:
        at.desk.restore([name], actor)
        article = at.engine.coverage.article(name)
        return Outcome("coverage_act_was_restored", (article,) if article else ())

    return await _carry_out(request, restore)


async def _pause(request: web.Request) -> web.StreamResponse:
    return await _set_paused(request, paused=True)


async def _resume(request: web.Request) -> web.StreamResponse:
    return await _set_paused(request, paused=False)


async def _set_paused(request: web.Request, *, paused: bool) -> web.StreamResponse:
    actor, at = _actor(request), room(request)
    name = str((await request.post()).get("name", ""))

    def work() -> Outcome:
        with book_of(at.home) as book:
            if book is None:
                raise InputError(f"no source {name}; `pullquote source list` lists them")
            pause(book, at.engine.coverage, [name], actor, paused=paused)
        return Outcome("coverage_act_was_paused" if paused else "coverage_act_was_resumed")

    return await _carry_out(request, work, "/coverage/sources")


async def _act(request: web.Request) -> web.Response:
    """How far an act is, and what it did."""
    editing(request)
    act = request.app[ACTS].known(request.match_info["name"])
    if act is None:
        told_of = interface(request).say("coverage_act_unknown")
        return gone(request, told_of)
    return show(request, "act.html", act=act, watched=True)


async def _carry_out(
    request: web.Request,
    work: Callable[[], Outcome],
    then: str | None = None,
) -> web.StreamResponse:
    """Begin an act; lead to `then` where it is done at once, else to its own page."""
    act = await request.app[ACTS].carry_out(room(request), work)
    done = act.state is State.DONE
    raise web.HTTPSeeOther((done and then) or f"/coverage/acts/{act.name}")


def _form(
    request: web.Request, *, status: int = 200, error: str = "", links: str = ""
) -> web.Response:
    return show(
        request,
        "add.html",
        status=status,
        error=error,
        entered={"links": links},
        most_megabytes=MOST_MEGABYTES,
    )


def _said(form: Mapping[str, object], names: tuple[str, ...], today: date, said: Words) -> Source:
    """What a form says of an article. Raises `FormError`."""
    written = {name: str(form.get(name, "")).strip() for name in names}
    url, published = written.get("url", ""), str(form.get("published", "")).strip()
    if url and not is_url(url):
        raise FormError(said.say("coverage_not_an_address", text=url[:80]))
    day = page_day(published)
    if published and day is None:
        raise FormError(said.say("coverage_no_day", text=published[:40]))
    if day and day > today:
        raise FormError(said.say("coverage_day_in_future", day=said.date(day)))
    try:
        return said_by_hand(written, day)
    except InputError as fault:
        raise FormError(said.say("coverage_act_failed", reason=str(fault))) from fault


def _actor(request: web.Request) -> str:
    """Who acts, for the journal. Raises `HTTPForbidden` if no editor does."""
    return f"{ON_PAGE}{editing(request)}"
