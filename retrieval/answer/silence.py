"""When to answer and when to stay silent: a first threshold.

Two things speak for a quote: the cosine of its sentences with the question, and the share of the
question's words it carries, each word weighted by its rarity, words that stand nowhere in the
coverage counting against. Words of another script cannot be shared; then the cosine decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.answer.quote import Candidate


@dataclass(frozen=True, slots=True)
class Threshold:
    """A quote answers when its cosine reaches `cosine` less `relief` times the share of the
    question's words that it carries. Set on the demo's cases (docs/evaluation.md)."""

    cosine: float = 0.5
    relief: float = 0.3

    def answers(self, candidate: Candidate) -> bool:
        return candidate.dense + self.relief * candidate.shared >= self.cosine
