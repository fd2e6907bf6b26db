"""A question's way: question → search → quotes → answer or absence."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from corpus.languages import detect
from corpus.store import Coverage, Selection
from retrieval.answer.fold import fold
from retrieval.answer.matches import matches
from retrieval.answer.question import Asked, is_greeting, understand
from retrieval.answer.quote import Candidate, candidates
from retrieval.answer.silence import Calibration, Spoken
from retrieval.embed import Embedder
from retrieval.expand import Expansion
from retrieval.generation import Generation
from retrieval.rerank import Reranker
from retrieval.search import reranked, search
from retrieval.types import Absence, Answer, Filters, Quote

# Hits looked into for quotes, for each quote asked for.
HITS_PER_QUOTE = 4
# A quote that scores less than this share of the best one is noise beside it; one that scores more
# may be the answer, whether or not it would be one alone.
_BESIDE_THE_BEST = 0.6


def ask(
    question: str,
    generation: Generation,
    embedder: Embedder,
    coverage: Coverage,
    *,
    limit: int = 3,
    filters: Filters | None = None,
    calibration: Calibration,
    expansions: Sequence[Expansion] = (),
    bridge: bool = True,
    reranker: Reranker | None = None,
) -> Answer:
    """At most `limit` quotes that answer `question`, or an absence. Raises `InputError` for a
    question that `understand` refuses."""
    started = time.perf_counter()
    applied = filters or Filters()
    asked = understand(question, generation.index, embedder, expansions, bridge=bridge)
    selection = coverage.select(applied.outlets, applied.since, applied.until, applied.language)
    found = (
        []
        if selection is None or is_greeting(question)
        else look_for(
            asked, generation, coverage, limit=limit, selection=selection, reranker=reranker
        )
    )
    spoken = Spoken(asked.sought.words, detect(question), coverage.languages())
    beside = fold(
        (each for each in found if _stands_beside(each, found[0])),
        coverage,
        asked,
        limit=limit,
        selection=selection,
    )
    answered = any(calibration.answers(each, spoken) for each in beside)
    stems = asked.stems | {term.removeprefix("=") for term in asked.bridges}
    quotes = tuple(_matched(each.quote, stems) for each in beside if answered)
    return Answer(
        question=question,
        language=spoken.language,
        quotes=quotes,
        absence=None if quotes else _absence(coverage, selection, found, stems),
        filters=applied,
        expanded=asked.expanded,
        index=generation.name,
        took_ms=(time.perf_counter() - started) * 1000,
    )


def look_for(
    asked: Asked,
    generation: Generation,
    coverage: Coverage,
    *,
    limit: int = 3,
    selection: Selection | None = None,
    reranker: Reranker | None = None,
) -> list[Candidate]:
    """What may be quoted for a question, best first, from as many passages as `limit` quotes
    need."""
    hits = search(asked, generation, coverage, selection=selection, limit=limit * HITS_PER_QUOTE)
    if reranker:
        hits = reranked(asked.text, hits, reranker)
    articles = {
        article: stored
        for article in {hit.passage.article for hit in hits}
        if (stored := coverage.article(article))
    }
    hits = [hit for hit in hits if hit.passage.article in articles]
    return candidates(hits, articles, asked, generation.index)


def _stands_beside(each: Candidate, best: Candidate) -> bool:
    """Whether a quote may be shown with the best one; one without the number or the time asked for
    may not, where the best one has it."""
    return each.quote.score >= _BESIDE_THE_BEST * best.quote.score and each.fits >= best.fits


def _matched(quote: Quote, stems: frozenset[str]) -> Quote:
    return replace(quote, matches=matches(quote.text, stems))


def _absence(
    coverage: Coverage,
    selection: Selection | None,
    found: Sequence[Candidate],
    stems: frozenset[str],
) -> Absence:
    nearest = _matched(found[0].quote, stems) if found else None
    if selection is None:
        return Absence(0, 0, None, None, 0, None)
    since, until, undated = coverage.span(selection)
    return Absence(
        articles=coverage.count(selection)[0],
        outlets=coverage.count_outlets(selection),
        since=since,
        until=until,
        undated=coverage.undated_dropped(selection) or undated,
        nearest=nearest,
    )
