"""`ask`: verbatim quotes or an absence, filters that are never widened, one JSON value a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from bot.words import words
from corpus.demo.coverage import questions_shown

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
ELSEWHERE = "Qui a remporté la finale de la Ligue des champions ?"


def asked(pullquote: Pullquote, home: Path, question: str, *options: str) -> Any:
    ran = pullquote("ask", question, *options, "--json", home=home)
    answer = json.loads(ran.stdout)
    assert ran.stdout.count("\n") == 1
    assert ran.returncode == (0 if answer["answered"] else 1)
    assert answer["answered"] == bool(answer["quotes"]) == (answer["absence"] is None)
    return answer


def outlets_of(answer: Any) -> list[str | None]:
    near = answer["absence"] and answer["absence"]["nearest"]
    return [quote["outlet"] for quote in [*answer["quotes"], *([near] if near else [])]]


@pytest.mark.parametrize("question", questions_shown())
@pytest.mark.parametrize("limit", ["1", "3", "20"])
def test_every_quote_is_verbatim(
    question: str, limit: str, pullquote: Pullquote, home: Path
) -> None:
    answer = asked(pullquote, home, question, "--limit", limit)
    near = answer["absence"] and answer["absence"]["nearest"]
    assert len(answer["quotes"]) <= int(limit)
    for quote in [*answer["quotes"], *([near] if near else [])]:
        shown = json.loads(pullquote("show", quote["article"], "--json", home=home).stdout)
        assert shown["body"][quote["start"] : quote["end"]] == quote["text"]
        assert quote["text"].strip() == quote["text"] != ""
        for name in ("outlet", "via", "agency", "headline", "url", "published", "language"):
            assert quote[name] == shown[name]
        assert all(0 <= start < end <= len(quote["text"]) for start, end in quote["matches"])
        assert quote["matches"] == sorted(quote["matches"])
        assert quote["article"] not in [copy["article"] for copy in quote["copies"]]


def test_answer_and_absence(pullquote: Pullquote, home: Path) -> None:
    answer = asked(pullquote, home, FLIGHTS)
    assert answer["question"] == FLIGHTS
    assert answer["language"] == "en"
    assert "two flights a week" in answer["quotes"][0]["text"]
    assert 1 <= answer["independent"] <= len(answer["quotes"])
    assert answer["index"] == (home / "index" / "CURRENT").read_text()
    scores = [quote["score"] for quote in answer["quotes"]]
    assert scores == sorted(scores, reverse=True)
    absence = asked(pullquote, home, ELSEWHERE)["absence"]
    assert absence["searched"] == {
        "articles": 16,
        "outlets": 10,
        "since": "2025-07-11",
        "until": "2025-07-14",
        "undated": 3,
    }


def test_text_for_people(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", FLIGHTS, home=home)
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert "«" in ran.stdout
    assert "The Meridian Ledger (demo)" in ran.stdout
    ran = pullquote("ask", ELSEWHERE, home=home)
    assert ran.returncode == 1
    assert "«" not in ran.stdout
    assert "Je n’ai rien trouvé" in ran.stdout


@pytest.mark.parametrize(
    ("locale", "language"), [("en_GB.UTF-8", "en"), ("C", "en"), ("ar_EG.UTF-8", "ar")]
)
def test_words_of_no_one_language_are_answered_in_that_of_the_locale(
    locale: str, language: str, pullquote: Pullquote, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    nearest = words(language).say("nearest")
    assert nearest in pullquote("ask", "Zanzibar visite", home=home).stdout
    assert "Je n’ai rien trouvé" in pullquote("ask", ELSEWHERE, home=home).stdout


def test_piped_quote_is_on_one_line(pullquote: Pullquote, home: Path) -> None:
    """What is written to a file or a pipe is to be copied and searched: no line is broken."""
    (quote, *_) = asked(pullquote, home, FLIGHTS)["quotes"]
    assert f"«{quote['text']}»" in pullquote("ask", FLIGHTS, home=home).stdout


def test_same_answer_again(pullquote: Pullquote, home: Path) -> None:
    first, second = (asked(pullquote, home, FLIGHTS, "--limit", "9") for _ in range(2))
    del first["took_ms"], second["took_ms"]
    assert first == second


@pytest.mark.parametrize("name", ["meridian", "The Meridian Ledger (demo)", "LEDGER"])
def test_outlet(name: str, pullquote: Pullquote, home: Path) -> None:
    answer = asked(pullquote, home, FLIGHTS, "--outlet", name)
    assert answer["answered"]
    assert set(outlets_of(answer)) == {"The Meridian Ledger (demo)"}


def test_two_outlets(pullquote: Pullquote, home: Path) -> None:
    both = ("--outlet", "meridian", "--outlet", "harbour")
    answer = asked(pullquote, home, "Lavrov arrived in North Korea on Friday", *both)
    assert set(outlets_of(answer)) <= {"The Meridian Ledger (demo)", "Harbour Post (demo)"}


def test_one_known_outlet_beside_an_unknown(pullquote: Pullquote, home: Path) -> None:
    both = ("--outlet", "meridian", "--outlet", "No such outlet")
    answer = asked(pullquote, home, FLIGHTS, *both)
    assert set(outlets_of(answer)) == {"The Meridian Ledger (demo)"}


@pytest.mark.parametrize("name", ["No such outlet", "The Meridian Ledger (demo) two"])
def test_unknown_outlet_is_an_absence(name: str, pullquote: Pullquote, home: Path) -> None:
    answer = asked(pullquote, home, FLIGHTS, "--outlet", name)
    assert not answer["answered"]
    assert answer["absence"]["searched"]["articles"] == 0
    assert answer["absence"]["nearest"] is None
    assert answer["filters"]["outlets"] == [name]
    assert pullquote("ask", FLIGHTS, "--outlet", name, home=home).returncode == 1


@pytest.mark.parametrize("name", ["", "  "])
def test_empty_outlet_is_not_every_outlet(name: str, pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", FLIGHTS, "--outlet", name, "--json", home=home)
    assert ran.returncode in (1, 2)
    assert "fault of pullquote" not in ran.stderr


def test_language(pullquote: Pullquote, home: Path) -> None:
    for code in ("ar", "ru"):
        answer = asked(pullquote, home, "Lavrov Wonsan North Korea", "--language", code)
        assert {quote["language"] for quote in answer["quotes"]} <= {code}
    answer = asked(pullquote, home, FLIGHTS, "--language", "xx")
    assert not answer["answered"]
    assert answer["absence"]["searched"]["articles"] == 0
    assert answer["absence"]["nearest"] is None


def test_days(pullquote: Pullquote, home: Path) -> None:
    answer = asked(pullquote, home, FLIGHTS, "--since", "2025-07-12", "--until", "13/07/2025")
    assert answer["filters"]["since"] == "2025-07-12"
    assert answer["filters"]["until"] == "2025-07-13"
    assert all("2025-07-12" <= quote["published"] <= "2025-07-13" for quote in answer["quotes"])
    answer = asked(pullquote, home, FLIGHTS, "--since", "2026-01-01")
    assert not answer["answered"]
    assert answer["absence"]["nearest"] is None
    assert answer["absence"]["searched"]["articles"] == 0
    assert answer["absence"]["searched"]["undated"] == 3


@pytest.mark.parametrize("question", [FLIGHTS, ELSEWHERE])
@pytest.mark.parametrize("option", ["--since", "--until"])
def test_undated_left_out_are_counted(
    question: str, option: str, pullquote: Pullquote, home: Path
) -> None:
    day = {"--since": "2025-07-11", "--until": "2025-07-14"}[option]
    answer = asked(pullquote, home, question, option, day)
    assert answer["answered"] is (question == FLIGHTS)
    assert all(quote["published"] for quote in answer["quotes"])
    ran = pullquote("ask", question, option, day, home=home)
    said = {
        FLIGHTS: "Left out, as their day is unknown: 3 articles.",
        ELSEWHERE: "Laissés de côté, car leur date est inconnue : 3 articles.",
    }
    assert ran.stderr == f"pullquote: {said[question]}\n"
    if answer["absence"]:
        assert answer["absence"]["searched"]["undated"] == 3


def test_question_a_line(pullquote: Pullquote, home: Path) -> None:
    lines = f"{FLIGHTS}\n\n  {ELSEWHERE}  \n"
    ran = pullquote("ask", "-", "--json", home=home, stdin=lines)
    assert ran.returncode == 1
    assert ran.stderr == ""
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == [FLIGHTS, ELSEWHERE]
    assert [answer["answered"] for answer in answers] == [True, False]
    assert pullquote("ask", "-", home=home, stdin=FLIGHTS).returncode == 0


def test_bad_line_does_not_lose_the_others(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", "-", "--json", home=home, stdin=f"{FLIGHTS}\n?!\n{ELSEWHERE}\n")
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == [FLIGHTS, ELSEWHERE]


def test_question_with_strange_characters(pullquote: Pullquote, home: Path) -> None:
    for question in (
        "flights\0week",
        "\u202eflights\u202c",
        "a" * 2000,
        "😀 flights",
        "'; drop table article; --",
    ):
        ran = pullquote("ask", question, "--json", home=home)
        assert ran.returncode in (0, 1), (question[:20], ran.stderr)
        assert json.loads(ran.stdout)["question"] == question
        ran = pullquote("ask", question, home=home)
        assert "\0" not in ran.stdout


@pytest.mark.parametrize(
    ("question", "said"),
    [(FLIGHTS, "Outlets in this coverage: "), (ELSEWHERE, "Médias de cette couverture : ")],
)
def test_an_outlet_that_is_none_is_answered_with_those_there_are(
    question: str, said: str, pullquote: Pullquote, home: Path
) -> None:
    ran = pullquote("ask", question, "--outlet", "sky", home=home)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"pullquote: {said}")
    assert "Harbour Post (demo)" in ran.stderr


def test_a_language_that_is_none_is_answered_with_those_there_are(
    refused: Refused, pullquote: Pullquote, home: Path
) -> None:
    there = "ar (Arabic), en (English), fr (French), ru (Russian)"
    assert there in refused("ask", FLIGHTS, "--language", "english", home=home)
    ran = pullquote("ask", FLIGHTS, "--language", "de", home=home)
    assert ran.returncode == 1
    assert ran.stderr == f"pullquote: Languages in this coverage: {there}.\n"
    assert "ليس رمز لغة" in refused("ask", "كم رحلة؟", "--language", "english", home=home)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("؟؟", "no words"),
        ("كم رحلة " * 1_000, words("ar").say("too_long", limit="2,000")),
        ("Qui a gagné la finale ? " * 1_000, "trop long pour une question"),
    ],
)
def test_a_question_of_no_use_is_refused_in_its_language(
    question: str, said: str, refused: Refused, home: Path
) -> None:
    assert said in refused("ask", question, home=home)


def test_in_a_pipe_nothing_fills_lines_up(pullquote: Pullquote, home: Path) -> None:
    for command in (
        ("ask", FLIGHTS),
        ("ask", FLIGHTS, "--explain"),
        ("ask", ELSEWHERE),
        ("timeline",),
        ("compare", FLIGHTS),
        ("verify", "They met on Saturday in Wonsan."),
    ):
        shown = pullquote(*command, home=home).stdout
        assert shown
        assert "\x1b" not in shown
        assert [line for line in shown.split("\n") if line != line.rstrip()] == []
