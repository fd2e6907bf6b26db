from __future__ import annotations

from random import Random

import pytest

from retrieval.training.lexicon import Lexicon, base, build, forms
from retrieval.training.sources import Row

WORDS: list[Row] = [
    {"ar": ("سفينة",), "en": ("ship",), "zh": ("船",)},
    {"ar": ("بنك",), "en": ("bank", "bench")},
    {"ar": ("حق النقض",), "en": ("veto",)},
]
NAMES: list[Row] = [
    {"ar": ("لافروف",), "en": ("lavrov",)},
    {"en": ("Lavrov",), "ru": ("Лавров",)},
    {"ar": ("بنك",), "en": ("bink",)},
]
VERBS = (("رأيت", "saw", "sah"), ("عبرت", "crossed", "querte"), ("رسمت", "drew", "malte"))
THINGS = (("النهر", "river", "fluss"), ("الجسر", "bridge", "steg"), ("البحر", "sea", "meer"))
PHRASES = [tuple(zip(verb, thing, strict=True)) for verb in VERBS for thing in THINGS]
SENTENCES: list[Row] = [
    {one: (" ".join(phrase[a]),), other: (" ".join(phrase[b]),)}
    for one, other, a, b in (("ar", "en", 0, 1), ("en", "de", 1, 2))
    for phrase in PHRASES
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return build(WORDS, NAMES, SENTENCES)


@pytest.mark.parametrize(
    ("word", "bare"),
    [("البيت", "بيت"), ("والبيت", "بيت"), ("للبيت", "بيت"), ("ال", "ال"), ("وزير", "وزير")],
)
def test_base(word: str, bare: str) -> None:
    assert base(word) == bare


def test_forms_begin_with_the_word_itself() -> None:
    assert forms("وسفينتهم")[0] == "وسفينتهم"
    assert {"سفين", "سفينه"} <= set(forms("سفينات"))


def test_words_are_found_under_their_clitics(lexicon: Lexicon) -> None:
    for word in ("سفينه", "السفينه", "وسفينه", "والسفينه"):
        assert set(lexicon.found(word, "en") or ()) == {"ship"}
    assert lexicon.found("سفينه", "ko") is None


def test_names_are_chained_through_english(lexicon: Lexicon) -> None:
    assert set(lexicon.found("لافروف", "ru") or ()) == {"лавров"}


def test_a_name_spelled_like_a_word_does_not_count(lexicon: Lexicon) -> None:
    assert set(lexicon.found("بنك", "en") or ()) == {"bank", "bench"}


def test_aligned_words_are_chained_through_english(lexicon: Lexicon) -> None:
    assert "river" in (lexicon.found("النهر", "en") or {})
    assert "fluss" in (lexicon.found("النهر", "de") or {})


def test_the_common_translation_weighs_more() -> None:
    asked: list[Row] = [{"en": ("a bank by the bank",), "fr": ("une banque",)}]
    listed = build(WORDS, (), asked).found("بنك", "en")
    assert listed is not None
    assert listed["bank"] > listed["bench"]


def test_the_longest_term_is_put_first(lexicon: Lexicon) -> None:
    made, found = lexicon.put(["سفينه", "حق", "النقض", "مجهول"], "en", Random(1))
    assert (made, found) == (["ship", "veto"], 2)


def test_what_is_not_listed_can_be_kept(lexicon: Lexicon) -> None:
    assert lexicon.put(["مجهول"], "en", Random(1), kept=1.0) == (["مجهول"], 0)
