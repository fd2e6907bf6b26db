"""What an absence names when nothing in particular is missing: words that nothing like is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.engine import Engine
from retrieval.types import MissingKind
from tests.embedders import embedder


@pytest.fixture(scope="module")
def engine(demo_home: Path) -> Iterator[Engine]:
    engine = Engine.open(demo_home, embedder())
    with closing(engine.coverage):
        yield engine


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How much is a night at the Wonsan resort hotel?", {"night", "hotel"}),
        ("كم سعر غرام الذهب عيار 21 اليوم؟", {"غرام", "الذهب", "عيار", "سعر", "اليوم"}),
        ("Galatasaray maçı saat kaçta?", {"Galatasaray", "maçı"}),
    ],
)
def test_the_words_that_nothing_is_like(question: str, named: set[str], engine: Engine) -> None:
    absence = engine.ask(question).absence
    assert absence is not None
    found = [each.asked for each in absence.missing]
    assert 0 < len(found) <= 2
    assert set(found) <= named
    assert all(each.kind is MissingKind.WORD and each.elsewhere for each in absence.missing)


def test_what_is_demanded_is_named_alone(engine: Engine) -> None:
    absence = engine.ask("How many shells did Iran send?").absence
    assert absence is not None
    assert [(each.asked, each.kind) for each in absence.missing] == [("Iran", MissingKind.PLACE)]


def test_words_of_unspaced_scripts_are_not_named(engine: Engine) -> None:
    absence = engine.ask("怎么做西红柿炒鸡蛋?").absence
    assert absence is not None
    assert absence.missing == ()
