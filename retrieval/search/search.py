"""Questions to hits: the ranking, restricted to what can be quoted now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from corpus.store import Coverage, Selection
from corpus.types import Article
from retrieval.index.features import Indexed
from retrieval.question.understand import Question
from retrieval.search.rank import Ranking, rank
from retrieval.types import Hit, Reranker


def search(
    asked: Question,
    generation: Indexed,
    coverage: Coverage,
    *,
    selection: Selection | None = None,
    limit: int = 20,
) -> list[Hit]:
    """The best passages for a question, best first; ties by article and start.

    Passages of removed or superseded articles are left out; with a `selection` only its articles
    are searched.
    """
    if not limit:
        return []
    ranking = ranked(asked, generation, coverage, selection=selection)
    return next(
        (hits for hits, _ in pages(ranking, generation, coverage, size=limit, most=limit)), []
    )


def ranked(
    asked: Question,
    generation: Indexed,
    coverage: Coverage,
    *,
    selection: Selection | None = None,
) -> Ranking:
    """The ranking of `search`, which may be looked into more than once."""
    allowed = None
    if selection and not selection.everything:
        ids = np.array(coverage.passage_ids(selection), dtype=np.int64)
        allowed = generation.rows(ids)
    return rank(asked, generation.index, allowed)


def pages(
    ranking: Ranking, generation: Indexed, coverage: Coverage, *, size: int, most: int
) -> Iterator[tuple[list[Hit], dict[str, Article]]]:
    """The best passages of a ranking that can be quoted now, at most `most` of them, `size` at a
    time, with their articles, each page read when it is asked for; ties by article and start."""
    ids = generation.ids(ranking.rows).tolist()
    rows, scores = ranking.rows.tolist(), ranking.scores.tolist()
    waiting: list[Hit] = []
    articles: dict[str, Article] = {}
    first = given = 0
    while given < most and (waiting or first < len(ids)):
        while len(waiting) < size and first < len(ids):
            last = first + size
            found, around = coverage.quotable(ids[first:last])
            articles = around | articles  # hits wait with the text they were found in
            here = zip(ids[first:last], rows[first:last], scores[first:last], strict=True)
            waiting += [Hit(found[at], row, score) for at, row, score in here if at in found]
            first = last
        page = waiting[: min(size, most - given)]
        waiting = waiting[len(page) :]
        given += len(page)
        if page:
            page.sort(key=lambda hit: (-hit.score, hit.passage.article, hit.passage.start))
            yield page, articles


def reranked(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The hits in the order of a model that reads question and passage together; the score becomes
    the mean of the two."""
    scores = reranker.scores(question, [hit.passage.text for hit in hits])
    made = [
        replace(hit, score=(hit.score + float(score)) / 2)
        for hit, score in zip(hits, scores, strict=True)
    ]
    return sorted(made, key=lambda hit: (-hit.score, hit.passage.article, hit.passage.start))
