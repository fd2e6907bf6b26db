"""Word translations learned from sentence pairs: IBM model 1 (Brown et al., 1993), both ways."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Pair = tuple[list[str], list[str]]
Table = dict[str, dict[str, float]]
Numbers = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]

_ROUNDS = 6


def aligned(pairs: Sequence[Pair], least: float, seen: float = 2.0) -> Table:
    """For each word on the left its translations on the right, with their weights.

    A weight is the geometric mean of the two directions' probabilities; translations below
    `least`, or expected in fewer than `seen` sentences, are left out.
    """
    if not pairs:
        return {}
    left, lefts = _numbered([one for one, _ in pairs])
    right, rights = _numbered([other for _, other in pairs])
    sentence, ones, others = _cells(left, right)
    keys, cell = np.unique(ones * len(rights) + others, return_inverse=True)
    a, b = keys // len(rights), keys % len(rights)
    forward, expected = _probabilities(cell, a, sentence * len(rights) + others)
    backward, _ = _probabilities(cell, b, sentence * len(lefts) + ones)
    weight = np.sqrt(forward * backward)
    found: Table = {}
    for row in np.flatnonzero((weight >= least) & (expected >= seen)):
        found.setdefault(lefts[a[row]], {})[rights[b[row]]] = float(weight[row])
    return found


def _numbered(sentences: Sequence[list[str]]) -> tuple[list[Numbers], list[str]]:
    numbers: dict[str, int] = {}
    rows = [
        np.array(sorted({numbers.setdefault(word, len(numbers)) for word in words}), dtype=np.int64)
        for words in sentences
    ]
    return rows, list(numbers)


def _cells(left: list[Numbers], right: list[Numbers]) -> tuple[Numbers, Numbers, Numbers]:
    """Every word pair of every sentence pair: its sentence, its left and its right word."""
    sizes = np.array([len(one) * len(other) for one, other in zip(left, right, strict=True)])
    ones = [np.repeat(one, len(other)) for one, other in zip(left, right, strict=True)]
    others = [np.tile(other, len(one)) for one, other in zip(left, right, strict=True)]
    return np.repeat(np.arange(len(sizes)), sizes), np.concatenate(ones), np.concatenate(others)


def _probabilities(cell: Numbers, source: Numbers, place: Numbers) -> tuple[Weights, Weights]:
    """P(target word | source word) and the expected counts, by expectation maximisation.

    `cell` numbers the word pair of each occurrence, `source` the source word of each pair,
    `place` the occurrence of a target word that the source words of its sentence share.
    """
    _, place = np.unique(place, return_inverse=True)
    chance: Weights = np.ones(len(source))
    counts = chance
    for _ in range(_ROUNDS):
        mass = chance[cell]
        share = mass / np.bincount(place, mass)[place]
        counts = np.bincount(cell, share, len(source)).astype(np.float64)
        chance = counts / np.maximum(np.bincount(source, counts)[source], 1e-12)
    return chance, counts
