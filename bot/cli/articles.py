"""Commands on what was taken in: articles, show, correct, remove."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from bot.cli.context import (
    AsJson,
    CommandContext,
    Since,
    Until,
    console,
    named,
    notice,
    parse_day,
    print_json,
    print_view,
)
from bot.cli.correct import correct
from corpus.errors import InputError


def articles(
    context: typer.Context,
    outlet: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only this outlet's: a part of any of its names."),
    ] = None,
    since: Since = None,
    until: Until = None,
    removed: Annotated[
        bool, typer.Option("--removed", help="Those that were removed instead of the others.")
    ] = False,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only those whose outlet or day is not known.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """List the articles.

    ? stands for what is unknown, [the first words] for a headline that is, ! before dates that
    disagree; --missing lists what `pullquote correct` can fill in. In a pipe a line is id, date,
    outlet, agency, language and headline with tabs between them."""
    from bot.render.articles import articles_lines, articles_table, summary
    from bot.render.shapes import article_json
    from bot.words import words
    from bot.words.limits import outlets_there
    from corpus.store import Selection

    parts: CommandContext = context.obj
    coverage = parts.coverage
    selection = coverage.select(
        _names(parts, outlet), parse_day(since), parse_day(until), removed=removed
    )
    if selection is None:
        notice(f"pullquote: {outlets_there(coverage.outlets(), words('en'))}")
    found = [] if selection is None else list(coverage.articles(selection))
    if missing:
        found = [each for each in found if each.source.missing]
    dropped = coverage.undated_dropped(selection or Selection())
    if dropped:
        notice(f"pullquote: {dropped} undated articles left out")
    if as_json:
        ids = [article.id for article in found]
        counts, copies = coverage.passage_counts(ids), coverage.copies(ids)
        print_json([article_json(each, counts[each.id], copies[each.id]) for each in found])
        return 0
    screen = console()
    if screen.is_terminal:
        print_view(articles_table(found, screen.width))
    else:
        for line in articles_lines(found):
            typer.echo(line)
    notice(summary(found))
    if removed:
        for name, day in coverage.purged().items():
            notice(f"purged on {day}: {name}")
    return 0


def _names(parts: CommandContext, outlet: str | None) -> tuple[str, ...]:
    """The name asked for, and the one that articles carry where it is another name of an outlet."""
    from corpus.attribution.agencies import names_of

    asked = named(None if outlet is None else [outlet])
    names = names_of(parts.aliases) if asked else None
    known = [found for name in asked if names and (found := names.known_outlet(name))]
    return (*asked, *known)


def show(
    context: typer.Context,
    article: Annotated[
        str,
        typer.Argument(
            metavar="ARTICLE", help="An article's id; ID@VERSION for a text that it had before."
        ),
    ],
    as_json: AsJson = False,
) -> int:
    """Show one article as it is stored, with all that is known of it."""
    from bot.render.articles import article_lines
    from bot.render.shapes import show_json

    parts: CommandContext = context.obj
    coverage = parts.coverage
    name, _, version = article.partition("@")
    if coverage.removed([name]):
        raise InputError(
            f"article {name} has been removed; `pullquote remove --undo {name}` brings it back"
        )
    versions = coverage.versions(name)
    newest = next((each.version for each in versions if each.newest), None)
    if day := coverage.purged().get(name):
        raise InputError(f"article {name} was purged on {day}: nothing is kept of it")
    if newest is None:
        raise InputError(f"no article {name}; `pullquote articles` lists them")
    found = coverage.article(name, version or None)
    if found is None:
        others = ", ".join(each.version for each in versions)
        raise InputError(f"article {name} has no version {version}; it has {others}")
    passages = coverage.passage_counts([name], found.version)[name]
    known = found.version == newest
    copies = coverage.copies([name])[name] if known else []
    partial = coverage.partial_copies(name) if known else []
    by_hand = {said: each.day for said, each in coverage.corrections(name).items()}
    if as_json:
        print_json(show_json(found, passages, copies, partial, versions, by_hand))
    else:
        for line in article_lines(found, passages, copies, partial, versions, by_hand):
            typer.echo(line)
    return 0


def remove(
    context: typer.Context,
    article: Annotated[
        list[str], typer.Argument(metavar="ARTICLE", help="Ids of the articles to withdraw.")
    ],
    undo: Annotated[
        bool, typer.Option("--undo", help="Bring removed articles back; let purged ones come in.")
    ] = False,
    purge: Annotated[
        bool, typer.Option("--purge", help="Take them out for good: nothing brings them back.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Purge without asking first.")] = False,
) -> int:
    """Withdraw articles: they are not quoted any more.

    They stay withdrawn when their files are ingested again, until --undo.

    --purge deletes all versions of them, the documents they were made of and their words in the
    index; only their ids and the day are kept. Receipts of what was quoted from them say so, and
    their files are not taken in again until --undo."""
    parts: CommandContext = context.obj
    if purge and undo:
        raise InputError("--purge cannot be undone: give one of --purge and --undo")
    if purge:
        return _purge(parts, article, yes=yes)
    with parts.writing():
        coverage = parts.coverage
        changed = coverage.forget_purge(article) if undo else []
        if known := [each for each in article if each not in changed]:
            changed += coverage.restore(known) if undo else coverage.remove(known)
        if undo and changed:
            parts.bring_up_to_date()
    for each in dict.fromkeys(article):
        if each not in changed:
            notice(f"pullquote: {each} {'was not removed' if undo else 'was removed before'}")
    typer.echo(f"{len(changed)} {'brought back' if undo else 'removed'}")
    return 0


def _purge(parts: CommandContext, ids: list[str], *, yes: bool) -> int:
    """Take articles out for good, at a terminal only once that is confirmed."""
    from bot.purge import purge

    unique = list(dict.fromkeys(ids))
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Delete {', '.join(unique)} for good?", abort=True, err=True)
    today = datetime.now(parts.settings.zone).date()
    with parts.writing():
        done = purge(
            parts.home, parts.coverage, unique, today, lambda: parts.bring_up_to_date(purge=True)
        )
    for file in done.files:
        notice(f"pullquote: read from {file}, which stays; it is not taken in again")
    if done.copies:
        notice(f"pullquote: the same text stands in {', '.join(done.copies)}")
    if done.cases:
        notice(f"pullquote: replay cases that quoted them are deleted: {', '.join(done.cases)}")
    notice("pullquote: backups made before still hold them")
    typer.echo(f"{len(unique)} purged")
    return 0


def register(app: typer.Typer) -> None:
    for command in (articles, show, correct, remove):
        app.command()(command)
