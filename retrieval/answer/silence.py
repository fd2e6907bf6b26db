"""When to answer and when to stay silent: a first threshold.

Two things speak for a quote: the cosine of its sentences with the question, and the share of the
question's content words it carries, rare ones weighing more, those that stand nowhere in the
coverage counting against. Between languages both are smaller, so less is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.answer.quote import Candidate


@dataclass(frozen=True, slots=True)
class Threshold:
    """What the cosine and `weight` times the share must reach together. Set on the questions of
    the demo, answerable and not (docs/evaluation.md)."""

    same_language: float = 0.43
    across_languages: float = 0.33
    weight: float = 0.5

    def answers(self, candidate: Candidate, language: str) -> bool:
        """Whether a candidate is good enough for a question in `language`."""
        same = candidate.quote.article.language == language
        needed = self.same_language if same else self.across_languages
        return candidate.dense + self.weight * candidate.shared >= needed
