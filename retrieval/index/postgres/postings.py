"""Which passages carry a term, and how often, as the bytes of a row.

A record is four bytes: how far the id is from the one before it, in the lower half; in the upper
half how often the passage has the term (4 bits) and how many terms it has (12 bits), both cut off
at their largest. A record whose upper half is 0 says instead the upper half of the id before it: it
stands at the beginning, and wherever ids are further apart than a half can say. So lists may be put
one behind the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.types import Rows, Vectors

OFTENEST = 15
LONGEST = 4095
_RECORD = np.dtype("<u4")
_HALF = 1 << 16
_BITS = 12  # of a length


@dataclass(frozen=True, slots=True)
class Postings:
    """The ids of n passages, ascending, uint32 (n,), and of each how often it has a term and how
    long it is, together uint16 (n,), see `counts_and_lengths`."""

    ids: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def nbytes(self) -> int:
        return self.ids.nbytes + self.weights.nbytes

    def below(self, end: int) -> Postings:
        """Those whose ids are below `end`."""
        if not len(self.ids) or self.ids[-1] < end:
            return self
        return self.of(slice(np.searchsorted(self.ids, np.uint32(end))))

    def without(self, gone: npt.NDArray[np.uint32]) -> Postings:
        """Those whose ids are not among these."""
        if not len(self.ids) or not len(gone):
            return self
        places = np.minimum(np.searchsorted(self.ids, gone), len(self.ids) - 1)
        found = places[self.ids[places] == gone]
        if not len(found):
            return self
        kept = np.ones(len(self.ids), dtype=bool)
        kept[found] = False
        return self.of(kept)

    def of(self, kept: Rows | npt.NDArray[np.bool_] | slice) -> Postings:
        """Some of the passages, in this order."""
        return Postings(self.ids[kept], self.weights[kept])


def counts_and_lengths() -> tuple[Vectors, npt.NDArray[np.int64]]:
    """How often and how long each possible weight says, (65536,)."""
    every = np.arange(_HALF)
    return (every >> _BITS).astype(np.float32), every & LONGEST


def weights_of(
    counts: npt.NDArray[np.integer], lengths: npt.NDArray[np.integer]
) -> npt.NDArray[np.uint16]:
    """How often, at least once, and how long, together."""
    high = np.minimum(counts, OFTENEST).astype(np.uint16) << _BITS
    made: npt.NDArray[np.uint16] = high | np.minimum(lengths, LONGEST).astype(np.uint16)
    return made


def packed(found: Postings) -> bytes:
    """The bytes of these passages, which `unpacked` reads."""
    steps = np.diff(found.ids, prepend=np.uint32(0))
    far = steps >= _HALF
    far[:1] = True
    begins = np.flatnonzero(far)
    steps[begins] = found.ids[begins] % _HALF
    records = found.weights.astype(_RECORD) << 16 | steps
    return np.insert(records, begins, found.ids[begins] >> 16).astype(_RECORD).tobytes()


def unpacked(held: bytes) -> Postings:
    """The passages of lists of bytes, one behind the other."""
    records = np.frombuffer(held, _RECORD)
    begins = np.flatnonzero(records < _HALF)
    steps = records & (_HALF - 1)
    # each run of steps begins where its first record says, not where the run before it ended
    steps[begins] = records[begins] << 16
    steps[begins[1:]] -= np.add.reduceat(steps, begins, dtype=np.uint32)[:-1]
    ids = np.cumsum(steps, dtype=np.uint32)
    weights = (records >> 16).astype(np.uint16)
    if len(begins) == 1:
        return Postings(ids[1:], weights[1:])
    kept = weights > 0
    found = Postings(ids[kept], weights[kept])
    if (ids[begins[1:] + 1] > ids[begins[1:] - 1]).all():
        return found
    return found.of(np.argsort(found.ids, kind="stable"))
