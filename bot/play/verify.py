from __future__ import annotations

from aiohttp import web

from bot.play.page import render


def routes() -> list[web.RouteDef]:
    return [web.get("/verify", _page)]


async def _page(request: web.Request) -> web.Response:
    return render(request, "verify.html")
