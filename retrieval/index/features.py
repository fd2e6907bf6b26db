"""What ranking asks of an index, however it is stored: proposals for a question, and the features
of the proposed passages.

`SearchIndex` is the interface between ranking and index. Its rows and numbers have no meaning
outside. `Indexed` is an index in service, with the passages of the coverage for its rows.
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
    """What to propose passages for: the unit vector of a question, float32 (dimensions,), its
    terms, and the terms of other names in it; `count` passages for each channel."""

    vector: Vectors
    terms: Sequence[str]
    names: Sequence[str]
    channel: Channel
    count: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """The rows of n passages, ascending, and their shares of the terms and of the names sought,
    float32 (n,)."""

    rows: Rows
    terms: Vectors
    names: Vectors


@dataclass(frozen=True, slots=True)
class Features:
    """Features of n passages and of their m sentences, headlines included.

    `rows` are ascending; `spans`, int64 (n, 3), as in `Part`; `vectors`, float32 (n, dimensions).
    The `numbers` of the sentences are ascending, those of an article consecutive; `sentences`,
    float32 (m, dimensions), are their vectors, `words` their words, and `flags` their flags, or
    `None` if they were not annotated.
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
        """The sentences of the passages, concatenated, and where each passage begins."""
        return runs(self.spans)

    def headlines(self) -> Rows:
        """The headlines of the passages, without repetitions."""
        return headlines(self.spans)


def runs(spans: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
    """The sentences of passages, concatenated, and where each passage begins."""
    sentences, starts = arrays.places(spans[:, 0], spans[:, 1])
    return sentences, starts[:-1]


def headlines(spans: npt.NDArray[np.int64]) -> Rows:
    """The headlines of passages, without repetitions."""
    found = spans[:, 2]
    return np.unique(found[found >= 0])


def told(spans: npt.NDArray[np.int64]) -> Rows:
    """The sentences and headlines of passages, without repetitions."""
    return np.unique(np.concatenate([runs(spans)[0], headlines(spans)]))


class Terms(Protocol):
    """Which passages and words have which terms, as in `LexicalIndex`."""

    def rarities(self, terms: Iterable[str]) -> list[float]: ...

    def carriers(self, groups: Sequence[Sequence[str]]) -> list[Rows]: ...

    def carriers_of_most(self, asked: Iterable[str], least: float) -> Rows: ...

    def spelled(self, wanted: Sequence[str], words: Rows) -> Mask: ...


class Vocabulary(Protocol):
    """The words of the coverage, as in `JoinedWords`."""

    @property
    def scripts(self) -> frozenset[str]: ...

    def spellings(self, numbers: Rows) -> list[str]: ...

    def names(self, words: Sequence[str]) -> list[Rows]: ...

    def holds(self, stems: Hashes) -> npt.NDArray[np.bool_]: ...


class SearchIndex(Protocol):
    """An index that can be searched. Every method raises `IndexDamaged`."""

    @property
    def aligner(self) -> Embedder: ...

    @property
    def lexical(self) -> Terms: ...

    @property
    def words(self) -> Vocabulary: ...

    @property
    def sample(self) -> Sample: ...

    def __len__(self) -> int:
        """The number of passages."""

    def propose(self, sought: Sought, allowed: Rows | None = None) -> Proposed:
        """The passages that the channels propose: at least `sought.count` of them, if that many
        have anything in common with it. With `allowed`, ascending, only these rows."""

    def features(self, rows: Rows) -> Features:
        """The features of these passages, given in ascending order."""

    def spans_of(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The spans of these passages, int64 (n, 3), as in `Part`; all -1 for one that does not
        exist."""

    def speakers(self, sentence: int) -> list[Speaker] | None:
        """The speakers of a sentence; `None` if it was not annotated."""


class Service(Protocol):
    """The index in service, which may change."""

    def current(self) -> Indexed:
        """Raises `IndexMissing` or `IndexDamaged`."""


class Indexed(Protocol):
    """An index in service, and the ids of the passages for its rows."""

    @property
    def name(self) -> str: ...

    @property
    def index(self) -> SearchIndex: ...

    @property
    def newest(self) -> int:
        """The largest id; 0 if there is none."""

    def __len__(self) -> int:
        """The number of passages."""

    def ids(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The ids of the passages of these rows."""

    def rows(self, ids: npt.NDArray[np.int64]) -> Rows:
        """The rows of these ids; ids that are not indexed are left out."""

    def after(self, since: int) -> npt.NDArray[np.int64]:
        """The ids above `since`, ascending."""
