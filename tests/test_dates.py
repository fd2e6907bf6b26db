from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dates import find_dates, parse_date


@pytest.mark.parametrize(
    ("text", "found", "day"),
    [
        ("شؤون 11-07-2025 | 19:28", "11-07-2025", date(2025, 7, 11)),
        ("13 يوليو 2025", "13 يوليو 2025", date(2025, 7, 13)),
        ("السبت 12 يوليو/ تموز 2025 مساء", "12 يوليو/ تموز 2025", date(2025, 7, 12)),
        ("في 3 حزيران/يونيو 2024", "3 حزيران/يونيو 2024", date(2024, 6, 3)),
        ("السبت, يوليو 19, 2025", "يوليو 19, 2025", date(2025, 7, 19)),
        ("5 كانون الأول 2023", "5 كانون الأول 2023", date(2023, 12, 5)),
        ("5 كانون الثاني 2023", "5 كانون الثاني 2023", date(2023, 1, 5)),
        ("9 جويلية 2022", "9 جويلية 2022", date(2022, 7, 9)),
        ("9 جانفي 2022", "9 جانفي 2022", date(2022, 1, 9)),
        ("14 إبريل/نيسان 2025", "14 إبريل/نيسان 2025", date(2025, 4, 14)),
        ("١٣ تموز ٢٠٢٥", "١٣ تموز ٢٠٢٥", date(2025, 7, 13)),
        ("۱۳ ژوئیه ۲۰۲۵", "۱۳ ژوئیه ۲۰۲۵", date(2025, 7, 13)),
        ("14 يُوليو 2025", "14 يُوليو 2025", date(2025, 7, 14)),
        ("July 11, 2025, 6:02 pm", "July 11, 2025", date(2025, 7, 11)),
        ("on 11th July 2025.", "11th July 2025", date(2025, 7, 11)),
        ("пятница, 11 июля 2025 года", "11 июля 2025", date(2025, 7, 11)),
        ("le 11 juillet 2025 à 19h12", "11 juillet 2025", date(2025, 7, 11)),
        ("1er août 2025", "1er août 2025", date(2025, 8, 1)),
        ("11 de julio de 2025", "11 de julio de 2025", date(2025, 7, 11)),
        ("Fri, 11 Jul 2025 19:28:00 +0300", "11 Jul 2025", date(2025, 7, 11)),
        ("2025-07-11T19:28:00Z", "2025-07-11", date(2025, 7, 11)),
        ("2025年7月11日", "2025年7月11日", date(2025, 7, 11)),
        ("1/19/2026 1:19:00 PM", "1/19/2026", date(2026, 1, 19)),
        ("03/04/2025", "03/04/2025", date(2025, 4, 3)),
    ],
)
def test_finds_the_forms_of_news_pages(text: str, found: str, day: date) -> None:
    (one,) = find_dates(text)
    assert text[one.start : one.end] == found
    assert one.value == day


@pytest.mark.parametrize(
    "text",
    [
        "2025",
        "أواخر حزيران/يونيو",
        "أغسطس 2024",
        "أمس الخميس",
        "yesterday",
        "31/02/2025",
        "release 1.2.2025.3",
        "11 июля",
        "tel. 11-07-20251",
        "11/07/25",
    ],
)
def test_a_part_of_a_date_is_none(text: str) -> None:
    assert find_dates(text) == ()
    assert parse_date(text) is None


def test_finds_several_in_their_order() -> None:
    text = "Publié le 11 juillet 2025 – mis à jour le 2025-07-12; revu 13/07/2025"
    found = find_dates(text)
    assert [one.value.day for one in found] == [11, 12, 13]
    assert all(one.end <= after.start for one, after in pairwise(found))


def test_parses_one_date_and_refuses_two() -> None:
    assert parse_date(" 2025-07-11 ") == date(2025, 7, 11)
    assert parse_date("13 يوليو 2025") == date(2025, 7, 13)
    assert parse_date("11-07-2025 or 12-07-2025") is None


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.text(max_size=20))
def test_an_iso_date_is_read_back(day: date, around: str) -> None:
    assert parse_date(day.isoformat()) == day
    text = f"{around} | {day.isoformat()} | {around}"
    assert day in {found.value for found in find_dates(text)} or any(c.isdigit() for c in around)


@given(st.text(alphabet="0123456789-/. يوليو,تموزJuly\u200f", max_size=60))
def test_any_text_is_searched_and_positions_hold(text: str) -> None:
    for one in find_dates(text):
        assert 0 <= one.start < one.end <= len(text)
        assert parse_date(text[one.start : one.end]) == one.value
