"""Runs of words as numbers, and the few of them by which texts find each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from corpus.copies.words import Numbers, WordRun

# Words in a shingle.
SHINGLE = 5
# Of every so many shingles in a row the least is a fingerprint: two texts with WINDOW + SHINGLE - 1
# words in a row in common have a fingerprint in common (winnowing, Schleimer and others 2003).
WINDOW = 8

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_SPEECH = np.int64(1)
_NONE = np.iinfo(np.int64).max


def shingles(keys: Numbers) -> Numbers:
    """A number for each run of `SHINGLE` words, (n - SHINGLE + 1,) or (0,); always even."""
    words = np.ascontiguousarray(keys).view(np.uint64)
    count = max(len(words) - SHINGLE + 1, 0)
    made = np.zeros(count, dtype=np.uint64)
    for offset in range(SHINGLE):
        made = made * _FACTOR + words[offset : offset + count]
        made ^= made >> _SHIFT
    even: Numbers = (made * _FACTOR).view(np.int64) & ~_SPEECH
    return even


def fingerprints(words: WordRun) -> Numbers:
    """The fingerprints of a text, ascending, each once. Those of shingles that touch somebody's
    speech are odd, the others even: only these tell that one text was made of the other."""
    made = shingles(words.keys)
    spoken = _touching(words.spoken)
    found: Numbers = np.union1d(_least(made, ~spoken), _least(made, spoken) | _SPEECH)
    return found


def both_kinds(made: Numbers) -> Numbers:
    """These shingles as fingerprints, as if spoken and as if not, ascending."""
    found: Numbers = np.union1d(made, made | _SPEECH)
    return found


def plain(prints: Numbers) -> Numbers:
    """The fingerprints that touch no speech."""
    found: Numbers = prints[(prints & _SPEECH) == 0]
    return found


def _touching(spoken: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which shingles have a spoken word, (n - SHINGLE + 1,) or (0,)."""
    if len(spoken) < SHINGLE:
        return np.zeros(0, dtype=bool)
    found: npt.NDArray[np.bool_] = np.any(sliding_window_view(spoken, SHINGLE), axis=1)
    return found


def _least(made: Numbers, wanted: npt.NDArray[np.bool_]) -> Numbers:
    """The least shingle of every window, of those wanted."""
    if not wanted.any():
        return np.zeros(0, dtype=np.int64)
    seen = np.where(wanted, made, _NONE)
    windows = sliding_window_view(seen, min(WINDOW, len(seen)))
    least = np.unique(windows.min(axis=1))
    found: Numbers = least[least != _NONE]
    return found
