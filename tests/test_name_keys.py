"""Names across scripts: which words share a key, and which words may be a name at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.name_keys import keys, script, written_names
from corpus.language.text import normalise
from corpus.language.tokens import words

GROUPS = (
    ("lavrov", "lawrow", "лавров", "لافروف", "拉夫罗夫", "라브로프", "ラブロフ"),
    ("rubio", "рубио", "روبيو"),
    ("nordwind", "نوردويند"),
    ("wonsan", "вонсан", "ونسان"),
    ("kabul", "кабул", "كابل"),
    ("kim", "ким", "كيم"),
)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_the_spellings_of_a_name_share_a_key(group: tuple[str, ...]) -> None:
    for one in group:
        for other in group:
            assert keys(one) & keys(other), (one, other)


def test_names_share_no_key_with_one_another() -> None:
    for one in GROUPS:
        for other in GROUPS:
            if one is not other:
                assert not {key for name in one for key in keys(name)} & {
                    key for name in other for key in keys(name)
                }


@pytest.mark.parametrize("prefix", ["و", "ب", "ل", "ف", "ك", "ال", "وال", "بال"])
def test_arabic_prefixes_hide_no_name(prefix: str) -> None:
    assert keys("روبيو") <= keys(f"{prefix}روبيو")
    assert keys("lavrov") & keys(f"{prefix}لافروف")


@pytest.mark.parametrize(
    ("one", "other"),
    [("kim", "кому"), ("rubio", "ребя"), ("lavrov", "ливер"), ("war", "вора"), ("rob", "راب")],
)
def test_short_names_need_their_vowels(one: str, other: str) -> None:
    assert not keys(one) & keys(other)


@pytest.mark.parametrize("word", ["", "7", "2025", "a", "و", "元山", "김"])
def test_too_little_to_tell_names_apart_has_no_key(word: str) -> None:
    assert keys(word) == frozenset()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("lavrov", "latin"),
        ("لافروف", "arabic"),
        ("лавров", "cyrillic"),
        ("拉夫罗夫", "asian"),
        ("라브로프", "asian"),
        ("ラブロフ", "asian"),
        ("λαβροφ", "greek"),
        ("לברוב", "hebrew"),
        ("g7 وقمة الدول", "arabic"),
        ("2025", "other"),
        ("", "other"),
    ],
)
def test_script(text: str, written: str) -> None:
    assert script(text) == written


@given(st.text(max_size=30))
def test_any_word_has_keys_that_are_written_in_letters(text: str) -> None:
    for word in words(text):
        for key in keys(word):
            letters = key.lstrip("~'")
            assert len(letters) >= 3
            assert letters.isascii()
            assert letters.isalpha()


def test_the_words_of_a_text_may_be_names() -> None:
    assert written_names("Когда Лавров прибыл?") == ["когда", "лавров"]
    assert written_names("когда лавров прибыл?") == ["когда", "лавров", "прибыл"]
    assert written_names("هل وصل لافروف؟") == ["هل", "وصل", "لافروف"]


def test_a_chinese_name_may_be_any_part_of_a_run() -> None:
    found = written_names("拉夫罗夫访问")
    assert {"拉夫罗夫", "拉夫罗", "夫罗夫访"} < set(found)
    assert all(3 <= len(name) <= 6 for name in found)
    assert written_names("访问") == ["访问"]


@given(st.text(max_size=60))
def test_names_are_parts_of_the_normalised_text(text: str) -> None:
    assert all(name and name in normalise(text) for name in written_names(text))
