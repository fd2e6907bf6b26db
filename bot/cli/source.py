"""The sources that are followed: source add, list, remove, pause, poll."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from bot.cli.context import AsJson, CommandContext, notice, print_json, stoppable
from bot.render.plain import visible
from corpus.errors import InputError

if TYPE_CHECKING:
    from corpus.sources.book import Followed, SourceBook
    from corpus.sources.items import Item
    from corpus.sources.poll import Tally

source = typer.Typer(
    help="Feeds, sitemaps, sites and folders that are followed.", rich_markup_mode=None
)

Names = Annotated[list[str], typer.Argument(metavar="NAME", help="Names of sources.")]


@source.command()
def add(
    context: typer.Context,
    url: Annotated[
        str,
        typer.Argument(metavar="URL", help="A feed, a sitemap, a site that names one, a folder."),
    ],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="How it is called, else its host.")
    ] = None,
    outlet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who publishes its articles.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Pass over articles in others, as in ar."),
    ] = None,
    word: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD", help="Pass over articles with none of these words or phrases."
        ),
    ] = None,
) -> int:
    """Follow a source: `run` polls it while it serves, `source poll` without a bot."""
    from corpus.fetch.address import tidied
    from corpus.sources.book import Followed
    from corpus.store import COMMAND_LINE, Act

    parts: CommandContext = context.obj
    parts.makes_home = True
    if any(not each.strip() for each in word or ()):
        raise InputError("--word is blank; write a word that articles about the event contain")
    if language and not re.fullmatch("[a-z]{2,3}", language):
        raise InputError(f"--language {language!r} is no code; write it like ar")
    place = tidied(url)
    if "://" in place:
        _refuse_address(place)
    elif os.path.isdir(place):
        place = os.path.abspath(place)
    else:
        raise InputError(f"{url} is neither a link nor a folder")
    named = (name or urlsplit(place).netloc or os.path.basename(place)).strip()
    with _book(context) as book:
        book.add(Followed(named, place, outlet, language, tuple(word or ())))
        parts.coverage.record_sources(COMMAND_LINE, Act.ADDED, [named])
    typer.echo(f"{named} is followed; `pullquote source poll {named}` asks it now")
    return 0


def _refuse_address(url: str) -> None:
    """Raises `FetchError` for an address that will never be fetched."""
    from corpus.fetch.address import policy, target

    target(url, policy(allow_private=True))


@source.command("list")
def list_(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="List what this source listed.")
    ] = None,
    passed: Annotated[
        bool, typer.Option("--passed", help="Only what was passed over or refused, with reasons.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """List the sources; of one, or of all with --passed, what became of what they listed."""
    from corpus.sources.items import State

    with _book(context) as book:
        sources = book.sources([name] if name else [])
        if name or passed:
            states = (State.PASSED, State.REFUSED) if passed else ()
            items = [item for each in sources for item in book.items(each.name, *states)]
            if as_json:
                print_json([_item_json(item) for item in items])
            else:
                for item in items:
                    typer.echo(_item_line(item))
        elif as_json:
            print_json([_source_json(each, book) for each in sources])
        else:
            for each in sources:
                typer.echo(_source_line(each, book))
    return 0


@source.command()
def remove(context: typer.Context, name: Names) -> int:
    """Follow sources no longer. Their articles stay."""
    from corpus.store import COMMAND_LINE, Act

    parts: CommandContext = context.obj
    with _book(context) as book:
        book.remove(name)
        parts.coverage.record_sources(COMMAND_LINE, Act.REMOVED, list(dict.fromkeys(name)))
    typer.echo(f"{len(dict.fromkeys(name))} removed")
    return 0


@source.command()
def pause(
    context: typer.Context,
    name: Names,
    resume: Annotated[bool, typer.Option("--resume", help="Ask them again.")] = False,
) -> int:
    """Do not ask sources until --resume."""
    from bot.following import pause as pause_sources
    from corpus.store import COMMAND_LINE

    parts: CommandContext = context.obj
    with _book(context) as book:
        pause_sources(book, parts.coverage, name, COMMAND_LINE, paused=not resume)
    typer.echo(f"{len(dict.fromkeys(name))} {'resumed' if resume else 'paused'}")
    return 0


@source.command()
def poll(
    context: typer.Context,
    name: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Ask only these, whether they are due or not."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Ask sources what is new, take it in and bring the index up to date. Without names, those that
    are due."""
    from bot.following import Follower

    parts: CommandContext = context.obj
    parts.embedder  # noqa: B018 - a model that cannot be read is told before anything is asked
    with _book(context) as book:
        follower = Follower(parts.settings, book, parts.coverage, lambda: parts.embedder)
        with stoppable("what was taken is kept; `pullquote source poll` goes on"):
            tally = follower.poll(name or (), now=bool(name))
    for each, reason in tally.problems:
        notice(f"pullquote: not asked: {each}: {reason}")
    if as_json:
        print_json(_tally_json(tally))
    else:
        typer.echo(
            f"{tally.added} added, {tally.updated} updated, {tally.unchanged} unchanged,"
            f" {tally.passed} passed over, {tally.refused} refused, {tally.withdrawn} withdrawn,"
            f" {tally.failed} to be tried again"
        )
    return 2 if tally.problems and len(tally.problems) == tally.asked else 0


def _book(context: typer.Context) -> SourceBook:
    from bot.following import open_book

    parts: CommandContext = context.obj
    # where the settings list sources, their home is no slip of the hand
    parts.makes_home = parts.makes_home or bool(parts.settings.sources)
    parts.home  # noqa: B018 - it is there, and of one event
    return open_book(parts.settings)


def _source_line(each: Followed, book: SourceBook) -> str:
    counts = book.counts(each.name)
    said = [f"{count} {state}" for state, count in counts.items()]
    if each.older:
        said.append(f"{each.older} older ones left out")
    about = [each.outlet, each.language, *each.words]
    state = "paused" if each.paused else f"asked {_time(each.polled) or 'never'}"
    fields = [each.name, each.url, ", ".join(filter(None, about)), state, ", ".join(said)]
    if each.problem:
        fields.append(f"! {each.problem}")
    return "\t".join(visible(field) for field in fields)


def _source_json(each: Followed, book: SourceBook) -> dict[str, Any]:
    return {
        "name": each.name,
        "url": each.url,
        "outlet": each.outlet,
        "language": each.language,
        "words": list(each.words),
        "configured": each.configured,
        "paused": each.paused,
        "polled": _time(each.polled),
        "problem": each.problem,
        "items": {str(state): count for state, count in book.counts(each.name).items()},
        "older": each.older,
    }


def _item_line(item: Item) -> str:
    fields = [
        str(item.state),
        item.day.isoformat() if item.day else "?",
        item.url,
        item.headline or "?",
        item.article or item.reason or "",
    ]
    return "\t".join(visible(field) for field in fields)


def _item_json(item: Item) -> dict[str, Any]:
    return {
        "source": item.source,
        "url": item.url,
        "headline": item.headline,
        "published": item.day and item.day.isoformat(),
        "state": str(item.state),
        "article": item.article,
        "reason": item.reason,
    }


def _tally_json(tally: Tally) -> dict[str, Any]:
    return {
        "asked": tally.asked,
        "pages": tally.pages,
        "added": tally.added,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
        "passed": tally.passed,
        "refused": tally.refused,
        "withdrawn": tally.withdrawn,
        "failed": tally.failed,
        "problems": [{"source": name, "reason": reason} for name, reason in tally.problems],
    }


def _time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def register(app: typer.Typer) -> None:
    app.add_typer(source, name="source")
