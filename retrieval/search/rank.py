"""From passages to a ranking: every channel proposes, then all proposed passages are scored by all.

The score is a weighted mean of four numbers between 0 and 1: the cosine, the lexical share, the
share of the question's words found by form or meaning, and the share found by name across scripts.
Each means the same for every question, language and corpus size, so a channel that finds nothing
(another script) adds nothing. Cosine and words count half for the passage and half for its best
window of one or two sentences. The headline's words count a little for the passage.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from retrieval.index.analyse import terms
from retrieval.index.features import Features, SearchIndex, Sought
from retrieval.index.word_index import Gathered, Matched
from retrieval.question.understand import Question
from retrieval.types import Channel, Rows, Vectors

# Passages each channel proposes.
PROPOSED = 60
# After the development sets (docs/evaluation.md): flat around these values.
DENSE = 0.21
LEXICAL = 0.33
WORDS = 0.35
NAMES = 0.11
# How far a word found in the headline only counts as found in the passage.
HEADLINE = 0.5
# Scores nearer than this are equal: how a product of vectors is rounded depends on what else is
# multiplied with them.
_EQUAL = 2e-6


@dataclass(frozen=True, slots=True)
class SentenceMatches:
    """What a question finds in each of m sentences, headlines among them: what the index knows of
    them and of their passages, how well the words sought are found, and the cosines, float32
    (m,)."""

    features: Features
    matched: Matched
    cosines: Vectors

    @property
    def numbers(self) -> Rows:
        """The numbers of the sentences, ascending."""
        return self.features.numbers

    @property
    def words(self) -> Gathered:
        return self.features.words

    def at(self, numbers: Rows) -> Rows:
        """The places of sentences, all of which must be here."""
        return np.searchsorted(self.numbers, numbers)

    def without(self, numbers: Collection[int]) -> SentenceMatches:
        """The same as if nothing was found in some of the sentences."""
        if not numbers:
            return self
        gone = np.isin(self.numbers, list(numbers))
        meaning, name = (
            np.where(gone, np.float32(0), each)
            for each in (self.matched.meaning, self.matched.name)
        )
        cosines = np.where(gone, np.float32(0), self.cosines)
        return replace(self, matched=Matched(meaning, name), cosines=cosines)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages, best first, ties by row: each with its score and what it is made of, float32; and
    what their sentences are made of."""

    rows: Rows
    scores: Vectors
    dense: Vectors
    lexical: Vectors
    words: Vectors
    names: Vectors
    sentences: SentenceMatches

    def of(self, kept: npt.NDArray[np.bool_]) -> Ranking:
        """Those passages of it that are `kept`, in their order."""
        return Ranking(
            self.rows[kept],
            self.scores[kept],
            self.dense[kept],
            self.lexical[kept],
            self.words[kept],
            self.names[kept],
            self.sentences,
        )


def rank(
    asked: Question,
    index: SearchIndex,
    allowed: Rows | None = None,
    *,
    channel: Channel = Channel.HYBRID,
    proposed: int = PROPOSED,
) -> Ranking:
    """The passages that the channels propose for a question, at least `proposed` of them where
    there are as many with anything in common; of the `allowed` rows, if these are given."""
    found = index.propose(
        Sought(asked.vector, terms(asked.text), asked.bridges, channel, proposed), allowed
    )
    sentences = sentence_matches(asked, index, found.rows)
    if not len(found.rows):
        empty = np.zeros(0, dtype=np.float32)
        return Ranking(found.rows, empty, empty, empty, empty, empty, sentences)
    dense, words, names = _by_windows(asked, sentences)
    lexical = found.terms
    channels = {
        Channel.HYBRID: DENSE * dense + LEXICAL * lexical + WORDS * words + NAMES * names,
        Channel.LEXICAL: (LEXICAL * lexical + NAMES * found.names) / (LEXICAL + NAMES),
        Channel.DENSE: (DENSE * dense + WORDS * words) / (DENSE + WORDS),
    }
    order, scores = _ordered(channels[channel])
    parts = (dense[order], lexical[order], words[order], names[order])
    return Ranking(found.rows[order], scores, *parts, sentences)


def sentence_matches(asked: Question, index: SearchIndex, rows: Rows) -> SentenceMatches:
    """What a question finds in the sentences and headlines of passages, in ascending order."""
    known = index.features(rows)
    cosines: Vectors = np.dot(known.sentences, asked.vector)
    return SentenceMatches(known, known.words.matched(asked.sought), cosines)


def _ordered(scores: Vectors) -> tuple[Rows, Vectors]:
    """The places of the scores, the best first and equals in their order; and the scores so, equals
    with the same."""
    order = np.argsort(-scores, kind="stable")
    found = scores[order]
    level = np.cumsum(np.append(False, found[:-1] - found[1:] > _EQUAL))
    first = np.unique(level, return_index=True)[1]
    return order[np.lexsort((order, level))], found[first[level]]


def _by_windows(asked: Question, found: SentenceMatches) -> tuple[Vectors, Vectors, Vectors]:
    """The cosine, the share of words and the share of names of each passage, float32 (n,)."""
    known = found.features
    sentences, starts = known.runs()
    inside = found.at(sentences)
    single = found.matched.of(inside)
    whole = single.pooled(starts)
    headlines = known.spans[:, 2]
    titled = headlines >= 0
    lent = found.matched.of(found.at(headlines[titled]))
    whole.meaning[:, titled] = np.maximum(whole.meaning[:, titled], HEADLINE * lent.meaning)
    whole.name[:, titled] = np.maximum(whole.name[:, titled], HEADLINE * lent.name)
    windows = np.maximum(asked.share_of_words(single), asked.share_of_words(_pairs(single, starts)))
    best = np.maximum.reduceat(windows, starts)
    words: Vectors = (asked.share_of_words(whole) + best) / np.float32(2)
    cosines = np.maximum.reduceat(found.cosines[inside], starts)
    own = np.dot(known.vectors, asked.vector)
    dense: Vectors = np.clip((own + np.maximum(cosines, own)) / np.float32(2), 0, 1)
    return dense, words, asked.share_of_names(whole)


def _pairs(single: Matched, starts: Rows) -> Matched:
    """Each sentence together with the next one of its passage."""
    return Matched(with_next(single.meaning, starts), with_next(single.name, starts))


def with_next(values: Vectors, starts: Rows) -> Vectors:
    """The larger of each value and the next one of its group, (n, m): groups of columns begin at
    `starts`."""
    following = np.concatenate([values[:, 1:], values[:, -1:]], axis=1)
    following[:, np.append(starts[1:], values.shape[1]) - 1] = 0
    best: Vectors = np.maximum(values, following)
    return best
