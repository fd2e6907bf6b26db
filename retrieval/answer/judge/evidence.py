"""What is known of a question and each of some sentences together: what the judge reads.

How well the question's words are found in the sentence, in those next to it, in its passage, in its
article; how seldom unrelated text has words as near; how the sentence is among the others; what
kind of answer is wanted, and what is there that the question does not say itself. All of it was
found by the ranking or is in the index.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.language.tokens import words
from corpus.types import Article, Sentence
from retrieval.answer.judge.kinds import GIVEN_BY, WANTS, counts, kinds_of, wanted_kinds
from retrieval.index.annotations import Flag
from retrieval.index.features import SearchIndex
from retrieval.index.word_index import UNRELATED
from retrieval.question.understand import Question
from retrieval.search.rank import SentenceMatches
from retrieval.types import Hit, Rows, Vectors

_WORD = re.compile(r"\w+")
_FULL = 0.9
_SAME = 0.95
# The kinds of which a word in the next sentence counts too.
_NEXT = (0, 3, 6)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that may be quoted: its hit, how many hits are before that, its article, its
    number there, of how many that are indexed (`running`), and its row."""

    hit: Hit
    rank: int
    article: Article
    number: int
    running: int
    row: int

    @property
    def sentence(self) -> Sentence:
        return self.article.sentences[self.number]

    @property
    def text(self) -> str:
        return self.article.body[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Scored:
    """What the ranking has of m sentences, each float32 (m,): the cosine, the shares of terms,
    words and names, and what these make together; `that_day`, bool (m,), says which are of the day
    asked about."""

    cosine: Vectors
    terms: Vectors
    words: Vectors
    names: Vectors
    that_day: npt.NDArray[np.bool_]
    mean: Vectors


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the sentences, those before and those after are among what was found; the place after
    the last for none."""

    here: Rows
    before: Rows
    behind: Rows


def evidence(
    lines: Sequence[Line],
    scored: Scored,
    asked: Question,
    index: SearchIndex,
    found: SentenceMatches,
    flags: npt.NDArray[np.uint32],
    language: str,
) -> dict[str, Vectors]:
    """What is known of each of the m `lines`, by its name, float32 (m,). `flags` are those of the
    sentences that were `found`, `language` is that of the question."""
    matched = np.pad(found.matched.best(), ((0, 0), (0, 1)))
    places = _places(lines, found)
    passage = np.array([line.hit.score for line in lines], dtype=np.float32)
    same = np.array([line.article.language == language for line in lines], dtype=np.float32)
    return {
        "mean": scored.mean,
        "cosine": scored.cosine,
        "terms": scored.terms,
        "words": scored.words,
        "names": scored.names,
        "passage": passage,
        "same": same,
        **_found(lines, asked, index, found, matched, places),
        **_among(lines, scored, passage),
        **_where(lines, found, places),
        **_kinds(asked, flags, matched, places),
    }


def _places(lines: Sequence[Line], found: SentenceMatches) -> _Places:
    rows = np.array([line.row for line in lines], dtype=np.int64)
    number = np.array([line.number for line in lines])
    last = np.array([line.running - 1 for line in lines])
    numbers = found.numbers

    def at(rows: Rows, valid: npt.NDArray[np.bool_]) -> Rows:
        place = np.minimum(np.searchsorted(numbers, rows), len(numbers) - 1)
        made: Rows = np.where(valid & (numbers[place] == rows), place, len(numbers))
        return made

    return _Places(at(rows, number >= 0), at(rows - 1, number > 0), at(rows + 1, number < last))


def _found(
    lines: Sequence[Line],
    asked: Question,
    index: SearchIndex,
    found: SentenceMatches,
    matched: Vectors,
    places: _Places,
) -> dict[str, Vectors]:
    """How well the words are found, in the sentence and around it."""
    weights = asked.weights.astype(np.float32)
    here, before, behind = (
        matched[:, places.here],
        matched[:, places.before],
        matched[:, places.behind],
    )
    around = np.maximum(here, np.maximum(before, behind))
    passage, headline, article = _wider(lines, found, matched)
    sample = index.sample.matched(asked.sought).best()
    rare, rare_around = _rarity(here, sample), _rarity(around, sample)
    heaviest, second = np.argsort(-weights, kind="stable")[[0, min(1, len(weights) - 1)]]
    named = _named(asked)

    def share(values: Vectors) -> Vectors:
        made: Vectors = np.einsum("n,nm->m", weights, values)
        return made

    def mean(values: Vectors, of: npt.NDArray[np.bool_]) -> Vectors:
        if not of.any():
            return np.full(values.shape[1], 0.6, dtype=np.float32)
        own = weights[of] / weights[of].sum()
        made: Vectors = np.einsum("n,nm->m", own, values[of])
        return made

    def lost(values: Vectors) -> Vectors:
        made: Vectors = (weights[:, None] * (1 - values)).max(axis=0)
        return made

    return {
        "full": share((here >= _FULL).astype(np.float32)),
        "soft": share(np.maximum(here - UNRELATED, 0) * 2),
        "soft_around": share(np.maximum(around - UNRELATED, 0) * 2),
        "around": share(around),
        "from_behind": share(np.maximum(behind - here, 0)),
        "from_before": share(np.maximum(before - here, 0)),
        "in_passage": share(passage),
        "in_article": share(article),
        "in_headline": share(headline),
        "heaviest": here[heaviest],
        "heaviest_around": around[heaviest],
        "heaviest_article": article[heaviest],
        "second_around": around[second],
        "least": here.min(axis=0),
        "least_around": around.min(axis=0),
        "least_article": article.min(axis=0),
        "lost": lost(here),
        "lost_around": lost(around),
        "lost_article": lost(article),
        "named": mean(here, named),
        "named_around": mean(around, named),
        "named_article": mean(article, named),
        "named_headline": mean(headline, named),
        "unnamed": mean(here, ~named),
        "unnamed_around": mean(around, ~named),
        "unnamed_article": mean(article, ~named),
        "has_name": np.full(len(lines), float(named.any()), dtype=np.float32),
        "length_asked": np.full(len(lines), np.log(len(weights)), dtype=np.float32),
        "rare": share(rare),
        "rare_together": rare.sum(axis=0),
        "rare_around": share(rare_around),
    }


def _wider(
    lines: Sequence[Line], found: SentenceMatches, matched: Vectors
) -> tuple[Vectors, Vectors, Vectors]:
    """How well each word is found in the passage, the headline and all that was found of the
    article of each sentence, (n, m)."""
    spans = found.features.spans_of(np.array([line.hit.row for line in lines], dtype=np.int64))
    bounds = np.searchsorted(found.numbers, spans[:, :2])
    first = np.array([line.row - line.number for line in lines])
    last = first + np.array([line.running for line in lines])
    whole = np.searchsorted(found.numbers, np.stack([first, last], axis=1))
    title = np.where(spans[:, 2] >= 0, np.searchsorted(found.numbers, spans[:, 2]), -1)
    headline = matched[:, title]
    article = np.maximum(_best(matched, whole), headline)
    return _best(matched, bounds), headline, article


def _best(matched: Vectors, bounds: Rows) -> Vectors:
    """How well each word is found anywhere in each run of sentences, (n, m)."""
    runs, place = np.unique(bounds, axis=0, return_inverse=True)
    best = [matched[:, first:last].max(axis=1) for first, last in runs.tolist()]
    made: Vectors = np.stack(best, axis=1)[:, place.reshape(-1)]
    return made


def _rarity(values: Vectors, sample: Vectors) -> Vectors:
    """How seldom a passage of the sample has a word as near, 0 to 1, (n, m)."""
    size = sample.shape[1]
    ordered = np.sort(sample, axis=1)
    below = np.stack(
        [np.searchsorted(own, each - 1e-6) for own, each in zip(ordered, values, strict=True)]
    )
    made: Vectors = (np.log((size + 1) / (size - below + 1)) / np.log(size + 1)).astype(np.float32)
    return made


def _named(asked: Question) -> npt.NDArray[np.bool_]:
    """Which content words of a question are, or may be, names."""
    written = list(_WORD.finditer(asked.text))
    capitals = {
        word for each in written[1:] if each.group()[0].isupper() for word in words(each.group())
    }
    tabled = {at for places in asked.places for at in places}
    return np.array(
        [
            at in tabled or word in capitals or kinds_of(word)[-1]
            for at, word in enumerate(asked.sought.words)
        ]
    )


def _among(lines: Sequence[Line], scored: Scored, passage: Vectors) -> dict[str, Vectors]:
    """How each sentence is among the others."""
    mean = scored.mean
    # equals have the same rank
    rank = np.searchsorted(np.sort(-mean), -mean - np.float32(1e-6))
    owners, own = np.unique([line.article.id for line in lines], return_inverse=True)
    best = np.zeros(len(owners), dtype=np.float32)
    np.maximum.at(best, own, mean)
    return {
        "mean_among": _standing(mean),
        "cosine_among": _standing(scored.cosine),
        "terms_among": _standing(scored.terms),
        "words_among": _standing(scored.words),
        "behind_best": mean.max() - mean,
        "rank": np.log1p(rank).astype(np.float32),
        "behind_passage": passage.max() - passage,
        "rank_passage": np.log1p([line.rank for line in lines]).astype(np.float32),
        "behind_article": best[own] - mean,
        "of_article": (np.bincount(own)[own] / len(lines)).astype(np.float32),
    }


def _standing(values: Vectors) -> Vectors:
    made: Vectors = (values - values.mean()) / (values.std() + np.float32(0.02))
    return made


def _where(lines: Sequence[Line], found: SentenceMatches, places: _Places) -> dict[str, Vectors]:
    """Where in its article a sentence stands, how long it is, and what is next to it."""
    cosines = np.append(found.cosines, np.float32(0))
    length = np.array([line.sentence.end - line.sentence.start for line in lines])
    none = len(found.numbers)
    return {
        "cosine_before": np.clip(cosines[places.before], 0, 1),
        "cosine_behind": np.clip(cosines[places.behind], 0, 1),
        "length": np.log(length + 1).astype(np.float32),
        "position": np.log1p([line.number for line in lines]).astype(np.float32),
        "has_before": (places.before < none).astype(np.float32),
        "has_behind": (places.behind < none).astype(np.float32),
    }


def _kinds(
    asked: Question, flags: npt.NDArray[np.uint32], matched: Vectors, places: _Places
) -> dict[str, Vectors]:
    """What kind of answer is wanted, and what is in the sentences that the question does not say
    itself."""
    flags = np.append(flags, np.uint32(0))
    own = np.array([kinds_of(word) for word in asked.sought.words], dtype=np.float32)
    said = np.einsum("ng,nm->mg", own, (matched >= _SAME).astype(np.float32))
    news = np.maximum(counts(flags) - said, 0)
    here, before, behind = (
        np.minimum(news[at], 1) for at in (places.here, places.before, places.behind)
    )
    wants = np.array(wanted_kinds(asked.text), dtype=np.float32)
    sought = [row for row, want in zip(GIVEN_BY, wants, strict=True) if want and row.any()]
    here_flags = flags[places.here]
    count = len(places.here)
    made = {f"wants_{name}": np.full(count, want) for name, want in zip(WANTS, wants, strict=True)}
    for name, want, row in zip(WANTS, wants, GIVEN_BY, strict=True):
        if row.any():
            made[f"has_{name}"] = want * (here * row).max(axis=1)
    given = {f"new_{at}": np.log1p(news[places.here, at]) for at in range(news.shape[1])}
    given |= {f"next_{at}": behind[:, at] for at in _NEXT}
    quotes = ((here_flags & Flag.QUOTES) > 0).astype(np.float32)
    return {
        **made,
        **given,
        "wants": np.full(count, float(bool(sought)), dtype=np.float32),
        "fits": _fit(here, sought),
        "fits_before": _fit(before, sought),
        "fits_behind": _fit(behind, sought),
        "asks": ((here_flags & Flag.ASKS) > 0).astype(np.float32),
        "quotes": quotes,
        "said_quotes": quotes * wants[-1],
        "digits": ((here_flags & Flag.DIGITS) > 0).astype(np.float32),
    }


def _fit(given: Vectors, sought: Sequence[Vectors]) -> Vectors:
    """Whether what is wanted is given, float32 (m,): half, where nothing of a kind is."""
    if not sought:
        return np.full(len(given), 0.5, dtype=np.float32)
    made: Vectors = np.max([(given * row).sum(axis=1) / row.sum() for row in sought], axis=0)
    return made
