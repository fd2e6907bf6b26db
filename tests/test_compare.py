"""Outlets side by side: who carries a quote, who does not, in which words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.render.comparison import comparison_json, comparison_messages, comparison_view
from bot.render.telegram_text import plain
from bot.words import words as interface_words
from corpus.language.pasted import folded
from corpus.split import sentences
from corpus.types import Article, Source
from retrieval.answer.after import wordings
from retrieval.answer.compare import Carrying, Compared, Comparison, asked_about, compare
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Answer, Filters, Quote
from tests.homes import indexed
from tests.test_shapes import validator

Pullquote = Callable[..., CompletedProcess[str]]

ARRIVAL = "متى وصل لافروف إلى وونسان؟"
WIRE = (
    "The harbour master closed the northern basin on Friday after a crane fell across two moored"
    " trawlers and tore a fuel line open, the port authority said in a short statement."
)


@pytest.fixture
def engine(demo_home: Path, embedded: StaticEmbedder) -> Engine:
    return Engine.open(demo_home, embedded)


@pytest.fixture
def arrival(engine: Engine) -> Comparison:
    return compare(engine.ask(ARRIVAL, limit=8), engine.coverage)


def test_every_outlet_carries_a_quote_or_is_missing(arrival: Comparison, engine: Engine) -> None:
    known = {outlet for outlet, _, _ in engine.coverage.outlets() if outlet}
    assert set(arrival.outlets) == known
    for each in arrival.compared:
        carried = {one.outlet for one in each.carriers} - {None}
        assert carried.isdisjoint(each.missing)
        assert carried | set(each.missing) == known
        held = {article.id for one in each.carriers for article in one.articles}
        assert held == {each.quote.article.id, *(copy.id for copy in each.quote.copies)}


def test_carriers_have_their_days(arrival: Comparison) -> None:
    first = arrival.compared[0]
    assert len(first.carriers) == 3
    assert first.carriers[0].outlet == first.quote.article.source.outlet
    assert first.carriers[0].first == date(2025, 7, 11)
    assert any(not wording.same for wording in first.wordings)


def test_filters_leave_other_outlets_out(engine: Engine) -> None:
    filters = Filters(("السنبلة", "Harbour"), since=date(2025, 7, 14))
    answer = engine.ask(ARRIVAL, limit=8, filters=filters)
    assert compare(answer, engine.coverage).outlets == ("Harbour Post (demo)",)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("How do outlets differ on the number of shells?", "the number of shells?"),
        ("كيف تختلف الصحف في عدد القذائف؟", "عدد القذائف؟"),
        ("Чем различаются издания в оценке визита?", "оценке визита?"),
        ("En quoi les médias diffèrent sur la visite ?", "la visite ?"),
        ("Who met whom?", "Who met whom?"),
        ("How do outlets differ on ", "How do outlets differ on "),
    ],
)
def test_what_is_compared(question: str, subject: str) -> None:
    assert asked_about(question) == subject


def test_command_says_where_wordings_differ(
    pullquote: Pullquote, tmp_path: Path, embedded: StaticEmbedder
) -> None:
    home, folder = tmp_path / "home", tmp_path / "wire"
    folder.mkdir()
    texts = {
        "Quay": WIRE,
        "Mole": WIRE.replace("two moored", "three moored"),
        "Pier": "A choir of forty children sang in the old customs house to a full room, and the"
        " concert was broadcast to the islands by the local radio station.",
    }
    for name, text in texts.items():
        head = f'+++\noutlet = "{name}"\nheadline = "{name}"\npublished = 2025-07-12\n+++\n'
        (folder / f"{name}.txt").write_text(f"{head}{text}\n", encoding="utf-8")
    indexed(home, embedded, folder)
    ran = pullquote("compare", "Why was the northern basin closed?", home=home)
    assert ran.returncode == 0, ran.stdout
    assert "Published by: Mole (July 12, 2025) · Quay (July 12, 2025)" in ran.stdout
    assert "No article with these words: Pier" in ran.stdout
    printed = " ".join(ran.stdout.split())
    assert "≠ Quay: «The harbour master" in printed
    assert f"«{texts['Quay']}»" in printed
    assert "Instead of: three" in printed
    assert "three two" not in printed


def test_json(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("compare", ARRIVAL, "--json", home=home)
    assert ran.returncode == 0
    value = json.loads(ran.stdout)
    validator("compare").validate(value)
    for each in value["quotes"]:
        for wording in each["wordings"]:
            kept = "".join(text for kind, text in wording["diff"] if kind != "insert")
            assert kept == each["quote"]["text"]


# ---------------------------------------------------------------- only what was published

TOLD = [
    "The pilot boat left the inner harbour at dawn with four men and a dog on board.",
    "«It came back by noon — with the dog alone», said Ada Brunn of the Harbour Office.",
    "Its engine was cold, its lamp was lit, and the log had no entry later than six.",
]
SWAPS = [
    *(("four", "five"), ("a dog", "two dogs"), ("—", "-"), ("«", '"'), ("noon", "Noon")),
    *(("lit, and", "lit; and"), ("at dawn ", ""), ("cold", "quite cold"), ("log", "lòg")),
]


def article(name: str, body: str) -> Article:
    source = Source(f"{name}.txt", outlet=name)
    return Article(name, "v", source, "en", body, sentences(body, "en"))


@given(
    st.lists(st.lists(st.sampled_from(SWAPS), max_size=4), min_size=1, max_size=4),
    st.integers(0, 2),
    st.booleans(),
)
def test_every_wording_that_is_printed_was_published_by_whom_it_names(
    edits: list[list[tuple[str, str]]], quoted: int, lines: bool
) -> None:
    between = "\n" if lines else " "
    body = between.join(TOLD)
    copies = []
    for number, swaps in enumerate(edits):
        text = body
        for old, new in swaps:
            text = text.replace(old, new)
        copies.append(article(f"Copy{number}", text))
    start = body.index(TOLD[quoted])
    quote = Quote(article("First", body), start, start + len(TOLD[quoted]), 1.0)
    quote = replace(quote, copies=tuple(copies))
    answer = Answer("q", "en", (quote,), None, Filters(), (), "", 0.0)
    compared = Compared(quote, (Carrying("First", (quote.article,)),), (), wordings(quote))
    found = Comparison(answer, (compared,), ("First",))
    published = {each.id: each.body for each in (quote.article, *copies)}
    printed = StringIO()
    Console(width=2_000, file=printed, highlight=False).print(comparison_view(found))
    told = printed.getvalue().splitlines()
    for at, line in enumerate(map(str.strip, told)):
        if line.startswith("≠ "):
            wording = told[at + 1].strip()
            assert (wording[0], wording[-1]) == ("«", "»")
            for name in line[2:-1].split(" · "):
                assert folded(wording[1:-1]) in folded(published[name])
            assert any(wording[1:-1] in each for each in published.values())
        if line.startswith("Instead of: "):
            for gone in line.removeprefix("Instead of: ").split(" / "):
                assert gone in quote.text
    value = comparison_json(found)
    validator("compare").validate(value)
    for each in value["quotes"][0]["wordings"]:
        pieces = each["diff"]
        text = each["places"][0]["text"]
        assert "".join(piece for kind, piece in pieces if kind != "insert") == quote.text
        assert all(piece.strip() in text for kind, piece in pieces if kind == "insert")
    for message in comparison_messages(found, interface_words("en")):
        for shown in re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", message.html, re.DOTALL):
            assert any(plain(shown) in each for each in published.values())


def test_nothing_found(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("compare", "Who won the tennis final?", "--json", home=home)
    assert ran.returncode == 1
    value = json.loads(ran.stdout)
    validator("compare").validate(value)
    assert value["quotes"] == value["silent"] == []
