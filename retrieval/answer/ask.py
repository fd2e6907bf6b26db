"""A question's way: question → search → quotes → answer or absence."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from corpus.errors import InputError
from corpus.languages import detect
from corpus.store import Coverage, Selection
from retrieval.analyse import stem, words
from retrieval.answer.matches import matches
from retrieval.answer.quote import Asked, Candidate, candidates, fold
from retrieval.answer.silence import Threshold, weights
from retrieval.embed import Embedder
from retrieval.generation import Generation
from retrieval.search import search
from retrieval.types import Absence, Answer, Filters, Quote

LONGEST_QUESTION = 2_000
# Hits looked into for quotes, for each quote asked for.
_HITS_PER_QUOTE = 6


def ask(
    question: str,
    generation: Generation,
    embedder: Embedder,
    coverage: Coverage,
    *,
    limit: int = 3,
    filters: Filters | None = None,
    threshold: Threshold | None = None,
) -> Answer:
    """At most `limit` quotes that answer `question`, or an absence. Raises `InputError` for a
    question without words or longer than `LONGEST_QUESTION` characters."""
    started = time.perf_counter()
    applied = filters or Filters()
    asked = _asked(question, generation, embedder)
    selection = coverage.select(applied.outlets, applied.since, applied.until, applied.language)
    hits = (
        []
        if selection is None
        else search(
            question,
            generation,
            embedder,
            coverage,
            selection=selection,
            limit=limit * _HITS_PER_QUOTE,
        )
    )
    articles = {
        article: stored
        for article in {hit.passage.article for hit in hits}
        if (stored := coverage.article(article))
    }
    hits = [hit for hit in hits if hit.passage.article in articles]
    found = fold(candidates(hits, articles, asked, embedder))
    found.sort(key=lambda each: (-each.quote.score, each.quote.article.id, each.quote.start))
    rule = threshold or Threshold()
    enough = [each for each in found if rule.answers(each)]
    stems = set(asked.weights)
    quotes = tuple(_matched(each.quote, stems) for each in enough[:limit])
    return Answer(
        question=question,
        language=detect(question),
        quotes=quotes,
        absence=None if quotes else _absence(coverage, selection, found, stems),
        filters=applied,
        index=generation.name,
        took_ms=(time.perf_counter() - started) * 1000,
    )


def _asked(question: str, generation: Generation, embedder: Embedder) -> Asked:
    if not words(question):
        raise InputError("the question has no words: ask something like «متى وصل لافروف؟»")
    if len(question) > LONGEST_QUESTION:
        raise InputError(
            f"the question has {len(question)} characters; at most {LONGEST_QUESTION} are read"
        )
    stems = [stem(word) for word in words(question)]
    return Asked(embedder.embed_queries([question])[0], weights(stems, generation.lexical))


def _matched(quote: Quote, stems: set[str]) -> Quote:
    return replace(quote, matches=matches(quote.text, stems))


def _absence(
    coverage: Coverage,
    selection: Selection | None,
    found: Sequence[Candidate],
    stems: set[str],
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
