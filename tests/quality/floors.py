"""Floors of quality: the figures below which a change must not fall.

They stand in floors.json, for each measure with the SHA-256 digests of the files it was taken on,
because a figure says nothing about another set. Floors rise by an explicit step and fall only by
another one, so that a loss is always somebody's decision.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

# What a figure may lie under its floor: less than one question more or less of the largest set.
TOLERANCE = 0.0005
DIGITS = 4
# Figures named so are shown for comparison: they have no floor.
BESIDE = "beside it:"


@dataclass(frozen=True, slots=True)
class Pinned:
    """The floors of one measure, by the names of its figures, and the digests of its files."""

    files: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)


class Verdict(StrEnum):
    """How a figure stands to its floor."""

    HELD = "held"
    ROSE = "rose"
    FELL = "fell"
    NEW = "new"
    BESIDE = "compare"
    GONE = "gone"
    CHANGED = "set changed"

    @property
    def fails(self) -> bool:
        return self in (Verdict.FELL, Verdict.GONE, Verdict.CHANGED)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside its floor; one of the two may be missing, never both."""

    measure: str
    name: str
    figure: float | None
    floor: float | None
    verdict: Verdict


def read(file: Path) -> dict[str, Pinned]:
    """The floors of every measure; none where there is no file yet."""
    if not file.exists():
        return {}
    held = json.loads(file.read_text(encoding="utf-8"))
    return {name: Pinned(**pinned) for name, pinned in held.items()}


def write(file: Path, pinned: Mapping[str, Pinned]) -> None:
    held = {name: asdict(pinned[name]) for name in sorted(pinned)}
    file.write_text(json.dumps(held, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def compare(measure: str, now: Pinned, before: Pinned | None) -> list[Line]:
    """Every figure of one measure beside its floor, in the order of the figures, then those gone.

    Figures are better the higher they are.
    """
    floors = before.figures if before else {}
    changed = before is not None and before.files != now.files
    lines = [
        Line(measure, name, figure, floors.get(name), _verdict(name, figure, floors, changed))
        for name, figure in now.figures.items()
    ]
    gone = [name for name in floors if name not in now.figures]
    return lines + [Line(measure, name, None, floors[name], Verdict.GONE) for name in gone]


def moved(now: Pinned, before: Pinned | None, *, up: bool, down: bool) -> Pinned | None:
    """What to pin from now on: floors go `up` to higher figures and gain new ones, or `down` to
    lower ones, forget figures that are gone, and take over a changed set."""
    if before is None:
        return _rounded(now) if up else None
    if before.files != now.files:
        return _rounded(now) if down else before
    figures = dict(before.figures)
    for line in compare("", now, before):
        if line.figure is None:
            if down:
                del figures[line.name]
        elif (line.verdict in (Verdict.ROSE, Verdict.NEW) and up) or (
            line.verdict is Verdict.FELL and down
        ):
            figures[line.name] = round(line.figure, DIGITS)
    return Pinned(before.files, figures)


def _verdict(name: str, figure: float, floors: Mapping[str, float], changed: bool) -> Verdict:
    floor = floors.get(name)
    if name.startswith(BESIDE):
        return Verdict.BESIDE
    if changed:
        return Verdict.CHANGED
    if floor is None:
        return Verdict.NEW
    if figure < floor - TOLERANCE:
        return Verdict.FELL
    return Verdict.ROSE if round(figure, DIGITS) > floor else Verdict.HELD


def _rounded(pinned: Pinned) -> Pinned:
    figures = {
        name: round(figure, DIGITS)
        for name, figure in pinned.figures.items()
        if not name.startswith(BESIDE)
    }
    return Pinned(pinned.files, figures)
