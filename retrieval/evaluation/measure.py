"""Figures of rankings, by trec_eval (pytrec_eval), which published figures come from too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# The names of `evaluate --json`, and what trec_eval calls the same.
MEASURES = {
    "ndcg@10": "ndcg_cut_10",
    "mrr@10": "recip_rank",
    "recall@1": "recall_1",
    "recall@5": "recall_5",
    "recall@10": "recall_10",
    "recall@100": "recall_100",
}


def figures(
    rankings: Sequence[Sequence[int]], grades: Sequence[Mapping[int, int]]
) -> dict[str, float]:
    """The mean of each measure over all questions, from 0 to 1, by the names of `MEASURES`.

    `rankings[i]` are numbers of texts, best first; `grades[i]` the grade of each judged text, above
    0 for a relevant one. A question whose ranking is empty counts with 0.
    """
    import pytrec_eval  # compiled, and needed by no other command

    wanted = set(MEASURES.values()) - {"recip_rank"}
    judged = {
        str(number): {str(text): max(0, grade) for text, grade in each.items()}
        for number, each in enumerate(grades)
    }
    values = pytrec_eval.RelevanceEvaluator(judged, wanted).evaluate(_run(rankings))
    # trec_eval's reciprocal rank has no cutoff of its own
    first_ten = pytrec_eval.RelevanceEvaluator(judged, {"recip_rank"}).evaluate(
        _run([ranking[:10] for ranking in rankings])
    )
    for number, value in first_ten.items():
        values[number] |= value
    return {
        name: sum(value[theirs] for value in values.values()) / len(grades)
        for name, theirs in MEASURES.items()
    }


def _run(rankings: Sequence[Sequence[int]]) -> dict[str, dict[str, float]]:
    """Rankings as trec_eval takes them. It sorts by score, in single precision, and ties by name:
    descending places instead of scores keep our own order."""
    return {
        str(number): {str(text): float(len(ranking) - place) for place, text in enumerate(ranking)}
        for number, ranking in enumerate(rankings)
    }
