"""Questions to hits: the ranking, restricted to what can be quoted now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from corpus.store import Coverage, Selection
from retrieval.index.generation import Generation
from retrieval.question.understand import Question
from retrieval.search.rank import Ranking, rank
from retrieval.types import Hit, Reranker


def search(
    asked: Question,
    generation: Generation,
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
    return best(ranking, generation, coverage, limit=limit)


def ranked(
    asked: Question,
    generation: Generation,
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


def best(ranking: Ranking, generation: Generation, coverage: Coverage, *, limit: int) -> list[Hit]:
    """The best passages of a ranking, as `search` has them."""
    ids = generation.passages[ranking.rows]
    hits: list[Hit] = []
    for first in range(0, len(ids), limit):
        found = coverage.passages_by_id(ids[first : first + limit].tolist())
        hits += [
            Hit(found[passage], row, score)
            for passage, row, score in zip(
                ids[first : first + limit].tolist(),
                ranking.rows[first : first + limit].tolist(),
                ranking.scores[first : first + limit].tolist(),
                strict=True,
            )
            if passage in found
        ]
        if len(hits) >= limit:
            break
    hits.sort(key=lambda hit: (-hit.score, hit.passage.article, hit.passage.start))
    return hits[:limit]


def reranked(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The hits in the order of a model that reads question and passage together; the score becomes
    the mean of the two."""
    scores = reranker.scores(question, [hit.passage.text for hit in hits])
    made = [
        replace(hit, score=(hit.score + float(score)) / 2)
        for hit, score in zip(hits, scores, strict=True)
    ]
    return sorted(made, key=lambda hit: (-hit.score, hit.passage.article, hit.passage.start))
