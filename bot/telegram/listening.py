"""A small web server for a few routes, while it is entered."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http import HttpProcessingError

from corpus.errors import ConfigurationError

_SHUTDOWN_SECONDS = 2.0


def _is_a_fault(record: logging.LogRecord) -> bool:
    """What is no HTTP is whoever knocks at the port; it is answered with 400, and no news."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_log = logging.getLogger(__name__)
_log.addFilter(_is_a_fault)


@asynccontextmanager
async def listening(
    *routes: web.RouteDef, host: str, port: int, setting: str, largest: int = 1 << 12
) -> AsyncIterator[None]:
    """Serve `routes`, with bodies of at most `largest` bytes; all else is 404 or 405. Raises
    `ConfigurationError` naming `setting` where the port cannot be had."""
    app = web.Application(client_max_size=largest)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, logger=_log, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen on {host}, port {port} ({error.strerror}): correct {setting}"
            ) from None
        yield
    finally:
        await runner.cleanup()
