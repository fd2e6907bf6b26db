"""Measuring: evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.context import (
    AsJson,
    CommandContext,
    console,
    notice,
    print_json,
    progress,
    refuse_unwritable,
    write_page,
)
from retrieval.types import Channel

if TYPE_CHECKING:
    from retrieval.evaluation.beir import JudgedSet
    from retrieval.evaluation.evaluate import Outcome, Prepared


def evaluate(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="A judged set in BEIR form: corpus.jsonl, queries.jsonl, qrels.tsv.",
        ),
    ],
    channel: Annotated[
        Channel | None,
        typer.Option(help="Only this; else all three, and hybrid with --json."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page with the queries that lose."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Measure how well passages are found; needs no home."""
    from bot.render.evaluation import evaluation_json, evaluation_view
    from retrieval.evaluation.beir import read
    from retrieval.evaluation.evaluate import prepare

    parts: CommandContext = context.obj
    if html:
        refuse_unwritable(html)
    judged = read(folder)
    left_out = len(judged.questions) - len(judged.judged())
    if left_out:
        notice(f"pullquote: queries left out, without a relevant passage: {left_out}")
    wanted = channel or (Channel.HYBRID if as_json else None)
    with progress("indexing") as bar:
        prepared = prepare(judged.corpus, parts.embedder, bar)
    outcomes = _outcomes(prepared, judged, tuple(Channel) if html or not wanted else (wanted,))
    if html:
        _write_page(html, folder, prepared, outcomes)
    shown = [outcome for outcome in outcomes if wanted in (None, outcome.channel)]
    if as_json:
        print_json(evaluation_json(shown[0]))
    else:
        console().print(evaluation_view(shown))
    return 0


def _outcomes(
    prepared: Prepared, judged: JudgedSet, channels: tuple[Channel, ...]
) -> list[Outcome]:
    from retrieval.evaluation.evaluate import evaluate as measure

    questions = judged.judged()
    outcomes = []
    for channel in channels:
        with progress(f"asking, {channel}") as bar:
            outcomes.append(measure(prepared, questions, judged.judgments, channel, bar))
    refused = [placing for placing in outcomes[0].placings if placing.refusal]
    if refused:
        notice(
            f"pullquote: queries that cannot be asked and count as lost: {len(refused)};"
            f" {refused[0].question.id}: {refused[0].refusal}"
        )
    return outcomes


def _write_page(file: Path, folder: Path, prepared: Prepared, outcomes: list[Outcome]) -> None:
    from bot.render.page import evaluation_page
    from retrieval.evaluation.losses import losses

    page = evaluation_page(folder.resolve().name, outcomes, losses(prepared, outcomes))
    write_page(file, page)


def register(app: typer.Typer) -> None:
    app.command()(evaluate)
