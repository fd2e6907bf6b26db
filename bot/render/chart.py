"""How far down relevant passages come, as a picture that is inside a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.evaluation.evaluate import Outcome, Placing


@dataclass(frozen=True, slots=True)
class Band:
    """A range of ranks; `last` is None for all that are worse or not there at all."""

    name: str
    last: int | None


BANDS = (
    Band("1", 1),
    Band("2–3", 3),
    Band("4–10", 10),
    Band("11–100", 100),
    Band("beyond", None),
)

_LEFT, _WIDTH, _ROW, _BAR = 80, 620, 40, 26
# A number is written inside a bar from this width on, in pixels.
_ROOM = 34


def shares(placings: Sequence[Placing]) -> list[float]:
    """The share of placings in each of `BANDS`; together 1."""
    counts = [0] * len(BANDS)
    for placing in placings:
        counts[_band(placing.rank)] += 1
    return [count / len(placings) for count in counts]


def ranks_chart(outcomes: Sequence[Outcome]) -> str:
    """An SVG element: a bar for each channel, its parts the shares of `BANDS`."""
    height = _ROW * (len(outcomes) + 1)
    bars = "".join(_bar(outcome, _ROW * row) for row, outcome in enumerate(outcomes))
    width = _LEFT + _WIDTH
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="Share of queries by rank of the best relevant passage, for each channel">'
        f"{bars}{_legend(_ROW * len(outcomes))}</svg>"
    )


def _bar(outcome: Outcome, top: int) -> str:
    parts = [f'<text x="0" y="{top + 18}">{outcome.channel}</text>']
    left = float(_LEFT)
    for number, share in enumerate(shares(outcome.placings)):
        if not share:
            continue
        wide = share * _WIDTH
        said = f"{share:.1%}"
        parts.append(
            f'<rect class="band{number}" x="{left:.1f}" y="{top}" width="{wide:.1f}"'
            f' height="{_BAR}"><title>rank {BANDS[number].name}: {said}</title></rect>'
        )
        if wide >= _ROOM:
            middle = left + wide / 2
            parts.append(
                f'<text class="inside" x="{middle:.1f}" y="{top + 18}"'
                f' text-anchor="middle">{share:.0%}</text>'
            )
        left += wide
    return "".join(parts)


def _legend(top: int) -> str:
    return "".join(
        f'<rect class="band{number}" x="{_LEFT + 100 * number}" y="{top + 6}" width="14"'
        f' height="14"/><text x="{_LEFT + 100 * number + 20}" y="{top + 18}">{band.name}</text>'
        for number, band in enumerate(BANDS)
    )


def _band(rank: int | None) -> int:
    return next(
        number
        for number, band in enumerate(BANDS)
        if band.last is None or (rank is not None and rank <= band.last)
    )
