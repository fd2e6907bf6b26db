"""What the pages of the coverage are drawn from: pure functions."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.play.day_chart import HEIGHT, WIDTH, Span, day_chart
from bot.play.filters import ListState
from bot.play.graph import MOST, copy_graph
from bot.play.page import page_words
from bot.play.reading import shown_article
from bot.play.told import flag_text
from bot.play.word_diff import diff_lines
from bot.words import LANGUAGES
from corpus.copies import CopyLink
from corpus.page_lines import PageLine, page_lines
from corpus.store import Order
from corpus.types import RawDocument, Source
from tests.test_store import make

FIRST = date(2025, 7, 11)
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@given(st.dictionaries(DAYS | st.none(), st.integers(1, 5000), max_size=400))
def test_bars_have_all_articles_and_stand_in_the_picture(
    counts: dict[date | None, int],
) -> None:
    ordered = sorted(counts.items(), key=lambda one: one[0] or date.min)
    chart = day_chart(ordered)
    assert sum(bar.count for bar in chart.bars) == sum(n for day, n in ordered if day)
    for bar in chart.bars:
        inside = sum(n for day, n in ordered if day and bar.since <= day <= bar.until)
        assert bar.count == inside
        assert 0 <= bar.x <= bar.x + bar.width <= chart.width + 0.02 <= WIDTH + 0.04
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.02
        assert bar.width > 0


@pytest.mark.parametrize(
    ("days", "span"),
    [(1, Span.DAY), (62, Span.DAY), (63, Span.MONTH), (1800, Span.MONTH), (4000, Span.YEAR)],
)
def test_bars_are_days_months_or_years(days: int, span: Span) -> None:
    counts = [(FIRST, 1), (FIRST + timedelta(days - 1), 1)]
    assert day_chart(sorted(set(counts))).span is span


@given(
    st.builds(
        ListState,
        words=st.text(max_size=40).map(lambda text: " ".join(text.split())),
        outlet=st.text(max_size=20).map(str.strip),
        since=DAYS | st.none(),
        until=DAYS | st.none(),
        language=st.sampled_from(["", "ar"]),
        agency=st.text(max_size=20).map(str.strip),
        only=st.sampled_from(["", "undated", "withdrawn", "removed"]),
        order=st.sampled_from(Order),
        page=st.integers(1, 999_999),
    )
)
def test_an_address_leads_to_its_state(state: ListState) -> None:
    written = state.address(page=state.page)
    assert ListState.of(dict(parse_qsl(written[1:]))) == state
    assert ListState.of(dict(parse_qsl(state.address()[1:]))) == replace(state, page=1)


def test_an_article_of_other_rules_shows_its_cut_lines_apart() -> None:
    article = make("a", "First line.\nSecond line.", FIRST, "en")
    lines = (PageLine("First line.", position=0), PageLine("Menu", rule="menu"))
    shown = shown_article(article, [(0, 11)], lines)
    assert [each.text for each in shown.elsewhere] == ["Menu"]
    assert not any(each.cut for each in shown.paragraphs)
    assert shown.cut_lines == 1


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=8))
def test_the_pieces_of_a_text_are_the_text(lines: list[str]) -> None:
    body = "\n".join(lines)
    article = make("a", body, FIRST, "en")
    spans = [(0, len(body) // 2), (len(body) // 3, len(body))]
    shown = shown_article(article, spans, (), (len(body) // 4, len(body) // 2))
    told = ["".join(piece.text for piece in each.pieces) for each in shown.paragraphs]
    assert [len(each) for each in told] == [len(one) for one in body.split("\n") if one.strip()]


def test_lines_of_a_page_stand_where_they_stood() -> None:
    text = (
        "A second quay opened\n\nThe harbour authority opened a second quay on Monday.\n"
        "Share on Facebook\nIt will take ferries from four towns along the coast, it said.\n"
    )
    article = make("a", text.split("\n")[2] + "\n\n" + text.split("\n")[4], FIRST, "en")
    shown = shown_article(article, [], page_lines(RawDocument(text, Source(path="a"))))
    assert [[cut.rule for cut in each.cut] for each in shown.paragraphs] == [
        ["headline"],
        ["share"],
    ]
    assert not shown.elsewhere


def test_a_graph_runs_from_the_earliest() -> None:
    articles = [make(name, "x", FIRST + timedelta(n)) for n, name in enumerate("abc")]
    links = [CopyLink("a", "b", 1, 0.9), CopyLink("b", "c", 0.5, 0.4), CopyLink("a", "c", 0.2, 0.3)]
    graph = copy_graph(articles, links)
    carries = {node.article.id: (node.carries, node.share) for node in graph.nodes}
    assert carries == {"a": (None, 1.0), "b": ("a", 0.9), "c": ("b", 0.4)}
    assert [arrow.whole for arrow in graph.arrows] == [True, False]
    assert all(0 < node.x < graph.width and 0 < node.y < graph.height for node in graph.nodes)


@given(st.lists(DAYS | st.none(), min_size=1, max_size=MOST))
def test_nodes_stand_apart(days: list[date | None]) -> None:
    articles = [make(str(n), "x", day) for n, day in enumerate(days)]
    graph = copy_graph(articles, [])
    assert len({(node.x, node.y) for node in graph.nodes}) == len(days)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_diff_has_what_changed(before: str, after: str) -> None:
    lines = diff_lines(before, after)
    assert bool(lines) <= (before != after)
    assert not diff_lines(before, before)


def test_a_diff_leaves_out_what_is_the_same() -> None:
    same = [f"Line {n} of the text is the same." for n in range(9)]
    lines = diff_lines("\n".join(same), "\n".join([*same[:4], "Another line.", *same[5:]]))
    assert lines[0].skipped
    assert lines[-1].skipped
    told = {kind for line in lines for kind, _ in line.pieces}
    assert told == {"equal", "delete", "insert"}
    assert len(lines) < 9


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_cleaning_has_words(language: str) -> None:
    table = tomllib.loads(files("corpus.clean").joinpath("furniture.toml").read_text("utf-8"))
    names = {rule["name"] for rule in table["rules"].values()}
    said = page_words(language).sentences
    assert not [name for name in names if f"coverage_rule_{name.replace(' ', '_')}" not in said]


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("the page names as its outlet: Meridian", "The page names another outlet: Meridian"),
        ("2 of 9 pages hold no text", "2 of 9 pages contain no text."),
        (
            "withdrawn by its outlet: its page was not there on 2025-07-11 and 2025-07-12 (gone)",
            "Withdrawn by its outlet: its page was not there on 2025-07-11 and on 2025-07-12.",
        ),
        ("something new", "something new"),
    ],
)
def test_flags_in_words(flag: str, told: str) -> None:
    assert flag_text(flag, page_words("en")) == told


def test_the_catalogues_have_the_same_words() -> None:
    held = {
        language: tomllib.loads(
            files("bot.play.words").joinpath(f"coverage.{language}.toml").read_text("utf-8")
        )
        for language in LANGUAGES
    }
    assert all(set(each) == set(held["en"]) for each in held.values())
    assert all(key.startswith("coverage_") for key in held["en"])
