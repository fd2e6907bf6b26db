"""From hits to quotes: the sentences of the passages that answer best.

The judge orders them, beginning from a weighted mean of what the search found; as many characters
as answer are shown of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from corpus.language.detect import detect
from corpus.types import Article
from retrieval.answer.judge.evidence import Line, Scored, evidence
from retrieval.answer.judge.network import Judge, Judged
from retrieval.answer.quote.flags import WANTED, flags_of
from retrieval.answer.quote.span import sentences_in
from retrieval.answer.quote.table_rows import headed_only
from retrieval.index.annotations import Flag
from retrieval.index.features import SearchIndex
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
# What a row of a table loses that only its header speaks for: no other row answers less.
_HEADED = 0.15
# How a product is rounded depends on what else is multiplied.
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quote with what speaks for it, each 0 to 1: the cosine, the share of the question's terms
    and words it carries, of its names across scripts, and the score of its passage; `fits` says
    whether it gives a number or a time where one is asked for, `elsewhere` that the question names
    a place of which its article knows nothing; `few` is one over the number of the question's
    content words, for a single word finds something near it anywhere. `asks` says that it is itself
    a question, `that_day` that it is of the day asked about, `headed` that it is a row of a table
    for which only the header speaks; `judged` is what the judge added to
    its score, `told` how clearly any of those found with it answers, a logit, and `clear` how
    clearly the best of them does by itself, as `Judged` has it; `counted` says that it gives a
    figure of what a question counts, where that was looked at. The quote is what is
    scored; `around` are the scores of the sentences of its article, by their number, which say what
    of them is shown with it. `known` is what the judge knew of it, its `row`, and of those found
    with it, so that it can be explained."""

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
    headed: bool = False
    judged: float = 0.0
    told: float = 0.0
    clear: float | None = None
    counted: bool = False
    around: Mapping[int, float] = field(default_factory=dict, compare=False, repr=False)
    known: Mapping[str, Vectors] | None = field(default=None, compare=False, repr=False)
    row: int = field(default=0, compare=False, repr=False)


def candidates(
    hits: Sequence[Hit],
    articles: Mapping[str, Article],
    asked: Question,
    index: SearchIndex,
    found: SentenceMatches | None = None,
    judge: Judge | None = None,
) -> list[Candidate]:
    """Every sentence of the hits, best first; ties by article and start. `found` is what the
    ranking knows of them; without a `judge` they stand by their mean. Raises `IndexDamaged` if the
    index does not fit the articles."""
    if not hits:
        return []
    if found is None:
        found = sentence_matches(asked, index, np.unique([hit.row for hit in hits]))
    lines = lines_of(hits, articles, found)
    if not lines:
        return []
    flags = sentence_flags(lines, found)
    scored = scored_by_search(lines, asked, index, found, flags)
    judged = Judged(scored.mean, 0.0)
    known: Mapping[str, Vectors] | None = None
    if judge:
        known = evidence(lines, scored, asked, index, found, flags, detect(asked.text))
        judged = judge.judged(known)
    here = found.at(np.array([line.row for line in lines], dtype=np.int64))
    elsewhere = _elsewhere(lines, here, asked, found)
    around: dict[str, dict[int, float]] = {}
    headed = headed_only(lines, found)
    scores = judged.scores.astype(np.float64) - _HEADED * headed
    made = [
        _candidate(
            line, asked, elsewhere, Flag(kind), judged,
            around.setdefault(line.article.id, {}), known, row, *values,
        )
        for row, (line, kind, *values) in enumerate(zip(
            lines,
            flags[here].tolist(),
            scores.round(_DECIMALS).tolist(),
            scored.mean.tolist(),
            scored.that_day.tolist(),
            headed.tolist(),
            scored.cosine.tolist(),
            scored.terms.tolist(),
            scored.words.tolist(),
            scored.names.tolist(),
            strict=True,
        ))
    ]  # fmt: skip
    made.sort(key=lambda each: (-each.quote.score, each.quote.article.id, each.quote.start))
    return made


def scored_by_search(
    lines: Sequence[Line],
    asked: Question,
    index: SearchIndex,
    found: SentenceMatches,
    flags: npt.NDArray[np.uint32],
) -> Scored:
    """What the search has of each sentence; `flags` are those of the sentences `found`."""
    here = found.at(np.array([line.row for line in lines], dtype=np.int64))
    matched = found.matched.of(here)
    cosine = np.clip(found.cosines[here], 0, 1)
    terms = asked.share_of_terms(_carried(here, asked, index, found))
    words, names = asked.share_of_words(matched), asked.share_of_names(matched)
    passage = np.array([line.hit.score for line in lines], dtype=np.float32)
    kinds = flags[here]
    mean = _DENSE * cosine + _LEXICAL * terms + _WORDS * words + _NAMES * names + _PASSAGE * passage
    mean -= np.float32(_ASKS) * ((kinds & Flag.ASKS) > 0)
    if asked.wanted is not None:
        mean -= np.float32(_UNFIT) * ((kinds & WANTED[asked.wanted]) == 0)
    that_day = np.array(
        [
            asked.about_day(line.text, line.article.day_at(line.sentence.start))
            if asked.days
            else False
            for line in lines
        ]
    )
    mean = np.clip(mean + np.float32(_THAT_DAY) * that_day, 0, 1).astype(np.float32)
    return Scored(cosine, terms, words, names, that_day, mean)


def lines_of(
    hits: Sequence[Hit],
    articles: Mapping[str, Article],
    found: SentenceMatches,
    hidden: frozenset[int] = frozenset(),
) -> list[Line]:
    """The sentences of the passages, each once, where its passage scores best; headings are never
    quoted, nor are rows that are `hidden` (for training). Raises `IndexDamaged`."""
    made: dict[tuple[str, int], Line] = {}
    spans = found.features.spans_of(np.array([hit.row for hit in hits], dtype=np.int64)).tolist()
    running = {name: len(article.running) for name, article in articles.items()}
    for hit, (first, last, _) in zip(hits, spans, strict=True):
        rank = sum(other.score > hit.score for other in hits)
        article = articles[hit.passage.article]
        numbers = sentences_in(article, hit.passage.start, hit.passage.end)
        if len(numbers) != last - first:
            raise IndexDamaged("the index does not fit the coverage: `pullquote index --rebuild`")
        for number, row in zip(numbers, range(first, last), strict=True):
            if not article.sentences[number].heading and row not in hidden:
                made.setdefault(
                    (article.id, number), Line(hit, rank, article, number, running[article.id], row)
                )
    return list(made.values())


def _carried(
    places: Rows, asked: Question, index: SearchIndex, found: SentenceMatches
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


def sentence_flags(lines: Sequence[Line], found: SentenceMatches) -> npt.NDArray[np.uint32]:
    """What each of the sentences found is or has; where the index does not say, those quotable and
    those next to them."""
    known = found.features.flags
    if known is not None:
        return known
    made = np.zeros(len(found.numbers), dtype=np.uint32)
    for line in lines:
        for step in (-1, 0, 1):
            at = int(np.searchsorted(found.numbers, line.row + step))
            number = line.number + step
            beside = 0 <= number < line.running
            if beside and at < len(made) and found.numbers[at] == line.row + step:
                sentence = line.article.sentences[number]
                made[at] = int(flags_of(line.article.body[sentence.start : sentence.end]))
    return made


def _elsewhere(
    lines: Sequence[Line],
    here: Rows,
    asked: Question,
    seen: SentenceMatches,
) -> set[str]:
    """The articles whose passages and headline carry no trace of a place that the question names:
    they are about another event. `here` are the places of the lines among what was found."""
    if not asked.places:
        return set()
    owners = np.array([line.article.id for line in lines])
    spans = seen.features.spans_of(np.array([line.hit.row for line in lines], dtype=np.int64))
    headlines = zip(lines, spans[:, 2].tolist(), strict=True)
    titles = {line.article.id: headline for line, headline in headlines}
    titled = [article for article, row in titles.items() if row >= 0]
    rows = np.array([titles[article] for article in titled], dtype=np.int64)
    lent = seen.matched.of(seen.at(rows)).best()
    found = seen.matched.of(here).best()
    lost = set()
    for article in titles:
        near = found[:, owners == article].max(axis=1)
        if article in titled:
            near = np.maximum(near, lent[:, titled.index(article)])
        if any(near[list(place)].min() < _TRACE for place in asked.places):
            lost.add(article)
    return lost


def _candidate(
    line: Line,
    asked: Question,
    elsewhere: set[str],
    flags: Flag,
    judged: Judged,
    around: dict[int, float],
    known: Mapping[str, Vectors] | None,
    row: int,
    score: float,
    mean: float,
    that_day: bool,
    headed: bool,
    cosine: float,
    terms: float,
    words: float,
    names: float,
) -> Candidate:
    """The candidate of a sentence, whose score is added to those `around` it."""
    article, sentence = line.article, line.sentence
    around[line.number] = score = min(max(score, 0.0), 1.0)
    return Candidate(
        Quote(article, sentence.start, sentence.end, score),
        cosine,
        terms,
        words,
        names,
        line.hit.score,
        asked.wanted is None or bool(WANTED[asked.wanted] & flags),
        article.id in elsewhere,
        1 / max(len(asked.sought.words), 1),
        bool(Flag.ASKS & flags),
        that_day,
        headed,
        score - mean + _HEADED * headed,
        judged.told,
        judged.clear,
        around=around,
        known=known,
        row=row,
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
        ("headed", -_HEADED, float(candidate.headed)),
        ("judged", 1.0, candidate.judged),
    )
    return tuple(Evidence(name, value, weight * value) for name, weight, value in values)
