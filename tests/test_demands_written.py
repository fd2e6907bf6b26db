"""Months, currencies and units that a question names have to stand in the article that answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.types import Article, DateKind, Source, SourceDate
from retrieval.answer.demands.written import Written, written
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from retrieval.question.wanted import wanted
from retrieval.types import Missing, MissingKind
from tests.homes import indexed

NOVEMBER = date(2018, 11, 20)


def article(body: str, day: date | None = NOVEMBER, language: str = "en") -> Article:
    dates = (SourceDate(DateKind.PUBLISHED, day, ""),) if day else ()
    return Article("a", "1", Source("a.txt", dates=dates), language, body, ())


def named(question: str) -> list[tuple[str, MissingKind]]:
    return [(each.asked, each.kind) for each in written(question, wanted(question))]


def the(question: str) -> Written:
    (found,) = written(question, wanted(question))
    return found


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What happened in March?", "March"),
        ("Who resigned in May?", "May"),
        ("Who resigned on 3 May?", "May"),
        ("ماذا حدث في مارس؟", "مارس"),
        ("ماذا حدث بمايو؟", "مايو"),
        ("ماذا تغير بين أيار وحزيران؟", "أيار"),
        ("Что случилось в мае?", "мае"),
        ("Que s'est-il passé en août ?", "août"),
        ("¿Qué pasó en septiembre?", "septiembre"),
        ("六月发生了什么？", "六月"),
    ],
)
def test_a_month_is_named(question: str, asked: str) -> None:
    assert named(question) == [(asked, MissingKind.DATE)]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many euros did the bridge cost?", "euros"),
        ("How much did the bridge cost in dollars?", "dollars"),
        ("كم يورو كلف الجسر؟", "يورو"),
        ("كم كلف الجسر بالدولار؟", "دولار"),
        ("كم دولارا كلف الجسر؟", "دولارا"),
        ("Сколько рублей стоил мост?", "рублей"),
        ("Combien d'euros a coûté le pont ?", "euros"),
        ("How many kilometres long is the bridge?", "kilometres"),
        ("كم طنا من القمح وصل؟", "طنا"),
    ],
)
def test_a_currency_or_unit_is_named(question: str, asked: str) -> None:
    assert named(question) == [(asked, MissingKind.WORD)]


@pytest.mark.parametrize(
    "question",
    [
        "What may happen on Friday?",
        "What did Theresa May tell the press?",
        "What did May tell the press?",
        "ماذا مارس الفريق من رياضة؟",
        "How many won the prize?",
        "Combien de livres a-t-il écrits ?",
        "Who met in the euro zone?",
        "How many people live in the euro zone?",
        "How much did it cost?",
        "بكم بيعت اللوحة؟",
        "How long did it take?",
        "How many days did it take?",
        "How old is he?",
        "What share of them left?",
        "Why did the dollar fall?",
    ],
)
def test_what_is_no_month_or_unit_is_not_demanded(question: str) -> None:
    assert named(question) == []


@pytest.mark.parametrize(
    "body",
    [
        "It was shut since March.",
        "It was shut since early march.",
        "أغلق في مارس الماضي.",
        "أغلق في آذار/مارس.",
        "وبمارس أغلق.",
        "Его закрыли в марте.",
        "Mart'ta kapandı.",
        "3月关闭。",
        "It was shut on 12/3/2018.",
        "It was shut on 2018-03-12.",
        "It was shut on 3/12.",
    ],
)
def test_a_month_stands_there_in_any_way(body: str) -> None:
    assert the("When in March was the bridge shut?").stands_in(article(body))


def test_a_month_that_does_not_stand_there() -> None:
    march = the("When in March was the bridge shut?")
    assert not march.stands_in(article("It was shut in April, on the 3rd, for 3 or 4.3 hours."))
    assert not march.stands_in(article("It was shut on 12/4/2018."))
    # marched, марш, مارسيليا
    assert not march.stands_in(article("They played a марш in مدينة نيس."))


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (None, True),
        (date(2018, 2, 1), True),
        (date(2018, 3, 31), True),
        (date(2018, 4, 30), True),
        (date(2018, 5, 1), False),
        (date(2018, 1, 31), False),
    ],
)
def test_what_was_published_about_then_need_not_name_the_month(
    day: date | None, stands: bool
) -> None:
    found = the("When in March was the bridge shut?").stands_in(article("It was shut.", day))
    assert found == stands
    december = the("Was the bridge shut in December?")
    assert december.stands_in(article("It was shut.", date(2018, 1, 31)))


def test_one_of_several_months_is_enough() -> None:
    either = the("What changed in March and in June?")
    assert either.months == {3, 6}
    assert either.stands_in(article("It has been so since June."))
    assert not either.stands_in(article("It has been so since August."))


@pytest.mark.parametrize(
    ("question", "body", "stands"),
    [
        ("How many dollars did it cost?", "It cost $5m.", True),
        ("How many dollars did it cost?", "It cost 5 million US dollars.", True),
        ("How many dollars did it cost?", "كلف خمسة ملايين دولار.", True),
        ("How many dollars did it cost?", "وبالدولار كلف كثيرا.", True),
        ("How many dollars did it cost?", "Он стоил 5 млн долларов.", True),
        ("How many dollars did it cost?", "It cost 5 million euros.", False),
        ("كم يورو كلف؟", "It cost €5m.", True),
        ("كم يورو كلف؟", "كلف 5 ملايين دولار.", False),
        ("How many pounds sterling did it cost?", "It cost £5m.", True),
        ("How many kilometres long is it?", "It is five miles long.", True),
        ("How many kilometres long is it?", "It is 12km long.", True),
        ("How many kilometres long is it?", "It is very long.", False),
        ("How many tonnes arrived?", "وصل 500 كيلوغرام.", True),
    ],
)
def test_a_unit_stands_there_by_any_name(question: str, body: str, stands: bool) -> None:
    found = written(question, wanted(question))
    assert all(each.stands_in(article(body)) for each in found) == stands
    assert found


def test_what_the_table_cannot_read_is_taken_to_stand_there() -> None:
    euros = the("How many euros did it cost?")
    assert euros.stands_in(article("桥花了五百万。", language="zh"))
    assert not euros.stands_in(article("The bridge was dear.", language="en"))


BRIDGE = """---
title: The new bridge
date: 2018-11-20
---

The new bridge over the bay cost 12 million dollars. It was opened by the mayor on Monday.
"""


@pytest.fixture
def engine(tmp_path: Path, embedded: StaticEmbedder) -> Engine:
    file = tmp_path / "bridge.md"
    file.write_text(BRIDGE, encoding="utf-8")
    return Engine.open(indexed(tmp_path / "home", embedded, file), embedded)


def test_what_is_missing_is_named(engine: Engine) -> None:
    absence = engine.ask("How many euros did the new bridge over the bay cost?").absence
    assert absence
    assert absence.missing == (Missing("euros", MissingKind.WORD, elsewhere=True),)
    assert absence.nearest
    absence = engine.ask("Who opened the new bridge over the bay in March?").absence
    assert absence
    assert absence.missing == (Missing("March", MissingKind.DATE, elsewhere=True),)
    named = engine.explain("Who opened the new bridge over the bay in March?").explanation.named
    assert [each.asked for each in named] == ["March"]
    engine.coverage.close()


def test_what_is_there_is_answered(engine: Engine) -> None:
    answer = engine.ask("How many dollars did the new bridge over the bay cost?")
    assert "12 million dollars" in answer.quotes[0].text
    assert engine.ask("Who opened the new bridge over the bay in November?").answered
    engine.coverage.close()
