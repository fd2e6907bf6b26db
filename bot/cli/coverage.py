"""Commands on the coverage: ingest, articles, show, remove."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.context import AsJson, Context, console, named, notice, parse_day, print_json, progress
from bot.render.plain import visible
from corpus.errors import InputError
from corpus.types import DateKind, Source, SourceDate

if TYPE_CHECKING:
    from corpus.ingest import Report


def ingest(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(help="Files, folders, globs; - reads stdin.")],
    outlet: Annotated[str | None, typer.Option(help="Who published these first.")] = None,
    url: Annotated[str | None, typer.Option(help="The address of the one article given.")] = None,
    published: Annotated[str | None, typer.Option(help="The day of publication.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken, store nothing.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Like --dry-run, with every line cut and its rule.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Take articles in and bring the index up to date."""
    parts: Context = context.obj
    given = _given(sources, outlet, url, published)
    today = datetime.now(parts.settings.zone).date()
    if dry_run or explain:
        return _preview(sources, given, today, explain, as_json)
    return _take(parts, sources, given, today, as_json)


def _given(
    sources: list[str], outlet: str | None, url: str | None, published: str | None
) -> Source:
    """What the options say about the articles."""
    day = parse_day(published)
    if url and len(sources) > 1:
        raise InputError("--url names one article: give one source with it")
    if url and not re.match(r"https?://[^/\s]+", url):
        raise InputError(f"{url!r} is no address; write it like https://outlet.example/story")
    dates = (SourceDate(DateKind.PUBLISHED, day, f"--published {published}"),) if day else ()
    return Source(path="", outlet=outlet, url=url, dates=dates)


def _take(parts: Context, sources: list[str], given: Source, today: date, as_json: bool) -> int:
    from bot.render.shapes import article_json, report_json
    from corpus.ingest import ingest as take

    parts.embedder  # noqa: B018 - a model that cannot be read is told before anything is taken
    with parts.writing():
        coverage = parts.coverage
        with progress("reading") as bar:
            report = take(sources, coverage, given=given, today=today, step=bar)
        if report.usable:
            parts.bring_up_to_date()
    _tell_rejections(report)
    if as_json:
        counts = coverage.passage_counts(report.articles)
        found = [coverage.article(article) for article in dict.fromkeys(report.articles)]
        taken = [article_json(each, counts[each.id]) for each in found if each is not None]
        print_json(report_json(report, taken))
    elif report.usable:
        typer.echo(
            f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged,"
            f" {len(report.rejected)} not taken"
        )
    return 0 if report.usable else 2


def _preview(sources: list[str], given: Source, today: date, explain: bool, as_json: bool) -> int:
    from bot.render.shapes import article_json, report_json
    from corpus.ingest import preview
    from corpus.split import passages

    report = preview(sources, given=given, today=today)
    _tell_rejections(report)
    if as_json:
        made = [
            article_json(article, len(passages(article.body, article.sentences, article.cuts)))
            for article, _ in report.prepared
        ]
        print_json(report_json(report, made))
        return 0 if report.prepared else 2
    for article, cleaned in report.prepared:
        _show_source(article.source)
        typer.echo(f"{len(article.body)} characters kept, {len(cleaned.removed)} lines removed")
        if explain:
            for removal in cleaned.removed:
                typer.echo(f"  {removal.line:4} {removal.rule}: {visible(removal.text)}")
        typer.echo("")
    return 0 if report.prepared else 2


def _tell_rejections(report: Report) -> None:
    for rejection in report.rejected:
        notice(f"pullquote: not taken: {rejection.source}: {rejection.reason}")


def _show_source(source: Source) -> None:
    for name in ("path", "headline", "standfirst", "outlet", "via", "agency", "byline", "url"):
        if value := getattr(source, name):
            typer.echo(f"{name}: {visible(value)}")
    for found in source.dates:
        typer.echo(f"{found.kind}: {found.value} (from: {visible(found.evidence)})")


def articles(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet's.")] = None,
    since: Annotated[str | None, typer.Option(help="Published on this day or later.")] = None,
    until: Annotated[str | None, typer.Option(help="Published on this day or earlier.")] = None,
    as_json: AsJson = False,
) -> int:
    """List the articles."""
    from bot.render.shapes import article_json
    from bot.render.terminal import articles_view
    from corpus.store import Selection

    parts: Context = context.obj
    coverage = parts.coverage
    selection = coverage.select(
        named(None if outlet is None else [outlet]), parse_day(since), parse_day(until)
    )
    found = [] if selection is None else list(coverage.articles(selection))
    dropped = coverage.undated_dropped(selection or Selection())
    if dropped:
        notice(f"pullquote: {dropped} undated articles left out")
    counts = coverage.passage_counts([article.id for article in found])
    if as_json:
        print_json([article_json(article, counts[article.id]) for article in found])
    else:
        console().print(articles_view((article, counts[article.id]) for article in found))
    return 0


def show(
    context: typer.Context,
    article: Annotated[str, typer.Argument(help="An article's id.")],
    as_json: AsJson = False,
) -> int:
    """Show one article as it is stored."""
    from bot.render.shapes import article_json

    parts: Context = context.obj
    found = parts.coverage.article(article)
    if found is None:
        raise InputError(f"no article {article}; `pullquote articles` lists them")
    passages = parts.coverage.passage_counts([found.id])[found.id]
    if as_json:
        print_json({**article_json(found, passages), "body": found.body})
        return 0
    _show_source(found.source)
    typer.echo("\n" + "\n".join(visible(line) for line in found.body.split("\n")))
    return 0


def remove(
    context: typer.Context,
    article: Annotated[list[str], typer.Argument(help="Ids of the articles to withdraw.")],
) -> int:
    """Withdraw articles: they are not quoted any more, from now on."""
    parts: Context = context.obj
    with parts.writing():
        parts.coverage.remove(article)
    typer.echo(f"{len(article)} removed")
    return 0


def register(app: typer.Typer) -> None:
    for command in (ingest, articles, show, remove):
        app.command()(command)
