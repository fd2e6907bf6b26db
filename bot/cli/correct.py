"""Correcting by hand what is known of an article: correct."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Annotated

import typer

from bot.cli.context import CommandContext, notice, parse_day
from corpus.errors import InputError
from corpus.types import Article, Source


def correct(
    context: typer.Context,
    article: Annotated[
        str | None,
        typer.Argument(
            metavar="ARTICLE", help="An article's id; without one all that lack something."
        ),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who published it first.")
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day of publication.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Its address.")] = None,
    headline: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Its headline, as the article has it.")
    ] = None,
) -> int:
    """Correct by hand what is known of an article.

    What is said here wins over what the article says of itself, also when it is ingested or cleaned
    again, and `pullquote show` tells that it was given by hand. Without options it asks, at a
    terminal, for the outlet and the day that are not known."""
    parts: CommandContext = context.obj
    today = datetime.now(parts.settings.zone).date()
    given = _given(outlet, published, url, headline, today)
    if given != Source(path=""):
        if article is None:
            raise InputError(
                "name one article to correct; `pullquote articles --missing` lists them"
            )
        _correct(parts, {article: given}, today)
        return 0
    if not sys.stdin.isatty():
        raise InputError("say what is right: --outlet, --published, --url or --headline")
    said = {}
    for each in _lacking(parts, article):
        answers = _asked(each, today)
        if answers is None:
            break
        if answers != Source(path=""):
            said[each.id] = answers
    _correct(parts, said, today)
    return 0


def _given(
    outlet: str | None,
    published: str | None,
    url: str | None,
    headline: str | None,
    today: date,
) -> Source:
    """What the options say. Raises `InputError` for what cannot be so."""
    from bot.by_hand import said_by_hand

    names = {"outlet": outlet, "url": url, "headline": headline}
    for name, value in names.items():
        if value is not None and not value.strip():
            raise InputError(f"--{name} is blank; write what is right, or leave it out")
    day = parse_day(published)
    if day and day > today:
        raise InputError(f"--published {published} lies in the future")
    return said_by_hand(names, day)


def _lacking(parts: CommandContext, id: str | None) -> list[Article]:
    """The article named, or all that lack something."""
    if id is None:
        return [each for each in parts.coverage.articles() if each.source.missing]
    found = parts.coverage.article(id)
    if found is None:
        raise InputError(f"no article {id}; `pullquote articles` lists them")
    return [found]


def _asked(article: Article, today: date) -> Source | None:
    """What is answered for what is not known; nothing where a line is empty, `None` where whoever
    is asked has had enough."""
    from bot.render.plain import visible

    source = article.source
    notice(f"{article.id}: {visible(source.headline or article.proper.lstrip()[:80])}")
    notice(f"  read from {visible(source.path)}; an empty line leaves a thing unknown, q ends")
    said: dict[str, str | None] = {"outlet": None, "published": None}
    for name in source.missing or tuple(said):
        while True:
            answer = typer.prompt(f"  {name}", default="", show_default=False, err=True).strip()
            if answer == "q":
                return None
            try:
                given = _given(**{**_NOTHING, name: answer or None}, today=today)
            except InputError as error:
                notice(f"  {error}")
                continue
            said[name] = answer if given != Source(path="") else None
            break
    return _given(**{**_NOTHING, **said}, today=today)


_NOTHING: dict[str, str | None] = dict.fromkeys(("outlet", "published", "url", "headline"))


def _correct(parts: CommandContext, said: dict[str, Source], today: date) -> None:
    from corpus.correct import correct as by_hand

    aliases = parts.aliases
    with parts.writing():
        for name, given in said.items():
            made = by_hand(parts.coverage, name, given, today=today, aliases=aliases)
            source = made.source
            typer.echo(f"{made.id}: {source.outlet or '?'}, {source.published or '?'}")
        if said:
            parts.bring_up_to_date()
