"""When a sentence says that something happened, on sentences labelled by hand."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.days.events import When, event_days

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "eventdays" / "cases.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
FLOOR = 0.95

Found = list[dict[str, Any]]


def found(case: dict[str, Any]) -> Found:
    published = date.fromisoformat(case["published"]) if case["published"] else None
    return [
        {
            "evidence": case["text"][day.start : day.end],
            "date": day.when.iso,
            "until": day.until.iso if day.until else None,
            "precision": "day" if day.when.day else "month",
            "resolved": day.resolved,
        }
        for day in event_days(case["text"], published)
    ]


@pytest.mark.parametrize("held_out", [False, True])
def test_labelled_sentences_are_read_exactly(held_out: bool) -> None:
    cases = [case for case in CASES if case.get("held_out", False) == held_out]
    wrong = [(case["text"], found(case)) for case in cases if found(case) != case["days"]]
    assert len(cases) >= 25
    assert 1 - len(wrong) / len(cases) >= FLOOR, wrong


def test_every_language_is_there() -> None:
    assert len(CASES) >= 80
    for language in ("ar", "en", "ru", "fr"):
        assert sum(case["language"] == language for case in CASES) >= 18


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        # who is named by a relative clause did it, whatever the main verb promises
        ("لن تعترف بالنتائج التي أعلنت في العاصمة الأحد.", "2018-05-21", ["2018-05-20"]),
        # a verb of the present says nothing of which one
        ("The council said it would meet on Thursday.", "2025-07-14", []),
        ("وقعت الحكومة اتفاقا يبدأ تنفيذه صباح السبت.", "2018-03-23", []),
        # of the clause before, not of the one behind
        ("وكان الوزير وصل إلى الميناء، الجمعة، ومن المقرر أن يغادره غداً.", "2018-07-22",
         ["2018-07-20", "2018-07-23"]),
        ("The talks ran from 28 December to 3 January 2025.", "2025-02-01",
         ["2024-12-28/2025-01-03"]),
        ("Last Monday's vote was void, the court said.", "2025-07-11", []),
        ("سيعقد اللقاء في 2 شباط.", "2025-12-20", ["2026-02-02"]),
        ("اجتماع القمة الذي يعقده الزعيم مع ضيفه القادم من الجنوب الثلاثاء.", "2018-06-10", []),
        ("وجاء كلامه تحضيرا للقمة المرتقبة في الجزيرة الثلاثاء.", "2018-06-09", ["2018-06-12"]),
        # the day after publication, told by an article that was changed later, or six days ago
        ("أعلنت الوزارة الأربعاء نتائج الفحص.", "2018-06-12", []),
        ("Улицу 8 Марта перекрыли.", "2025-07-11", []),
        ("The 6 October Bridge, on 32 July, was shut.", None, []),
    ],
)  # fmt: skip
def test_which_day_is_meant(text: str, published: str | None, expected: list[str]) -> None:
    day = date.fromisoformat(published) if published else None
    assert [
        f"{one.when.iso}/{one.until.iso}" if one.until else one.when.iso
        for one in event_days(text, day)
    ] == expected


def test_nothing_relative_where_the_day_of_publication_is_not_known() -> None:
    for text in ("It burned yesterday.", "احترق أمس.", "Сгорело вчера.", "C'était hier."):
        assert event_days(text, date(2025, 7, 11))[0].when == When(2025, 7, 10)
        assert event_days(text, None) == ()


@given(st.dates(date(1991, 1, 8), date(2090, 1, 1)), st.integers(0, 5))
def test_a_weekday_of_the_past_is_the_last_one(published: date, back: int) -> None:
    day = published - timedelta(days=back)
    text = f"The bridge collapsed on {day:%A} after the flood."
    [found] = event_days(text, published)
    assert (found.when, found.resolved) == (When.of(day), True)
    assert text[found.start : found.end] == f"{day:%A}"


@given(st.text(alphabet='الجمعة أمس 12 يوليو/Friday lastпятницу—,.:"«»\n', max_size=80))
def test_ranges_are_in_the_text_and_apart(text: str) -> None:
    end = 0
    for day in event_days(text, date(2025, 7, 11)):
        assert end <= day.start < day.end <= len(text)
        end = day.end
