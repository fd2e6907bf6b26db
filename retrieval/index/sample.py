"""A sample of passages on which the frequency of words is measured."""

from __future__ import annotations

import numpy as np

from retrieval.index.word_index import Gathered, Matched, Sought
from retrieval.types import Rows, Vectors

# Words whose matches are cached: a kilobyte each.
_REMEMBERED = 8192


class Sample:
    """The words of some passages, which begin at `starts` among the sentences of `words`."""

    def __init__(self, words: Gathered, starts: Rows) -> None:
        self._words = words
        self._starts = starts
        self._known: dict[str, Vectors] = {}

    def matched(self, sought: Sought) -> Matched:
        """How well each word sought is found in each passage. Raises `IndexDamaged`."""
        known = self._known
        new = [at for at, word in enumerate(sought.words) if word not in known]
        if new:
            if len(known) + len(new) > _REMEMBERED:
                self._known = known = {}
                new = list(range(len(sought.words)))
            meaning = self._pooled(self._words.meaning(sought, np.array(new, dtype=np.int64)))
            known.update((sought.words[at], row) for at, row in zip(new, meaning, strict=True))
        meaning = np.array([known[word] for word in sought.words])
        forms = self._pooled(self._words.forms(sought))
        return Matched(np.maximum(meaning, forms), self._pooled(self._words.named(sought)))

    def _pooled(self, values: Vectors) -> Vectors:
        pooled: Vectors = np.maximum.reduceat(values, self._starts, axis=1)
        return pooled
