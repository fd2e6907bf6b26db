"""Questions to hits: both channels, fused.

Each channel proposes its best passages; every proposed passage then gets the scores of both. The
fused score is the sum of the cosine and of the lexical share relative to the question's best one,
so that neither channel needs to know the other's scale, and where one is silent the other decides.
"""

from __future__ import annotations

import numpy as np

from corpus.store import Coverage, Selection
from retrieval.answer.question import Asked
from retrieval.dense import Rows
from retrieval.generation import Generation
from retrieval.types import Hit

# Passages each channel proposes.
PROPOSED = 60


def search(
    asked: Asked,
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
    allowed = None
    if selection and not selection.everything:
        ids = np.array(coverage.passage_ids(selection), dtype=np.int64)
        allowed = generation.rows(ids)
        if not len(allowed):
            return []
    shares = generation.lexical.scores(asked.text)
    rows = _proposed(generation, asked.vector, shares, allowed)
    if not len(rows):
        return []
    cosines = generation.dense.cosines(asked.vector, rows)
    share = shares[rows]
    fused = cosines + share / max(float(share.max()), 1e-9)
    found = coverage.passages_by_id(generation.passages[rows].tolist())
    hits = [
        Hit(
            found[passage],
            float(fused[place]),
            float(cosines[place]),
            float(share[place]) or None,
        )
        for place, passage in enumerate(generation.passages[rows].tolist())
        if passage in found
    ]
    hits.sort(key=lambda hit: (-hit.score, hit.passage.article, hit.passage.start))
    return hits[:limit]


def _proposed(
    generation: Generation,
    query: np.ndarray[tuple[int], np.dtype[np.float32]],
    shares: np.ndarray[tuple[int], np.dtype[np.float32]],
    allowed: Rows | None,
) -> Rows:
    near, _ = generation.dense.search(query, PROPOSED, allowed)
    candidates = shares if allowed is None else shares[allowed]
    best = np.argsort(-candidates, kind="stable")[:PROPOSED]
    best = best[candidates[best] > 0]
    return np.union1d(near, best if allowed is None else allowed[best])
