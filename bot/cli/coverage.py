"""The command that takes articles in: ingest."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.context import (
    AsJson,
    CommandContext,
    notice,
    parse_day,
    print_json,
    progress,
    stoppable,
)
from bot.render.plain import visible
from corpus.errors import InputError
from corpus.types import DateKind, Source, SourceDate

if TYPE_CHECKING:
    from corpus.ingest import Fetch, Report
    from corpus.read import Manifest
    from corpus.store import Coverage

STANDARD_INPUT = "-"
# Other outlets, and articles of theirs, that are named in a warning.
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Origins:
    """What is to be taken in: what the user names, and the manifest beside it."""

    sources: list[str]
    manifest: Path | None

    def read_manifest(self) -> Manifest | None:
        from corpus.read import read_manifest

        return None if self.manifest is None else read_manifest(self.manifest)


def ingest(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE", help="Files of any kind, folders, globs, links; - reads stdin."
        ),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who published these first.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the one article given.")
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day of publication.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A table (CSV or JSON Lines) of files and what is known of them."
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow the folders until told to stop.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be taken, store nothing.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Like --dry-run, with every line cut or brought back.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Take articles in and bring the index up to date.

    Status 0 when anything was taken or was there already; 2 when nothing could be used, or a file
    of --manifest is not there."""
    parts: CommandContext = context.obj
    parts.makes_home = True
    origins = Origins(sources or [], manifest)
    today = datetime.now(parts.settings.zone).date()
    given = _given(origins, outlet, url, published, today)
    if watch:
        return _watch(parts, origins, given, dry_run or explain, as_json)
    if dry_run or explain:
        return _preview(parts, origins, given, today, explain, as_json)
    return _take(parts, origins, given, today, as_json)


def _given(
    origins: Origins, outlet: str | None, url: str | None, published: str | None, today: date
) -> Source:
    """What the options say about the articles."""
    if not origins.sources and origins.manifest is None:
        raise InputError("name files or folders to take in, or give --manifest FILE")
    day = parse_day(published)
    if day and day > today:
        raise InputError(f"--published {published} lies in the future")
    from corpus.read.telegram.posts import is_channel

    if url and len(origins.sources) > 1 and not is_channel(url):
        raise InputError("--url names one article: give one source with it")
    if url and not re.match(r"https?://[^/\s]+", url):
        raise InputError(f"{url!r} is no address; write it like https://outlet.example/story")
    dates = (SourceDate(DateKind.PUBLISHED, day, f"--published {published}"),) if day else ()
    return Source(path="", outlet=outlet, url=url, dates=dates)


def _watch(
    parts: CommandContext, origins: Origins, given: Source, only_shown: bool, as_json: bool
) -> int:
    from bot.cli.watch import follow

    if only_shown:
        raise InputError("--watch takes in what comes; --dry-run and --explain take nothing")
    from corpus.read.telegram.posts import is_channel

    if given.url and not is_channel(given.url):
        raise InputError("--url names one article, and --watch takes many")
    if not origins.sources or STANDARD_INPUT in origins.sources:
        raise InputError("--watch follows folders: name one")
    return follow(
        parts,
        origins.sources,
        given,
        origins.manifest,
        lambda report: _tell(parts, report, given.outlet, as_json),
    )


def _take(
    parts: CommandContext, origins: Origins, given: Source, today: date, as_json: bool
) -> int:
    from corpus.ingest import ingest as take

    parts.embedder  # noqa: B018 - a model that cannot be read is told before anything is taken
    manifest, aliases = origins.read_manifest(), parts.aliases
    fetch = _fetched(parts, origins.sources, given)
    with parts.writing():
        coverage = parts.coverage
        before, _ = coverage.count()
        with stoppable(lambda: _kept(coverage, before)):
            with progress("reading") as bar:
                report = take(
                    origins.sources,
                    coverage,
                    given=given,
                    manifest=manifest,
                    today=today,
                    aliases=aliases,
                    fetch=fetch,
                    step=bar,
                )
            if report.usable:
                parts.bring_up_to_date()
    _tell(parts, report, given.outlet, as_json)
    return _status(report, manifest)


def _kept(coverage: Coverage, before: int) -> str:
    """What an ingest that is stopped leaves."""
    taken = coverage.count()[0] - before
    kept = f"{taken} new {'article is' if taken == 1 else 'articles are'} kept"
    return f"{kept if taken else 'nothing new is kept'}; run the same command again to go on"


def _status(report: Report, manifest: Manifest | None) -> int:
    """2 where nothing was of use, or a manifest names a file that is not there."""
    absent = manifest.absent() if manifest else []
    if manifest and absent and report.usable:
        rows = ", ".join(f"{each.row} ({visible(each.file)})" for each in absent[:MOST_NAMED])
        notice(
            f"pullquote: the manifest {manifest.name} names {len(absent)} of"
            f" {len(manifest.files)} files that are not there: put them there or correct row {rows}"
        )
    return 2 if absent or not report.usable else 0


def _fetched(parts: CommandContext, sources: list[str], given: Source) -> Fetch | None:
    """What stands at each link, fetched here, so that no other writer waits for a server."""
    from corpus.read import is_url
    from corpus.sources.links import documents_at
    from corpus.sources.visits import Visits

    links = list(dict.fromkeys(filter(is_url, sources)))
    if not links:
        return None
    visits = Visits(parts.fetcher, parts.settings.fetch.pace_s)
    with progress("fetching") as bar:
        found = {link: list(documents_at(link, given, visits, bar)) for link in links}
    return lambda link, given: found[link]


def _tell(parts: CommandContext, report: Report, outlet: str | None, as_json: bool) -> None:
    from bot.render.shapes import article_json, report_json

    coverage = parts.coverage
    if not as_json:
        _tell_taken(report)
    _tell_rejections(report)
    if outlet:
        _tell_other_outlets(parts, report, outlet)
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


def _tell_other_outlets(parts: CommandContext, report: Report, outlet: str) -> None:
    """That pages say another outlet than the one that was given for all."""
    from corpus.read.html import OTHER_OUTLET

    others = {
        article.id: flag.removeprefix(OTHER_OUTLET)
        for article in parts.coverage.articles_by_id(set(report.articles)).values()
        for flag in article.flags
        if flag.startswith(OTHER_OUTLET)
    }
    if not others:
        return
    named = Counter(others.values()).most_common(MOST_NAMED)
    notice(
        f"pullquote: {len(others)} of {len(set(report.articles))} articles stand under --outlet"
        f" {outlet}, but their pages name another outlet: "
        + ", ".join(f"{visible(name)} ({count})" for name, count in named)
        + f"; see {', '.join(list(others)[:MOST_NAMED])}"
    )


def _preview(
    parts: CommandContext,
    origins: Origins,
    given: Source,
    today: date,
    explain: bool,
    as_json: bool,
) -> int:
    from bot.render.shapes import article_json, report_json
    from corpus.ingest import preview
    from corpus.parts import passages_of

    report = preview(
        origins.sources,
        given=given,
        manifest=origins.read_manifest(),
        today=today,
        aliases=parts.aliases,
        fetch=_fetched(parts, origins.sources, given),
    )
    _tell_rejections(report)
    if as_json:
        made = [article_json(article, len(passages_of(article))) for article, _ in report.prepared]
        print_json(report_json(report, made))
        return 0 if report.prepared else 2
    for article, cleaned in report.prepared:
        _show_source(article.source)
        typer.echo(f"{len(article.proper)} characters kept, {len(cleaned.removed)} lines removed")
        for flag in article.flags:
            typer.echo(f"! {flag}")
        if explain:
            for removal in cleaned.removed:
                typer.echo(f"  {removal.line:4} {removal.rule}: {visible(removal.text)}")
            for restored in cleaned.restored:
                typer.echo(f"+ {restored.line:4} {restored.rule}: {visible(restored.text)}")
        typer.echo("")
    return 0 if report.prepared else 2


def _tell_taken(report: Report) -> None:
    """Each file that is new or has a new text, with its article; those that are as before are only
    counted."""
    for place, article in report.at.items():
        if article in report.changed:
            notice(f"pullquote: taken: {visible(place)}: {article}")


def _tell_rejections(report: Report) -> None:
    for rejection in report.rejected:
        notice(f"pullquote: not taken: {rejection.source}: {rejection.reason}")


def _show_source(source: Source) -> None:
    for name in ("path", "headline", "standfirst", "outlet", "via", "agency", "byline", "url"):
        if value := getattr(source, name):
            typer.echo(f"{name}: {visible(value)}")
    for found in source.dates:
        typer.echo(f"{found.kind}: {found.value} (from: {visible(found.evidence)})")


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: pullquote ingest articles/ https://outlet.example/story")(ingest)
