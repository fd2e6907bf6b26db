"""Signing in and out, and the choice of a language."""

from __future__ import annotations

from aiohttp import web

from bot.play.guard import ENTRANCE, keep
from bot.play.page import local_path, render
from bot.play.visitor import COOKIE, LANGUAGE_COOKIE, VISITORS, visitor
from bot.render.plain import visible
from bot.words import LANGUAGES

_LONGEST_NAME = 60


def routes() -> list[web.RouteDef]:
    return [
        web.get(ENTRANCE, _entrance),
        web.get(f"{ENTRANCE}/{{invitation}}", _entrance),
        web.post(ENTRANCE, _enter),
        web.post("/leave", _leave),
        web.get("/language/{language}", _choose_language),
    ]


async def _entrance(request: web.Request) -> web.Response:
    """The form; opening an invitation does not spend it, for programs look at links ahead."""
    return render(
        request, "entrance.html", invitation=request.match_info.get("invitation"), wrong=False
    )


async def _enter(request: web.Request) -> web.Response:
    form = await request.post()
    name = " ".join(visible(str(form.get("name", ""))).split())[:_LONGEST_NAME]
    invitation = str(form.get("invitation", "")) or None
    secret = invitation or str(form.get("password", ""))
    visitors, address = request.app[VISITORS], request.remote or ""
    if not visitors.guesses.allows(address):
        raise web.HTTPTooManyRequests
    mark = visitors.sign_in(name, secret) if name else None
    if mark is None:
        visitors.guesses.wrong(address)
        return render(request, "entrance.html", status=403, invitation=invitation, wrong=True)
    response = web.HTTPSeeOther("/coverage" if invitation else "/")
    keep(response, COOKIE, mark)
    raise response


async def _leave(request: web.Request) -> web.Response:
    request.app[VISITORS].sign_out(visitor(request))
    raise web.HTTPSeeOther("/")


async def _choose_language(request: web.Request) -> web.Response:
    language = request.match_info["language"]
    if language not in LANGUAGES:
        raise web.HTTPNotFound
    response = web.HTTPSeeOther(local_path(request.query.get("back", "/")))
    keep(response, LANGUAGE_COOKIE, language)
    raise response
