from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.stems import stem
from corpus.language.text import normalise
from corpus.language.tokens import words
from retrieval.index.analyse import terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("«!؟» — …", []),
        ("Talks began.", ["talks", "began"]),
        ("قال: «لن نتراجع»", ["قال", "لن", "نتراجع"]),
        ("في ٢٠٢٥م", ["في", "2025", "م"]),
        ("و40 ألفا", ["و", "40", "الفا"]),
        ("G7 и Су-57", ["g7", "и", "су", "57"]),
        ("40,000 = 40.000 = ٤٠٬٠٠٠ = 40 000", ["40000"] * 4),
        ("1 250 000 = 1’250’000 = १२,५०,००० = ۱٬۲۵۰٬۰۰۰", ["1250000"] * 4),
        ("1.250,50 = 1,250.50 = 1\u2009250,50", ["1250", "50"] * 3),
        ("1.25 0.125 ٣٫٤٥٠", ["1", "25", "0", "125", "3", "450"]),
        ("10:30 250 1,250,3 2024 500", ["10", "30", "250", "1", "250", "3", "2024", "500"]),
        ("1,5 млн 12.07.2025", ["1", "5", "млн", "12", "07", "2025"]),
        ("会谈7月", ["会谈", "7", "月"]),
        ("朝鲜问题G7", ["朝鲜", "鲜问", "问题", "g7"]),
        ("e\u0301te\u0301", ["ete"]),
        ("С.Лавров", ["с", "лавров"]),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("والوزير", "وزير"),
        ("الوزير", "وزير"),
        ("للوزير", "وزير"),
        ("بالمدينه", "مدين"),
        ("زيارتهم", "زيارت"),
        ("محادثات", "محادث"),
        ("روسيا", "روسيا"),
        ("من", "من"),
        ("ولد", "ولد"),  # too short to lose its first letter
        ("talks", "talks"),
        ("переговоры", "переговоры"),
        ("", ""),
    ],
)
def test_stems(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("war", ["=war"]),
        ("wars", ["=wars", "wars"]),
        ("talks", ["=talks", "talk", "alks"]),
        ("war war", ["=war", "=war"]),
        ("الوزير", ["=وزير", "الوز", "لوزي", "وزير"]),
        ("会谈开始", ["会谈", "谈开", "开始"]),
        ("会", ["会"]),
        ("원산", ["원산"]),
        ("2025 12000", ["=2025", "=12000"]),
        ("", []),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الوزير", "وزير"),
        ("محادثات", "المحادثات"),
        ("Лавров", "Лаврова"),
        ("Talks", "talk"),
    ],
)
def test_forms_of_one_word_share_terms(one: str, other: str) -> None:
    assert set(terms(one)) & set(terms(other))


@given(st.text(max_size=60))
def test_folding_before_changes_no_term(text: str) -> None:
    folded = normalise(text)
    if normalise(folded) == folded:
        assert terms(folded) == terms(text)
    assert all(term for term in terms(text))


@given(st.text(st.characters(min_codepoint=0x0620, max_codepoint=0x064A), max_size=12))
def test_a_stem_is_part_of_its_word(word: str) -> None:
    assert stem(word) in word
    assert len(stem(word)) >= min(3, len(word))
