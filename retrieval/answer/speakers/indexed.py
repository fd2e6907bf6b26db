"""Who speaks in a sentence, as the index knows it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from corpus.errors import IndexDamaged
from corpus.store import Coverage
from corpus.types import Article
from retrieval.answer.speakers.attribution import speakers
from retrieval.index.annotations import DAMAGED, Speaker
from retrieval.index.features import Indexed


class IndexedSpeakers:
    """Who speaks in the sentences of articles, read in the index; worked out from the text for an
    article, or a text of it, that the index does not have. Raises `IndexDamaged`."""

    def __init__(self, generation: Indexed, coverage: Coverage) -> None:
        self._generation = generation
        self._coverage = coverage
        self._firsts: dict[str, int | None] = {}

    def __call__(self, article: Article, number: int) -> Sequence[Speaker]:
        if article.id not in self._firsts:
            self._firsts[article.id] = self._first(article)
        first = self._firsts[article.id]
        if first is None or number >= len(article.running):
            return speakers(article, number)
        known = self._generation.index.speakers(first + number)
        if known is None:
            return speakers(article, number)
        sentence = article.sentences[number]
        if any(each.end > sentence.end - sentence.start for each in known):
            raise IndexDamaged(DAMAGED)
        return known

    def _first(self, article: Article) -> int | None:
        """The number in the index of the first sentence of an article."""
        passage = self._coverage.first_passage(article.id, article.version)
        if passage is None:
            return None
        rows = self._generation.rows(np.array([passage.id], dtype=np.int64))
        if not len(rows):
            return None
        before = bisect_left(article.sentences, passage.start, key=attrgetter("start"))
        first = int(self._generation.index.spans_of(rows)[0, 0])
        return first - before if first >= 0 else None
