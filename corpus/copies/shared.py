"""What two texts have in common, to the word, and whether one was made of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

from corpus.copies.shingles import SHINGLE, shingles
from corpus.copies.words import Numbers, WordRun

# Runs of equal words with at most this many words between them, on both sides, are one stretch.
EDIT_WORDS = 12
# A stretch with so many equal words that nobody spoke is no accident: the longest titles of office
# are shorter (judged on pairs of articles by different outlets, docs/evaluation.md).
STRETCH_WORDS = 18
# A shorter one counts when it holds a sentence of at least so many words, nearly whole.
SENTENCE_WORDS = 12
SENTENCE_SHARE = 0.8
# A shingle that is more often than this in one of two texts finds no runs: a refrain, a list.
REPEATS = 8
# How many stretches a run may have passed by and still join one: a phrase may be moved.
_OPEN = 8


class Run(NamedTuple):
    """Equal words: `length` from word `one` of a text and from word `other` of another."""

    one: int
    other: int
    length: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is in two bodies, with edits: `body[start:end]` of one and of the other, and how many
    words of the two are equal, in order."""

    start: int
    end: int
    other_start: int
    other_end: int
    equal: int

    def turned(self) -> Stretch:
        """The same seen from the other body."""
        return Stretch(self.other_start, self.other_end, self.start, self.end, self.equal)


def shared(one: WordRun, other: WordRun) -> tuple[Stretch, ...]:
    """The stretches that show one text to be made of the other, in the order of `one`; none if
    nothing does. Speech counts where text that nobody spoke agrees as well."""
    found = [_Chain(runs) for runs in _chains(common_runs(one.keys, other.keys))]
    telling = [chain for chain in found if chain.telling(one, other)]
    if not telling:
        return ()
    spoken = [chain for chain in found if chain.length >= STRETCH_WORDS and chain not in telling]
    made = [chain.stretch(one, other) for chain in telling + spoken]
    return tuple(sorted(made, key=lambda each: (each.start, each.other_start)))


def longest(one: WordRun, other: WordRun) -> Stretch | None:
    """The stretch with most equal words, spoken or not; the first in `one` of several."""
    found = [_Chain(runs) for runs in _chains(common_runs(one.keys, other.keys))]
    made = [chain.stretch(one, other) for chain in found]
    return max(made, key=lambda stretch: stretch.equal, default=None)


def common_runs(one: Numbers, other: Numbers) -> list[Run]:
    """Runs of `SHINGLE` or more equal words, wherever they stand; no word in two of them, longer
    runs first served. In the order of `one`."""
    at_one, at_other = _same(shingles(one), shingles(other))
    if not len(at_one):
        return []
    order = np.lexsort((at_one, at_other - at_one))
    at_one, at_other = at_one[order], at_other[order]
    breaks = np.flatnonzero((np.diff(at_one) != 1) | (np.diff(at_other) != 1)) + 1
    bounds = [0, *breaks.tolist(), len(at_one)]
    runs = [
        Run(int(at_one[first]), int(at_other[first]), last - first + SHINGLE - 1)
        for first, last in pairwise(bounds)
    ]
    runs.sort(key=lambda run: (-run.length, run.one, run.other))
    return sorted(_apart(runs, len(one), len(other)))


def _same(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """All pairs of places with the same shingle, but for those repeated too often."""
    order = np.argsort(other, kind="stable")
    left, times = _found(one, other[order])
    times[(times > REPEATS) | (_found(one, np.sort(one))[1] > REPEATS)] = 0
    ends = np.cumsum(times)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - times, times)
    return np.repeat(np.arange(len(one)), times), order[within + np.repeat(left, times)]


def _found(sought: Numbers, ordered: Numbers) -> tuple[Numbers, Numbers]:
    """For each number where it begins in an ascending array, and how often it is there."""
    left = np.searchsorted(ordered, sought, "left")
    return left, np.searchsorted(ordered, sought, "right") - left


def _apart(runs: Sequence[Run], words: int, others: int) -> list[Run]:
    """The runs that share no word with one before them."""
    taken, taken_other = bytearray(words), bytearray(others)
    kept: list[Run] = []
    for run in runs:
        one, other, length = run
        if 1 in taken[one : one + length] or 1 in taken_other[other : other + length]:
            continue
        taken[one : one + length] = taken_other[other : other + length] = b"\1" * length
        kept.append(run)
    return kept


def _chains(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs that follow each other closely in both texts."""
    made: list[list[Run]] = []
    for run in runs:
        for chain in reversed(made[-_OPEN:]):
            last = chain[-1]
            between = run.one - last.one - last.length, run.other - last.other - last.length
            if all(0 <= words <= EDIT_WORDS for words in between):
                chain.append(run)
                break
        else:
            made.append([run])
    return made


class _Chain:
    """Runs of one stretch."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs = runs
        self.length = sum(run.length for run in runs)

    def telling(self, one: WordRun, other: WordRun) -> bool:
        """Whether the stretch by itself shows that one text was made of the other."""
        silent = sum(int((~_spoken(run, one, other)).sum()) for run in self.runs)
        if silent >= STRETCH_WORDS:
            return True
        turned = [Run(run.other, run.one, run.length) for run in self.runs]
        return silent >= SENTENCE_WORDS and (
            _holds_sentence(self.runs, one) or _holds_sentence(turned, other)
        )

    def stretch(self, one: WordRun, other: WordRun) -> Stretch:
        equal = self.length
        for run, after in pairwise(self.runs):
            here = one.keys[run.one + run.length : after.one]
            there = other.keys[run.other + run.length : after.other]
            equal += LCSseq.similarity(here.tolist(), there.tolist())
        first, last = self.runs[0], self.runs[-1]
        return Stretch(
            int(one.starts[first.one]),
            int(one.ends[last.one + last.length - 1]),
            int(other.starts[first.other]),
            int(other.ends[last.other + last.length - 1]),
            equal,
        )


def _spoken(run: Run, one: WordRun, other: WordRun) -> npt.NDArray[np.bool_]:
    """Which words of a run are spoken in either text."""
    here = one.spoken[run.one : run.one + run.length]
    there = other.spoken[run.other : run.other + run.length]
    return here | there


def _holds_sentence(runs: Sequence[Run], words: WordRun) -> bool:
    """Whether the runs have nearly all of a sentence in which nobody speaks."""
    covered = np.zeros(len(words), dtype=bool)
    for run in runs:
        covered[run.one : run.one + run.length] = True
    for sentence in np.unique(words.sentences[covered]).tolist():
        inside = slice(*np.searchsorted(words.sentences, [sentence, sentence + 1]))
        length = inside.stop - inside.start
        held = int(covered[inside].sum())
        if held >= max(SENTENCE_WORDS, SENTENCE_SHARE * length) and not words.spoken[inside].any():
            return True
    return False
