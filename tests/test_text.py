from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.text import DIGITS, LETTERS, RARE_LETTERS, normalise

_MARKS = "\u0640\u064b\u064e\u0651\u0653\u0654\u0655\u0670\u0301\u0306\u0308\u200f\u202b\u2067 "
ALPHABETS = st.one_of(
    st.characters(min_codepoint=0x0620, max_codepoint=0x06FF),
    st.characters(min_codepoint=0x0900, max_codepoint=0x097F),
    st.characters(min_codepoint=0x0041, max_codepoint=0x024F),
    st.characters(min_codepoint=0x0400, max_codepoint=0x052F),
    st.characters(min_codepoint=0xFB50, max_codepoint=0xFDFB, categories=["Lo"]),
    st.sampled_from(_MARKS),
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("کیف", "كيف"),  # Persian kaf and ye
        ("إسلام آباد أمس ٱلله", "اسلام اباد امس الله"),
        ("مؤتمر رئيس", "موتمر رييس"),
        ("ا\u0654مس", "امس"),  # hamza as a mark of its own
        ("مستشفى مدينة", "مستشفي مدينه"),
        ("مُحَمَّدٌ", "محمد"),
        ("هٰذا", "هذا"),
        ("كـــوريا", "كوريا"),
        ("٢٠٢٥", "2025"),
        ("۱۴۰۴", "1404"),
        ("\u200fيوم\u200e \u202bالسبت\u202c", "يوم السبت"),
        ("\u2067Wonsan\u2069", "wonsan"),
        ("می\u200cرود", "ميرود"),  # zero-width non-joiner
        ("ھدیۃ ہدیة هديه خانۀ بۂ ڪتاب", "هديه هديه هديه خانه به كتاب"),
        ("ﮪﻢ", "هم"),
        ("१९४७ ৪২ ๓๐", "1947 42 30"),
        ("وَقُلۡ سَلَٰمٞۚ", "وقل سلم"),  # signs of recitation
        ("مك\u00adتبة \ufeffдом", "مكتبه дом"),
        ("Été à Zoë", "ete a zoe"),
        ("E\u0301te\u0301", "ete"),
        ("Пётр ещё", "петр еще"),
        ("Война и МИР", "воина и мир"),
        ("ﻻﻓﺮﻭﻑ", "لافروف"),  # presentation forms
        ("Ｗｏｎｓａｎ №１", "wonsan no1"),
        ("İstanbul", "istanbul"),
        ("", ""),
    ],
)
def test_spellings_of_one_word_meet(written: str, folded: str) -> None:
    assert normalise(written) == folded


@pytest.mark.parametrize(
    ("one", "other"), [("حوار", "حور"), ("سلام", "كلام"), ("мир", "мор"), ("war", "wars")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_white_space_and_punctuation_stay() -> None:
    assert normalise("«متى؟»\n قال: نعم.") == "«متي؟»\n قال: نعم."


@given(st.text(ALPHABETS, max_size=40))
def test_folding_again_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(ALPHABETS, max_size=40))
def test_nothing_that_is_folded_is_left(text: str) -> None:
    left = LETTERS.keys() | RARE_LETTERS.keys() | DIGITS.keys() | set("\u0640\u200f\u064e\u00ad")
    assert not set(normalise(text)) & left


def test_digits_are_what_unicode_says() -> None:
    assert {digit: str(unicodedata.decimal(digit)) for digit in DIGITS} == DIGITS


@given(st.text(ALPHABETS, max_size=20), st.text(ALPHABETS, max_size=20))
def test_case_does_not_count(one: str, other: str) -> None:
    text = one + " " + other
    assert normalise(text.lower()) == normalise(text)
