"""The index and the model: index, model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.context import AsJson, CommandContext, notice, print_json, progress, stoppable
from bot.cli.model import model
from corpus.errors import IndexDamaged, InputError

if TYPE_CHECKING:
    from corpus.reclean import Recleaned
    from corpus.store import Coverage

_KEPT = "the articles and the index in service stay; run the same command again to go on"


def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Embed all passages anew.")] = False,
    reclean: Annotated[
        bool,
        typer.Option(
            "--reclean",
            help="Clean and attribute all stored documents again, with the rules and alias table of"
            " today; no version changes. Without --rebuild only what differs is embedded anew.",
        ),
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong.")] = False,
    as_json: AsJson = False,
) -> int:
    """Bring the index up to date with the coverage.

    With --check, status 1 when it is not."""
    from bot.render.shapes import reclean_json
    from retrieval.engine import INDEX_FOLDER
    from retrieval.index.service import check as problems_of
    from retrieval.index.service import measured_recall, served_name

    parts: CommandContext = context.obj
    if check and (rebuild or reclean):
        option = "--rebuild" if rebuild else "--reclean"
        raise InputError(f"{option} changes the index and --check does not: choose one")
    folder = parts.home / INDEX_FOLDER
    embedder = parts.embedder
    recleaned = None
    if not check:
        with parts.writing(), stoppable(_KEPT):
            recleaned = _reclean(parts) if reclean else None
            parts.coverage.link()
            parts.bring_up_to_date(rebuild=rebuild)
    name = served_name(folder, parts.coverage)
    problems = problems_of(folder, embedder, parts.coverage, digests=check)
    articles, passages = parts.coverage.count()
    recall = _recall(measured_recall, folder, parts.coverage)
    if as_json:
        print_json(
            {
                "index": name,
                "passages": passages,
                "articles": articles,
                "model": embedder.name,
                "recall": recall,
                "problems": problems,
                "reclean": recleaned and reclean_json(recleaned),
            }
        )
    else:
        for problem in problems:
            notice(f"pullquote: {problem}")
        typer.echo(
            f"{name}: {articles} articles, {passages} passages, model {embedder.name}"
            f"{', as it should be' if not problems else ''}"
        )
        if check and recall is not None:
            typer.echo(_said(recall))
    return 1 if problems else 0


def _reclean(parts: CommandContext) -> Recleaned:
    """Clean again, and say on standard error what came of it."""
    from corpus.reclean import reclean

    today = datetime.now(parts.settings.zone).date()
    aliases = parts.aliases
    with progress("cleaning") as bar:
        done = reclean(parts.coverage, today=today, aliases=aliases, step=bar)
    for article, version, rejection in done.rejected:
        notice(
            f"pullquote: kept as it was: {article}@{version}, read from {rejection.source}:"
            f" {rejection.reason}"
        )
    notice(
        f"{done.documents} documents cleaned again: {done.bodies} bodies changed,"
        f" {done.particulars} otherwise changed, {len(done.rejected)} would be rejected now and"
        " stay as they were"
    )
    return done


def _recall(
    measured: Callable[[Path, Coverage], float], folder: Path, coverage: Coverage
) -> float | None:
    """The measured recall; `None` where the damage that the problems tell of hides it."""
    try:
        return measured(folder, coverage)
    except IndexDamaged:
        return None


def _said(recall: float) -> str:
    if recall == 1:
        return "the dense channel looks at every passage"
    return f"the dense channel looks into the nearest cells: {recall:.1%} of the best 100 are found"


def register(app: typer.Typer) -> None:
    app.command()(index)
    app.add_typer(model, name="model")
