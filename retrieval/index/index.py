"""What is searched: the passages of all parts, as the dense, lexical and word channels see them.

Rows are the passages that the coverage has now, in its order, wherever they are in the parts. So an
index that grew part by part answers as one built at once would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from retrieval.index.annotations import Flags, Speaker
from retrieval.index.features import Features, Proposed, Sought, runs, told
from retrieval.index.joined import JoinedPassages, JoinedVectors, JoinedWords
from retrieval.index.lexical import LexicalIndex
from retrieval.index.part import NONE, Kept, Part, Text
from retrieval.index.sample import Sample
from retrieval.types import Channel, Embedder, Rows, Vectors

__all__ = ["Index", "Kept", "Part", "Text"]

# Passages on which the weight of a word is measured: few enough to be fast, enough to tell rare
# words from common ones.
SAMPLE = 256
_GROUP = 256
# Scatters consecutive numbers over all 64 bits, without collisions (Knuth 6.4).
_SPREADING = np.uint64(0x9E3779B97F4A7C15)


class Index:
    """`spans`, int64 (passages, 3): the first sentence of each passage, the sentence after its
    last, and the sentence that is its headline, or -1. `order` gives for each row its place among
    the concatenated passages of all parts."""

    def __init__(
        self, parts: Sequence[Part], order: Rows, aligner: Embedder, ids: Rows | None = None
    ) -> None:
        """`ids` identify the passages permanently; by default their rows do. Raises `IndexDamaged`
        if the order does not fit the parts."""
        starts = np.cumsum([0, *map(len, parts)])
        alive = np.zeros(int(starts[-1]), dtype=bool)
        if len(order) and (order.min() < 0 or order.max() >= len(alive)):
            raise IndexDamaged("the order of the passages points outside the index")
        alive[order] = True
        if alive.sum() != len(order):
            raise IndexDamaged("the order of the passages names some twice")
        self.parts = tuple(parts)
        self.order = order
        self._ids = np.arange(len(order)) if ids is None else ids
        self.aligner = aligner
        self.passages = JoinedPassages([part.passages for part in parts], order)
        self.sentences = JoinedVectors([part.sentences for part in parts])
        self.lexical = LexicalIndex([part.lexical for part in parts], order)
        self.words = JoinedWords(
            [part.words for part in parts],
            [
                None if left.all() else part.told(np.flatnonzero(left))
                for part, left in zip(parts, np.split(alive, starts[1:-1]), strict=True)
            ],
        )
        self.spans = _spans(parts)[order]
        self._sentences = np.cumsum([0, *(len(part.sentences) for part in parts)])

    @classmethod
    def build(
        cls,
        articles: Iterable[Text | Kept],
        embedder: Embedder,
        aligner: Embedder,
        step: Callable[[int], None] = lambda done: None,
    ) -> Index:
        """An index of one part, see `Part.build`."""
        part = Part.build(articles, embedder, aligner, step)
        return cls([part], np.arange(len(part)), aligner)

    def __len__(self) -> int:
        """The number of passages."""
        return len(self.spans)

    def runs(self, rows: Rows) -> tuple[Rows, Rows]:
        """The sentences of these passages, concatenated, and where each passage begins."""
        return runs(self.spans[rows])

    def propose(self, sought: Sought, allowed: Rows | None = None) -> Proposed:
        """The passages that the channels propose; see `SearchIndex`."""
        shares = self.lexical.shares(sought.terms)
        bridged = self.lexical.shares(sought.names)
        found = [np.zeros(0, dtype=np.int64)]
        if sought.channel is not Channel.LEXICAL:
            found.append(self.passages.search(sought.vector, sought.count, allowed)[0])
        if sought.channel is not Channel.DENSE:
            found += [best(each, sought.count, allowed) for each in (shares, bridged)]
        rows = np.unique(np.concatenate(found))
        return Proposed(rows, shares[rows], bridged[rows])

    def features(self, rows: Rows) -> Features:
        """The features of these passages, given in ascending order. Raises `IndexDamaged`."""
        spans = self.spans[rows]
        numbers = told(spans)
        return Features(
            rows,
            spans,
            self.passages.vectors(rows),
            numbers,
            self.sentences.vectors(numbers),
            self.words.gather(numbers),
            self.flags(numbers),
        )

    def spans_of(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The spans of these passages."""
        return self.spans[rows]

    def flags(self, sentences: Rows) -> Flags | None:
        """The flags of these sentences; `None` if a part has no annotations."""
        made = np.zeros(len(sentences), dtype=np.uint32)
        for part, here, own in self._own(sentences):
            if part.annotations is None:
                return None
            made[here] = part.annotations.flags[own]
        return made

    def speakers(self, sentence: int) -> list[Speaker] | None:
        """The speakers of a sentence; `None` if its part has no annotations. Raises
        `IndexDamaged`."""
        number = int(np.searchsorted(self._sentences, sentence, side="right")) - 1
        annotations = self.parts[number].annotations
        if annotations is None:
            return None
        return annotations.speakers(sentence - int(self._sentences[number]))

    def _own(self, sentences: Rows) -> Iterator[tuple[Part, Rows, Rows]]:
        """Each part with some of the sentences: which of them, and their numbers in the part."""
        for part, first in zip(self.parts, self._sentences[:-1].tolist(), strict=True):
            here = np.flatnonzero((sentences >= first) & (sentences < first + len(part.sentences)))
            if len(here):
                yield part, here, sentences[here] - first

    @cached_property
    def sample(self) -> Sample:
        """Passages selected by id, so that few change when the index grows."""
        rows = np.sort(np.argsort(spread(self._ids))[:SAMPLE])
        sentences, starts = self.runs(rows)
        return Sample(self.words.gather(sentences), starts)


def spread(ids: Rows) -> npt.NDArray[np.uint64]:
    """The ids, scattered as if at random."""
    return ids.astype(np.uint64) * _SPREADING


def best(shares: Vectors, proposed: int, allowed: Rows | None) -> Rows:
    """The rows with the largest shares above 0, at most `proposed`; ties are ordered by row."""
    candidates = shares if allowed is None else shares[allowed]
    least = _floor(candidates, proposed)
    best = np.flatnonzero(candidates >= least if least > 0 else candidates > 0)
    best = best[np.argsort(-candidates[best], kind="stable")[:proposed]]
    return best if allowed is None else allowed[best]


def _floor(shares: Vectors, wanted: int) -> float:
    """A share that at least `wanted` rows reach and few exceed, taken from the largest share of
    each group of rows. Much faster than sorting or partitioning all of them, and with rows of a
    group far apart much faster than with neighbours."""
    groups = len(shares) // _GROUP
    if groups < wanted:
        return 0.0
    largest = shares[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
    return float(np.partition(largest, groups - wanted)[groups - wanted])


def _spans(parts: Sequence[Part]) -> npt.NDArray[np.int64]:
    """The spans of all parts, with sentences numbered across parts."""
    starts = np.cumsum([0, *(len(part.sentences) for part in parts)]).tolist()
    return np.concatenate(
        [
            np.where(part.spans == NONE, NONE, part.spans + first)
            for part, first in zip(parts, starts, strict=False)
        ]
    )
