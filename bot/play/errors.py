"""A page that says what went wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.play.page import interface, render, wants_data
from bot.telegram.workers import Busy
from corpus.errors import InputError, PullquoteError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOG = logging.getLogger(__name__)
_SAID = {
    400: "error_unreadable",
    403: "error_forbidden",
    404: "error_not_found",
    405: "error_not_found",
    413: "error_too_large",
    421: "error_host",
    429: "enter_wait",
    503: "error_busy",
}


@web.middleware
async def said_in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page for every fault; one that is nobody's input is logged too."""
    try:
        return await handler(request)
    except web.HTTPException as fault:
        if fault.status < 400:
            raise
        return problem(request, fault.status)
    except InputError as fault:
        return problem(request, 400, str(fault))
    except PullquoteError as fault:
        _LOG.error("a page could not be shown: %s", fault)
        return problem(request, 500, str(fault))
    except Busy:
        return problem(request, 503)
    except Exception:
        _LOG.exception("a page could not be shown")
        return problem(request, 500)


def problem(request: web.Request, status: int, detail: str | None = None) -> web.Response:
    """The page for a fault of this status; `detail` says what was wrong, in English. A script gets
    the sentence alone."""
    said = interface(request).say(_SAID.get(status, "error_fault"))
    if wants_data(request):
        return web.json_response({"told": detail or said}, status=status)
    return render(request, "error.html", status=status, said=said, detail=detail)
