"""The parts of an index, searched as one.

Rows are what is searched, in the order of the coverage: row i is at the place `order[i]` among the
concatenated passages of all parts. A passage that has left the coverage has a place and no row.
Sentences and words are numbered across all parts; a word may have a number in several parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from corpus.language.name_keys import SCRIPTS
from retrieval.index import arrays
from retrieval.index.dense import DenseIndex
from retrieval.index.word_index import Gathered, Hashes, WordIndex
from retrieval.models.vectors import widened
from retrieval.types import Rows, Vectors

Mask = npt.NDArray[np.bool_]


class JoinedVectors:
    """The vectors of all parts, numbered across parts."""

    def __init__(self, parts: Sequence[DenseIndex]) -> None:
        self._parts = parts
        self._starts = starts_of(parts)

    def __len__(self) -> int:
        return int(self._starts[-1])

    def vectors(self, numbers: Rows) -> Vectors:
        """The vectors of these numbers, float32. Raises `IndexDamaged`."""
        if len(self._parts) == 1:
            return self._parts[0].vectors(numbers)
        found = [part.vectors(own) for part, _, own in self._own(numbers)]
        made: Vectors = np.empty((len(numbers), found[0].shape[1]), dtype=np.float32)
        for (_, here, _), vectors in zip(self._own(numbers), found, strict=True):
            made[here] = vectors
        return made

    def cosines(self, query: Vectors, numbers: Rows) -> Vectors:
        """The cosines of one query with the vectors of these numbers. Raises `IndexDamaged`."""
        cosines: Vectors = np.dot(self.vectors(numbers), query)
        return cosines

    def _own(self, numbers: Rows) -> Iterator[tuple[DenseIndex, Rows, Rows]]:
        """Each part, which of the numbers are its own, and their numbers in the part."""
        for part, (first, last) in zip(self._parts, pairwise(self._starts.tolist()), strict=True):
            here = np.flatnonzero((numbers >= first) & (numbers < last))
            yield part, here, numbers[here] - first


class JoinedPassages:
    """The vectors of the passages that have a row."""

    def __init__(self, parts: Sequence[DenseIndex], order: Rows) -> None:
        self._parts = parts
        self._starts = starts_of(parts)
        self._vectors = JoinedVectors(parts)
        self._order = order
        self._rows = np.full(int(self._starts[-1]), -1)
        self._rows[order] = np.arange(len(order))
        # the remaining places in parts that have lost some
        self._left = [
            None if (rows >= 0).all() else np.flatnonzero(rows >= 0)
            for rows in np.split(self._rows, self._starts[1:-1])
        ]

    def __len__(self) -> int:
        return len(self._order)

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of these rows, float32. Raises `IndexDamaged`."""
        return self._vectors.vectors(self._order[rows])

    def cosines(self, query: Vectors, rows: Rows) -> Vectors:
        """The cosines of one query with the vectors of these rows. Raises `IndexDamaged`."""
        return self._vectors.cosines(query, self._order[rows])

    def search(self, query: Vectors, k: int, allowed: Rows | None = None) -> tuple[Rows, Vectors]:
        """The rows nearest to one query, float32 (dimensions,), and their cosines, best first, ties
        by row. With `allowed`, only these rows are searched. Raises `IndexDamaged`."""
        wanted = min(k, len(self) if allowed is None else len(allowed))
        places = None if allowed is None else np.sort(self._order[allowed])
        asked = wanted
        while True:
            # one more than wanted, to see whether the last one has equals that were left out
            asked += 1
            rows, scores, unseen = self._nearest(query, asked, places)
            order = np.lexsort((rows, -scores))[:wanted]
            if not wanted or len(order) < wanted or unseen < scores[order[-1]]:
                return rows[order], scores[order]
            asked *= 2

    def _nearest(self, query: Vectors, k: int, places: Rows | None) -> tuple[Rows, Vectors, float]:
        """The nearest `k` of every part, and a cosine that no other vector exceeds."""
        found, scores = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.float32)]
        unseen = -np.inf
        bounds = self._starts.tolist()
        for part, left, (first, last) in zip(
            self._parts, self._left, pairwise(bounds), strict=True
        ):
            if places is not None:
                left = (
                    places[np.searchsorted(places, first) : np.searchsorted(places, last)] - first
                )
                if not len(left):
                    continue
            nearest, cosines = part.search(query, k, left)
            if len(nearest) == k < (len(part) if left is None else len(left)):
                unseen = max(unseen, float(cosines[-1]))
            found.append(self._rows[nearest + first])
            scores.append(cosines)
        return np.concatenate(found), np.concatenate(scores), unseen


class JoinedWords:
    """The words of all sentences, in order. If `told` is given for a part, only the words of those
    sentences are found as names or by stems: the others belong to passages that have left."""

    def __init__(self, parts: Sequence[WordIndex], told: Sequence[Rows | None]) -> None:
        self._parts = parts
        self._told = told
        self._starts = starts_of(parts)
        self._used: dict[int, Mask] = {}

    def __len__(self) -> int:
        """The number of words, counted for each part separately."""
        return int(self._starts[-1])

    def word(self, number: int) -> str:
        part = int(np.searchsorted(self._starts, number, side="right")) - 1
        return self._parts[part].word(number - int(self._starts[part]))

    def spellings(self, numbers: Rows) -> list[str]:
        """These words as they are spelled."""
        return [self.word(number) for number in numbers.tolist()]

    def names(self, words: Sequence[str]) -> list[Rows]:
        """For each of these words, the result of `named`."""
        return [self.named(word) for word in words]

    def named(self, word: str) -> Rows:
        """The numbers of the words in other scripts that share a key with a normalised word.
        Raises `IndexDamaged`."""
        found = [np.zeros(0, dtype=np.int64)]
        for number, (part, told) in enumerate(zip(self._parts, self._told, strict=True)):
            own = part.named(word)
            if told is not None and len(own):
                own = own[self._living(number, part, told)[own]]
            found.append(own + self._starts[number])
        return np.concatenate(found)

    def holds(self, stems: Hashes) -> Mask:
        """Whether any word has each of these hashes of stems. Raises `IndexDamaged`."""
        found = np.zeros(len(stems), dtype=bool)
        for number, (part, told) in enumerate(zip(self._parts, self._told, strict=True)):
            own = part.stems
            if told is not None:
                own = own[self._living(number, part, told)]
            found |= np.isin(stems, own)
        return found

    def _living(self, number: int, part: WordIndex, told: Rows) -> Mask:
        """Which words of a part occur in these of its sentences."""
        if number not in self._used:
            self._used[number] = part.used(told)
        return self._used[number]

    @cached_property
    def scripts(self) -> frozenset[str]:
        """The scripts of at least one word in a hundred."""
        counted = np.sum(
            [np.bincount(part.scripts, minlength=len(SCRIPTS)) for part in self._parts], axis=0
        )
        least = counted.sum() / 100
        return frozenset(
            name for name, count in zip(SCRIPTS, counted.tolist(), strict=False) if count > least
        )

    def gather(self, sentences: Rows) -> Gathered:
        """The words of these sentences. Raises `IndexDamaged`."""
        return gather(self._parts, sentences)


def gather(parts: Sequence[WordIndex], sentences: Rows) -> Gathered:
    """The words of these sentences in several indexes, whose sentences and words are numbered
    consecutively. Raises `IndexDamaged`."""
    starts = np.cumsum([0, *(part.sentences for part in parts)]).tolist()
    firsts = np.cumsum([0, *map(len, parts)])
    lengths = np.zeros(len(sentences), dtype=np.int64)
    read = []
    for part, first, (start, end) in zip(parts, firsts.tolist(), pairwise(starts), strict=False):
        here = np.flatnonzero((sentences >= start) & (sentences < end))
        found, lengths[here] = part.held(sentences[here] - start)
        read.append((here, found + np.int64(first)))
    begins = np.cumsum(lengths) - lengths
    held = np.zeros(int(lengths.sum()), dtype=np.int64)
    for here, numbered in read:
        held[arrays.places(begins[here], (begins + lengths)[here])[0]] = numbered
    seen = np.zeros(int(firsts[-1]), dtype=bool)
    seen[held] = True
    numbers = np.flatnonzero(seen)
    place = np.empty(len(seen), dtype=np.int64)
    place[numbers] = np.arange(len(numbers))
    own = np.split(numbers, np.searchsorted(numbers, firsts[1:-1]))
    own = [each - first for each, first in zip(own, firsts.tolist(), strict=False)]
    return Gathered(
        numbers,
        np.concatenate(
            [widened(part.vectors[each]) for part, each in zip(parts, own, strict=True)]
        ),
        np.concatenate([part.stems[each] for part, each in zip(parts, own, strict=True)]),
        place[held],
        begins,
        lengths > 0,
    )


def starts_of(parts: Sequence[DenseIndex] | Sequence[WordIndex]) -> Rows:
    """Where the numbers of each part begin; the last entry is the end of all."""
    return np.cumsum([0, *map(len, parts)], dtype=np.int64)
