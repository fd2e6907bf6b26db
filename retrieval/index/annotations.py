"""What is known of each sentence by itself, whatever is asked: worked out when its part is made.

A part is annotated by a function that is handed to its build, because what annotates (speakers,
figures) is above the index. A part made without one has no annotations; what is needed of it is
then worked out when a question needs it. The files of a folder:

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
    """What a sentence is or has. The bits from the ninth on are counts, packed by the annotator."""

    ASKS = 1
    NUMBER = 2
    TIME = 4
    QUOTES = 8
    DIGITS = 16


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is named as saying something in a sentence, from and to, in code points of it."""

    start: int
    end: int
    kind: SaidKind


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is known of a sentence."""

    flags: Flag
    speakers: tuple[Speaker, ...] = ()


class Annotations:
    """The annotations of m sentences: `flags`, uint32 (m,), and who speaks in each: those of
    sentence i are at `offsets[i]` to `offsets[i + 1]` of `named`, int32 (n, 3): start, end and
    kind."""

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
        """All of these, one after the other."""
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
        """Open saved annotations of so many sentences. Raises `IndexDamaged`."""
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
        """How many sentences there are."""
        return len(self.flags)

    def between(self, first: int, last: int) -> Annotations:
        """Those of some sentences in a row."""
        offsets = self._offsets[first : last + 1]
        named = self._named[int(offsets[0]) : int(offsets[-1])]
        return Annotations(self.flags[first:last], named, offsets - offsets[0])

    def named(self, sentence: int) -> npt.NDArray[np.int32]:
        """Who speaks in a sentence, as it is stored. Raises `IndexDamaged`."""
        first, last = self._offsets[sentence : sentence + 2].tolist()
        if not 0 <= first <= last <= len(self._named):
            raise IndexDamaged(DAMAGED)
        found: npt.NDArray[np.int32] = self._named[first:last]
        return found

    def speakers(self, sentence: int) -> list[Speaker]:
        """Who speaks in a sentence. Raises `IndexDamaged`."""
        return speakers_of(self.named(sentence))


def speakers_of(named: npt.NDArray[np.int32]) -> list[Speaker]:
    """The speakers of a sentence, int32 (n, 3). Raises `IndexDamaged`."""
    found = named.tolist()
    if any(not 0 <= start < end or not 0 <= kind < len(KINDS) for start, end, kind in found):
        raise IndexDamaged(DAMAGED)
    return [Speaker(start, end, KINDS[kind]) for start, end, kind in found]


# Begins to annotate articles, and gives what waits for the annotations of all their sentences, of
# which a headline is one.
Annotate = Callable[[Sequence[Article]], Callable[[], Annotations]]
# The same for so many passages, while it is needed.
Annotating = Callable[[int], AbstractContextManager[Annotate]]
