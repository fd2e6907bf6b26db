"""What programs change by themselves is undone, and nothing that a person changes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.pasted import Folded, folded, words_to_find

TEXT = "قال «الوزير» إن الميناء ـ المرفأ – مُغلق… l'été, “dit-il”: 12.5 %"


@pytest.mark.parametrize(
    "changed",
    [
        TEXT.replace(" ", "\u00a0"),
        TEXT.replace(" ", " \r\n\t "),
        "\ufeff" + TEXT.replace("«", '"').replace("»", '"'),
        TEXT.replace("«", "“ ").replace("»", " ”"),
        TEXT.replace("«", "\u2067«").replace("»", "»\u2069"),
        "\u200f".join(TEXT),
        TEXT.replace("…", "..."),
        TEXT.replace("–", "—"),
        TEXT.replace("'", "’"),
        unicodedata.normalize("NFD", TEXT),
        "\u200d".join(unicodedata.normalize("NFD", TEXT)),
        TEXT.replace("الميناء", "المي\u00adناء"),
        TEXT.replace("مُغلق", "ﻣُﻐﻠﻖ"),
    ],
)
def test_what_programs_change_counts_as_the_same(changed: str) -> None:
    assert changed != TEXT
    assert folded(changed) == folded(TEXT)
    assert words_to_find(changed) == words_to_find(TEXT)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("مُغلق", "مغلق"),  # vowel signs
        ("الميناء", "المينـاء"),  # tatweel
        ("المرفأ", "المرفا"),
        ("12", "١٢"),
        ("12.5", "12,5"),
        ("dit", "Dit"),
        ("été", "ete"),
        ("إن", ""),
        (", ", " "),
        ("الميناء", "المي ناء"),
    ],
)
def test_what_a_person_changes_does_not(before: str, after: str) -> None:
    assert before in TEXT
    assert folded(TEXT.replace(before, after, 1)) != folded(TEXT)


def test_a_name_in_one_character_is_its_letters() -> None:
    assert folded("حفظ \ufdf2 المدينة") == folded("حفظ الله المدينة")


LETTERS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            " \n\u00a0\u200f\u200c\"«»“'’…-–—.\u0301\u064b\u0654\ufefb\ufb01éﺀ한\u1161"
        ),
    )
)


@given(LETTERS)
def test_every_character_has_its_place(text: str) -> None:
    made = Folded.of(text)
    assert made.text.strip() == folded(text)
    last = 0
    for at in range(len(made.text)):
        start, end = made.original(at, at + 1)
        assert last <= start < end <= len(text) or (start, end) == made.original(at - 1, at)
        last = start
    for at in range(0, len(made.text), 3):
        start, end = made.original(at, len(made.text))
        if at and made.original(at - 1, at)[0] == start:
            continue  # within what one character became: three dots, a ligature
        assert folded(text[start:end]) == made.text[at:].strip() or not made.text[at:].strip()


def test_each_quotation_mark_keeps_its_own_place() -> None:
    text = "«00»“ »1"
    made = Folded.of(text)
    assert made.text == '"00"""1'
    assert [made.original(at, at + 1) for at in (3, 4, 5)] == [(3, 4), (4, 5), (6, 7)]
    assert made.original(5, 7) == (6, 8)


@given(LETTERS)
def test_what_is_folded_stays_so(text: str) -> None:
    assert folded(folded(text)) == folded(text)
