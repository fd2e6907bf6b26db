"""Operations on ascending rows of an index. Marking an array is much faster than sorting, which
numpy's set functions do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from retrieval.types import Rows

# Rows that are so many times fewer than others are looked up among them one by one.
_FEW = 32


def union(several: Sequence[Rows]) -> Rows:
    """The rows in any of several ascending arrays, ascending."""
    known = [rows for rows in several if len(rows)]
    if not known:
        return np.zeros(0, dtype=np.int64)
    if len(known) == 1:
        return known[0]
    marks = np.zeros(max(int(rows[-1]) for rows in known) + 1, dtype=bool)
    for rows in known:
        marks[rows] = True
    return np.flatnonzero(marks)


def intersection(several: Sequence[Rows]) -> Rows:
    """The rows in all of several ascending arrays (at least one), ascending."""
    return reduce(_shared, sorted(several, key=len))


def has_any(found: Rows, rows: Rows) -> bool:
    """Whether any of these rows is in `found`, which is ascending."""
    places = np.searchsorted(found, rows)
    inside = places < len(found)
    return bool((found[places[inside]] == rows[inside]).any())


def _shared(few: Rows, many: Rows) -> Rows:
    if not len(few):
        return few
    if len(few) * _FEW < len(many):
        places = np.minimum(np.searchsorted(many, few), len(many) - 1)
        found: Rows = few[many[places] == few]
        return found
    marks = np.zeros(max(int(few[-1]), int(many[-1])) + 1, dtype=bool)
    marks[many] = True
    return few[marks[few]]
