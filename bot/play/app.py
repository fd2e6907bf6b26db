"""The web server: its pages, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.play import ask, coverage, entrance, verify, why
from bot.play.acts import ACTS, Acts
from bot.play.errors import said_in_words
from bot.play.guard import add_headers, guard
from bot.play.room import ROOM, Room
from bot.play.visitor import VISITORS, Visitors
from corpus.errors import ConfigurationError

LARGEST_FORM = 32 << 20
"""Bytes, those of the largest document that an editor may send."""

_STATIC = Path(__file__).parent / "static"
_SHUTDOWN_SECONDS = 1.0


def application(room: Room, visitors: Visitors, host: str = "127.0.0.1") -> web.Application:
    """All pages, for a server that listens on `host`."""
    app = web.Application(middlewares=[said_in_words, guard(host)], client_max_size=LARGEST_FORM)
    app[ROOM] = room
    app[VISITORS] = visitors
    app[ACTS] = Acts()
    app.on_response_prepare.append(add_headers)
    app.router.add_static("/static", _STATIC)
    for page in (ask, coverage, why, verify, entrance):
        app.add_routes(page.routes())
    return app


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Inside, the pages are served; gives their address. Port 0 is any free one. Raises
    `ConfigurationError` where the port is taken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
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
