"""Retrieval over the development sets, held to its floors. Run: make quality

    python -m tests.quality [--raise] [--lower] [--sets FOLDER] [--floors FILE]

Status 1 when a figure falls under its floor or a set is not the one the floor was taken on. Without
the sets, which are no part of the project, it says so and leaves with 0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from retrieval.models.embed import EMBEDDED, load
from retrieval.types import Embedder
from tests.quality.floors import DIGITS, Line, Pinned, Verdict, compare, moved, read, write
from tests.quality.measures import MEASURES, Measure

ROOT = Path(__file__).resolve().parents[2]
SETS = ROOT.parent / "shared" / "data" / "dev"
FLOORS = Path(__file__).parent / "floors.json"


def main(arguments: Sequence[str] | None = None, measures: Sequence[Measure] = MEASURES) -> int:
    """Measure, compare, print, and move floors where that was asked for."""
    given = _parse(arguments)
    if not given.sets.is_dir():
        print(f"quality: skipped, there are no development sets in {given.sets}")
        return 0
    missing = [
        name for each in measures for name in each.files if not (given.sets / name).is_file()
    ]
    for name in missing:
        print(f"quality: {name} is not among the development sets, skipped")
    here = [each for each in measures if not set(each.files) & set(missing)]
    before = read(given.floors)
    now = _take(here, given.sets, load(EMBEDDED, ROOT))
    lines = [line for name, taken in now.items() for line in compare(name, taken, before.get(name))]
    _console().print(_table(lines))
    after = dict(before)
    for name, taken in now.items():
        pinned = moved(taken, before.get(name), up=given.up, down=given.down)
        if pinned:
            after[name] = pinned
    if after != before:
        write(given.floors, after)
        print(f"floors moved: {given.floors}")
    left = [
        line
        for name, taken in now.items()
        for line in compare(name, taken, after.get(name))
        if line.verdict.fails
    ]
    for line in left:
        print(f"quality: {_complaint(line)}", file=sys.stderr)
    return 1 if left else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    parser.add_argument("--raise", dest="up", action="store_true", help="raise floors to figures")
    parser.add_argument("--lower", dest="down", action="store_true", help="lower floors to figures")
    parser.add_argument("--sets", type=Path, default=SETS, help="the folder of development sets")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="the file of floors")
    return parser.parse_args(arguments)


def _take(measures: Sequence[Measure], sets: Path, embedder: Embedder) -> dict[str, Pinned]:
    """What each measure gives now, with the digests of its files."""
    taken: dict[str, Pinned] = {}
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("measuring", total=len(measures))
        for measure in measures:
            bar.update(task, description=measure.name)
            files = {name: sha256((sets / name).read_bytes()).hexdigest() for name in measure.files}
            taken[measure.name] = Pinned(files, measure.take(sets, embedder))
            bar.advance(task)
    return taken


def _table(lines: Sequence[Line]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 1))
    for column in ("measure", "of", "figure", "floor", "difference", ""):
        table.add_column(column, justify="right" if column in _NUMBERS else "left", no_wrap=True)
    named = ""
    for line in lines:
        table.add_row(
            line.measure if line.measure != named else "",
            line.name,
            _number(line.figure),
            _number(line.floor),
            _difference(line),
            f"[{_STYLES.get(line.verdict, 'red')}]{line.verdict}[/]",
        )
        named = line.measure
    return table


_NUMBERS = ("figure", "floor", "difference")
_STYLES = {Verdict.HELD: "dim", Verdict.ROSE: "green", Verdict.NEW: "cyan", Verdict.BESIDE: "dim"}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _difference(line: Line) -> str:
    if line.figure is None or line.floor is None:
        return ""
    return f"{round(line.figure - line.floor, DIGITS) + 0.0:+.4f}"  # adding 0 makes -0 positive


def _complaint(line: Line) -> str:
    where = f"{line.measure}, {line.name}"
    if line.verdict is Verdict.CHANGED:
        return f"{where}: the set is not the one its floor was taken on; LOWER=1 takes it over"
    if line.verdict is Verdict.GONE:
        return f"{where}: is not measured any more; LOWER=1 forgets its floor"
    return (
        f"{where}: {_number(line.figure)} is under the floor {_number(line.floor)};"
        " mend it, or lower the floor on purpose with LOWER=1"
    )


def _console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=120)
