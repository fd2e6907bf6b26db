from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import IndexDamaged, IndexMissing, InputError
from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import INDEX_FOLDER, Engine, update_index
from retrieval.question.understand import LONGEST_QUESTION
from retrieval.types import Absence, Answer, Filters
from tests.embedders import embedder
from tests.homes import indexed

TODAY = date(2026, 2, 1)
QUESTIONS = (
    "متى وصل لافروف إلى ونسان؟",
    "ماذا قال كيم عن أوكرانيا؟",
    "When did Lavrov arrive in Wonsan?",
    "Что сказал Лавров о переговорах?",
    "Quand Lavrov est-il arrivé ?",
    "What is the price of copper in Chile?",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    opened = Engine.open(indexed(home, embedder(), today=TODAY), embedder())
    yield opened
    opened.coverage.close()


def said(answer: Answer) -> Answer:
    return replace(answer, took_ms=0.0)


def test_the_demo_is_answered(engine: Engine) -> None:
    answer = engine.ask("متى وصل لافروف إلى ونسان؟")
    assert answer.answered
    assert answer.absence is None
    assert answer.language == "ar"
    assert answer.index == engine.generation().name
    assert 1 <= len(answer.quotes) <= 3
    scores = [quote.score for quote in answer.quotes]
    assert scores == sorted(scores, reverse=True)
    for quote in answer.quotes:
        stored = engine.coverage.article(quote.article.id)
        assert stored
        assert quote.text == stored.body[quote.start : quote.end]
        assert all(0 <= start < end <= len(quote.text) for start, end in quote.matches)


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_the_limit(engine: Engine, limit: int) -> None:
    every = engine.ask(QUESTIONS[0], limit=5).quotes
    assert len(engine.ask(QUESTIONS[0], limit=limit).quotes) <= limit
    assert engine.ask(QUESTIONS[0], limit=limit).quotes[0].text == every[0].text


def test_silence_says_what_was_searched(engine: Engine) -> None:
    answer = engine.ask("What is the price of copper in Chile?")
    assert not answer.answered
    assert answer.absence
    assert answer.absence.articles == engine.coverage.count()[0]
    assert answer.absence.outlets == engine.coverage.count_outlets()
    assert answer.absence.nearest is None or answer.absence.nearest.text


@pytest.mark.parametrize("name", ["Lavrov", "Лавров", "لافروف"])
def test_names_are_also_looked_for_as_other_scripts_spell_them(engine: Engine, name: str) -> None:
    answer = engine.ask(name, limit=20)
    spelled = {form for asked, form in answer.expanded if asked == name}
    assert {"lavrov", "лавров", "لافروف"} - {name.lower()} <= spelled
    assert len(answer.expanded) == len(set(answer.expanded))
    assert {quote.article.language for quote in answer.quotes} > {"ar"}


def test_without_a_bridge_nothing_else_is_looked_for(engine: Engine, home: Path) -> None:
    plain = Engine.open(home, embedder(), bridge=False)
    for question in QUESTIONS:
        assert plain.ask(question).expanded == ()
    plain.coverage.close()


def test_the_editors_synonyms_are_looked_for(engine: Engine, home: Path) -> None:
    question = "What did the Saltbay Seven agree on?"
    assert ("Saltbay Seven", "Лавров") not in engine.ask(question).expanded
    (home / "synonyms.txt").write_text("Saltbay Seven = Лавров\n", encoding="utf-8")
    assert ("Saltbay Seven", "Лавров") in engine.ask(question).expanded


def test_a_cited_agency_has_the_editors_name(engine: Engine, home: Path) -> None:
    def cited() -> set[str | None]:
        quotes = engine.ask("What did TASS report?").quotes
        return {said.editors for quote in quotes for said in quote.said_by if said.name == "تاس"}

    assert cited() == {None}
    (home / "aliases.toml").write_text('[agencies]\n"The Wire" = ["TASS"]\n', encoding="utf-8")
    assert cited() == {"The Wire"}


@pytest.mark.parametrize("question", ["", " ", "؟!", "🕊️", "\u200f", "\n"])
def test_a_question_without_words_is_refused(engine: Engine, question: str) -> None:
    with pytest.raises(InputError, match="no words"):
        engine.ask(question)


def test_a_question_that_is_too_long_is_refused(engine: Engine) -> None:
    with pytest.raises(InputError, match=str(LONGEST_QUESTION)):
        engine.ask("متى " * LONGEST_QUESTION)
    assert engine.ask(("متى وصل لافروف " * LONGEST_QUESTION)[:LONGEST_QUESTION])


@pytest.mark.parametrize(
    "question", ["ما", "7", "\0لافروف\0", "' OR 1=1 --", "лавров", "会谈", "ё"]
)
def test_odd_questions_are_answered_or_not(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert bool(answer.quotes) != bool(answer.absence)


def test_filters(engine: Engine) -> None:
    for name in engine.coverage.outlet_names():
        filters = Filters(outlets=(name,))
        answer = engine.ask(QUESTIONS[0], filters=filters)
        assert answer.filters == filters
        for quote in answer.quotes:
            assert name in (quote.article.source.outlet, quote.article.source.via)


def test_an_outlet_that_is_not_there(engine: Engine) -> None:
    answer = engine.ask(QUESTIONS[0], filters=Filters(outlets=("nobody at all",)))
    assert answer.absence == Absence(0, 0, None, None, 0, None)


def test_dates_before_all_articles(engine: Engine) -> None:
    answer = engine.ask(QUESTIONS[0], filters=Filters(until=date(1999, 1, 1)))
    assert answer.absence
    assert answer.absence.articles == 0
    assert answer.absence.undated == engine.coverage.span()[2]
    assert answer.absence.nearest is None


def test_a_removed_article_is_quoted_no_more(engine: Engine) -> None:
    before = engine.ask(QUESTIONS[0])
    gone = {quote.article.id for quote in before.quotes}
    gone |= {copy.id for quote in before.quotes for copy in quote.copies}
    engine.coverage.remove(sorted(gone))
    after = engine.ask(QUESTIONS[0])
    quoted = {quote.article.id for quote in after.quotes}
    quoted |= {copy.id for quote in after.quotes for copy in quote.copies}
    assert not quoted & gone
    assert after.index == before.index
    if after.absence and after.absence.nearest:
        assert after.absence.nearest.article.id not in gone


def test_a_new_generation_is_noticed_without_opening_again(
    engine: Engine, home: Path, tmp_path: Path
) -> None:
    question = "What did the lighthouse keeper of Saltbay repaint?"
    assert not engine.ask(question).quotes
    text = "The lighthouse keeper of Saltbay has repainted the old lantern room in white and red."
    (tmp_path / "new.txt").write_text(text, encoding="utf-8")
    writer = Coverage.open(home / COVERAGE_FILE)
    ingest([str(tmp_path / "new.txt")], writer, today=TODAY)
    before = engine.generation().name
    made = update_index(home, writer, embedder()).name
    writer.close()
    answer = engine.ask(question)
    assert answer.index == made != before
    assert [quote.text for quote in answer.quotes] == [text]


def test_four_threads_answer_as_one_does(engine: Engine) -> None:
    alone = [said(engine.ask(question)) for question in QUESTIONS]

    def answer(number: int) -> Answer:
        found = said(engine.ask(QUESTIONS[number % len(QUESTIONS)]))
        engine.coverage.close()
        return found

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(answer, range(8 * len(QUESTIONS)), timeout=60))
    assert together == alone * 8


def test_questions_go_on_while_generations_change(engine: Engine, home: Path) -> None:
    alone = {question: said(engine.ask(question)) for question in QUESTIONS}

    def answer(number: int) -> None:
        question = QUESTIONS[number % len(QUESTIONS)]
        found = said(engine.ask(question))
        assert replace(found, index="") == replace(alone[question], index="")
        engine.coverage.close()

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(answer, number) for number in range(60)]
        for _ in range(4):
            update_index(home, engine.coverage, embedder(), rebuild=True)
        for one in asked:
            one.result(timeout=60)


def test_a_rebuilt_index_has_a_name_of_its_own(engine: Engine, home: Path) -> None:
    names = [update_index(home, engine.coverage, embedder(), rebuild=True).name for _ in range(4)]
    assert len({*names}) == 4
    assert engine.generation().name == names[-1]


def test_an_index_that_is_up_to_date_is_kept(engine: Engine, home: Path) -> None:
    first = engine.generation().name
    assert update_index(home, engine.coverage, embedder()).name == first
    assert update_index(home, engine.coverage, embedder(), rebuild=True).name != first


@pytest.mark.files
def test_a_damaged_index_is_mended(engine: Engine, home: Path) -> None:
    (home / INDEX_FOLDER / "g000001" / "g000001" / "passages").write_bytes(b"garbage")
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        Engine.open(home, embedder())
    assert update_index(home, engine.coverage, embedder()).name == "g000002"
    assert engine.ask(QUESTIONS[0]).index == "g000002"


def test_without_an_index_it_does_not_open(home: Path) -> None:
    with pytest.raises(IndexMissing, match="pullquote ingest"):
        Engine.open(home, embedder())
    assert not (home / COVERAGE_FILE).exists()
