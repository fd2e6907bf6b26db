"""Absences: what was searched, the nearest miss as a miss, and why nothing was left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from bot.words import LANGUAGES, words
from bot.words.coverage import absence_text, filters_text
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Absence, Filters

Pullquote = Callable[..., CompletedProcess[str]]

ELSEWHERE = "Who won the World Cup final?"
DAY = date(2025, 7, 12)
NOTHING = Absence(0, 0, None, None, 0, None)


@pytest.fixture(scope="module")
def engine(demo_home: Path, embedded: StaticEmbedder) -> Iterator[Engine]:
    opened = Engine.open(demo_home, embedded)
    yield opened
    opened.coverage.close()


def test_what_was_searched_under_filters(engine: Engine) -> None:
    every = engine.ask(ELSEWHERE).absence
    assert every
    assert (every.articles, every.outlets, every.undated) == (16, 10, 3)
    assert (every.since, every.until) == (date(2025, 7, 11), date(2025, 7, 14))
    outlet = engine.ask(ELSEWHERE, filters=Filters(outlets=("Harbour Post",))).absence
    assert outlet
    assert (outlet.articles, outlet.outlets, outlet.undated) == (2, 1, 0)
    day = engine.ask(ELSEWHERE, filters=Filters(since=DAY, until=DAY)).absence
    assert day
    assert (day.articles, day.since, day.until, day.undated) == (3, DAY, DAY, 3)


def test_what_cites_an_agency_is_counted(engine: Engine) -> None:
    answer = engine.ask("According to Yonhap, who won the World Cup final?")
    assert answer.absence
    assert 0 < answer.absence.articles < 16
    assert answer.absence.nearest
    nearest = answer.absence.nearest.article
    assert nearest.source.agency == "يونهاب" or any(
        name in nearest.body for name in ("Yonhap", "يونهاب", "Ёнхап")
    )


def test_the_nearest_miss_is_no_quote(engine: Engine, pullquote: Pullquote, home: Path) -> None:
    answer = engine.ask(ELSEWHERE)
    assert answer.quotes == ()
    assert answer.absence
    assert answer.absence.nearest
    shown = pullquote("ask", ELSEWHERE, home=home).stdout
    assert words("en").say("nearest") in shown
    assert "Harbour Post (demo)" in shown
    assert "«" not in shown
    assert answer.absence.nearest.text in " ".join(shown.split())
    told = json.loads(pullquote("ask", ELSEWHERE, "--json", home=home).stdout)
    assert told["quotes"] == []
    assert told["absence"]["nearest"]["text"] == answer.absence.nearest.text


@pytest.mark.parametrize(
    ("question", "options", "said"),
    [
        ("In France 24, who came?", (), "The coverage has no articles from France 24."),
        ("What did Reuters say about Kim?", (), "No article is signed by Reuters or cites it."),
        ("Who came?", ("--outlet", "nobody"), "The coverage has no articles from nobody."),
        ("Who came?", ("--since", "2026-01-01"), "These limits leave no article to search."),
        ("Who came?", ("--language", "xx"), "These limits leave no article to search."),
        (
            "According to Harbour Post, who came?",
            ("--outlet", "meridian"),
            "These limits leave no article to search.",
        ),
        ("hello", (), words("en").say("greeting")),
    ],
)
def test_why_nothing_was_left(
    question: str, options: tuple[str, ...], said: str, pullquote: Pullquote, home: Path
) -> None:
    ran = pullquote("ask", question, *options, home=home)
    assert ran.returncode == 1
    assert said in ran.stdout
    assert "«" not in ran.stdout


def test_filters_that_were_applied_are_shown(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", "According to Harbour Post, what did Lavrov carry?", home=home)
    assert "Searched only: articles from Harbour Post (demo)." in ran.stdout
    assert "«" in ran.stdout
    ran = pullquote("ask", "What was published on 3 March 2024 about Lavrov?", home=home)
    assert words("en").say("day_undone") in ran.stdout
    told = pullquote("ask", "What was published on 12 July on Kim?", "--json", home=home)
    assert json.loads(told.stdout)["filters"] == {
        "outlets": [],
        "agencies": [],
        "since": "2025-07-12",
        "until": "2025-07-12",
        "from_question": True,
        "undone": False,
    }


def test_undated_articles_that_a_day_in_the_question_drops_are_told(
    pullquote: Pullquote, home: Path
) -> None:
    ran = pullquote("ask", "What was published on 12 July about Lavrov?", home=home)
    assert ran.stderr == "pullquote: Left out, as their day is unknown: 3 articles.\n"


def test_an_empty_coverage(pullquote: Pullquote, home: Path) -> None:
    every = json.loads(pullquote("articles", "--json", home=home).stdout)
    assert pullquote("remove", *(one["id"] for one in every), home=home).returncode == 0
    for question in ("Who came?", "According to Yonhap, who came?", "published on 12 July", "hi"):
        ran = pullquote("ask", question, "--json", home=home)
        assert ran.returncode == 1, ran.stderr
        assert json.loads(ran.stdout)["absence"]["searched"]["articles"] == 0
    assert words("en").say("coverage_empty") in pullquote("ask", "Who came?", home=home).stdout


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(outlets=("Harbour Post",)),
        Filters(agencies=("يونهاب", "رويترز"), from_question=True),
        Filters(since=DAY),
        Filters(until=DAY),
        Filters(since=DAY, until=DAY, language="ar"),
        Filters(from_question=True, undone=True),
    ],
)
def test_every_language_can_say_it(language: str, filters: Filters) -> None:
    interface = words(language)
    some = Absence(3, 1, DAY, DAY, 2, None)
    lines = filters_text(filters, interface)
    assert (lines == []) == (filters == Filters())
    said: list[Any] = [
        absence_text(NOTHING, interface, filters),
        absence_text(some, interface, filters),
    ]
    assert interface.say("nothing_found") in said[1]
    assert all(line in said[1] for line in lines)
    assert said[0] != said[1]
    assert absence_text(NOTHING, interface, greets=True) == interface.say("greeting")


def test_agencies_are_named_as_the_reader_writes_them() -> None:
    filters = Filters(agencies=("يونهاب",))
    (english,) = filters_text(filters, words("en"))
    (russian,) = filters_text(filters, words("ru"))
    (arabic,) = filters_text(filters, words("ar"))
    assert "Yonhap" in english
    assert "Ёнхап" in russian
    assert "يونهاب" in arabic
