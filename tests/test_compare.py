"""Outlets side by side: who carries a quote, who does not, in which words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from retrieval.answer.compare import Comparison, asked_about, compare
from retrieval.engine import Engine
from retrieval.index.analyse import words
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Filters
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
    assert "Carried by: Mole (July 12, 2025) · Quay (July 12, 2025)" in ran.stdout
    assert "No article with these words: Pier" in ran.stdout
    assert "[-three-] {+two+} moored" in ran.stdout


def test_json(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("compare", ARRIVAL, "--json", home=home)
    assert ran.returncode == 0
    value = json.loads(ran.stdout)
    validator("compare").validate(value)
    for each in value["quotes"]:
        for wording in each["wordings"]:
            kept = " ".join(text for kind, text in wording["diff"] if kind != "insert")
            assert words(kept) == words(each["quote"]["text"])


def test_nothing_found(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("compare", "Who won the tennis final?", "--json", home=home)
    assert ran.returncode == 1
    value = json.loads(ran.stdout)
    validator("compare").validate(value)
    assert value["quotes"] == value["silent"] == []
