"""A question's way: question → search → quotes → answer or absence."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, takewhile

from corpus.attribution.aliases import Aliases
from corpus.language.detect import detect
from corpus.store import Coverage
from retrieval.answer.absence import absence
from retrieval.answer.figures.ledger import figures
from retrieval.answer.quote.candidates import Candidate, candidates
from retrieval.answer.quote.fold import fold
from retrieval.answer.quote.matches import matches
from retrieval.answer.silence import Calibration, Spoken
from retrieval.answer.speakers.attribution import said_by, speaker_asked
from retrieval.answer.speakers.favoured import favoured
from retrieval.index.generation import Generation
from retrieval.question.expand import Expansion
from retrieval.question.filters import read, scope
from retrieval.question.understand import Question, is_greeting, understand
from retrieval.question.wanted import Wanted
from retrieval.search.rank import Ranking
from retrieval.search.search import best, ranked, reranked
from retrieval.types import Answer, Embedder, Filters, Hit, Quote, Reranker

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
    today: date | None = None,
    aliases: Aliases | None = None,
) -> Answer:
    """At most `limit` quotes that answer `question`, or an absence: where both the `filters` and
    the question itself allow. `today` is the day of whoever asks. Raises `InputError` for a
    question that `understand` refuses."""
    started = time.perf_counter()
    said = read(question, coverage, today, aliases)
    others = [each for each in expansions if not said.covers(each.start, each.end)]
    asked = understand(said.rest(question), generation.index, embedder, others, bridge=bridge)
    asked = replace(asked, days=said.events)
    place = scope(said, filters or Filters(), coverage, generation, today=today, aliases=aliases)
    selection = place.selection
    ranking = (
        None
        if selection is None or is_greeting(question)
        else ranked(asked, generation, coverage, selection=selection)
    )
    found = look_for(asked, ranking, generation, coverage, reranker=reranker) if ranking else []
    if found and (speaker := speaker_asked(question)):
        found = favoured(found, speaker)
    spoken = Spoken(asked.sought.words, detect(question), coverage.languages())
    first = [each for each in found if _stands_beside(each, found[0])]
    beside = fold([first], coverage, asked, limit=max(limit, _DECIDING), selection=place.whole)
    answered = any(calibration.answers(each, spoken) for each in beside[:_DECIDING])
    if ranking and answered and len(beside) < limit:
        deeper = look_further(asked, ranking, generation, coverage, reranker=reranker)
        more = ([each for each in one if _stands_beside(each, found[0])] for one in deeper)
        rounds = chain([first], takewhile(bool, more))
        beside = fold(rounds, coverage, asked, limit=limit, selection=place.whole)
    stems = asked.stems | {term.removeprefix("=") for term in asked.bridges}
    quotes = tuple(_attributed(_matched(one.quote, stems)) for one in beside[:limit] if answered)
    nearest = _matched(found[0].quote, stems) if found and not quotes else None
    return Answer(
        question=question,
        language=spoken.language,
        quotes=quotes,
        absence=None if quotes else absence(coverage, selection, nearest),
        filters=place.filters,
        expanded=asked.expanded,
        index=generation.name,
        figures=(
            figures(question, quotes, generation.index.aligner)
            if asked.wanted is Wanted.NUMBER
            else ()
        ),
        took_ms=(time.perf_counter() - started) * 1000,
    )


def look_for(
    asked: Question,
    ranking: Ranking,
    generation: Generation,
    coverage: Coverage,
    *,
    reranker: Reranker | None = None,
) -> list[Candidate]:
    """What may be quoted for a question, best first, from the best `HITS` passages."""
    hits = best(ranking, generation, coverage, limit=HITS)
    return _quotable(hits, asked, generation, coverage, reranker)


def look_further(
    asked: Question,
    ranking: Ranking,
    generation: Generation,
    coverage: Coverage,
    *,
    reranker: Reranker | None = None,
) -> Iterator[list[Candidate]]:
    """What may be quoted from the passages after those of `look_for`, `HITS` at a time."""
    seen = best(ranking, generation, coverage, limit=HITS)
    every = best(ranking, generation, coverage, limit=HITS * ROUNDS)
    rows = {hit.row for hit in seen}
    rest = [hit for hit in every if hit.row not in rows]
    for first in range(0, len(rest), HITS):
        yield _quotable(rest[first : first + HITS], asked, generation, coverage, reranker)


def _quotable(
    hits: Sequence[Hit],
    asked: Question,
    generation: Generation,
    coverage: Coverage,
    reranker: Reranker | None,
) -> list[Candidate]:
    if reranker:
        hits = reranked(asked.text, hits, reranker)
    articles = coverage.articles_by_id({hit.passage.article for hit in hits})
    hits = [hit for hit in hits if hit.passage.article in articles]
    return candidates(hits, articles, asked, generation.index)


def _stands_beside(each: Candidate, best: Candidate) -> bool:
    """Whether a quote may be shown with the best one; one without the number or the time asked for
    may not, where the best one has it."""
    same = each.quote.article.language == best.quote.article.language
    needed = _BESIDE_THE_BEST if same else _BESIDE_ACROSS
    return each.quote.score >= needed * best.quote.score and each.fits >= best.fits


def _matched(quote: Quote, stems: frozenset[str]) -> Quote:
    return replace(quote, matches=matches(quote.text, stems))


def _attributed(quote: Quote) -> Quote:
    return replace(quote, said_by=said_by(quote.article, quote.start, quote.end))
