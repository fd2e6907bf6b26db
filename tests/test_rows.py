"""Ascending rows put together, as sets are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.rows import has_any, intersection, union
from retrieval.types import Rows

FEW = st.sets(st.integers(0, 300), max_size=12)
MANY = st.sets(st.integers(0, 300), min_size=100, max_size=300)
SETS = st.lists(st.one_of(FEW, MANY), min_size=1, max_size=4)


def ascending(rows: set[int]) -> Rows:
    return np.array(sorted(rows), dtype=np.int64)


@given(SETS)
def test_rows_of_any_and_of_all(sets: list[set[int]]) -> None:
    several = [ascending(each) for each in sets]
    assert union(several).tolist() == sorted(set().union(*sets))
    assert intersection(several).tolist() == sorted(set.intersection(*sets))


@given(SETS, FEW)
def test_whether_any_is_among_them(sets: list[set[int]], rows: set[int]) -> None:
    (first, *_) = sets
    assert has_any(ascending(first), ascending(rows)) == bool(first & rows)
