"""The five raw texts that the cleaner was built on; they are not part of the repository."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from corpus.attribution.attribute import attribute
from corpus.clean.clean import clean
from corpus.language.detect import detect
from corpus.read import read
from corpus.types import Cleaned, DateKind, RawDocument, Source

SEEDS = Path(__file__).resolve().parent.parent.parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed texts are not there")


def seed(number: str) -> tuple[RawDocument, Cleaned, Source]:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    (raw,) = read(str(path), Source(path=str(path)))
    assert isinstance(raw, RawDocument)
    cleaned = clean(raw)
    return raw, cleaned, attribute(raw, cleaned, date(2026, 2, 1))


def paragraphs(cleaned: Cleaned) -> list[str]:
    return [line for line in cleaned.body.split("\n") if line]


@pytest.mark.parametrize(
    ("number", "count", "cuts", "digest"),
    [
        ("000", 7, 1, "3d77413e96df"),
        ("001", 5, 0, "24cd25317608"),
        ("002", 11, 0, "787cf0ff294f"),
        ("003", 11, 0, "b6b9bdc0a518"),
        ("004", 14, 0, "11e9dd95d0f6"),
    ],
)
def test_every_paragraph_and_nothing_else(number: str, count: int, cuts: int, digest: str) -> None:
    raw, cleaned, _ = seed(number)
    assert len(paragraphs(cleaned)) == count
    assert len(cleaned.cuts) == cuts
    lines = raw.text.split("\n")
    assert all(line in lines for line in paragraphs(cleaned))
    assert sha256(cleaned.body.encode()).hexdigest()[:12] == digest
    assert detect(cleaned.body) == "ar"


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_no_furniture_is_left(number: str) -> None:
    _, cleaned, _ = seed(number)
    for fragment in (
        *("(ا ف ب)", "Smaller", "الأكثر", "العلامات الدالة", "كلمات دلالية", "المصدر:"),
        *("إقرأ أيضاً", "مقالات", "تعليقك", "الفيس بوك", "محفوظة", "Related", "قسد", "الشرع"),
        *("توماهوك", "(فرانس برس", "الرئيسية", "Korea News"),
    ):
        assert fragment not in cleaned.body


def test_where_they_are_from() -> None:
    names = {
        number: (source.outlet, source.via, source.agency, source.byline)
        for number, (_, _, source) in ((n, seed(n)) for n in ("000", "001", "002", "003", "004"))
    }
    assert names == {
        "000": (None, None, None, None),
        "001": ("العربي الجديد", None, "فرانس برس", None),
        "002": ("سكاي نيوز عربية", None, None, None),
        "003": ("DW عربية", "يمن فريدم", None, None),
        "004": (None, None, None, None),
    }


def test_of_which_day_they_are() -> None:
    days = {}
    for number in ("000", "001", "002", "003", "004"):
        source = seed(number)[2]
        pages = [found.value for found in source.dates if found.kind is DateKind.PAGE]
        days[number] = (source.published, pages)
        assert source.conflicts == ()
    assert days == {
        "000": (date(2025, 7, 11), []),
        "001": (None, []),
        "002": (None, []),
        "003": (date(2025, 7, 13), [date(2025, 7, 25)]),
        "004": (None, [date(2025, 7, 19)]),
    }


def test_headlines_and_headings() -> None:
    first, last = seed("000")[2], seed("004")[2]
    assert first.headline is not None
    assert first.headline.startswith("موسكو وبيونغ يانغ")
    assert first.standfirst is not None
    assert first.standfirst.endswith("الروسيتان")
    assert last.headline is not None
    assert last.headline.endswith("بكيم جونغ أون")
    assert [seed(number)[2].headline for number in ("001", "002", "003")] == [None] * 3
    assert "توطيد العلاقات" in paragraphs(seed("003")[1])
    assert sum(len(line) < 80 for line in paragraphs(seed("004")[1])) == 7
