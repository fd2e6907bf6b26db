"""Words to compare, shingles and fingerprints."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.copies.shingles import SHINGLE, WINDOW, fingerprints, plain, shingles
from corpus.copies.words import words_of

TEXTS = st.text(st.sampled_from('abwxyz مسبي 19/-.«»"“”\n\u064e\u200f'), max_size=80)
LETTERS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30)


def keys(text: str) -> list[int]:
    found: list[int] = words_of(text).keys.tolist()
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("في نيسان المقبل", "في إبريل المقبل"),
        ("في نيسان المقبل", "في أبريل المقبل"),
        ("أواخر حزيران/يونيو", "أواخر يونيو/حزيران"),
        ("أواخر حزيران/ يونيو", "أواخر يونيو"),
        ("في فبراير شباط 2022", "في شباط ٢٠٢٢"),
        ("12 كانون الثاني/يناير 2024", "12 يناير 2024"),
        ("تشرين الأول", "أكتوبر"),
        ("12/07/2025", "12 يوليو 2025"),
        ("05-06-2025 صباحا", "5 حزيران 2025 صباحاً"),
        ("قوّاتٌ إلى مدينة", "قوات الى مدينه"),
        ("کوریا", "كوريا"),
        ("Avril, l'été", "april l ete"),
        ("كلمة، أخرى!", "كلمة أخرى"),
    ],
)
def test_spellings_of_one_text_are_the_same_words(one: str, other: str) -> None:
    assert keys(one) == keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("تموز", "حزيران"),
        ("العام الفائت", "العام الماضي"),
        ("كانون الثاني", "كانون الأول"),
        ("13/99/2025", "13/98/2025"),
        ("كانون النار", "كانون الثاني"),
    ],
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert keys(one) != keys(other)


def test_a_month_named_twice_is_one_word_over_both_names() -> None:
    body = "أواخر حزيران/يونيو الماضي"
    words = words_of(body)
    spans = list(zip(words.starts.tolist(), words.ends.tolist(), strict=True))
    assert [body[a:b] for a, b in spans] == ["أواخر", "حزيران/يونيو", "الماضي"]


def test_no_words_at_all() -> None:
    assert len(words_of("")) == len(words_of(" … — «»\n")) == 0
    assert len(fingerprints(words_of("one two"))) == 0


@pytest.mark.parametrize("marks", ["«»", "“”", '""', "‹›", "„“"])
def test_speech_is_what_stands_in_a_long_quotation(marks: str) -> None:
    words = words_of(
        f"He said {marks[0]}a b c d e{marks[1]} and left the {marks[0]}big{marks[1]} q"
    )
    assert words.spoken.tolist() == [False] * 2 + [True] * 5 + [False] * 5


def test_a_quotation_mark_that_is_left_open_ends_with_its_line() -> None:
    assert not words_of('he said "one two three four\nfive six seven" and').spoken.any()


def test_sentences_end_at_stops_and_lines() -> None:
    words = words_of("One two. Three 4.5 four!\nFive؟ six")
    assert words.sentences.tolist() == [0, 0, 1, 1, 1, 1, 2, 3]


@settings(deadline=None)
@given(TEXTS)
def test_words_stand_where_they_say(text: str) -> None:
    words = words_of(text)
    assert (words.starts < words.ends).all()
    assert (words.ends[:-1] <= words.starts[1:]).all()
    assert (np.diff(words.sentences) >= 0).all()
    assert len(words) == 0 or (words.starts[0] >= 0 and words.ends[-1] <= len(text))


@settings(deadline=None)
@given(LETTERS, LETTERS, LETTERS)
def test_a_long_common_run_gives_a_common_fingerprint(
    common: list[str], before: list[str], after: list[str]
) -> None:
    run = [f"{letter}{number}" for number, letter in enumerate(common)]
    one, other = words_of(" ".join(run)), words_of(" ".join([*before, *run, *after]))
    if len(run) >= WINDOW + SHINGLE - 1:
        assert np.intersect1d(fingerprints(one), fingerprints(other)).size


@settings(deadline=None)
@given(LETTERS)
def test_fingerprints_are_shingles_of_the_text(letters: list[str]) -> None:
    words = words_of(" ".join(letters))
    found = fingerprints(words)
    assert (np.diff(found) > 0).all()
    assert np.isin(found, shingles(words.keys)).all()
    assert (len(found) > 0) == (len(letters) >= SHINGLE)


def test_fingerprints_tell_speech_from_other_text() -> None:
    said = " ".join(f"w{number}" for number in range(20))
    quoted, bare = fingerprints(words_of(f"«{said}»")), fingerprints(words_of(said))
    assert len(plain(quoted)) == 0
    assert (plain(bare) == bare).all()
    assert (quoted - 1 == bare).all()
