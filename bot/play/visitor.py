"""Visitors of the pages: a cookie, the language, and whether the visitor is an editor."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import web

from bot.play.guesses import Guesses
from bot.words import LANGUAGES, choose

COOKIE = "pullquote"
LANGUAGE_COOKIE = "pullquote-language"

_MARK = re.compile(r"[\w-]{32}", re.ASCII)
_QUALITY = re.compile(r";\s*q=(\d(?:\.\d+)?)")
# More than anybody opens; the oldest are signed out.
_MOST_EDITORS = 1000


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser. `mark` is its secret, `token` is in its forms, `editor` is the name of the
    editor who signed in, else `None`."""

    mark: str
    language: str
    token: str
    editor: str | None
    new: bool


@dataclass(slots=True)
class Visitors:
    """All browsers since the start. With a `password` the reader has to sign in with it; without
    one `invitation` opens the editors' part, once."""

    password: str | None = None
    invitation: str | None = field(default_factory=lambda: secrets.token_urlsafe(16))
    guesses: Guesses = field(default_factory=Guesses)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _editors: dict[str, str] = field(default_factory=dict)

    def of(self, request: web.Request) -> Visitor:
        mark = request.cookies.get(COOKIE, "")
        known = bool(_MARK.fullmatch(mark))
        mark = mark if known else secrets.token_urlsafe(24)
        token = hmac.new(self._key, mark.encode(), sha256).hexdigest()
        editor = self._editors.get(mark)
        return Visitor(mark, language_of(request), token, editor, not known)

    def admits(self, visitor: Visitor) -> bool:
        """Whether this browser may see the pages."""
        return self.password is None or visitor.editor is not None

    def sign_in(self, name: str, secret: str) -> str | None:
        """The mark of an editor of this name, where `secret` is the password, or the invitation,
        which is spent; else `None`."""
        if not self._opens(secret):
            return None
        mark = secrets.token_urlsafe(24)
        self._editors[mark] = name
        while len(self._editors) > _MOST_EDITORS:
            self._editors.pop(next(iter(self._editors)))
        return mark

    def _opens(self, secret: str) -> bool:
        if self.password is not None and same(secret, self.password):
            return True
        if self.invitation is not None and same(secret, self.invitation):
            self.invitation = None
            return True
        return False

    def sign_out(self, visitor: Visitor) -> None:
        self._editors.pop(visitor.mark, None)


VISITORS = web.AppKey("visitors", Visitors)
_VISITOR = web.RequestKey("visitor", Visitor)


def visitor(request: web.Request) -> Visitor:
    """Who asks for this page, the same throughout a request."""
    if _VISITOR not in request:
        request[_VISITOR] = request.app[VISITORS].of(request)
    found: Visitor = request[_VISITOR]
    return found


def same(given: str, kept: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), kept.encode())


def language_of(request: web.Request) -> str:
    """The language that was chosen, else the best one of the browser's that has a catalogue."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    listed = request.headers.get("Accept-Language", "").split(",")
    return choose(*(part.partition(";")[0].strip() for part in sorted(listed, key=_rank)))


def _rank(part: str) -> float:
    quality = _QUALITY.search(part)
    return -float(quality[1]) if quality else -1.0
