"""The web server: its pages, and the checks before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.play import ask, coverage, entrance, verify, why
from bot.play.acts import ACTS, Acts
from bot.play.cases import open_replays
from bot.play.errors import said_in_words
from bot.play.guard import add_headers, guard
from bot.play.room import ROOM, Room
from bot.play.talk import chats
from bot.play.visitor import VISITORS, Visitors
from corpus.errors import ConfigurationError

LARGEST_FORM = 32 << 20
"""Bytes, those of the largest document that an editor may send."""

_STATIC = {file.name: file for file in (Path(__file__).parent / "static").iterdir()}
_SHUTDOWN_SECONDS = 1.0
_LONGEST_LINE = 32 << 10  # bytes: an address holds the longest question, in any script


def application(room: Room, visitors: Visitors, host: str = "127.0.0.1") -> web.Application:
    """All pages, for a server that listens on `host`."""
    app = web.Application(middlewares=[said_in_words, guard(host)], client_max_size=LARGEST_FORM)
    app[ROOM] = room
    app[VISITORS] = visitors
    app[ACTS] = Acts()
    open_replays(app, room)
    app.cleanup_ctx.append(chats)
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/static/{name}", _static)
    for page in (ask, coverage, why, verify, entrance):
        app.add_routes(page.routes())
    return app


async def _static(request: web.Request) -> web.FileResponse:
    file = _STATIC.get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return web.FileResponse(file)


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Inside, the pages are served; gives their address. Port 0 is any free one. Raises
    `ConfigurationError` if the port is taken."""
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=_SHUTDOWN_SECONDS,
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_LINE,  # the next request names the address as its referrer
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen on {host} port {port}: {error.strerror or error}; choose another"
                " --port"
            ) from error
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
