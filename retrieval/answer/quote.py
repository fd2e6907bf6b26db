"""From hits to quotes: the whole sentences of a passage that answer best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.types import Article, Sentence
from retrieval.analyse import words
from retrieval.answer.question import Asked
from retrieval.embed import Embedder
from retrieval.types import Hit, Quote

# A quote is one sentence, or two while both fit in this many characters.
QUOTE_CHARACTERS = 400
# What the rarest shared word adds to the cosine of a sentence, so that of two near sentences the
# one that carries the words asked for is quoted.
_WORDS_WEIGHT = 0.8
# What a sentence that itself asks loses.
_ASKS = 0.2
_QUESTION = re.compile(r"[?؟](?:\s|$)")
# How much better two sentences must score than one to be quoted together.
_SECOND_SENTENCE = 0.03
# The share of shingles in common from which two quotes are one text in two dresses.
_COPY = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote with what speaks for it: the best cosine and the share of the question's words."""

    quote: Quote
    dense: float
    shared: float


def candidates(
    hits: Sequence[Hit], articles: dict[str, Article], asked: Asked, embedder: Embedder
) -> list[Candidate]:
    """Every sentence of the hits, and neighbours that say more together, best first; ties by
    article and start."""
    spans = dict.fromkeys(
        (hit.passage.article, start, end)
        for hit in hits
        for start, end in _spans(hit, articles[hit.passage.article])
    )
    texts = [articles[article].body[start:end] for article, start, end in spans]
    cosines = (embedder.embed_passages(texts) @ asked.vector).tolist()
    scored = [
        _score(articles[article], start, end, cosine, asked)
        for (article, start, end), cosine in zip(spans, cosines, strict=True)
    ]
    kept = _without_needless_pairs(scored)
    kept.sort(key=lambda each: (-each.quote.score, each.quote.article.id, each.quote.start))
    return kept


def fold(found: Sequence[Candidate]) -> list[Candidate]:
    """One quote per text: of quotes with nearly the same words the earliest known is kept (else the
    one that names its outlet), the others become its copies; overlapping quotes of one article fold
    into the better one. In the order of the best of each."""
    groups: list[tuple[frozenset[str], list[Candidate]]] = []
    taken: dict[str, list[Quote]] = {}
    for candidate in found:
        quote = candidate.quote
        others = taken.setdefault(quote.article.id, [])
        if any(quote.start < other.end and other.start < quote.end for other in others):
            continue
        others.append(quote)
        shingles = _shingles(quote.text)
        group = next((members for held, members in groups if _alike(held, shingles)), None)
        if group is None:
            groups.append((shingles, [candidate]))
        elif all(member.quote.article.id != quote.article.id for member in group):
            group.append(candidate)
    return [_folded(group) for _, group in groups]


def _folded(group: list[Candidate]) -> Candidate:
    def age(candidate: Candidate) -> tuple[bool, str, bool, str, str]:
        source = candidate.quote.article.source
        day = source.published
        outlet = source.outlet or ""
        return (day is None, str(day), not outlet, outlet, candidate.quote.article.id)

    first, *others = sorted(group, key=age)
    copies = tuple(other.quote.article for other in others)
    quote = replace(first.quote, copies=copies, score=group[0].quote.score)
    return Candidate(quote, group[0].dense, group[0].shared)


def _shingles(text: str) -> frozenset[str]:
    """Runs of three normalised words, or all of a text with fewer."""
    found = words(text)
    runs = [" ".join(found[i : i + 3]) for i in range(len(found) - 2)]
    return frozenset(runs or found)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts have most of their shingles in common (Jaccard similarity)."""
    return len(one & other) >= _COPY * len(one | other)


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
    text = article.body[start:end]
    share = asked.share(text)
    score = cosine + _WORDS_WEIGHT * share
    if _QUESTION.search(text):
        score -= _ASKS
    return Candidate(Quote(article, start, end, score), cosine, share)


def _without_needless_pairs(scored: Sequence[Candidate]) -> list[Candidate]:
    """Two sentences stay together only where they score clearly better than either alone."""
    single: dict[tuple[str, int], Candidate] = {}
    for each in scored:
        for edge in (each.quote.start, each.quote.end):
            key = (each.quote.article.id, edge)
            if key not in single or _length(each) < _length(single[key]):
                single[key] = each
    return [
        each
        for each in scored
        if all(
            each is one or each.quote.score > one.quote.score + _SECOND_SENTENCE
            for one in (
                single[each.quote.article.id, each.quote.start],
                single[each.quote.article.id, each.quote.end],
            )
        )
    ]


def _length(candidate: Candidate) -> int:
    return candidate.quote.end - candidate.quote.start
