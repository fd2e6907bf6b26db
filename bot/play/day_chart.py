"""How many articles were published when, as bars to be drawn. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WIDTH, HEIGHT = 720, 96
"""Of the picture, in pixels."""

# Bars of a picture. Where there are more days they are months, then years.
_MOST = 62
_GAP, _LOWEST, _WIDEST = 1.0, 3.0, 40.0


class Span(StrEnum):
    """What a bar stands for."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar at its place, in pixels from the side where reading begins, and what it stands for."""

    since: date
    until: date
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class DayChart:
    """Bars side by side, in a picture of this many pixels; a day without articles is a gap."""

    span: Span
    bars: tuple[Bar, ...]
    width: float = WIDTH
    height: float = HEIGHT


def day_chart(counts: Sequence[tuple[date | None, int]]) -> DayChart:
    """The chart of how many articles there are of each day; undated ones are not drawn."""
    days = [(day, count) for day, count in counts if day]
    if not days:
        return DayChart(Span.DAY, ())
    for span in Span:
        first, last = days[0][0], days[-1][0]
        slots = _number(last, span) - _number(first, span) + 1
        if slots <= _MOST or span is Span.YEAR:
            break
    sums: Counter[int] = Counter()
    for day, count in days:
        sums[_number(day, span) - _number(first, span)] += count
    wide = min(WIDTH / slots, _WIDEST)
    most = max(sums.values())
    bars = []
    for slot, count in sorted(sums.items()):
        since, until = _ends(_number(first, span) + slot, span)
        height = max(HEIGHT * count / most, _LOWEST)
        bar = (round(wide * slot, 2), round(HEIGHT - height, 2), round(wide - _GAP, 2))
        bars.append(Bar(since, until, count, *bar, round(height, 2)))
    return DayChart(span, tuple(bars), round(wide * slots, 2))


def _number(day: date, span: Span) -> int:
    """The days, months or years before this one."""
    if span is Span.DAY:
        return day.toordinal()
    return day.year * 12 + day.month - 1 if span is Span.MONTH else day.year


def _ends(number: int, span: Span) -> tuple[date, date]:
    if span is Span.DAY:
        return date.fromordinal(number), date.fromordinal(number)
    if span is Span.YEAR:
        return date(number, 1, 1), date(number, 12, 31)
    year, month = divmod(number, 12)
    after = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, 1), after - timedelta(days=1)
