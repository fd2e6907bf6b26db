"""Pages: templates, and the words and particulars that all of them have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.play.guard import TOKEN_FIELD
from bot.play.visitor import visitor
from bot.words import LANGUAGES, Words
from bot.words.catalogue import extended
from bot.words.direction import name

NAMES = {"ar": "العربية", "en": "English", "ru": "Русский", "fr": "Français"}
"""The languages of the pages, each as it calls itself."""


def page_words(language: str) -> Words:
    """The words of the pages and of the bot in one of the languages."""
    return extended(language, "bot.play.words")


def interface(request: web.Request) -> Words:
    """The words in the language of the reader."""
    return page_words(visitor(request).language)


def render(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """A page of this template. It knows `say`, `count`, `number` and `date` of the words, `words`
    themselves, `token()` (every form that posts has it), `visitor`, `here` (the page's address),
    `path` and `values`."""
    html = page_html(request, template, values)
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8")


def page_html(request: web.Request, template: str, values: Mapping[str, Any]) -> str:
    """The same as text, for a part of a page."""
    said = interface(request)
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    return (
        _templates()
        .get_template(template)
        .render(
            words=said,
            say=said.say,
            count=said.count,
            number=said.number,
            date=said.date,
            token=lambda: hidden.format(TOKEN_FIELD, visitor(request).token),
            visitor=visitor(request),
            here=request.path_qs,
            path=request.path,
            languages={code: NAMES[code] for code in LANGUAGES},
            **values,
        )
    )


def wants_data(request: web.Request) -> bool:
    """Whether a script of a page asks."""
    return "application/json" in request.headers.get("Accept", "")


def local_path(address: str) -> str:
    """`address` where it is a path of this server, else the first page."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() else "/"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.play"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["isolated"] = name
    return made
