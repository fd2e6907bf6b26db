"""The results of a replay, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.render.plain import visible
from bot.replay.baseline import Change
from bot.replay.run import Result


@dataclass(frozen=True, slots=True)
class Share:
    """How the cases of one language went; `ms` is their median time."""

    language: str
    cases: int
    passed: int
    ms: float


def shares(results: Sequence[Result]) -> list[Share]:
    """A share for each language, in the order of their codes."""
    found = []
    for language in sorted({each.seen.language for each in results}):
        mine = [each for each in results if each.seen.language == language]
        times = median(each.seen.took_ms for each in mine)
        found.append(Share(language, len(mine), sum(each.passed for each in mine), times))
    return found


def replay_json(results: Sequence[Result], changes: Sequence[Change] = ()) -> dict[str, Any]:
    """`replay --json`."""
    passed = sum(result.passed for result in results)
    return {
        "cases": len(results),
        "passed": passed,
        "failed": len(results) - passed,
        "results": [
            {
                "id": result.case.id,
                "language": result.seen.language,
                "passed": result.passed,
                "why": result.why,
                "rank": result.rank,
                "took_ms": result.seen.took_ms,
            }
            for result in results
        ],
        "changes": [
            {
                "kind": str(change.kind),
                "worse": change.kind.worse,
                "language": change.language,
                "id": change.id,
                "text": change.text,
            }
            for change in changes
        ],
    }


def replay_view(results: Sequence[Result], changes: Sequence[Change] = ()) -> RenderableType:
    """A table with the cases that failed first, a line for each change since the baseline, and a
    count by language."""
    table = _table("", "case", "rank", "ms", "why")
    for result in sorted(results, key=lambda result: result.passed):
        table.add_row(
            "[green]pass[/]" if result.passed else "[red]FAIL[/]",
            Text(visible(result.case.id)),
            str(result.rank or ""),
            f"{result.seen.took_ms:.1f}",
            Text(visible(result.why or "")),
        )
    parts: list[RenderableType] = [table, ""]
    if changes:
        parts += [*(_line(change) for change in changes), ""]
    by_language = _table("language", "cases", "passed", "ms")
    for each in shares(results):
        row = (each.language, str(each.cases), str(each.passed), f"{each.ms:.1f}")
        by_language.add_row(*row)
    passed = sum(result.passed for result in results)
    summary = f"{passed} of {len(results)} cases passed"
    worse = sum(change.kind.worse for change in changes)
    if worse:
        summary += f"; worse than the baseline: {worse}"
    return Group(*parts, by_language, f"\n{summary}")


def change_line(change: Change) -> str:
    """A change on one line: its language, its kind, its case, what it is."""
    where = f" {change.id}" if change.id else ""
    return visible(f"[{change.language}] {change.kind}{where}: {change.text}").replace("\n", " ")


def _line(change: Change) -> Text:
    return Text(change_line(change), style="red" if change.kind.worse else "green")


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 1))
    for column in columns:
        table.add_column(column)
    return table
