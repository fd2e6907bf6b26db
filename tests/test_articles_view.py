"""Articles for a terminal: every column in its place, whatever stands in it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bot.render.articles import article_lines, articles_lines, articles_table, summary
from corpus.copies import Copy
from corpus.store import Version
from corpus.types import Article, DateKind, Source, SourceDate

NAMES = st.one_of(
    st.none(),
    st.sampled_from(("\u2069\u2069Post", "\u2067أفق", "two\u2028lines\u2029 and\x85more")),
    st.sampled_from(
        ("أفق الصباح", "Harbour Post", "Причал", "港の新聞", "مُحَادَثَات\u202e x", "a\tb\x1b[2J")
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120),
)
DAYS = st.lists(st.dates(date(2025, 7, 1), date(2025, 7, 9)), max_size=3, unique=True)
ISOLATE, POP = "\u2068", "\u2069"


def make(
    days: list[date], outlet: str | None = None, agency: str | None = None, head: str | None = None
) -> Article:
    dates = tuple(SourceDate(DateKind.PUBLISHED, day, f"on {day}") for day in days)
    source = Source("a.txt", outlet=outlet, agency=agency, headline=head, dates=dates)
    return Article("abcdefghij", "12345678", source, "ar", "وصل الوزير.", ())


ARTICLES = st.lists(st.builds(make, DAYS, NAMES, NAMES, NAMES), max_size=4)


def printed(articles: list[Article], width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system=None).print(
        articles_table(articles, width)
    )
    return out.getvalue().splitlines()


@given(ARTICLES, st.integers(40, 200))
def test_no_line_is_wider_than_the_terminal_and_no_id_is_cut(
    articles: list[Article], width: int
) -> None:
    lines = printed(articles, width)
    assert all(cell_len(line) <= width for line in lines)
    assert sum(line.startswith("abcdefghij  ") for line in lines) == len(articles)
    for line in lines:
        # each name is closed where it ends, so that it moves nothing beside it
        assert line.count(ISOLATE) == line.count(POP)
    text = "\n".join(lines)
    assert "\x1b" not in text
    for article in articles:
        assert all(str(found.value) in text for found in article.source.dates)


@given(ARTICLES)
def test_piped_an_article_is_a_line_of_six_fields(articles: list[Article]) -> None:
    lines = list(articles_lines(articles))
    assert len(lines) == len(articles)
    for line, article in zip(lines, articles, strict=True):
        name, day, *_, language, _ = line.split("\t")
        assert line.count("\t") == 5
        assert (name, language) == ("abcdefghij", "ar")
        published = article.source.published
        assert day == (str(published) if published else "?") or day.startswith("! ")
        assert day.startswith("!") == bool(article.source.conflicts)


def test_columns_stand_below_each_other() -> None:
    articles = [make([date(2025, 7, 1)], "أفق الصباح", "AFP", "عنوان"), make([], "港の新聞")]
    header, *rows = printed(articles, 120)
    for title in ("outlet", "agency", "headline"):
        at = cell_len(header[: header.index(title)])
        for row in rows:
            before = next(n for n in range(len(row) + 1) if cell_len(row[:n]) == at)
            assert row[before - 1] == " "
            assert row[before] == ISOLATE or title == "agency"


def test_dates_that_disagree_are_flagged() -> None:
    article = make([date(2025, 7, 2), date(2025, 7, 1)], "Harbour Post")
    _, first, second = printed([article], 100)
    assert "! 2025-07-01" in first
    assert "  2025-07-02" in second
    (line,) = articles_lines([article])
    assert line.split("\t")[1] == "! 2025-07-01, 2025-07-02"
    assert summary([article]) == "1 article, 1 outlet, 1 with dates that disagree"


@pytest.mark.parametrize(
    ("articles", "said"),
    [
        ([], "0 articles, 0 outlets"),
        ([make([])], "1 article, 0 outlets, 1 of an unknown day"),
        ([make([date(2025, 7, 1)], "A")] * 2, "2 articles, 1 outlet, published 2025-07-01"),
    ],
)
def test_summary(articles: list[Article], said: str) -> None:
    assert summary(articles).startswith(said)


def test_conflicts_and_versions_are_shown() -> None:
    article = make([date(2025, 7, 2), date(2025, 7, 1)])
    versions = [
        Version("12345678", date(2025, 7, 3), None, 11, newest=False),
        Version("87654321", None, None, 12, newest=True),
    ]
    copies = [Copy("part", 0.25, 0.5, ())]
    lines = list(article_lines(article, 1, ["other"], copies, versions, {}))
    assert "version: 12345678 (superseded)" in lines
    assert "published: ? (dates disagree)" in lines
    assert "! published: 2025-07-01, 2025-07-02" in lines
    assert "published: 2025-07-02 (from: on 2025-07-02)" in lines
    assert "same text: other" in lines
    assert "partial copy: part carries 25% of this text" in lines
    assert "text: abcdefghij@12345678, 11 characters, taken 2025-07-03" in lines
    assert "text: abcdefghij@87654321, 12 characters, the newest" in lines
    assert lines[-1] == article.body
