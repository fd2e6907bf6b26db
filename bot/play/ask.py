"""The page that asks."""

from __future__ import annotations

from aiohttp import web

from bot.play.page import render
from bot.play.room import room
from retrieval.types import Answer


def routes() -> list[web.RouteDef]:
    return [web.get("/", _ask)]


async def _ask(request: web.Request) -> web.Response:
    """The answer to `q`, and the form for another question."""
    question = request.query.get("q", "").strip()
    answer = await _answered(request, question) if question else None
    return render(request, "ask.html", question=question, answer=answer)


async def _answered(request: web.Request, question: str) -> Answer:
    at = room(request)
    return await at.read(lambda: at.engine.ask(question, limit=at.limit, today=at.today))
