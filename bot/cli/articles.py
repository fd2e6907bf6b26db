"""Commands on what was taken in: articles, show, remove."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.context import AsJson, CommandContext, console, named, notice, parse_day, print_json
from corpus.errors import InputError


def articles(
    context: typer.Context,
    outlet: Annotated[
        str | None, typer.Option(help="Only this outlet's: a part of any of its names.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Published on this day or later.")] = None,
    until: Annotated[str | None, typer.Option(help="Published on this day or earlier.")] = None,
    removed: Annotated[
        bool, typer.Option("--removed", help="Those that were removed instead of the others.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """List the articles.

    ? stands for what is unknown, ! before dates that disagree. In a pipe a line is id, date,
    outlet, agency, language and headline with tabs between them."""
    from bot.render.articles import articles_lines, articles_table, summary
    from bot.render.shapes import article_json
    from corpus.store import Selection

    parts: CommandContext = context.obj
    coverage = parts.coverage
    selection = coverage.select(
        _names(parts, outlet), parse_day(since), parse_day(until), removed=removed
    )
    found = [] if selection is None else list(coverage.articles(selection))
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
        screen.print(articles_table(found, screen.width))
    else:
        for line in articles_lines(found):
            typer.echo(line)
    notice(summary(found))
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
        str, typer.Argument(help="An article's id; ID@VERSION for a text that it had before.")
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
    if as_json:
        print_json(show_json(found, passages, copies, partial, versions))
    else:
        for line in article_lines(found, passages, copies, partial, versions):
            typer.echo(line)
    return 0


def remove(
    context: typer.Context,
    article: Annotated[list[str], typer.Argument(help="Ids of the articles to withdraw.")],
    undo: Annotated[bool, typer.Option("--undo", help="Bring removed articles back.")] = False,
) -> int:
    """Withdraw articles: they are not quoted any more, from now on. They stay withdrawn when their
    files are ingested again, until --undo."""
    parts: CommandContext = context.obj
    with parts.writing():
        coverage = parts.coverage
        changed = coverage.restore(article) if undo else coverage.remove(article)
        if undo and changed:
            parts.bring_up_to_date()
    for each in dict.fromkeys(article):
        if each not in changed:
            notice(f"pullquote: {each} {'was not removed' if undo else 'was removed before'}")
    typer.echo(f"{len(changed)} {'brought back' if undo else 'removed'}")
    return 0


def register(app: typer.Typer) -> None:
    for command in (articles, show, remove):
        app.command()(command)
