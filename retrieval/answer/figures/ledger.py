"""The ledger of an answer: every figure its quotes report for what was asked, by value.

Figures that differ stand side by side, each with its quotes; none is averaged, preferred or called
an error.
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.answer.figures.asked import Alike, counted
from retrieval.answer.figures.mentions import Mention, mentions
from retrieval.types import Embedder, Figure, Quote

Reported = list[tuple[int, Mention]]


def figures(question: str, quotes: Sequence[Quote], embedder: Embedder) -> tuple[Figure, ...]:
    """What `quotes` report for what `question` counts, in the order they report it; nothing where
    it asks for no number. `embedder` makes the vectors of single words."""
    asked = counted(question)
    if asked is None:
        return ()
    alike = Alike(embedder)
    reported = [
        (at, mention)
        for at, quote in enumerate(quotes)
        for mention in mentions(asked, quote.text, quote.article.language, alike)
    ]
    return _ledger(reported, bool(asked.measures))


def _ledger(reported: Reported, measured: bool) -> tuple[Figure, ...]:
    """Figures of one value, whether approximate or not, and of one thing stand together."""
    grouped: dict[tuple[object, ...], Reported] = {}
    for at, one in reported:
        what = one.unit if measured else one.noun
        key = one.value, one.high, one.about, what
        same = grouped.setdefault(key, [])
        if at not in [other for other, _ in same]:
            same.append((at, one))
    return tuple(
        Figure(
            value=found[0][1].value,
            high=found[0][1].high,
            unit=found[0][1].unit,
            about=found[0][1].about,
            quotes=tuple(at for at, _ in found),
            places=tuple((one.start, one.end) for _, one in found),
        )
        for found in grouped.values()
    )
