"""The index and the model: index, model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import AsJson, Context, notice, print_json
from bot.cli.model import model
from corpus.errors import IndexDamaged, InputError


def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Embed all passages anew.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong.")] = False,
    as_json: AsJson = False,
) -> int:
    """Bring the index up to date with the coverage; with --check, status 1 when it is not."""
    from retrieval.engine import INDEX_FOLDER
    from retrieval.generation import check as problems_of
    from retrieval.generation import current_name, measured_recall

    parts: Context = context.obj
    if rebuild and check:
        raise InputError("--rebuild changes the index and --check does not: choose one")
    folder = parts.home / INDEX_FOLDER
    embedder = parts.embedder
    if not check:
        with parts.writing():
            parts.bring_up_to_date(rebuild=rebuild)
    name = current_name(folder)
    problems = problems_of(folder, embedder, parts.coverage)
    articles, passages = parts.coverage.count()
    recall = _recall(measured_recall, folder)
    if as_json:
        print_json(
            {
                "index": name,
                "passages": passages,
                "articles": articles,
                "model": embedder.name,
                "recall": recall,
                "problems": problems,
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


def _recall(measured: Callable[[Path], float], folder: Path) -> float | None:
    """The measured recall; `None` where the damage that the problems tell of hides it."""
    try:
        return measured(folder)
    except IndexDamaged:
        return None


def _said(recall: float) -> str:
    if recall == 1:
        return "the dense channel looks at every passage"
    return f"the dense channel looks into the nearest cells: {recall:.1%} of the best 100 are found"


def register(app: typer.Typer) -> None:
    app.command()(index)
    app.add_typer(model, name="model")
