"""Whether a number counts what is asked, on sentences labelled by somebody who had not seen the
rules, half of those that do in other words than the question's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.types import Article, Source
from retrieval.answer.figures.support import supported
from retrieval.types import Quote
from tests.embedders import embedder

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "figures" / "support.jsonl")
    .read_text("utf-8")
    .splitlines()
]
# What was reached; Russian text is told by its units alone.
KEPT = 0.96
REFUSED = {"ar": 0.66, "en": 0.4, "ru": 0.2, "fr": 0.33}


def quote(text: str, language: str) -> Quote:
    return Quote(Article("a", "v", Source("a"), language, text, ()), 0, len(text), 1.0)


def counts(case: dict[str, Any]) -> bool:
    (found,) = supported(case["question"], [quote(case["text"], case["language"])], embedder())
    return found


def share(label: str, counted: bool, language: str | None = None) -> float:
    taken = [
        counts(case)
        for case in CASES
        if case["label"] == label and language in (None, case["language"])
    ]
    assert len(taken) >= 15
    return taken.count(counted) / len(taken)


def test_what_counts_is_seldom_held_for_something_else() -> None:
    assert share("counts", True) >= KEPT


@pytest.mark.parametrize("language", REFUSED)
def test_numbers_of_other_things_are_told(language: str) -> None:
    assert share("other", False, language) >= REFUSED[language]


@pytest.mark.parametrize(
    ("question", "text", "language", "found"),
    [
        ("كم سفينة غرقت؟", "غرقت ثلاث سفن في الميناء.", "ar", True),
        ("كم سفينة غرقت؟", "أصيب 40 عاملا حين اشتعل الرصيف.", "ar", False),
        ("بكم بيعت السفينة؟", "بيعت السفينة بمليوني دولار.", "ar", True),
        ("بكم بيعت السفينة؟", "بيعت السفينة بعد 12 عاما من الخدمة.", "ar", False),
        ("كم دام الإضراب؟", "دام الإضراب شهرا.", "ar", True),
        ("How much did the crane cost?", "The crane weighs 40 tonnes.", "en", False),
        ("How old is the captain?", "The captain, 58, was questioned.", "en", True),
        ("多少艘船沉没?", "أصيب 40 عاملا.", "ar", True),
        ("من غرق؟", "لم يغرق أحد.", "ar", True),
    ],
)
def test_a_number_of_what_is_asked(question: str, text: str, language: str, found: bool) -> None:
    assert supported(question, [quote(text, language)], embedder()) == (found,)
