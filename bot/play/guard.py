"""Checks before every page: the host, the origin of forms, who may see it, and the headers."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.play.visitor import COOKIE, VISITORS, same, visitor

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TOKEN_FIELD = "token"
ENTRANCE = "/enter"

# Whoever is not signed in needs them to sign in.
_OPEN = (ENTRANCE, "/static/", "/language/")
_SAFE = ("GET", "HEAD")


def guard(host: str) -> Middleware:
    """A middleware for a server that listens on `host`."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        _check_host(request, host)
        if request.method not in _SAFE:
            await _check_form(request)
        if not request.path.startswith(_OPEN) and not request.app[VISITORS].admits(
            visitor(request)
        ):
            raise web.HTTPFound(ENTRANCE)
        return await handler(request)

    return guarded


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every response, and the cookie of a browser that is new."""
    response.headers.update(HEADERS)
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-cache"
        return
    response.headers.setdefault("Cache-Control", "no-store")
    who = visitor(request)
    if who.new and COOKIE not in response.cookies:
        keep(response, COOKIE, who.mark)
        # the cookies set before are written already
        response.headers.add("Set-Cookie", response.cookies[COOKIE].OutputString())


def keep(response: web.StreamResponse, name: str, value: str) -> None:
    """Set a cookie that no script reads and no other site sends in a form."""
    response.set_cookie(name, value, httponly=True, samesite="Lax", path="/")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def editing(request: web.Request) -> str:
    """The name of the editor who is signed in. Raises `HTTPForbidden` where nobody is."""
    editor = visitor(request).editor
    if editor is None:
        raise web.HTTPForbidden
    return editor


def _check_host(request: web.Request, listens: str) -> None:
    """A name that somebody's DNS turns to this machine must not open its pages. Where the server
    is to be reached from elsewhere its names are not known, and the password is what guards it."""
    if not is_loopback(listens):
        return
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        name = ""
    if name != listens and not is_loopback(name):
        raise web.HTTPMisdirectedRequest


async def _check_form(request: web.Request) -> None:
    """A form has to come from a page of this server, and with that page's token."""
    origin = request.headers.get("Origin")
    if origin is not None and _place(origin) != request.host:
        raise web.HTTPForbidden
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise web.HTTPForbidden
    await _read_form(request)
    token = str((await request.post()).get(TOKEN_FIELD, ""))
    if not same(token, visitor(request).token):
        raise web.HTTPForbidden


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


async def _read_form(request: web.Request) -> None:
    """Read a form, which aiohttp then keeps. Raises `HTTPBadRequest` for what is none, or is no
    text where it says so."""
    try:
        for value in (await request.post()).values():
            if isinstance(value, str):
                value.encode()
    except (
        ValueError,
        LookupError,
        RuntimeError,
        AssertionError,
        web.RequestPayloadError,
    ) as fault:
        raise web.HTTPBadRequest from fault
