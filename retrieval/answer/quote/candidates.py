"""From hits to quotes: the whole sentences of a passage that answer best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from corpus.types import Article, Sentence
from retrieval.answer.quote.flags import WANTED, flags_of
from retrieval.answer.quote.span import quotable
from retrieval.index.annotations import Flag
from retrieval.index.index import Index
from retrieval.index.word_index import Matched
from retrieval.question.understand import Question
from retrieval.search.rank import SentenceMatches, sentence_matches
from retrieval.types import Evidence, Hit, Quote, Rows, Vectors

# What each speaks for a sentence, one of a few near ones, where the words decide more than for a
# passage; after questions on coverage of our own (docs/evaluation.md).
_DENSE = 0.07
_LEXICAL = 0.1
_WORDS = 0.45
_NAMES = 0.14
_PASSAGE = 0.24
# What a sentence that itself asks loses.
_ASKS = 0.05
# What a sentence loses that has no number, or no time, when that is asked for.
_UNFIT = 0.08
# What a sentence gains that is of the day asked about, or whose article is.
_THAT_DAY = 0.04
# A word of an article less like a place's name than this is no trace of the place.
_TRACE = 0.5
# How much better two sentences must score than one to be quoted together.
_SECOND_SENTENCE = 0.0075


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote with what speaks for it, each 0 to 1: the cosine, the share of the question's terms
    and words it carries, of its names across scripts, and the score of its passage; `fits` says
    whether it gives a number or a time where one is asked for, `elsewhere` that the question names
    a place of which its article knows nothing; `few` is one over the number of the question's
    content words, for a single word finds something near it anywhere; `asks` that it is itself a
    question, `that_day` that it is of the day asked about. The quote is what is scored;
    `around` are the scores of the sentences of its article, by their number, which say what of them
    is shown with it."""

    quote: Quote
    dense: float
    lexical: float
    words: float
    names: float
    passage: float
    fits: bool
    elsewhere: bool
    few: float
    asks: bool = False
    that_day: bool = False
    around: Mapping[int, float] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence of a hit, its number in the article, and its row in the index."""

    hit: Hit
    sentence: Sentence
    number: int
    row: int


def candidates(
    hits: Sequence[Hit],
    articles: dict[str, Article],
    asked: Question,
    index: Index,
    found: SentenceMatches | None = None,
) -> list[Candidate]:
    """Every sentence of the hits, and neighbours that say more together, best first; ties by
    article and start. `found` is what the ranking knows of their sentences. Raises `IndexDamaged`
    where the index does not fit the articles."""
    spans = _spans(hits, articles, index)
    if not spans:
        return []
    if found is None:
        found = sentence_matches(asked, index, np.unique([hit.row for hit in hits]))
    ends = np.array([[span[at].row for span in spans] for at in (0, -1)])
    rows, places = np.unique(ends, return_inverse=True)
    one, other = places.reshape(ends.shape)
    here = found.at(rows)
    both = found.matched.of(here).either(one, other)
    carried = _carried(here, asked, index, found)
    flags = _flags(rows, one, spans, articles, index)
    elsewhere = _elsewhere(spans, both, asked, index, found)
    cosines = found.cosines[here]
    kinds = (flags[one] | flags[other]).tolist()
    around: dict[str, dict[int, float]] = {article: {} for article in articles}
    scored = [
        _score(span, articles, around, asked, elsewhere, Flag(kind), *values)
        for span, kind, *values in zip(
            spans,
            kinds,
            asked.share_of_terms(carried[:, one] | carried[:, other]).tolist(),
            _cosines(spans, cosines[one], cosines[other], index).tolist(),
            asked.share_of_words(both).tolist(),
            asked.share_of_names(both).tolist(),
            strict=True,
        )
    ]
    kept = _without_needless_pairs(scored)
    kept.sort(key=lambda each: (-each.quote.score, each.quote.article.id, each.quote.start))
    return kept


def _carried(
    places: Rows, asked: Question, index: Index, found: SentenceMatches
) -> npt.NDArray[np.bool_]:
    """Which of the question's terms each sentence carries, (terms, sentences)."""
    words, place, starts = found.words.words_of(places)
    spelled = index.lexical.spelled(list(asked.terms), words)
    made = np.zeros((len(spelled), len(places)), dtype=bool)
    filled = np.diff(starts) > 0
    if filled.any():
        every = np.take(spelled, place, axis=1)
        made[:, filled] = np.logical_or.reduceat(every, starts[:-1][filled], axis=1)
    return made


def _flags(
    rows: Rows,
    one: Rows,
    spans: Sequence[tuple[_Line, ...]],
    articles: dict[str, Article],
    index: Index,
) -> npt.NDArray[np.uint32]:
    """What each of the sentences is or has."""
    known = index.flags(rows)
    if known is not None:
        return known
    made = np.zeros(len(rows), dtype=np.uint32)
    for at, span in zip(one.tolist(), spans, strict=True):
        if len(span) == 1:
            made[at] = flags_of(_text(span[0], articles))
    return made


def _cosines(
    spans: Sequence[tuple[_Line, ...]], one: Vectors, other: Vectors, index: Index
) -> Vectors:
    """The cosine of each span: of two sentences that of the mean of their vectors by length."""
    first, last = (
        np.array([_length(span[at].sentence) for span in spans], dtype=np.float32) for at in (0, -1)
    )
    rows = np.array([span[0].row for span in spans], dtype=np.int64)
    paired = np.array([len(span) > 1 for span in spans])
    product = np.where(paired, index.neighbours(rows), np.float32(1))
    length = np.sqrt(np.maximum(first**2 + last**2 + 2 * first * last * product, 1e-12))
    return np.clip((first * one + last * other) / length, 0, 1)


def _spans(
    hits: Sequence[Hit], articles: dict[str, Article], index: Index
) -> list[tuple[_Line, ...]]:
    """One and two neighbouring sentences of the passages, each once, where its passage scores
    best; headings are never quoted."""
    found: dict[tuple[str, int, int], tuple[_Line, ...]] = {}
    for hit in hits:
        article = articles[hit.passage.article]
        inside = _lines(hit, article, index)
        spans = [(line,) for line in inside if not line.sentence.heading]
        pairs = [pair for pair in pairwise(inside) if _joinable(*pair, article)]
        for span in [*spans, *pairs]:
            found.setdefault((article.id, span[0].sentence.start, span[-1].sentence.end), span)
    return list(found.values())


def _lines(hit: Hit, article: Article, index: Index) -> list[_Line]:
    first, last = index.spans[hit.row, :2].tolist()
    inside = [
        (number, sentence)
        for number, sentence in enumerate(article.sentences)
        if hit.passage.start <= sentence.start and sentence.end <= hit.passage.end
    ]
    if len(inside) != last - first:
        raise IndexDamaged("the index does not fit the coverage: `pullquote index --rebuild`")
    return [
        _Line(hit, sentence, number, row)
        for row, (number, sentence) in enumerate(inside, start=first)
    ]


def _joinable(one: _Line, other: _Line, article: Article) -> bool:
    run = one.sentence, other.sentence
    return quotable(article, run) and "\n" not in article.body[run[0].end : run[1].start]


def _elsewhere(
    spans: Sequence[tuple[_Line, ...]],
    matched: Matched,
    asked: Question,
    index: Index,
    seen: SentenceMatches,
) -> set[str]:
    """The articles whose passages and headline carry no trace of a place that the question names:
    they are about another event."""
    if not asked.places:
        return set()
    owners = np.array([span[0].hit.passage.article for span in spans])
    titles = {span[0].hit.passage.article: index.spans[span[0].hit.row, 2] for span in spans}
    titled = [article for article, row in titles.items() if row >= 0]
    rows = np.array([titles[article] for article in titled], dtype=np.int64)
    lent = seen.matched.of(seen.at(rows)).best()
    found = matched.best()
    lost = set()
    for article in titles:
        near = found[:, owners == article].max(axis=1)
        if article in titled:
            near = np.maximum(near, lent[:, titled.index(article)])
        if any(near[list(place)].min() < _TRACE for place in asked.places):
            lost.add(article)
    return lost


def _text(line: _Line, articles: dict[str, Article]) -> str:
    body = articles[line.hit.passage.article].body
    return body[line.sentence.start : line.sentence.end]


def _score(
    span: tuple[_Line, ...],
    articles: Mapping[str, Article],
    around: Mapping[str, dict[int, float]],
    asked: Question,
    elsewhere: set[str],
    flags: Flag,
    share: float,
    cosine: float,
    meaning: float,
    named: float,
) -> Candidate:
    """A span as a candidate; the score of a single sentence goes to those `around` in its
    article."""
    article = articles[span[0].hit.passage.article]
    start, end = span[0].sentence.start, span[-1].sentence.end
    text = article.body[start:end]
    passage = span[0].hit.score
    score = (
        _DENSE * cosine + _LEXICAL * share + _WORDS * meaning + _NAMES * named + _PASSAGE * passage
    )
    fits = asked.wanted is None or bool(WANTED[asked.wanted] & flags)
    asks = bool(Flag.ASKS & flags)
    that_day = asked.about_day(text, article.day_at(start))
    score += _THAT_DAY * that_day - _ASKS * asks - _UNFIT * (not fits)
    score = min(max(score, 0.0), 1.0)
    if len(span) == 1:
        around[article.id][span[0].number] = score
    return Candidate(
        Quote(article, start, end, score),
        cosine,
        share,
        meaning,
        named,
        passage,
        fits,
        article.id in elsewhere,
        1 / max(len(asked.sought.words), 1),
        asks,
        that_day,
        around[article.id],
    )


def score_parts(candidate: Candidate) -> tuple[Evidence, ...]:
    """What `candidates` adds up to the score of one, for which `favoured` may have added more."""
    values = (
        ("dense", _DENSE, candidate.dense),
        ("lexical", _LEXICAL, candidate.lexical),
        ("words", _WORDS, candidate.words),
        ("names", _NAMES, candidate.names),
        ("passage", _PASSAGE, candidate.passage),
        ("that_day", _THAT_DAY, float(candidate.that_day)),
        ("asks", -_ASKS, float(candidate.asks)),
        ("unfit", -_UNFIT, float(not candidate.fits)),
    )
    return tuple(Evidence(name, value, weight * value) for name, weight, value in values)


def _without_needless_pairs(scored: Sequence[Candidate]) -> list[Candidate]:
    """Two sentences stay together only where they score clearly better than either alone."""
    single: dict[tuple[str, int], Candidate] = {}
    for each in scored:
        for edge in (each.quote.start, each.quote.end):
            key = (each.quote.article.id, edge)
            if key not in single or _length(each.quote) < _length(single[key].quote):
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


def _length(span: Quote | Sentence) -> int:
    return span.end - span.start
