"""The lexical channel: BM25 over the terms of `analyse`.

Scores are shares: the BM25 of a passage divided by the score of a passage with every term of the
question infinitely often. So they mean the same for every question and corpus size. A term that no
passage has lowers all shares.

A term is stored as a 64-bit hash, with the rows of the passages that have it and the counts. A
question reads only the postings that it needs. What depends on all passages, the rarity of terms
and the average length, is computed over all parts when the index is opened or asked. So a part
never has to be counted again. The files of a folder:

terms  offsets  rows  counts  lengths  word_terms  word_offsets
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from corpus.language.tokens import words
from retrieval.index import arrays
from retrieval.index.analyse import analysed, terms

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Scores = npt.NDArray[np.float32]
Offsets = npt.NDArray[np.int64]
Counts = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]

# Robertson and Zaragoza (2009); values chosen on the development sets (docs/evaluation.md).
K1 = 0.9
B = 0.4
# A count is stored in one byte; above this a score hardly grows.
_MOST = 255
# Terms whose passages are counted together: all at once would need the memory of the whole index
# several times.
_COLUMNS = 1 << 15
_DAMAGED = "the lexical index points outside itself: `pullquote index --rebuild`"


class Postings:
    """The passages of one part that have each term: `terms`, uint64, sorted; the passages of term i
    are at `offsets[i]` to `offsets[i + 1]` of `rows`, uint32, with `counts`, uint8. `lengths`,
    float32, is the number of terms in each passage. The terms of word i of the vocabulary are those
    numbered by `word_terms`, uint32, from `word_offsets[i]` to `word_offsets[i + 1]`."""

    def __init__(
        self,
        terms: npt.NDArray[np.uint64],
        offsets: Offsets,
        rows: npt.NDArray[np.uint32] | arrays.Filed,
        counts: Counts | arrays.Filed,
        lengths: Scores,
        word_terms: npt.NDArray[np.uint32],
        word_offsets: Offsets,
    ) -> None:
        self._terms = terms
        self._offsets = offsets
        self._rows = rows
        self._counts = counts
        self.lengths = lengths
        self._word_terms = word_terms
        self._word_offsets = word_offsets

    @classmethod
    def of_counts(cls, vocabulary: Sequence[str], counts: csr_array) -> Postings:
        """From the number of times each passage has each word: (passages, words)."""
        hashes, parts = _parts(vocabulary)
        found = [np.zeros(0, dtype=np.uint32)]
        often = [np.zeros(0, dtype=np.uint8)]
        carried = np.zeros(len(hashes), dtype=np.int64)
        lengths = counts @ parts.sum(axis=1) if len(vocabulary) else np.zeros(counts.shape[0])
        for first in range(0, len(hashes), _COLUMNS):
            columns = (counts @ parts[:, first : first + _COLUMNS]).tocsc()
            columns.sort_indices()
            found.append(columns.indices.astype(np.uint32))
            often.append(np.minimum(columns.data, _MOST).astype(np.uint8))
            carried[first : first + _COLUMNS] = np.diff(columns.indptr)
        return cls(
            hashes,
            np.concatenate([[0], np.cumsum(carried)]),
            np.concatenate(found),
            np.concatenate(often),
            lengths.astype(np.float32),
            parts.indices.astype(np.uint32),
            parts.indptr.astype(np.int64),
        )

    def save(self, folder: Path) -> None:
        folder.mkdir()
        arrays.write(folder / "terms", self._terms)
        arrays.write(folder / "offsets", self._offsets)
        arrays.write(folder / "rows", self._rows[:])
        arrays.write(folder / "counts", self._counts[:])
        arrays.write(folder / "lengths", self.lengths)
        arrays.write(folder / "word_terms", self._word_terms)
        arrays.write(folder / "word_offsets", self._word_offsets)

    @classmethod
    def open(cls, folder: Path, passages: int, words: int | None = None) -> Postings:
        """Open a stored part of this many passages, and words if that is known; it is read as
        questions need it. Raises `IndexDamaged`."""
        opened = cls(
            arrays.read(folder / "terms", np.uint64),
            arrays.read(folder / "offsets", np.int64),
            arrays.Filed(folder / "rows", np.uint32),
            arrays.Filed(folder / "counts", np.uint8),
            arrays.read(folder / "lengths", np.float32),
            arrays.read(folder / "word_terms", np.uint32),
            arrays.read(folder / "word_offsets", np.int64),
        )
        if not (
            len(opened) == passages
            and len(opened._offsets) == len(opened._terms) + 1
            and opened._offsets[-1] == len(opened._rows) == len(opened._counts)
            and opened.words >= 0
            and words in (None, opened.words)
            and opened._word_offsets[-1] == len(opened._word_terms)
        ):
            raise IndexDamaged(f"the lexical index in {folder} does not fit its manifest")
        return opened

    def __len__(self) -> int:
        """The number of passages."""
        return len(self.lengths)

    @property
    def words(self) -> int:
        """The number of words in the vocabulary."""
        return len(self._word_offsets) - 1

    def of(self, wanted: npt.NDArray[np.uint64]) -> list[tuple[Rows, Counts]]:
        """For each term, given by its hash, the rows that have it and the counts. Raises
        `IndexDamaged`."""
        first, last = self._runs(wanted)
        rows = arrays.runs(self._rows, first, last).astype(np.intp)
        if rows.max(initial=0) >= len(self):
            raise IndexDamaged(_DAMAGED)
        counts = arrays.runs(self._counts, first, last)
        ends = np.cumsum(last - first).tolist()
        return [(rows[a:b], counts[a:b]) for a, b in pairwise([0, *ends])]

    def every(self) -> npt.NDArray[np.uint64]:
        """The hashes of all terms, ascending."""
        return self._terms

    def terms_of_words(self) -> list[npt.NDArray[np.uint64]]:
        """The terms of each word of the vocabulary, as their hashes."""
        ends = self._word_offsets.tolist()
        return [self._terms[self._word_terms[a:b]] for a, b in pairwise(ends)]

    def carried(self, wanted: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """The number of rows that have each term, given by its hash. Raises `IndexDamaged`."""
        first, last = self._runs(wanted)
        return last - first

    def spelled(
        self, wanted: npt.NDArray[np.uint64], words: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Which of these words has each term, given by its hash, (terms, words). Raises
        `IndexDamaged`."""
        first, last = self._word_offsets[words], self._word_offsets[words + 1]
        if not ((first >= 0) & (first <= last) & (last <= len(self._word_terms))).all():
            raise IndexDamaged(_DAMAGED)
        held = arrays.runs(self._word_terms, first, last)
        places = np.minimum(np.searchsorted(self._terms, wanted), max(len(self._terms) - 1, 0))
        known = np.flatnonzero(self._terms[places] == wanted).tolist() if len(self._terms) else []
        made = np.zeros((len(wanted), len(words)), dtype=bool)
        owners = np.repeat(np.arange(len(words)), last - first)
        for term in known:
            made[term, owners[held == places[term]]] = True
        return made

    def _runs(self, wanted: npt.NDArray[np.uint64]) -> tuple[Offsets, Offsets]:
        """Where the rows of each term begin and end; an unknown term has none."""
        first = np.zeros(len(wanted), dtype=np.int64)
        last = first.copy()
        if len(self._terms):
            places = np.minimum(np.searchsorted(self._terms, wanted), len(self._terms) - 1)
            known = self._terms[places] == wanted
            first[known] = self._offsets[places[known]]
            last[known] = self._offsets[places[known] + 1]
        lengths = last - first
        if not ((first >= 0) & (lengths >= 0) & (last <= len(self._rows))).all() or (
            lengths.max(initial=0) > len(self)
        ):
            raise IndexDamaged(_DAMAGED)
        return first, last


class LexicalIndex:
    """BM25 over the postings of all parts. The searched rows are, in this order, the places `order`
    among the concatenated passages of all parts."""

    def __init__(self, parts: Sequence[Postings], order: npt.NDArray[np.int64]) -> None:
        self.parts = parts
        self._order = order
        stored = np.concatenate([part.lengths for part in parts]).astype(np.float64)
        self._alive = np.zeros(len(stored), dtype=bool)
        self._alive[order] = True
        self._all_alive = bool(self._alive.all())
        self._as_stored = bool(np.array_equal(order, np.arange(len(stored))))
        lengths = stored[order]
        if not (np.isfinite(stored).all() and (stored >= 0).all()):
            raise IndexDamaged("the lexical index has lengths that are none")
        average = lengths.mean() if lengths.any() else 1.0
        # the length factor of each passage in BM25
        self._norms = (K1 * (1 - B + B * stored / average)).astype(np.float32)

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """Index `texts`; row numbers are their order."""
        from scipy.sparse import csr_array

        vocabulary: dict[str, int] = {}
        rows = [
            [vocabulary.setdefault(word, len(vocabulary)) for word in words(text)] for text in texts
        ]
        offsets = np.cumsum([0, *map(len, rows)])
        held = np.array([word for row in rows for word in row], dtype=np.int64)
        ones = np.ones(len(held), dtype=np.float32)
        counts = csr_array((ones, held, offsets), (len(rows), len(vocabulary)))
        return cls([Postings.of_counts(list(vocabulary), counts)], np.arange(len(rows)))

    def scores(self, question: str) -> Scores:
        """The share of every passage, float32 (passages,), 0 to 1; zeros without a known term.
        Raises `IndexDamaged`."""
        return self.shares(terms(question))

    def shares(self, asked: Iterable[str]) -> Scores:
        """`scores` of a question given as its terms."""
        made = np.zeros(len(self._norms), dtype=np.float32)
        best = 0.0
        for found in self._carriers(dict.fromkeys(asked)):
            rarity = self._rarity(sum(len(rows) for rows, _ in found))
            best += rarity
            for rows, counts in found:
                often = counts.astype(np.float32)
                often /= often + self._norms.take(rows)
                often *= np.float32(rarity)
                made[rows] += often  # no row twice
        return (made if self._as_stored else made[self._order]) / np.float32(best or 1)

    def counted(self, asked: Iterable[str]) -> Counts:
        """The number of the terms that each passage has, uint8 (passages,). Raises
        `IndexDamaged`."""
        made = np.zeros(len(self._norms), dtype=np.uint8)
        for found in self._carriers(dict.fromkeys(asked)):
            for rows, _ in found:
                made[rows] += 1  # no row twice
        return made if self._as_stored else made[self._order]

    def marked(self, groups: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
        """Which passages have any of the terms of each group, (groups, passages). Raises
        `IndexDamaged`."""
        made = np.zeros((len(groups), len(self._norms)), dtype=bool)
        owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups]).tolist()
        every = self._carriers(chain.from_iterable(groups))
        for owner, found in zip(owners, every, strict=True):
            for rows, _ in found:
                made[owner, rows] = True
        return made if self._as_stored else made[:, self._order]

    def carriers(self, groups: Sequence[Sequence[str]]) -> list[npt.NDArray[np.int64]]:
        """The rows, ascending, of the passages that have any of the terms of each group. Raises
        `IndexDamaged`."""
        return [np.flatnonzero(marked) for marked in self.marked(groups)]

    def carriers_of_most(self, asked: Iterable[str], least: float) -> npt.NDArray[np.int64]:
        """The rows, ascending, of the passages that have at least `least` of the terms. Raises
        `IndexDamaged`."""
        return np.flatnonzero(self.counted(asked) >= least)

    def rarities(self, terms: Iterable[str]) -> list[float]:
        """The inverse document frequency of each term; largest for a term that occurs nowhere."""
        if self._all_alive:
            wanted = _hashes(terms)
            carried = sum(part.carried(wanted) for part in self.parts)
            return [self._rarity(each) for each in np.broadcast_to(carried, len(wanted)).tolist()]
        return [
            self._rarity(sum(len(rows) for rows, _ in found)) for found in self._carriers(terms)
        ]

    def spelled(self, wanted: Sequence[str], words: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of these words, numbered across parts, has each term, (terms, words)."""
        hashes = _hashes(wanted)
        made = np.zeros((len(wanted), len(words)), dtype=bool)
        first = 0
        for part in self.parts:
            here = np.flatnonzero((words >= first) & (words < first + part.words))
            if len(here):
                made[:, here] = part.spelled(hashes, words[here] - first)
            first += part.words
        return made

    def _rarity(self, carried: int) -> float:
        return float(np.log1p((len(self._order) - carried + 0.5) / (carried + 0.5)))

    def _carriers(self, terms: Iterable[str]) -> list[list[tuple[Rows, Counts]]]:
        """For each term, the passages of each part that have it, with the counts, without those
        that have left the coverage."""
        wanted = _hashes(terms)
        every: list[list[tuple[Rows, Counts]]] = [[] for _ in wanted]
        first = 0
        for part in self.parts:
            for found, (rows, counts) in zip(every, part.of(wanted), strict=True):
                if len(rows):
                    rows += first
                    if not self._all_alive:
                        alive = self._alive[rows]
                        rows, counts = rows[alive], counts[alive]
                    found.append((rows, counts))
            first += len(part)
        return every


def _parts(vocabulary: Sequence[str]) -> tuple[npt.NDArray[np.uint64], csr_array]:
    """The terms of all words as sorted hashes, and the counts of each term in each word: (words,
    terms)."""
    from scipy.sparse import csr_array

    numbers: dict[str, int] = {}
    rows = [
        [numbers.setdefault(term, len(numbers)) for term in analysed(word)] for word in vocabulary
    ]
    hashes, places = np.unique(
        np.array([fingerprint(term) for term in numbers], dtype=np.uint64), return_inverse=True
    )
    held = places[np.array([term for row in rows for term in row], dtype=np.int64)]
    ones = np.ones(len(held), dtype=np.float32)
    offsets = np.cumsum([0, *map(len, rows)])
    return hashes, csr_array((ones, held, offsets), (len(rows), len(hashes)))


def _hashes(terms: Iterable[str]) -> npt.NDArray[np.uint64]:
    return np.array([fingerprint(term) for term in terms], dtype=np.uint64)


def fingerprint(text: str) -> int:
    """A 64-bit hash: two of a million texts collide once in forty million cases."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
