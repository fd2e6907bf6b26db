"""What is measured: functions from a folder of development sets to named figures.

A further measure is one more line in `MEASURES`; its figures must be better the higher they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

from retrieval.evaluation.beir import JudgedText, Judgments, Question
from retrieval.evaluation.evaluate import Prepared, evaluate, prepare
from retrieval.types import Channel, Embedder
from tests.quality.answers import answers_in_quotes
from tests.quality.events import FILES, questions_on_events
from tests.quality.seeds import SEEDS, questions_on_seeds
from tests.quality.sets import HEADLINES, QUESTIONS, read_rows

FIGURES = ("ndcg@10", "recall@1")

ASKING = ("en", "es", "de", "ru", "zh", "tr", "fr", "fa", "ko", "he", "ar")
# The languages other systems are compared in; one figure for work on names and translation.
AVERAGED = ASKING[:6]
_BODY = "ar"


@dataclass(frozen=True, slots=True)
class Measure:
    """`take(folder, embedder)` gives the figures; `files` are those of `folder` it reads."""

    name: str
    files: tuple[str, ...]
    take: Callable[[Path, Embedder], dict[str, float]]


def questions_over_passages(file: str, folder: Path, embedder: Embedder) -> dict[str, float]:
    """Every distinct passage is the corpus, every question a query, its own passage relevant."""
    rows = read_rows(folder / file)
    passages = list(dict.fromkeys(row["passage"] for row in rows))
    names = {passage: _name("p", number) for number, passage in enumerate(passages)}
    entries = [JudgedText(names[passage], None, passage) for passage in passages]
    questions = [Question(_name("q", number), row["question"]) for number, row in enumerate(rows)]
    judgments = {
        question.id: {names[row["passage"]]: 1}
        for question, row in zip(questions, rows, strict=True)
    }
    return _figures(prepare(entries, embedder), questions, judgments)


def headlines_over_bodies(folder: Path, embedder: Embedder) -> dict[str, float]:
    """The headline of each story in each language over the Arabic bodies, and means of some."""
    rows = read_rows(folder / f"{HEADLINES}.jsonl.gz")
    entries = [
        JudgedText(_name("p", number), None, row["body"][_BODY]) for number, row in _stories(rows)
    ]
    prepared = prepare(entries, embedder)
    figures: dict[str, float] = {}
    for language in ASKING:
        questions = [
            Question(_name("q", number), row["headline"][language])
            for number, row in _stories(rows)
            if row["headline"].get(language)
        ]
        judgments = {question.id: {f"p{question.id[1:]}": 1} for question in questions}
        taken = _figures(prepared, questions, judgments)
        figures |= {f"{language} {name}": figure for name, figure in taken.items()}
    for name in taken:
        figures[f"mean {name}"] = fmean(figures[f"{language} {name}"] for language in AVERAGED)
    return figures


def _figures(
    prepared: Prepared, questions: Sequence[Question], judgments: Judgments
) -> dict[str, float]:
    """The figures of every channel, named like «hybrid ndcg@10»."""
    outcomes = [evaluate(prepared, questions, judgments, channel) for channel in Channel]
    return {
        f"{outcome.channel} {name}": outcome.figures[name]
        for outcome in outcomes
        for name in FIGURES
    }


def _stories(rows: Sequence[dict[str, Any]]) -> Iterable[tuple[int, dict[str, Any]]]:
    return ((number, row) for number, row in enumerate(rows) if row["body"].get(_BODY))


def _name(kind: str, number: int) -> str:
    return f"{kind}{number:06}"


MEASURES = (
    *(
        Measure(name, (f"{name}.jsonl.gz",), partial(questions_over_passages, f"{name}.jsonl.gz"))
        for name in QUESTIONS
    ),
    *(
        Measure(f"answers {name}", (f"{name}.jsonl.gz",), partial(answers_in_quotes, name))
        for name in QUESTIONS
    ),
    Measure(HEADLINES, (f"{HEADLINES}.jsonl.gz",), headlines_over_bodies),
    Measure("events", FILES, questions_on_events),
    Measure("seeds", SEEDS, questions_on_seeds),
)
