"""Asking all questions of a judged set and measuring where the relevant texts come.

No cleaning, folding or threshold takes part. A text scores by its best part and counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from corpus.errors import InputError
from retrieval.evaluation.beir import JudgedText, Question
from retrieval.evaluation.measure import figures
from retrieval.evaluation.ranking import Parts, build, rank
from retrieval.types import Channel, Embedder

# Texts of a ranking that are looked at: as many as the deepest measure needs.
DEPTH = 100

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A corpus and its index. The entries are in the order of their ids, so that no figure depends
    on the order of lines in a file."""

    entries: tuple[JudgedText, ...]
    parts: Parts
    rows: int
    """As many of the best rows as surely hold `DEPTH` texts."""


@dataclass(frozen=True, slots=True)
class Placing:
    """How one question went. Texts are numbers of `Prepared.entries`, ranks count from 1.

    `relevant` is the relevant text that was ranked best, else that of the highest grade; its `rank`
    is None when it is not among the first `DEPTH`. `first` is the text ranked first, None when
    nothing was found. `ms` covers understanding the question and ranking. `refusal` says why a
    question could not be asked at all.
    """

    question: Question
    relevant: int
    rank: int | None
    first: int | None
    ms: float
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one channel reached: its figures by the names of `measure.MEASURES`, 0 to 1, and how
    each question went."""

    channel: Channel
    passages: int
    figures: dict[str, float]
    placings: tuple[Placing, ...]

    def query_ms(self, percentile: float) -> float:
        """A percentile of the milliseconds a question took."""
        return float(np.percentile([placing.ms for placing in self.placings], percentile))


def prepare(
    corpus: Iterable[JudgedText], embedder: Embedder, step: Step = lambda done, total: None
) -> Prepared:
    """Index a corpus. An entry without a text stands for its headline. Raises `InputError`."""
    entries = tuple(sorted(corpus, key=lambda entry: entry.id))
    texts = [entry.text if entry.text.strip() else entry.headline or "" for entry in entries]
    parts = build(texts, [entry.headline for entry in entries], embedder, step)
    sizes = np.sort(np.bincount(parts.owners))[::-1]
    return Prepared(entries, parts, int(sizes[:DEPTH].sum()))


def evaluate(
    prepared: Prepared,
    questions: Sequence[Question],
    judgments: Mapping[str, Mapping[str, int]],
    channel: Channel,
    step: Step = lambda done, total: None,
) -> Outcome:
    """Ask `questions`, each of which has a relevant text in `judgments`.

    A question that cannot be asked finds nothing and counts as lost. `step(done, total)` is called
    with the number of questions asked.
    """
    numbers = {entry.id: number for number, entry in enumerate(prepared.entries)}
    grades = [
        {numbers[entry]: grade for entry, grade in judgments[question.id].items()}
        for question in questions
    ]
    placings: list[Placing] = []
    rankings: list[list[int]] = []
    for done, (question, graded) in enumerate(zip(questions, grades, strict=True), start=1):
        refusal = None
        started = perf_counter()
        try:
            ranking = _texts(question, prepared, channel)
        except InputError as error:
            ranking, refusal = [], str(error)
        took = (perf_counter() - started) * 1000
        placings.append(_placing(question, ranking, graded, took, refusal))
        rankings.append(ranking)
        step(done, len(questions))
    reached = figures(rankings, grades)
    return Outcome(channel, len(prepared.entries), reached, tuple(placings))


def _texts(question: Question, prepared: Prepared, channel: Channel) -> list[int]:
    """The first `DEPTH` texts, best first, ties by id."""
    best: dict[int, float] = {}
    for row, score in rank(question.text, prepared.parts, channel, prepared.rows):
        text = prepared.parts.owners[row]
        best[text] = max(score, best.get(text, score))
    return sorted(best, key=lambda text: (-best[text], text))[:DEPTH]


def _placing(
    question: Question,
    ranking: list[int],
    grades: Mapping[int, int],
    ms: float,
    refusal: str | None,
) -> Placing:
    first = ranking[0] if ranking else None
    for place, text in enumerate(ranking, start=1):
        if grades.get(text, 0) > 0:
            return Placing(question, text, place, first, ms, refusal)
    relevant = min(grades, key=lambda text: (-grades[text], text))
    return Placing(question, relevant, None, first, ms, refusal)
