"""The page that checks a draft, sentence by sentence. Drafts are sent in forms and not stored."""

from __future__ import annotations

from aiohttp import web

from bot.play.checked import Checked, checked, sheet
from bot.play.page import interface, render
from bot.play.room import room
from corpus.errors import InputError
from corpus.language.pasted import words_to_find
from retrieval.answer.check.verdict import Verdict
from retrieval.answer.check.verify import MOST_CHARACTERS

PAGE = "/verify"

MARKS = {"exact": "✓", "spelled": "✓", "altered": "≠", "absent": "✗", "own": "✎"}


def routes() -> list[web.RouteDef]:
    return [
        web.get(PAGE, _page),
        web.post(PAGE, _check),
        web.get(f"{PAGE}/sheet", _page),
        web.post(f"{PAGE}/sheet", _sheet),
    ]


async def _page(request: web.Request) -> web.Response:
    return _shown(request, "", None)


async def _check(request: web.Request) -> web.Response:
    """The draft of the form, checked."""
    text = await _text(request)
    try:
        verdict = await _verdict(request, text)
    except InputError as fault:
        return _shown(request, text[:MOST_CHARACTERS], None, str(fault))
    words = interface(request)
    said = await room(request).read(lambda: checked(text, verdict, words))
    return _shown(request, text, said)


async def _sheet(request: web.Request) -> web.Response:
    """The same as `pullquote verify` prints it, as a file."""
    text = await _text(request)
    try:
        verdict = await _verdict(request, text)
    except InputError as fault:
        return _shown(request, text[:MOST_CHARACTERS], None, str(fault))
    return web.Response(
        text=sheet(verdict),
        content_type="text/plain",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="verify.txt"'},
    )


async def _text(request: web.Request) -> str:
    """The draft with the ends of lines that it had before a browser sent it."""
    given = (await request.post()).get("text", "")
    return given.replace("\r\n", "\n") if isinstance(given, str) else ""


async def _verdict(request: web.Request, text: str) -> Verdict:
    """Raises `InputError`, in the reader's words, for what cannot be checked."""
    words, at = interface(request), room(request)
    if len(text) > MOST_CHARACTERS:
        length, limit = words.number(len(text)), words.number(MOST_CHARACTERS)
        raise InputError(words.say("check_too_long", length=length, limit=limit))
    if not words_to_find(text):
        raise InputError(words.say("check_empty"))
    try:
        return await at.read(lambda: at.engine.verify(text))
    except InputError:  # there are words, and not too many
        raise InputError(words.say("receipt_mistyped")) from None


def _shown(request: web.Request, text: str, found: Checked | None, error: str = "") -> web.Response:
    return render(
        request,
        "verify/verify.html",
        status=400 if error else 200,
        text=text,
        checked=found,
        marks=MARKS,
        limit=MOST_CHARACTERS,
        error=error,
    )
