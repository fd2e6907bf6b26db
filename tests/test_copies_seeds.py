"""What the five raw texts have of each other; they are not part of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.clean.clean import clean
from corpus.copies.shared import Stretch, shared
from corpus.copies.words import words_of
from corpus.read import read
from corpus.types import RawDocument, Source

SEEDS = Path(__file__).resolve().parent.parent.parent / "shared" / "seeds"
AIRLINE = "نوردويند"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed texts are not there")


def body(number: str) -> str:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    (raw,) = read(str(path), Source(path=str(path)))
    assert isinstance(raw, RawDocument)
    return clean(raw).body


def between(one: str, other: str) -> tuple[Stretch, ...]:
    return shared(words_of(body(one)), words_of(body(other)))


def test_two_dresses_of_one_agency_text() -> None:
    (stretch,) = between("000", "001")
    assert stretch.equal >= 0.95 * len(words_of(body("000")))
    assert 0.5 < stretch.equal / len(words_of(body("001"))) < 0.6


@pytest.mark.parametrize("other", ["000", "001"])
def test_the_paragraph_on_the_airline_stands_in_three(other: str) -> None:
    (stretch,) = between(other, "003")
    assert AIRLINE in body(other)[stretch.start : stretch.end]
    assert AIRLINE in body("003")[stretch.other_start : stretch.other_end]


@pytest.mark.parametrize(
    ("one", "other"),
    [(one, other) for one in ("002", "004") for other in ("000", "001", "003")] + [("002", "004")],
)
def test_the_others_are_independent(one: str, other: str) -> None:
    assert between(one, other) == between(other, one) == ()
