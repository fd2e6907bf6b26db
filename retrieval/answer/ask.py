"""A question's way: question → search → quotes → answer or absence."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, takewhile

from corpus.attribution.aliases import Aliases
from corpus.language.detect import detect
from corpus.store import Coverage
from retrieval.answer.absence import absence
from retrieval.answer.demands.demanded import Demanded
from retrieval.answer.listing import listing, lists
from retrieval.answer.quote.candidates import Candidate, candidates
from retrieval.answer.quote.fold import fold
from retrieval.answer.quote.matches import matches
from retrieval.answer.silence import Calibration, Spoken
from retrieval.answer.speakers.attribution import Speakers, said_by
from retrieval.answer.speakers.favoured import favoured
from retrieval.answer.speakers.indexed import IndexedSpeakers
from retrieval.index.generation import Generation
from retrieval.question.expand import Expansion
from retrieval.question.filters import Scope, read, scope
from retrieval.question.understand import Question, is_greeting, understand
from retrieval.question.wanted import Wanted
from retrieval.search.rank import Ranking
from retrieval.search.search import pages, ranked, reranked
from retrieval.types import Answer, Embedder, Figure, Filters, Missing, Quote, Reranker

# Hits looked into for quotes at a time, and how often at most. Whatever is asked for, they are
# looked into in this order, so that more quotes are the same ones and others after them.
HITS = 12
ROUNDS = 7
# The best quotes, of which one has to be good enough for all of them to be shown.
_DECIDING = 3
# A quote that scores less than this share of the best one is noise beside it; one that scores more
# may be the answer, whether or not it would be one alone.
_BESIDE_THE_BEST = 0.65
# In another language than the best one everything scores less.
_BESIDE_ACROSS = 0.6


@dataclass(frozen=True, slots=True)
class Searched:
    """What questions are asked of: the coverage and the index in service, the models, when to keep
    silent, and the editor's names. With `bridge`, names are also looked for as other scripts spell
    them."""

    coverage: Coverage
    generation: Generation
    embedder: Embedder
    calibration: Calibration
    reranker: Reranker | None = None
    aliases: Aliases | None = None
    bridge: bool = True


def ask(
    text: str,
    searched: Searched,
    *,
    limit: int = 3,
    filters: Filters | None = None,
    expansions: Sequence[Expansion] = (),
    today: date | None = None,
) -> Answer:
    """At most `limit` quotes that answer a question, or an absence: where both the `filters` and
    the question itself allow. `expansions` are other names of what it names, `today` is the day of
    whoever asks. Raises `InputError` for a question that `understand` refuses."""
    started = time.perf_counter()
    coverage, generation = searched.coverage, searched.generation
    outlets = tuple(coverage.outlet_names())
    said = read(text, outlets, today, searched.aliases)
    place = scope(
        said, filters or Filters(), outlets, coverage, generation, today, searched.aliases
    )
    answer = Answer(text, detect(text), (), None, place.filters, (), generation.name, 0.0)
    if is_greeting(text):
        return _silent(answer, place, coverage, None, started)
    if place.selection is not None and lists(text, said):
        listed = listing(said, place, coverage, limit)
        if listed:
            known = IndexedSpeakers(generation, coverage)
            quotes = tuple(_attributed(quote, known) for quote in listed)
            return replace(answer, quotes=quotes, took_ms=_since(started))
    others = [each for each in expansions if not said.covers(each.start, each.end)]
    index, embedder = generation.index, searched.embedder
    asked = understand(said.rest(text), index, embedder, others, bridge=searched.bridge)
    asked = replace(asked, days=said.events)
    answer = replace(answer, expanded=asked.expanded)
    if place.selection is None:
        return _silent(answer, place, coverage, None, started)
    ranking = ranked(asked, generation, coverage, selection=place.selection)
    known = IndexedSpeakers(generation, coverage)
    demanded = Demanded(asked, ranking, generation, coverage, known, others)
    rounds = demanded.met(quotable(asked, ranking, generation, coverage, searched.reranker))
    found = next(rounds, [])
    if found and demanded.speaker:
        found = favoured(found, demanded.speaker, known)
    first = [each for each in found if _stands_beside(each, found[0])]
    beside = fold([first], coverage, asked, limit=max(limit, _DECIDING), selection=place.whole)
    spoken = Spoken(asked.sought.words, answer.language, coverage.languages())
    stems = asked.stems | {term.removeprefix("=") for term in asked.bridges}
    if not any(searched.calibration.answers(each, spoken) for each in beside[:_DECIDING]):
        nearest = found[0].quote if found else demanded.nearest
        shown = _attributed(_matched(nearest, stems), known) if nearest else None
        return _silent(answer, place, coverage, shown, started, demanded.missing)
    if len(beside) < limit:
        more = ([each for each in one if _stands_beside(each, found[0])] for one in rounds)
        every = chain([first], takewhile(bool, more))
        beside = fold(every, coverage, asked, limit=limit, selection=place.whole)
    quotes = tuple(_attributed(_matched(one.quote, stems), known) for one in beside[:limit])
    reported = _figures(text, quotes, index.aligner) if asked.wanted is Wanted.NUMBER else ()
    return replace(answer, quotes=quotes, figures=reported, took_ms=_since(started))


def quotable(
    asked: Question,
    ranking: Ranking,
    generation: Generation,
    coverage: Coverage,
    reranker: Reranker | None = None,
) -> Iterator[list[Candidate]]:
    """What may be quoted for a question, best first, from `HITS` passages at a time."""
    for hits, articles in pages(ranking, generation, coverage, size=HITS, most=HITS * ROUNDS):
        if reranker:
            hits = reranked(asked.text, hits, reranker)
        yield candidates(hits, articles, asked, generation.index, ranking.sentences)


def _stands_beside(each: Candidate, best: Candidate) -> bool:
    """Whether a quote may be shown with the best one; one without the number or the time asked for
    may not, where the best one has it."""
    same = each.quote.article.language == best.quote.article.language
    needed = _BESIDE_THE_BEST if same else _BESIDE_ACROSS
    return each.quote.score >= needed * best.quote.score and each.fits >= best.fits


def _silent(
    answer: Answer,
    place: Scope,
    coverage: Coverage,
    nearest: Quote | None,
    started: float,
    missing: tuple[Missing, ...] = (),
) -> Answer:
    """That the coverage does not say, with the nearest miss and what is missing."""
    said = absence(coverage, place.selection, nearest, missing)
    return replace(answer, absence=said, took_ms=_since(started))


def _figures(text: str, quotes: Sequence[Quote], aligner: Embedder) -> tuple[Figure, ...]:
    # few questions ask for a number, and the words of numbers take a moment to be read
    from retrieval.answer.figures.ledger import figures

    return figures(text, quotes, aligner)


def _matched(quote: Quote, stems: frozenset[str]) -> Quote:
    return replace(quote, matches=matches(quote.text, stems))


def _attributed(quote: Quote, known: Speakers) -> Quote:
    return replace(quote, said_by=said_by(quote.article, quote.start, quote.end, known))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
