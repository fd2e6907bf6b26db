"""The page that says why an answer is what it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from aiohttp import web

from bot.play import cases
from bot.play.explained import Why, why
from bot.play.page import interface, render
from bot.play.room import room
from bot.render.plain import visible
from corpus.dates.written import parse_date
from corpus.errors import InputError
from retrieval.question.understand import LONGEST_QUESTION
from retrieval.types import Filters

PAGE = "/why"


def routes() -> list[web.RouteDef]:
    return [web.get(PAGE, _page), *cases.routes()]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: the question, and the limits as they were written."""

    q: str = ""
    outlet: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def of(cls, request: web.Request) -> Asked:
        given = request.query
        return cls(*(given.get(each, "").strip() for each in ("q", "outlet", "since", "until")))

    @property
    def limited(self) -> bool:
        return bool(self.outlet or self.since or self.until)


async def _page(request: web.Request) -> web.Response:
    """The explanation of the answer to `q`, within `outlet`, `since` and `until`."""
    asked = Asked.of(request)
    try:
        told = await _told(request, asked) if asked.q else None
    except InputError as fault:
        return await _shown(request, asked, None, error=str(fault), status=400)
    return await _shown(request, asked, told, notice=cases.notice(request))


async def _told(request: web.Request, asked: Asked) -> Why:
    """Raises `InputError`, in the reader's words, for what cannot be asked."""
    at, words = room(request), interface(request)
    if len(asked.q) > LONGEST_QUESTION:
        raise InputError(words.say("too_long", limit=words.number(LONGEST_QUESTION)))
    if not any(map(str.isalnum, asked.q)):
        raise InputError(words.say("no_question"))
    filters = _filters(request, asked)
    told = await at.read(
        lambda: at.engine.explain(asked.q, limit=at.limit, filters=filters, today=at.today)
    )
    return why(told, words)


def _filters(request: web.Request, asked: Asked) -> Filters:
    since, until = _day(request, asked.since), _day(request, asked.until)
    if since and until and since > until:
        raise InputError(interface(request).say("why_days_exchanged"))
    return Filters((asked.outlet,) if asked.outlet else (), since, until)


def _day(request: web.Request, written: str) -> date | None:
    day = parse_date(written) if written else None
    if written and day is None:
        raise InputError(interface(request).say("why_bad_day", value=visible(written)))
    return day


async def _shown(
    request: web.Request, asked: Asked, told: Why | None, *, status: int = 200, **said: Any
) -> web.Response:
    at = room(request)
    outlets = await at.read(lambda: sorted(at.engine.coverage.outlet_names()))
    return render(
        request,
        "why/why.html",
        status=status,
        asked=asked,
        told=told,
        outlets=[(each, visible(each)) for each in outlets],
        longest=LONGEST_QUESTION,
        **{"notice": "", "error": "", **said},
    )
