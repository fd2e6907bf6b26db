"""The results of a replay, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from bot.render.plain import visible
from bot.replay.run import Result


def replay_json(results: Sequence[Result]) -> dict[str, Any]:
    """`replay --json`."""
    passed = sum(result.passed for result in results)
    return {
        "cases": len(results),
        "passed": passed,
        "failed": len(results) - passed,
        "results": [
            {
                "id": result.id,
                "passed": result.passed,
                "why": result.why,
                "rank": result.rank,
                "took_ms": result.took_ms,
            }
            for result in results
        ],
    }


def replay_view(results: Sequence[Result]) -> RenderableType:
    """A table with the cases that failed first, and a line that counts."""
    table = Table(box=None, header_style="bold", padding=(0, 1))
    for column in ("", "case", "rank", "ms", "why"):
        table.add_column(column)
    for result in sorted(results, key=lambda result: result.passed):
        mark = "[green]pass[/]" if result.passed else "[red]FAIL[/]"
        rank = str(result.rank or "")
        table.add_row(mark, result.id, rank, f"{result.took_ms:.1f}", visible(result.why or ""))
    passed = sum(result.passed for result in results)
    return Group(table, f"\n{passed} of {len(results)} cases passed")
