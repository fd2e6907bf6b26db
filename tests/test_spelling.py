"""What a person may write otherwise is one spelling, and nothing that says something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.spelling import Spelled, has_signs, signs_end


def spelled(text: str, *, signs: bool = True) -> str:
    return Spelled.of(text, signs=signs).text.strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("بلغ ٤٬٣٠٠ دونم", "بلغ 4300 دونم"),
        ("4.300", "۴٬۳۰۰"),
        ("4,300 tonnes", "4 300 tonnes"),
        ("४,३०० टन", "4300 टन"),
        ("٧٫٢٪", "7.2%"),
        ("المدرسة في الجھۃ", "المدرسه فی الجهة"),
        ("مستشفى", "مستشفي"),
        ("> **The pier** _is_ `closed`.", "The pier is closed."),
        ("* one\n- two\n• three", "one\ntwo\nthree"),
        ("## The pier", "The pier"),
    ],
)
def test_spellings_are_one(one: str, other: str) -> None:
    assert one != other
    assert spelled(one) == spelled(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("4.300", "4.3"),
        ("4.30", "430"),
        ("2024", "2 024 5"),
        ("10:30 250", "10:30250"),
        ("7.2", "7,2"),
        ("أن", "إن"),
        ("Pier", "pier"),
        ("the pier.", "the pier"),
        ("2*3", "23"),
        ("ألف_باء", "ألفباء"),
        ("مُدرس", "مدرس"),
    ],
)
def test_other_words_are_not(one: str, other: str) -> None:
    assert spelled(one) != spelled(other)


def test_signs_count_where_a_text_has_some() -> None:
    assert has_signs("مُدرس")
    assert has_signs("مـدرس")
    assert not has_signs("مدرسة أُ"[:-1])
    assert spelled("مُدَرِّسٌ وَقُلۡ", signs=False) == "مدرس وقل"
    assert signs_end("مُدرسٌ.", 5) == 6
    assert signs_end("مدرس", 2) == 2


TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(" \n>*_`-•#,.'٬٫0123٤۵६ةھہکیى\u064e\u0640\u00a0\u2009«»…ﷲab"),
    ),
    max_size=60,
)


@given(TEXTS, st.booleans())
def test_every_character_has_its_place(text: str, signs: bool) -> None:
    made = Spelled.of(text, signs=signs)
    last = 0
    for at in range(len(made.text)):
        start, end = made.original(at, at + 1)
        assert last <= start < end <= len(text)
        last = start


@given(TEXTS)
def test_what_stands_alone_is_spelled_alike(text: str) -> None:
    """A plain line in the middle of others reads as by itself."""
    line = "".join(text.split("\n")).strip(" >*_`-•#+")
    around = Spelled.of(f"So\u0021 \n{line}\n So\u0021")
    assert spelled(line) in around.text
