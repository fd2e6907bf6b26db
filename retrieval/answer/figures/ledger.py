"""The ledger of an answer: every figure its quotes report for what was asked, by value.

Figures that differ stand side by side, each with its quotes, the newest first; none is averaged or
called an error, but one that a quote takes back is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from retrieval.answer.figures.asked import Alike, counted
from retrieval.answer.figures.mentions import Mention, mentions
from retrieval.answer.figures.quantities import read
from retrieval.answer.figures.support import learn, supported
from retrieval.answer.figures.withdrawn import withdrawn
from retrieval.types import Embedder, Figure, Quote

Reported = list[tuple[int, Mention]]


class Ledger(NamedTuple):
    """What quotes report for what a question counts, in the order they report it, and the places of
    the quotes that are to be `shown`: next to a first one that gives a figure, one that gives none
    is filler, and next to one with a number of anything like it, one without. The figures name the
    places of quotes among those."""

    figures: tuple[Figure, ...]
    shown: tuple[int, ...]


def ledger(question: str, quotes: Sequence[Quote], embedder: Embedder) -> Ledger:
    """The ledger of a question; without figures where it asks for no number. `embedder` makes the
    vectors of single words."""
    every = tuple(range(len(quotes)))
    asked = counted(question)
    if asked is None:
        return Ledger((), every)
    alike = Alike(embedder)
    learn(quotes, alike)
    found = [tuple(mentions(asked, quote.text, quote.article.language, alike)) for quote in quotes]
    giving = found if found and found[0] else supported(question, quotes, embedder)
    shown = tuple(at for at in every if giving[at]) if giving and giving[0] else every
    reported = [(place, one) for place, at in enumerate(shown) for one in found[at]]
    gone = [
        withdrawn(read(quotes[at].text, quotes[at].article.language)) for at in shown if found[at]
    ]
    figures = _figures(reported, bool(asked.measures), frozenset().union(*gone))
    return Ledger(_ordered(figures, [quotes[at] for at in shown]), shown)


def _ordered(figures: Sequence[Figure], shown: Sequence[Quote]) -> tuple[Figure, ...]:
    """The figures of each thing together, the newest of them first and what was withdrawn last."""

    def newest(figure: Figure) -> int:
        days = [day for at in figure.quotes if (day := shown[at].published)]
        return max(day.toordinal() for day in days) if days else 0

    return tuple(sorted(figures, key=lambda each: (each.thing, each.withdrawn, -newest(each))))


def _figures(reported: Reported, measured: bool, gone: frozenset[float]) -> list[Figure]:
    """Figures of one value, whether approximate or not, and of one thing stand together."""
    grouped: dict[tuple[object, ...], Reported] = {}
    for at, one in reported:
        what = one.unit if measured else one.noun
        key = one.value, one.high, one.about, what
        same = grouped.setdefault(key, [])
        if at not in [other for other, _ in same]:
            same.append((at, one))
    return [
        Figure(
            value=found[0][1].value,
            high=found[0][1].high,
            unit=found[0][1].unit,
            about=found[0][1].about,
            quotes=tuple(at for at, _ in found),
            places=tuple((one.start, one.end) for _, one in found),
            thing=found[0][1].noun,
            withdrawn=found[0][1].value in gone,
        )
        for found in grouped.values()
    ]
