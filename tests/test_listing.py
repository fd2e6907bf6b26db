"""Lists of articles: filtered, searched, sorted and paged as by reading all of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.database import Place
from corpus.store import ArticleFilter, Coverage, Order, Selection
from corpus.types import Article
from tests.test_store import add, make

FIRST, SECOND, THIRD = date(2025, 7, 11), date(2025, 7, 12), date(2025, 7, 13)
HARBOUR = "The harbour office opened a second quay on Friday morning."
FERRY = "Ferries call at the harbour three times a day, the office said."
ARABIC = "فتح المرفأ أبوابه صباح الجمعة، وبالميناء ثلاث سفن."


@pytest.fixture
def coverage(place: Place) -> Iterator[Coverage]:
    """An empty one in each kind of store."""
    with Coverage.open(place) as opened:
        yield opened


@pytest.fixture
def filled(coverage: Coverage) -> Coverage:
    add(
        coverage,
        make("a", HARBOUR, FIRST, "en", outlet="Meridian", headline="B quay"),
        make("b", FERRY, SECOND, "en", outlet="Anchor", agency="TASS", headline="A ferry"),
        make("c", ARABIC, THIRD, "ar", outlet="Meridian", via="Anchor"),
        make("d", FERRY + " Twice on Sunday.", None, "en"),
        make("e", HARBOUR + " It rained.", FIRST, "en", outlet="Anchor"),
    )
    coverage.remove(["e"])
    return coverage


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (Order.NEWEST, "cbad"),
        (Order.OLDEST, "abcd"),
        (Order.OUTLET, "bcad"),
        (Order.HEADLINE, "bacd"),
    ],
)
def test_order(filled: Coverage, order: Order, ids: str) -> None:
    assert filled.listed(ArticleFilter(), order) == list(ids)
    pages = [filled.listed(ArticleFilter(), order, limit=1, offset=at) for at in range(5)]
    assert pages == [[each] for each in ids] + [[]]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (ArticleFilter(Selection(outlets=("Anchor",))), "cb"),
        (ArticleFilter(Selection(since=SECOND)), "cb"),
        (ArticleFilter(Selection(until=FIRST)), "a"),
        (ArticleFilter(Selection(language="ar")), "c"),
        (ArticleFilter(Selection(removed=True)), "e"),
        (ArticleFilter(agency="TASS"), "b"),
        (ArticleFilter(undated=True), "d"),
        (ArticleFilter(no_outlet=True), "d"),
        (ArticleFilter(Selection(language="en"), words="harbour"), "bad"),
    ],
)
def test_filter(filled: Coverage, wanted: ArticleFilter, ids: str) -> None:
    assert filled.listed(wanted) == list(ids)
    assert sum(count for _, count in filled.by_day(wanted)) == len(ids)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("ferry", ""),
        ("ferries", "bd"),
        ("FERR office", "bd"),
        ("harbour quay", "a"),
        ('"second quay"', "a"),
        ('"quay second"', ""),
        ("«harbour office»", "a"),
        ("مرفأ", "c"),
        ("الميناء", "c"),
        ("ميناء سفن", "c"),
        ("?!", ""),
        ('"', ""),
        ('harbour" OR "ferries NEAR( *', ""),
    ],
)
def test_words(filled: Coverage, words: str, ids: str) -> None:
    assert filled.listed(ArticleFilter(words=words)) == list(ids)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coverage]:
    opened = Coverage.open(tmp_path_factory.mktemp("kept") / "coverage.sqlite")
    add(opened, make("a", HARBOUR, FIRST, "en"))
    yield opened
    opened.close()


@given(words=st.text(st.sampled_from("harbou \"«»*():^-+{}NOTؤ\\\0'")) | st.text())
def test_no_words_are_a_fault(kept: Coverage, words: str) -> None:
    assert set(kept.listed(ArticleFilter(words=words))) <= {"a"}


def test_words_of_the_newest_text_only(filled: Coverage) -> None:
    add(filled, make("a", "The quay was closed again.", SECOND, "en"))
    assert filled.listed(ArticleFilter(words="opened")) == []
    assert filled.listed(ArticleFilter(words="closed")) == ["a"]
    assert filled.version_counts(["a", "b"]) == {"a": 2, "b": 1}


def test_withdrawn_by_its_outlet(filled: Coverage) -> None:
    assert filled.listed(ArticleFilter(withdrawn=True)) == []
    filled.mark_withdrawn("b", "the server answers 410")
    assert filled.listed(ArticleFilter(withdrawn=True)) == ["b"]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("wanted", [ArticleFilter(), ArticleFilter(Selection(language="en"))])
def test_no_body_is_read(filled: Coverage, wanted: ArticleFilter, order: Order) -> None:
    """All that a list asks of the table with the bodies stands in an index of it."""
    asked: list[str] = []
    connection = filled.connection
    if not isinstance(connection, sqlite3.Connection):
        pytest.skip("PostgreSQL plans by what it has counted")
    connection.set_trace_callback(asked.append)
    filled.listed(wanted, order)
    filled.by_day(wanted)
    connection.set_trace_callback(None)
    plans = [
        detail
        for query in asked
        if "FROM version" in query
        for *_, detail in filled._connection.execute(f"EXPLAIN QUERY PLAN {query}")
    ]
    reading = [each for each in plans if "version" in each and "article" not in each]
    assert reading
    assert all("COVERING INDEX version_listed" in each for each in reading), plans


def test_by_day(filled: Coverage) -> None:
    assert filled.by_day(ArticleFilter()) == [(None, 1), (FIRST, 1), (SECOND, 1), (THIRD, 1)]
    assert filled.agencies() == [("TASS", 1)]


def test_copies_as_links_and_groups(coverage: Coverage) -> None:
    text = " ".join(f"Ferry number {n} called at the quay of the harbour office." for n in "12345")
    articles: list[Article] = [
        make("a", text, SECOND, "en"),
        make("b", text + " That was all on Friday evening.", FIRST, "en"),
        make("c", HARBOUR, THIRD, "en"),
    ]
    add(coverage, *articles)
    coverage.link()
    [link] = coverage.copy_links(["a", "b", "c"])
    assert {link.one, link.other} == {"a", "b"}
    shares = {link.one: link.of_one, link.other: link.of_other}
    assert shares["a"] == 1 > shares["b"] > 0.8
    assert coverage.copy_groups() == [("b", "a")]
