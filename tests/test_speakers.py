"""Who says a quote: the labelled sentences in tests/speakers, of which some were held out while the
rules were made, and what the table cannot show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.citation import as_markdown, as_text
from bot.render.telegram_html import source_line
from bot.words import words
from corpus.split import sentences
from corpus.types import Article, Source
from retrieval.answer.quote.candidates import Candidate
from retrieval.answer.speakers.attribution import is_same, said_by, speaker_asked
from retrieval.answer.speakers.favoured import favoured
from retrieval.types import Answer, Filters, Quote, Said

Pullquote = Callable[..., CompletedProcess[str]]

CASES = Path(__file__).parent / "speakers" / "cases.jsonl"
SEEDS = Path(__file__).resolve().parent.parent.parent / "shared" / "seeds"


@cache
def cases() -> tuple[dict[str, Any], ...]:
    return tuple(map(json.loads, CASES.read_text(encoding="utf-8").splitlines()))


def article(body: str, language: str = "en", outlet: str | None = None) -> Article:
    source = Source(path="a.txt", outlet=outlet)
    return Article("a", "v", source, language, body, sentences(body, language))


def said(body: str, quoted: str | None = None, language: str = "en") -> list[tuple[str, str]]:
    """Who says `quoted`, by default the whole text: kind and name."""
    start = body.index(quoted or body)
    found = said_by(article(body, language), start, start + len(quoted or body))
    assert all(body[one.start : one.end] == one.name for one in found)
    return [(one.kind.value, one.name) for one in found]


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("language", ["ar", "en", "ru", "fr"])
def test_labelled_sentences(language: str, held_out: bool) -> None:
    right = found = labelled = 0
    for case in cases():
        if (case["language"], case["held_out"]) == (language, held_out):
            wanted = {(kind, name) for kind, name in case["said_by"]}
            got = set(said(case["text"], case["quote"], language))
            right, found, labelled = (
                right + len(got & wanted),
                found + len(got),
                labelled + len(wanted),
            )
    assert right >= 0.95 * found
    assert right >= 0.7 * labelled


def test_the_table_has_its_size() -> None:
    assert len({case["text"] for case in cases()}) == len(cases()) >= 100
    assert sum(case["held_out"] for case in cases()) >= 40
    assert sum(not case["said_by"] for case in cases()) >= 30
    assert {kind for case in cases() for kind, _ in case["said_by"]} == {
        "speaker",
        "institution",
        "agency",
    }


@pytest.mark.parametrize(
    ("language", "body", "quoted", "names"),
    [
        # the sentence that opens the quotation marks, and the one that closes them
        (
            "en",
            'Sergei Lavrov said: "The talks were long. They will go on in May. We are content."',
            "They will go on in May.",
            ["Sergei Lavrov"],
        ),
        (
            "en",
            '"The talks were long. They go on in May," Marco Rubio said. The port is open.',
            "The talks were long.",
            ["Marco Rubio"],
        ),
        # what stands behind the marks is nobody's
        (
            "en",
            'Sergei Lavrov said: "The talks were long. We are content." The port opens in May.',
            "The port opens in May.",
            [],
        ),
        ("ru", "Порт открыт. Об этом сообщает ТАСС.", "Порт открыт.", ["ТАСС"]),
        ("ru", "Порт открыт. Это первый порт, сообщает ТАСС.", "Порт открыт.", []),
        # another paragraph, though it goes on
        ("en", 'Lavrov said: "Good.\n\nThe port opens in May."', "The port opens in May.", []),
    ],
)
def test_sentences_around(language: str, body: str, quoted: str, names: list[str]) -> None:
    assert [name for _, name in said(body, quoted, language)] == names


def test_a_lone_arabic_word_is_a_name_where_a_title_says_so() -> None:
    line = "وأعلن لافروف موعد الجولة المقبلة."
    assert said(line, language="ar") == []
    titled = f"وصل وزير الخارجية الروسي سيرغي لافروف مساء.\n{line}"
    assert said(titled, line, "ar") == []  # the words behind could be of the name
    line = "وأعلن لافروف في موسكو موعد الجولة المقبلة."
    assert said(f"وصل وزير الخارجية الروسي سيرغي لافروف مساء.\n{line}", line, "ar") == [
        ("speaker", "لافروف")
    ]


def test_other_languages_say_nobody() -> None:
    assert said("Lavrov sade att mötet var långt.", language="sv") == []


PARTS = (
    *(
        "قال ",
        "لافروف ",
        "إن ",
        '"',
        "، ",
        "لوكالة ",
        "تاس ",
        "said ",
        "Lavrov",
        ", ",
        "TASS",
        ": ",
    ),
    *("«", "»", "\n", ". ", "— ", "сообщил ", "selon ", "the ", "minister ", "of ", "ministère "),
    *("وزير ", "الخارجية ", "المتحدث ", "باسم ", "в ", "МИД ", "a déclaré ", "according to ", "'"),
)


@settings(deadline=None)  # the first text waits for the tables
@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_any_text_names_ranges_of_itself(body: str) -> None:
    for language in ("ar", "en", "ru", "fr"):
        found = said_by(article(body, language), 0, len(body))
        assert all(one.name and body[one.start : one.end] == one.name for one in found)
        assert [one.start for one in found] == sorted(one.start for one in found)
    assert speaker_asked(body) is None or speaker_asked(body)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Kim say about the treaty?", "Kim"),
        ("what did lavrov say about north korea", "lavrov"),
        ("What did Russian Foreign Minister Sergei Lavrov tell reporters?", "Sergei Lavrov"),
        ("What did the Kremlin say?", "Kremlin"),
        ("ماذا قال كيم عن المعاهدة؟", "كيم"),
        ("لافروف قال ايه عن المحادثات؟", "لافروف"),
        ("ماذا قال بوتين لترامب عن اللقاء؟", "بوتين"),
        ("Что сказал Лавров о сделке?", "Лавров"),
        ("Что Лавров ответил про встречу?", "Лавров"),
        ("Qu'a dit Lavrov ?", "Lavrov"),
        ("Qu'est-ce que Sergueï Lavrov a dit sur Koursk ?", "Sergueï Lavrov"),
        ("What did he say?", None),
        ("What did the minister say?", None),
        ("What does the joint harbour treaty say about fees?", None),
        ("what did lavrov say about the deal?", "lavrov"),
        ("ماذا قال المسؤولون؟", None),
        ("How many shells?", None),
        ("When did Lavrov arrive?", None),
        ("", None),
    ],
)
def test_whose_words_a_question_wants(question: str, name: str | None) -> None:
    assert speaker_asked(question) == name


@pytest.mark.parametrize(
    ("wanted", "name", "same"),
    [
        ("Kim", "كيم جونغ أون", True),
        ("كيم", "Kim Jong Un", True),
        ("Sergei Lavrov", "لافروف", True),
        ("Лавров", "Лаврова", True),
        ("الكرملين", "كرملين", True),
        ("Sergei Lavrov", "سيرغي شويغو", False),
        ("Kim", "King", False),
        ("Macron", "Makarov", False),
        ("", "Lavrov", False),
    ],
)
def test_one_name_in_two_forms(wanted: str, name: str, same: bool) -> None:
    assert is_same(wanted, name) is is_same(name, wanted) is same


def test_what_the_speaker_says_stands_higher() -> None:
    body = "The port opens in May, Marco Rubio said. The port opens in May, Sergei Lavrov said."
    text = article(body)
    found = [
        Candidate(Quote(text, each.start, each.end, score), 0, 0, 0, 0, 0, True, False, 1)
        for each, score in zip(text.sentences, (0.52, 0.5), strict=True)
    ]
    assert [each.quote.text for each in favoured(found, "لافروف")] == [
        "The port opens in May, Sergei Lavrov said.",
        "The port opens in May, Marco Rubio said.",
    ]
    assert favoured(found, "Macron") == found


@pytest.mark.parametrize(
    ("language", "outlet", "line"),
    [
        ("en", "Pier News", "Lavrov, via TASS, in Pier News · undated"),
        ("fr", "Pier News", "Lavrov, via TASS, dans Pier News · sans date"),
        ("ru", "Pier News", "Lavrov, со ссылкой на ТАСС, в издании Pier News · без даты"),
        ("en", None, "Lavrov, via TASS, outlet unknown · undated"),
    ],
)
def test_the_source_line_says_who(language: str, outlet: str | None, line: str) -> None:
    quote = attributed(outlet)
    assert source_line(quote, words(language), "").html == line
    alone = replace(quote, said_by=quote.said_by[:1])
    assert source_line(alone, words("en"), "").html.startswith("Lavrov, ")
    assert "Lavrov" not in source_line(replace(quote, said_by=()), words("en"), "").html


def test_the_source_line_has_the_editor_s_name_of_an_agency() -> None:
    quote = attributed("Pier News")
    speaker, agency = quote.said_by
    named = replace(quote, said_by=(speaker, replace(agency, editors="Wire of the Pier")))
    line = source_line(named, words("ru"), "").html
    assert line == "Lavrov, со ссылкой на Wire of the Pier, в издании Pier News · без даты"


def test_text_and_markdown_say_who() -> None:
    answer = Answer("?", "en", (attributed("Pier News"),), None, Filters(), (), "g000001", 1.0)
    assert "\n— Lavrov, via TASS, in Pier News · undated" in as_text(answer)
    assert "> — Lavrov, via TASS, in Pier News · undated" in as_markdown(answer)


def attributed(outlet: str | None) -> Quote:
    body = "Lavrov said the port was open, TASS reported."
    text = article(body, outlet=outlet)
    quote = Quote(text, 0, len(body), 1.0, said_by=said_by(text, 0, len(body)))
    assert [each.name for each in quote.said_by] == ["Lavrov", "TASS"]
    assert all(isinstance(each, Said) for each in quote.said_by)
    return quote


def test_answers_say_who(pullquote: Pullquote, home: Path) -> None:
    question = "How many shells did North Korea deliver?"
    answer = json.loads(pullquote("ask", question, "--json", home=home).stdout)
    names = {said["name"] for quote in answer["quotes"] for said in quote["said_by"]}
    assert "South Korean military intelligence" in names
    shown = pullquote("ask", question, home=home).stdout
    assert "South Korean military intelligence, in" in " ".join(shown.split())


def test_whose_words_are_asked_for_come_first(pullquote: Pullquote, home: Path) -> None:
    question = "What did Lavrov say about sending the soldiers to other parts of the front?"
    first = json.loads(pullquote("ask", question, "--json", home=home).stdout)["quotes"][0]
    assert "entirely up to Pyongyang" in first["text"]
    body = json.loads(pullquote("show", first["article"], "--json", home=home).stdout)["body"]
    assert all(body[one["start"] : one["end"]] == one["name"] for one in first["said_by"])
    assert [(one["kind"], one["name"]) for one in first["said_by"]] == [
        ("speaker", "Lavrov"),
        ("agency", "TASS"),
    ]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed texts are not there")
def test_who_says_it_in_the_seeds(pullquote: Pullquote, tmp_path: Path) -> None:
    home = tmp_path / "seeds"
    assert pullquote("ingest", SEEDS, "--json", home=home).returncode == 0
    question = "كم عدد القذائف التي قدمتها كوريا الشمالية لروسيا؟"
    answer = json.loads(pullquote("ask", question, "--json", home=home).stdout)
    (quote,) = (each for each in answer["quotes"] if "12 مليون" in each["text"])
    body = json.loads(pullquote("show", quote["article"], "--json", home=home).stdout)["body"]
    assert all(body[one["start"] : one["end"]] == one["name"] for one in quote["said_by"])
    assert {(one["kind"], one["name"]) for one in quote["said_by"]} >= {
        ("institution", "الاستخبارات العسكرية الكورية الجنوبية"),
        ("agency", "يونهاب"),
    }
    question = "What did Kim say about regular meetings of the foreign ministers?"
    first = json.loads(pullquote("ask", question, "--json", home=home).stdout)["quotes"][0]
    assert [one["name"] for one in first["said_by"]] == ["كيم جونغ أون"]
