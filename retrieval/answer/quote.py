"""From hits to quotes: the whole sentences of a passage that answer best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from corpus.text import normalise
from corpus.types import Article, Sentence
from retrieval.analyse import stem, words
from retrieval.embed import Embedder
from retrieval.types import Hit, Quote

# A quote is one sentence, or two while both fit in this many characters.
QUOTE_CHARACTERS = 400
# What the rarest shared word adds to the cosine of a sentence, so that of two near sentences the
# one that carries the words asked for is quoted.
_WORDS_WEIGHT = 0.5
# How much better two sentences must score than one to be quoted together.
_SECOND_SENTENCE = 0.03


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote with what speaks for it: the best cosine and the share of the question's words."""

    quote: Quote
    dense: float
    shared: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready to be compared with sentences: its vector and the weight of its words."""

    vector: np.ndarray[tuple[int], np.dtype[np.float32]]
    weights: dict[str, float]


def candidates(
    hits: Sequence[Hit], articles: dict[str, Article], asked: Asked, embedder: Embedder
) -> list[Candidate]:
    """The best quote of every hit, in the order of the hits."""
    spans = [_spans(hit, articles[hit.passage.article]) for hit in hits]
    texts = [
        articles[hit.passage.article].body[start:end]
        for hit, found in zip(hits, spans, strict=True)
        for start, end in found
    ]
    cosines = iter((embedder.embed_passages(texts) @ asked.vector).tolist())
    made = []
    for hit, found in zip(hits, spans, strict=True):
        scored = [
            _score(articles[hit.passage.article], start, end, next(cosines), asked)
            for start, end in found
        ]
        if scored:
            made.append(_choose(scored))
    return made


def fold(found: Sequence[Candidate]) -> list[Candidate]:
    """One quote per text: of quotes with the same words the earliest known is kept (else the one
    that names its outlet), the others become its copies; overlapping quotes of one article fold
    into the better one."""
    kept: list[list[Candidate]] = []
    for candidate in found:
        same = next((group for group in kept if _same(group[0].quote, candidate.quote)), None)
        if same is None:
            kept.append([candidate])
        elif all(member.quote.article.id != candidate.quote.article.id for member in same):
            same.append(candidate)
    return [_folded(group) for group in kept]


def _folded(group: list[Candidate]) -> Candidate:
    def age(candidate: Candidate) -> tuple[bool, str, bool, str]:
        source = candidate.quote.article.source
        day = source.published
        return (day is None, str(day), source.outlet is None, candidate.quote.article.id)

    first, *others = sorted(group, key=age)
    copies = tuple(other.quote.article for other in others)
    quote = replace(first.quote, copies=copies, score=group[0].quote.score)
    return Candidate(quote, group[0].dense, group[0].shared)


def _same(one: Quote, other: Quote) -> bool:
    if one.article.id == other.article.id:
        return one.start < other.end and other.start < one.end
    return _letters(one.text) == _letters(other.text)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalise(text)))


def _spans(hit: Hit, article: Article) -> list[tuple[int, int]]:
    """One and two neighbouring sentences of a passage; headings are never quoted."""
    inside = [
        sentence
        for sentence in article.sentences
        if hit.passage.start <= sentence.start and sentence.end <= hit.passage.end
    ]
    single = [(sentence.start, sentence.end) for sentence in inside if not sentence.heading]
    return single + [
        (one.start, other.end)
        for one, other in pairwise(inside)
        if _joinable(one, other, article.body)
    ]


def _joinable(one: Sentence, other: Sentence, body: str) -> bool:
    return (
        not (one.heading or other.heading)
        and other.end - one.start <= QUOTE_CHARACTERS
        and "\n" not in body[one.end : other.start]
    )


def _score(article: Article, start: int, end: int, cosine: float, asked: Asked) -> Candidate:
    held = {stem(word) for word in words(article.body[start:end])}
    total = sum(asked.weights.values())
    shared = sum(weight for word, weight in asked.weights.items() if word in held)
    share = shared / total if total else 0.0
    score = cosine + _WORDS_WEIGHT * share
    return Candidate(Quote(article, start, end, score), cosine, share)


def _choose(scored: list[Candidate]) -> Candidate:
    """The best single sentence, unless two neighbours together score clearly better."""

    def rank(candidate: Candidate) -> tuple[float, int]:
        return (candidate.quote.score, -candidate.quote.start)

    singles = _without_pairs(scored)
    best = max(singles or scored, key=rank)
    pair = max(scored, key=rank)
    return pair if pair.quote.score > best.quote.score + _SECOND_SENTENCE else best


def _without_pairs(scored: list[Candidate]) -> list[Candidate]:
    starts = {candidate.quote.start: candidate.quote.end for candidate in reversed(scored)}
    return [
        candidate for candidate in scored if candidate.quote.end == starts[candidate.quote.start]
    ]
