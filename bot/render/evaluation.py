"""The figures of an evaluation, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from retrieval.evaluation.evaluate import Outcome

# The names of figures as people write them.
TITLES = {
    "ndcg@10": "nDCG@10",
    "mrr@10": "MRR@10",
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "recall@100": "R@100",
}


def evaluation_json(outcome: Outcome) -> dict[str, Any]:
    """`evaluate --json`."""
    return {
        "queries": len(outcome.placings),
        "passages": outcome.passages,
        "channel": str(outcome.channel),
        **{name: round(outcome.figures[name], 6) for name in TITLES},
        "query_ms_p50": round(outcome.query_ms(50), 3),
        "query_ms_p95": round(outcome.query_ms(95), 3),
    }


def evaluation_view(outcomes: Sequence[Outcome]) -> RenderableType:
    """The channels under one another, the best of each figure in bold, and what was asked."""
    table = Table(box=None, header_style="bold", padding=(0, 1))
    table.add_column("channel")
    for title in (*TITLES.values(), "ms p50", "ms p95"):
        table.add_column(title, justify="right")
    for outcome in outcomes:
        table.add_row(
            str(outcome.channel),
            *(_figure(name, outcome, outcomes) for name in TITLES),
            f"{outcome.query_ms(50):.1f}",
            f"{outcome.query_ms(95):.1f}",
        )
    return Group(table, f"\n{asked(outcomes[0])}")


def asked(outcome: Outcome) -> str:
    """How many queries were asked over how many passages."""
    return f"{len(outcome.placings)} queries over {outcome.passages} passages"


def is_best(name: str, outcome: Outcome, outcomes: Sequence[Outcome]) -> bool:
    """Whether no other of several outcomes has a higher figure of that name."""
    return len(outcomes) > 1 and outcome.figures[name] == max(
        each.figures[name] for each in outcomes
    )


def _figure(name: str, outcome: Outcome, outcomes: Sequence[Outcome]) -> str:
    figure = f"{outcome.figures[name]:.3f}"
    return f"[bold green]{figure}[/]" if is_best(name, outcome, outcomes) else figure
