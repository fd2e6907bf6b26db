"""What passages carry a term, written as bytes and read again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.postgres.postings import (
    LONGEST,
    OFTENEST,
    Postings,
    counts_and_lengths,
    packed,
    unpacked,
    weights_of,
)

# ids near to and far from one another
IDS = st.one_of(st.integers(0, 2000), st.integers(0, 1 << 18), st.integers(0, (1 << 32) - 1))
CARRIED = st.dictionaries(IDS, st.tuples(st.integers(1, 255), st.integers(1, 100_000)), max_size=40)


def made(carried: dict[int, tuple[int, int]]) -> Postings:
    ids = sorted(carried)
    counts = np.array([carried[each][0] for each in ids], dtype=np.uint8)
    lengths = np.array([carried[each][1] for each in ids], dtype=np.int64)
    return Postings(np.array(ids, dtype=np.uint32), weights_of(counts, lengths))


@given(CARRIED)
def test_what_was_written_is_read(carried: dict[int, tuple[int, int]]) -> None:
    found = unpacked(packed(made(carried)))
    assert found.ids.tolist() == sorted(carried)
    counts, lengths = (each[found.weights].tolist() for each in counts_and_lengths())
    assert counts == [min(carried[each][0], OFTENEST) for each in sorted(carried)]
    assert lengths == [min(carried[each][1], LONGEST) for each in sorted(carried)]


@given(CARRIED, st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_lists_one_behind_the_other_are_one(
    carried: dict[int, tuple[int, int]], shares: list[int]
) -> None:
    every = made(carried)
    own = np.array(shares[: len(every)], dtype=np.int64)
    found = unpacked(b"".join(packed(every.of(own == share)) for share in range(4)))
    assert found.ids.tolist() == every.ids.tolist()
    assert found.weights.tolist() == every.weights.tolist()


@given(CARRIED, IDS)
def test_those_below_an_id(carried: dict[int, tuple[int, int]], end: int) -> None:
    found = made(carried).below(end)
    assert found.ids.tolist() == [each for each in sorted(carried) if each < end]
    assert len(found.weights) == len(found)


@given(CARRIED, st.sets(IDS, max_size=20), st.data())
def test_those_that_are_not_gone(
    carried: dict[int, tuple[int, int]], gone: set[int], data: st.DataObject
) -> None:
    gone |= data.draw(st.sets(st.sampled_from(sorted(carried)))) if carried else set()
    found = made(carried).without(np.array(list(gone), dtype=np.uint32))
    assert found.ids.tolist() == [each for each in sorted(carried) if each not in gone]
    assert len(found.weights) == len(found)


@pytest.mark.parametrize("step", [1, 200, 65_535])
def test_a_passage_takes_four_bytes(step: int) -> None:
    ids = np.arange(0, 1000 * step, step, dtype=np.uint32)
    found = Postings(ids, weights_of(np.ones(1000, np.uint8), np.full(1000, 200)))
    assert len(packed(found)) == 4 * 1001
