"""The answer that the coverage does not say: what was searched, the nearest miss, and what is
missing."""

from __future__ import annotations

from corpus.store import Coverage, Selection
from retrieval.types import Absence, Missing, Quote


def absence(
    coverage: Coverage,
    selection: Selection | None,
    nearest: Quote | None,
    missing: tuple[Missing, ...] = (),
) -> Absence:
    """What was searched: of a `selection` that is `None`, nothing. Where days are asked for, the
    undated articles are those that were left out for it."""
    if selection is None:
        return Absence(0, 0, None, None, 0, None)
    since, until, undated = coverage.span(selection)
    return Absence(
        articles=coverage.count(selection)[0],
        outlets=coverage.count_outlets(selection),
        since=since,
        until=until,
        undated=coverage.undated_dropped(selection) or undated,
        nearest=nearest,
        missing=missing,
    )
