from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from functools import cache

import pytest

from corpus.errors import IndexDamaged
from corpus.split import sentences
from corpus.types import Article, DateKind, Passage, Source, SourceDate
from retrieval.answer.quote.candidates import Candidate, candidates
from retrieval.answer.quote.matches import matches
from retrieval.index.index import Index, Text
from retrieval.question.understand import Question, understand
from retrieval.types import Embedder, Hit, Quote
from tests.embedders import Axes, embedder

BODY = "War began in the north. Peace talks failed. The harbour was closed to all ships."


AXES = Axes({"war": 1}, {"peace": 1}, rest=0.5)


def make(
    id: str = "a", body: str = BODY, outlet: str | None = None, day: date | None = None
) -> Article:
    dates = (SourceDate(DateKind.PUBLISHED, day, str(day)),) if day else ()
    source = Source(path=f"{id}.txt", outlet=outlet, dates=dates)
    return Article(id, "v", source, "en", body, sentences(body, "en"))


def asked(question: str, index: Index, model: Embedder | None = None) -> Question:
    return understand(question, index, model or AXES)


def hit(article: Article, row: int, start: int = 0, end: int | None = None) -> Hit:
    """A passage of the index, by default all of an article."""
    end = len(article.body) if end is None else end
    passage = Passage(row, article.id, "v", article.body[start:end], start, end)
    return Hit(passage, row, 1.0)


def indexed(*hits: tuple[Article, Hit], model: Embedder | None = None) -> Index:
    """An index with a row for each hit."""
    texts = [
        Text(article.body, article.sentences, [(each.passage.start, each.passage.end)])
        for article, each in hits
    ]
    return Index.build(texts, model or AXES, embedder())


def found(question: str, *articles: Article) -> list[Candidate]:
    hits = [hit(one, row) for row, one in enumerate(articles)]
    return among(question, [*zip(articles, hits, strict=True)])


def among(
    question: str, hits: Sequence[tuple[Article, Hit]], model: Embedder | None = None
) -> list[Candidate]:
    index = indexed(*hits, model=model)
    by_id = {article.id: article for article, _ in hits}
    return candidates([each for _, each in hits], by_id, asked(question, index, model), index)


@cache
def some() -> Candidate:
    return found("war", make())[0]


def spoken(quote: Quote) -> Candidate:
    return replace(some(), quote=quote)


def quoted(article: Article, text: str, score: float = 1.0) -> Candidate:
    start = article.body.index(text)
    return spoken(Quote(article, start, start + len(text), score))


# ---------------------------------------------------------------- the type


def test_the_text_of_a_quote_cannot_be_given() -> None:
    assert "text" not in {field.name for field in fields(Quote)}
    with pytest.raises(TypeError, match="text"):
        Quote(article=make(), start=0, end=3, score=1.0, text="other")  # type: ignore[call-arg]
    quote = Quote(make(), 0, 23, 1.0)
    with pytest.raises(TypeError, match="text"):
        replace(quote, text="other")  # type: ignore[call-arg]
    with pytest.raises((AttributeError, TypeError)):
        quote.text = "other"  # type: ignore[misc]
    assert quote.text == "War began in the north."


# ---------------------------------------------------------------- candidates


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("war north", "War began in the north."),
        ("peace talks", "Peace talks failed."),
        ("harbour ships", "The harbour was closed to all ships."),
    ],
)
def test_the_sentence_that_answers_is_the_best(question: str, text: str) -> None:
    assert found(question, make())[0].quote.text == text


def test_candidates_are_whole_sentences_of_their_passage() -> None:
    article = make()
    first, second, _ = article.sentences
    made = among("harbour", [(article, hit(article, 0, 0, second.end))])
    assert made
    starts = {first.start, second.start}
    assert {one.quote.start for one in made} <= starts
    assert {one.quote.end for one in made} <= {first.end, second.end}


def test_a_heading_alone_is_no_candidate() -> None:
    article = make(body="War in the north\nPeace talks failed.")
    heading = article.sentences[0]
    assert heading.heading
    assert among("war", [(article, hit(article, 0, 0, heading.end))]) == []


def test_no_hits_have_no_candidates() -> None:
    index = indexed((make(), hit(make(), 0)))
    assert candidates([], {}, asked("war", index), index) == []


TABLE = "Port\tShips\tFerries\nLendal\t42\t9\nKars\t17\t3\nOstrava Bay\t8\t1"
PROSE = "On Tuesday 42 ships left the northern basin."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many ships?", PROSE),
        ("How many ships in Kars?", "Kars\t17\t3"),
        ("How many ships in Ostrava Bay?", "Ostrava Bay\t8\t1"),
        ("How many ferries?", "Lendal\t42\t9"),  # any row, for nothing else says so
    ],
)
def test_a_row_that_only_its_header_speaks_for_is_behind_prose(question: str, text: str) -> None:
    table, prose = make("t", body=TABLE), make("p", body=PROSE)
    made = among(question, [(table, hit(table, 0)), (prose, hit(prose, 1))])
    assert made[0].quote.text == text
    assert not next(one for one in made if one.quote.text == PROSE).headed
    assert next(one for one in made if "Lendal" in one.quote.text).headed


def test_rows_without_their_header_speak_for_themselves_where_they_differ() -> None:
    table = make("t", body=TABLE)
    second = hit(table, 0, start=table.sentences[1].start)  # of two passages of a table
    made = among("How many ships in Kars?", [(table, second)])
    assert [one.quote.text for one in made if not one.headed] == ["Kars\t17\t3"]


def test_one_sentence_of_two_passages_is_one_candidate() -> None:
    article = make()
    better, worse = hit(article, 0), replace(hit(article, 1), score=0.0)
    made = among("war", [(article, better), (article, worse)])
    assert {one.passage for one in made} == {1.0}
    spans = [(one.quote.start, one.quote.end) for one in made]
    assert len(spans) == len(set(spans))


def test_ties_go_by_article_and_start() -> None:
    articles = [make(name) for name in "cab"]
    made = found("war", *articles)
    keys = [(-one.quote.score, one.quote.article.id, one.quote.start) for one in made]
    assert keys == sorted(keys)
    assert [one.quote.article.id for one in made[:3]] == ["a", "b", "c"]


def test_what_speaks_for_a_candidate_lies_between_0_and_1() -> None:
    article = make(body=f"{BODY} Who asked for peace? Why? لن تنتهي الحرب.")
    nothing = replace(hit(article, 0), score=0.0)
    for question in (
        "war",
        "peace talks in the harbour",
        "متى الحرب؟",
        "copper",
        "How many ships?",
    ):
        for one in among(question, [(article, nothing)], embedder()):
            assert 0 <= one.dense <= 1 + 1e-6
            for share in (
                one.lexical,
                one.words,
                one.names,
                one.passage,
                one.quote.score,
            ):
                assert 0 <= share <= 1 + 1e-6


def test_a_sentence_that_asks_stands_behind_one_that_tells() -> None:
    article = make(body="Was the harbour closed? It rained all day. The harbour was closed.")
    texts = [one.quote.text for one in found("the harbour was closed", article)]
    assert texts.index("The harbour was closed.") < texts.index("Was the harbour closed?")


def test_a_name_in_another_script_speaks_for_its_sentence() -> None:
    article = make(body="قال الوزير إن السفن غادرت. وصل لافروف مساء أمس. وبقي الميناء مغلقا.")
    best = found("Lavrov", article)[0]
    assert best.quote.text == "وصل لافروف مساء أمس."
    assert best.names == pytest.approx(1)


def test_an_index_that_does_not_fit_its_article_is_refused() -> None:
    article = make()
    index = indexed((article, hit(article, 0)))
    longer = make(body=f"{BODY} A sentence that was not indexed.")
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        candidates([hit(longer, 0)], {"a": longer}, asked("war", index), index)


# ---------------------------------------------------------------- matches


@pytest.mark.parametrize(
    ("text", "stems", "matched"),
    [
        ("Peace talks failed.", {"talks"}, ["talks"]),
        ("وصل الوزير، وقال وزيرٌ آخر", {"وزير"}, ["الوزير", "وزير"]),
        ("Пётр и Петр", {"петр"}, ["Пётр", "Петр"]),
        ("About ١٬٩٠٠ of 1900, 1.9", {"1900"}, ["١٬٩٠٠", "1900"]),
        ("nothing here", {"peace"}, []),
        ("", {"peace"}, []),
        ("peace", set(), []),
    ],
)
def test_matches(text: str, stems: set[str], matched: list[str]) -> None:
    ranges = matches(text, frozenset(stems))
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert list(ranges) == sorted(ranges)
    assert [text[start:end] for start, end in ranges] == matched
