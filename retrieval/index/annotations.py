"""What is known about each sentence independently of questions, computed when its part is built.

The build of a part is given a function that annotates, because speakers and figures are layers
above the index. A part built without one has no annotations; they are then computed when a question
needs them. The files of a folder:

flags named offsets
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import IntFlag
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from corpus.types import Article
from retrieval.index import arrays
from retrieval.types import Rows, SaidKind

Flags = npt.NDArray[np.uint32]
KINDS = tuple(SaidKind)
DAMAGED = "the annotations of the index do not fit it: `pullquote index --rebuild`"


class Flag(IntFlag):
    """What a sentence is or contains. Bits from the ninth on are counts, packed by the
    annotator."""

    ASKS = 1
    NUMBER = 2
    TIME = 4
    QUOTES = 8
    DIGITS = 16


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody named as a speaker in a sentence; the span is in code points of the sentence."""

    start: int
    end: int
    kind: SaidKind


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is known about a sentence."""

    flags: Flag
    speakers: tuple[Speaker, ...] = ()


class Annotations:
    """The annotations of m sentences: `flags`, uint32 (m,), and the speakers. Those of sentence i
    are at `offsets[i]` to `offsets[i + 1]` of `named`, int32 (n, 3): start, end and kind."""

    def __init__(
        self, flags: Flags, named: npt.NDArray[np.int32] | arrays.Filed, offsets: Rows
    ) -> None:
        self.flags = flags
        self._named = named
        self._offsets = offsets

    @classmethod
    def of(cls, sentences: Sequence[Annotation]) -> Annotations:
        named = [
            (each.start, each.end, KINDS.index(each.kind))
            for sentence in sentences
            for each in sentence.speakers
        ]
        return cls(
            np.array([int(each.flags) for each in sentences], dtype=np.uint32),
            np.array(named, dtype=np.int32).reshape(-1, 3),
            np.array([0, *accumulate(len(each.speakers) for each in sentences)], dtype=np.int64),
        )

    @classmethod
    def joined(cls, parts: Sequence[Annotations]) -> Annotations:
        """All of these, concatenated."""
        lengths = np.concatenate([np.diff(part._offsets) for part in parts])
        return cls(
            np.concatenate([part.flags for part in parts]),
            np.concatenate([part._named[:] for part in parts]),
            np.concatenate([[0], np.cumsum(lengths)]),
        )

    def save(self, folder: Path) -> None:
        folder.mkdir()
        arrays.write(folder / "flags", self.flags)
        arrays.write(folder / "named", self._named[:])
        arrays.write(folder / "offsets", self._offsets)

    @classmethod
    def open(cls, folder: Path, sentences: int) -> Annotations:
        """Open stored annotations of this many sentences. Raises `IndexDamaged`."""
        opened = cls(
            arrays.read(folder / "flags", np.uint32),
            arrays.Filed(folder / "named", np.int32, 3),
            arrays.read(folder / "offsets", np.int64),
        )
        if not (
            len(opened) == len(opened._offsets) - 1 == sentences
            and opened._offsets[0] == 0
            and opened._offsets[-1] == len(opened._named)
        ):
            raise IndexDamaged(f"the annotations in {folder} do not fit their manifest")
        return opened

    def __len__(self) -> int:
        """The number of sentences."""
        return len(self.flags)

    def between(self, first: int, last: int) -> Annotations:
        """The annotations of consecutive sentences."""
        offsets = self._offsets[first : last + 1]
        named = self._named[int(offsets[0]) : int(offsets[-1])]
        return Annotations(self.flags[first:last], named, offsets - offsets[0])

    def named(self, sentence: int) -> npt.NDArray[np.int32]:
        """The speakers of a sentence, as stored. Raises `IndexDamaged`."""
        first, last = self._offsets[sentence : sentence + 2].tolist()
        if not 0 <= first <= last <= len(self._named):
            raise IndexDamaged(DAMAGED)
        found: npt.NDArray[np.int32] = self._named[first:last]
        return found

    def speakers(self, sentence: int) -> list[Speaker]:
        """The speakers of a sentence. Raises `IndexDamaged`."""
        return speakers_of(self.named(sentence))


def speakers_of(named: npt.NDArray[np.int32]) -> list[Speaker]:
    """The speakers of a sentence, int32 (n, 3). Raises `IndexDamaged`."""
    found = named.tolist()
    if any(not 0 <= start < end or not 0 <= kind < len(KINDS) for start, end, kind in found):
        raise IndexDamaged(DAMAGED)
    return [Speaker(start, end, KINDS[kind]) for start, end, kind in found]


# Starts to annotate articles, and returns what waits for the annotations of all their sentences,
# headlines included.
Annotate = Callable[[Sequence[Article]], Callable[[], Annotations]]
# The same for this many passages, as a context.
Annotating = Callable[[int], AbstractContextManager[Annotate]]
