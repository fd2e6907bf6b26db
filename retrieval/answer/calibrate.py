"""How good a quote must be before it is an answer, learned from questions whose answer is known.

Questions are asked of coverage that answers them and of coverage that does not: of other coverage
(far), and of the right coverage without the passage that answers (near). A logistic model weighs
what speaks for the best quote, with no weight below zero; the threshold of a state is what all but
a few answerable questions reach (quantile), so that silence costs few answers and wrong answers pay
for the rest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from corpus.demo.coverage import DEMO_DAY, demo_articles, demo_questions
from corpus.ingest import ingest
from corpus.language.detect import detect
from corpus.store import Coverage
from retrieval.answer.ask import quotable
from retrieval.answer.judge.network import judge_for
from retrieval.answer.quote.candidates import Candidate
from retrieval.answer.silence import Calibration
from retrieval.index.generation import build
from retrieval.question.expand import expansions
from retrieval.question.understand import understand
from retrieval.search.search import ranked
from retrieval.types import Embedder

# The share of answerable questions that may go unanswered for the sake of silence: within a
# language, and across languages, where what is right and what is wrong lie closer together.
UNANSWERED = {True: 0.05, False: 0.055}
_RIDGE = 1e-3
# The fields of `Calibration` that are weights and learned.
_EVIDENCE = ("dense", "lexical", "words", "names", "unfit", "elsewhere", "few")
# What counts of the judge's own logit: less than one, it answers more near misses; more, it refuses
# more short questions (docs/experiments.md).
_TOLD = 1.0


class SampleKind(StrEnum):
    """Whether the coverage answers a question; else whether it is about the same event."""

    ANSWERABLE = "answerable"
    NEAR = "near"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Sample:
    """The best quote found for a question, from one of several sets, which count alike."""

    set: str
    kind: SampleKind
    same_language: bool
    best: Candidate


def calibrate(samples: Sequence[Sample], embedder: Embedder) -> Calibration:
    """Weights and thresholds from samples, at least one answerable in each state."""
    evidence = np.array([_evidence(sample.best) for sample in samples])
    answerable = np.array([sample.kind is SampleKind.ANSWERABLE for sample in samples])
    same = np.array([sample.same_language for sample in samples])
    shares = _shares(samples)
    weights = _logistic(
        np.column_stack([evidence, same, np.ones(len(samples))]), answerable, shares
    )
    weighed = dict(zip(_EVIDENCE, (round(float(weight), 3) for weight in weights), strict=False))
    told = _TOLD if judge_for(embedder.digest) else 0.0
    made = Calibration(
        embedder.digest, **weighed, told=told, same_language=0.0, across_languages=0.0, figures={}
    )
    reached = np.array([made.evidence(sample.best) for sample in samples])
    needed = {
        state: _quantile(reached[held], shares[held], UNANSWERED[state])
        for state, held in ((True, answerable & same), (False, answerable & ~same))
    }
    figures = {}
    for kind in SampleKind:
        for state, name in ((True, "same_language"), (False, "across_languages")):
            held = np.array([sample.kind is kind for sample in samples]) & (same == state)
            if held.any():
                answered = float(np.average(reached[held] >= needed[state], weights=shares[held]))
                figures[f"{kind} {name} answered"] = round(answered, 3)
    return replace(
        made,
        same_language=round(needed[True], 3),
        across_languages=round(needed[False], 3),
        figures=figures,
    )


def demo_samples(embedder: Embedder) -> list[Sample]:
    """The questions of the demo coverage, asked of it."""
    with tempfile.TemporaryDirectory(prefix="pullquote-calibration-") as folder:
        coverage = Coverage.open(Path(folder) / "coverage.sqlite")
        try:
            ingest([demo_articles()], coverage, today=DEMO_DAY)
            return samples_of(coverage, Path(folder) / "index", embedder, demo_questions())
        finally:
            coverage.close()


def samples_of(
    coverage: Coverage, folder: Path, embedder: Embedder, questions: Iterable[dict[str, str]]
) -> list[Sample]:
    """The best quote for each question, given with its `question` and `kind`, in an index made in
    `folder`; those without any are left out."""
    generation = build(folder, coverage, embedder)
    languages, judge = coverage.languages(), judge_for(embedder.digest)
    made = []
    for each in questions:
        text = each["question"]
        asked = understand(text, generation.index, embedder, expansions(text, None, languages))
        ranking = ranked(asked, generation, coverage)
        found = next(quotable(asked, ranking, generation, coverage, judge), [])
        if found:
            same = found[0].quote.article.language == detect(text)
            made.append(Sample("demo", SampleKind(each["kind"]), same, found[0]))
    return made


def _evidence(best: Candidate) -> tuple[float, ...]:
    """In the order of `_EVIDENCE`; more is better."""
    return (
        best.dense,
        best.lexical,
        best.words,
        best.names,
        -float(not best.fits),
        -float(best.elsewhere),
        -best.few,
    )


def _shares(samples: Sequence[Sample]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What each sample counts: sets alike, and in a set answerable and unanswerable questions."""
    groups = [(sample.set, sample.kind is SampleKind.ANSWERABLE) for sample in samples]
    sizes = {group: groups.count(group) for group in set(groups)}
    return np.array([1 / sizes[group] for group in groups])


def _logistic(
    evidence: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    answerable: np.ndarray[tuple[int], np.dtype[np.bool_]],
    shares: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The weights of a logistic regression, none of the evidence below zero; the last two columns
    are free and not held small."""
    signs = np.where(answerable, 1.0, -1.0)
    share = shares / shares.sum()
    columns = evidence.shape[1]

    def loss(weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        missed = np.logaddexp(0, -signs * (evidence @ weights))
        return float(share @ missed + _RIDGE * (weights[:-2] ** 2).sum())

    bounds = [(0, None)] * (columns - 2) + [(None, None)] * 2
    found = minimize(loss, np.zeros(columns), method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x, dtype=np.float64)


def _quantile(
    reached: np.ndarray[tuple[int], np.dtype[np.float64]],
    shares: np.ndarray[tuple[int], np.dtype[np.float64]],
    missed: float,
) -> float:
    """The evidence that all but a share of these samples reach."""
    order = np.argsort(reached)
    cumulated = np.cumsum(shares[order]) / shares.sum()
    return float(reached[order][np.searchsorted(cumulated, missed)])
