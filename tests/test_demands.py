"""What a question names has to be there; and what is told, in any form, is never held missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from retrieval.answer.demands.named import demands
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from retrieval.question.known_names import known_names
from retrieval.types import Missing, MissingKind

Pullquote = Callable[..., CompletedProcess[str]]

DEMO = Path(str(files("corpus"))) / "demo"
FOUR = frozenset({"ar", "en", "fr", "ru"})
NAME, PLACE = MissingKind.NAME, MissingKind.PLACE
DATE, NUMBER, SPEAKER = MissingKind.DATE, MissingKind.NUMBER, MissingKind.SPEAKER


def lines(file: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (DEMO / file).read_text(encoding="utf-8").splitlines()]


TOLD = [
    *(str(each["question"]) for each in lines("questions.jsonl") if each["kind"] == "answerable"),
    *(
        str(case["question"])
        for case in lines("cases.jsonl")
        if isinstance(expected := case["expect"], dict) and expected["answered"]
    ),
]


@pytest.fixture(scope="module")
def engine(demo_home: Path, embedded: StaticEmbedder) -> Iterator[Engine]:
    opened = Engine.open(demo_home, embedded)
    yield opened
    opened.coverage.close()


def named(question: str) -> list[tuple[str, MissingKind]]:
    return [(each.asked, each.kind) for each in demands(question, (), FOUR)]


def missing(engine: Engine, question: str) -> tuple[Missing, ...]:
    """What is demanded and missing, without words that merely nothing like was found for."""
    answer = engine.ask(question)
    named = answer.absence.missing if answer.absence else ()
    return tuple(one for one in named if one.kind is not MissingKind.WORD or not one.elsewhere)


# ------------------------------------------------------------------ what is named


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (
            "What did Merkel tell Macron in 2019?",
            [("Merkel", NAME), ("Macron", NAME), ("2019", DATE)],
        ),
        ("Did Angela Merkel's party win?", [("Angela Merkel", NAME)]),
        ("How many Iranians are in Tehran?", [("Iranians", PLACE), ("Tehran", PLACE)]),
        ("Что сказал Макрон об Иране?", [("Макрон", NAME), ("Иране", PLACE)]),
        ("ماذا قالت ميركل في إيران؟", [("ميركل", NAME), ("إيران", PLACE)]),
        ("هل وصل إيمانويل ماكرون؟", [("إيمانويل", NAME)]),
        ("كم تونسيا سافروا؟", [("تونسيا", PLACE)]),
        ("伊朗运送了多少枚炮弹？", [("伊朗", PLACE)]),
        ("Who counted 583 of them?", [("583", NUMBER)]),
    ],
)
def test_what_a_question_names(question: str, found: list[tuple[str, MissingKind]]) -> None:
    assert named(question) == found


@pytest.mark.parametrize(
    "question",
    [
        "Where is it?",
        "WHO WON THE FINAL LAST NIGHT?",
        "What did the President and the Foreign Ministry say on Monday?",
        "How many of the 12 or 300 were there in March?",
        "What does the S-400 cost, and 583-7?",
        "How did NATO and the EU vote?",
        "Bugün Dışişleri'nin açıklamasında ne vardı?",
        "Wie viele Granaten hat die Regierung im Sommer bestellt?",
        "كم شخصا حضر الاجتماع يوم الجمعة؟",
        "متى ستصل الشاحنات إلى المخازن الجديدة؟",
        "چند نفر در جلسه بودند؟",
    ],
)
def test_what_is_no_name_is_not_demanded(question: str) -> None:
    assert named(question) == []


def test_names_without_capitals_are_no_ordinary_words() -> None:
    ordinary = "رئيس وزير كتاب سعيد قال حرب سلام مدينة نور جمال أمل كريم وأكد بكأس سفيرا"
    assert known_names().isdisjoint(ordinary.split())
    assert len(known_names()) > 20_000


# ------------------------------------------------------------------ what is missing


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many shells did Iran send?", Missing("Iran", PLACE)),
        ("Сколько снарядов отправили иранцы?", Missing("иранцы", PLACE)),
        ("كم قذيفة أرسلت إيران؟", Missing("إيران", PLACE)),
        ("Combien d’obus l’Iran a-t-il livrés ?", Missing("Iran", PLACE)),
        ("¿Cuántos proyectiles envió Irán?", Missing("Irán", PLACE)),
        ("伊朗运送了多少枚炮弹？", Missing("伊朗", PLACE)),
        ("What did Blinken tell Lavrov?", Missing("Blinken", NAME)),
        ("ماذا قالت ميركل للافروف؟", Missing("ميركل", NAME)),
        ("How many shells did North Korea send in 2011?", Missing("2011", DATE)),
    ],
)
def test_what_stands_nowhere_is_said_to_be_missing(
    engine: Engine, question: str, asked: Missing
) -> None:
    answer = engine.ask(question)
    assert not answer.answered
    assert answer.absence
    assert answer.absence.missing == (asked,)
    assert answer.absence.nearest


@pytest.mark.parametrize("question", TOLD)
def test_nothing_that_is_told_is_held_missing(engine: Engine, question: str) -> None:
    assert missing(engine, question) == ()


@pytest.mark.parametrize(
    "question",
    [
        "When did Lavrov's plane land?",
        "Did Lawrow arrive?",
        "¿Cuándo llegó Lavrof?",
        "Kim Jong-un'un misafiri Lavrov'u kim karşıladı?",
        "When did Moscow deny it?",
        "What did Pyongyang promise?",
        "What happened in Malaysia?",
        "What happened in 2024?",
        "What happened in 2026?",
    ],
)
def test_other_forms_scripts_and_capitals_count(engine: Engine, question: str) -> None:
    assert missing(engine, question) == ()


def test_the_editors_names_count(home: Path, embedded: StaticEmbedder) -> None:
    question = "Who welcomed Lavrov in Galmouth?"
    engine = Engine.open(home, embedded)
    assert missing(engine, question) == (Missing("Galmouth", NAME),)
    engine.coverage.close()
    (home / "synonyms.txt").write_text("Galmouth = Wonsan = وونسان\n", encoding="utf-8")
    engine = Engine.open(home, embedded)
    answer = engine.ask(question)
    assert answer.answered
    engine.coverage.close()


# ------------------------------------------------------------------ articles and speakers


COVERAGE = [
    ("2016-03-01", "Kerry met the delegation in Oslo and stayed for two hours. It was short."),
    ("2018-05-01", "The talks with Brazil lasted for nine hours. Brazilian ministers came."),
    ("2018-05-02", "Kerry said the talks had failed. Nobody else commented on the meeting."),
    ("2018-05-03", "Hollande came to the meeting in Oslo and was given a watch of gold."),
]


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory, embedded: StaticEmbedder) -> Iterator[Engine]:
    from corpus.ingest import ingest
    from corpus.store import COVERAGE_FILE, Coverage
    from retrieval.engine import update_index

    folder = tmp_path_factory.mktemp("talks")
    for number, (day, text) in enumerate(COVERAGE):
        written = f"---\ntitle: Meeting {number}\ndate: {day}\n---\n\n{text}\n"
        (folder / f"{number}.md").write_text(written, encoding="utf-8")
    coverage = Coverage.open(folder / "home" / COVERAGE_FILE)
    ingest([str(folder)], coverage)
    assert coverage.count()[0] == len(COVERAGE)
    update_index(folder / "home", coverage, embedded)
    coverage.close()
    opened = Engine.open(folder / "home", embedded)
    yield opened
    opened.coverage.close()


def test_an_article_without_the_place_is_not_quoted(talks: Engine) -> None:
    answer = talks.ask("How many hours did the talks with Brazil last?")
    assert [quote.article.source.path[-4:] for quote in answer.quotes] == ["1.md"]
    assert "nine hours" in answer.quotes[0].text


def test_an_article_of_another_year_is_not_quoted(talks: Engine) -> None:
    answer = talks.ask("How long did Kerry meet the delegation in 2018?")
    assert not any("Oslo" in quote.text for quote in answer.quotes)
    assert "Oslo" in talks.ask("How long did Kerry meet the delegation in 2016?").quotes[0].text


def test_words_are_those_of_the_speaker(talks: Engine) -> None:
    answer = talks.ask("What did Kerry say about the talks?")
    assert "had failed" in answer.quotes[0].text
    assert all("Kerry" in quote.text for quote in answer.quotes)


def test_who_is_not_quoted_at_all_is_said_not_to_be(talks: Engine) -> None:
    said = missing(talks, "What did Hollande say about the talks with Brazil?")
    assert said == (Missing("Hollande", NAME, elsewhere=True),)


# ------------------------------------------------------------------ all that a source has


@pytest.mark.parametrize(
    "question", ["What did TASS report?", "ماذا نقلت تاس؟", "Что сообщил ТАСС?"]
)
def test_a_source_alone_lists_what_it_has(engine: Engine, question: str) -> None:
    answer = engine.ask(question, limit=2)
    assert len(answer.quotes) == 2
    assert answer.filters.agencies == ("تاس",)
    assert all(
        any(name in quote.text for name in ("TASS", "تاس", "ТАСС")) for quote in answer.quotes
    )
    days = [quote.article.source.published for quote in answer.quotes]
    assert days == sorted(days, key=str, reverse=True)


def test_one_word_behind_a_filter_is_answered(engine: Engine) -> None:
    assert "28" in engine.ask("According to Yonhap, how many containers?").quotes[0].text
    assert "28" in engine.ask("بحسب يونهاب كم حاوية؟").quotes[0].text


def test_a_source_that_is_not_there_lists_nothing(engine: Engine) -> None:
    assert not engine.ask("What did Reuters report?").answered


# ------------------------------------------------------------------ how it is said


def test_missing_stands_in_json_and_in_the_terminal(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", "How many shells did Iran send?", "--json", home=home)
    told = json.loads(ran.stdout)["absence"]
    assert told["missing"] == [{"asked": "Iran", "kind": "place", "elsewhere": False}]
    assert {"text", "article", "receipt", "outlet", "said_by"} <= told["nearest"].keys()
    shown = pullquote("ask", "How many shells did Iran send?", home=home).stdout
    assert "The coverage does not mention Iran." in shown
    assert told["nearest"]["text"] in " ".join(shown.split())
