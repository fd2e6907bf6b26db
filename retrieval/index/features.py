"""What ranking asks of an index, however it is stored: what is proposed for a question, and what is
known of the passages proposed.

`SearchIndex` is the seam between the ranking and an index: rows and numbers are its own, and mean
nothing outside it. `Indexed` is an index in service, with the passages of the coverage that its
rows stand for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from retrieval.index import arrays
from retrieval.index.annotations import Flags, Speaker
from retrieval.index.sample import Sample
from retrieval.index.word_index import Gathered, Hashes
from retrieval.types import Channel, Embedder, Rows, Vectors

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sought:
    """What passages are proposed for: the unit vector of a question, float32 (dimensions,), its
    terms, and the terms of other names for what it names; `count` passages a channel."""

    vector: Vectors
    terms: Sequence[str]
    names: Sequence[str]
    channel: Channel
    count: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """The rows of n passages, ascending, and the share that each has of the terms and of the names
    sought, float32 (n,)."""

    rows: Rows
    terms: Vectors
    names: Vectors


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of n passages and of their m sentences, headlines among them.

    `rows` are ascending; `spans`, int64 (n, 3), as in `Part`; `vectors`, float32 (n, dimensions);
    the `numbers` of the sentences are ascending, those of an article in a row; `sentences`, float32
    (m, dimensions), are their vectors, `words` their words, and `flags` theirs, or none if they
    were not annotated.
    """

    rows: Rows
    spans: npt.NDArray[np.int64]
    vectors: Vectors
    numbers: Rows
    sentences: Vectors
    words: Gathered
    flags: Flags | None

    def spans_of(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The spans of some of the passages."""
        found: npt.NDArray[np.int64] = self.spans[np.searchsorted(self.rows, rows)]
        return found

    def runs(self) -> tuple[Rows, Rows]:
        """The sentences of the passages one after the other, and where each passage begins."""
        return runs(self.spans)

    def headlines(self) -> Rows:
        """The headlines of the passages, each once."""
        return headlines(self.spans)


def runs(spans: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
    """The sentences of passages one after the other, and where each passage begins."""
    sentences, starts = arrays.places(spans[:, 0], spans[:, 1])
    return sentences, starts[:-1]


def headlines(spans: npt.NDArray[np.int64]) -> Rows:
    """The headlines of passages, each once."""
    found = spans[:, 2]
    return np.unique(found[found >= 0])


def told(spans: npt.NDArray[np.int64]) -> Rows:
    """The sentences and headlines of passages, each once."""
    return np.unique(np.concatenate([runs(spans)[0], headlines(spans)]))


class Terms(Protocol):
    """Which passages and words have which terms, as `LexicalIndex` says."""

    def rarities(self, terms: Iterable[str]) -> list[float]: ...

    def carriers(self, groups: Sequence[Sequence[str]]) -> list[Rows]: ...

    def carriers_of_most(self, asked: Iterable[str], least: float) -> Rows: ...

    def spelled(self, wanted: Sequence[str], words: Rows) -> Mask: ...


class Vocabulary(Protocol):
    """The words of the coverage, as `JoinedWords` says."""

    @property
    def scripts(self) -> frozenset[str]: ...

    def spellings(self, numbers: Rows) -> list[str]: ...

    def names(self, words: Sequence[str]) -> list[Rows]: ...

    def holds(self, stems: Hashes) -> npt.NDArray[np.bool_]: ...


class SearchIndex(Protocol):
    """An index as it is searched. Every method raises `IndexDamaged`."""

    @property
    def aligner(self) -> Embedder: ...

    @property
    def lexical(self) -> Terms: ...

    @property
    def words(self) -> Vocabulary: ...

    @property
    def sample(self) -> Sample: ...

    def __len__(self) -> int:
        """How many passages there are."""

    def propose(self, sought: Sought, allowed: Rows | None = None) -> Proposed:
        """The passages that the channels propose, at least `sought.count` of them where there are
        as many with anything in common; of the `allowed` rows, ascending, if these are given."""

    def features(self, rows: Rows) -> Features:
        """What is known of these passages, given in ascending order."""

    def spans_of(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The spans of these passages, int64 (n, 3), as in `Part`; all -1 of one that is not
        there."""

    def speakers(self, sentence: int) -> list[Speaker] | None:
        """Who speaks in a sentence; none if it was not annotated."""


class Service(Protocol):
    """What is in service, which may change."""

    def current(self) -> Indexed:
        """Raises `IndexMissing` or `IndexDamaged`."""


class Indexed(Protocol):
    """An index in service and the ids of the passages that its rows stand for."""

    @property
    def name(self) -> str: ...

    @property
    def index(self) -> SearchIndex: ...

    @property
    def newest(self) -> int:
        """The largest id; 0 if there is none."""

    def __len__(self) -> int:
        """How many passages there are."""

    def ids(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The ids of the passages of these rows."""

    def rows(self, ids: npt.NDArray[np.int64]) -> Rows:
        """The rows of these ids; ids that are not indexed are left out."""

    def after(self, since: int) -> npt.NDArray[np.int64]:
        """The ids above `since`, ascending."""
