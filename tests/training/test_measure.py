from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.models.embed import StaticEmbedder
from retrieval.training import measure
from retrieval.training.measure import Judged, ndcg


def test_ndcg_by_hand() -> None:
    scores = np.zeros((3, 12), dtype=np.float32)
    scores[0, 4] = 1  # first
    scores[1, [1, 2]] = (2, 1)  # second
    scores[2, 1:] = 1  # twelfth
    expected = (1 + 1 / np.log2(3) + 0) / 3
    assert ndcg(scores, [4, 2, 0]) == pytest.approx(expected)


def test_dense_takes_the_best_window(embedded: StaticEmbedder) -> None:
    about = "The ferry sank off the coast. Nobody was hurt at all."
    passage = f"{about} Elsewhere prices of bread rose again. Bakers blame a poor harvest of wheat."
    whole = Judged(["bread prices rose"], [passage], [0])
    (query,) = embedded.embed_queries(whole.queries)
    (alone,) = embedded.embed_passages([passage])
    assert measure.dense(embedded, whole)[0, 0] > float(query @ alone)


def test_lexical_scores_are_scaled_for_each_query() -> None:
    scores = measure.lexical(Judged(["ship", "unseen", ""], ["a ship", "a bridge"], [0, 0, 0]))
    assert scores[0].tolist() == [1, 0]
    assert not scores[1:].any()


def test_figures_are_shares(embedded: StaticEmbedder, data: Path) -> None:
    found = measure.figures(data / "dev", embedded)
    assert found["mlqa fused"] == 1
    assert found["headlines ar"] == 1
    assert all(0 <= value <= 1 for value in found.values())
