from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dates.written import find_dates, parse_date
from tests.growth import grows_slowly


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
    ("text", "found"),
    [
        ("الخميس 15 محرم 1447هـ الموافق 10 يوليو 2025م", "10 يوليو 2025"),
        ("10 يوليو 2025 الموافق 15 محرم 1447", "10 يوليو 2025"),
        ("١٥ محرم ١٤٤٧هـ الموافق ١٠ يوليو ٢٠٢٥م", "١٠ يوليو ٢٠٢٥"),
        ("15/01/1447هـ الموافق 10/07/2025م", "10/07/2025"),
        ("1447/01/15 - 2025/07/10", "2025/07/10"),
    ],
)
def test_a_hijri_day_beside_a_gregorian_one_is_no_other_date(text: str, found: str) -> None:
    (one,) = find_dates(text)
    assert text[one.start : one.end] == found
    assert one.value == date(2025, 7, 10)


@pytest.mark.parametrize("text", ["15 محرم 1447", "20/01/1447 هـ", "1447-01-15"])
def test_a_hijri_day_alone_is_not_converted(text: str) -> None:
    assert find_dates(text) == ()


@pytest.mark.parametrize("text", ["12 كانون 2 2024", "12 كانون الثاني 2024", "كانون 2 12، 2024"])
def test_the_second_kanun_is_january(text: str) -> None:
    assert parse_date(text) == date(2024, 1, 12)


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


TABLE = Path(__file__).parent / "attribution" / "dates.tsv"


def table() -> list[tuple[str, str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(language, days, text) for language, days, text in rows]


@pytest.mark.parametrize(("language", "days", "text"), table())
def test_the_table(language: str, days: str, text: str) -> None:
    found = find_dates(text)
    assert ",".join(one.value.isoformat() for one in found) == days, language


def test_the_table_has_its_size() -> None:
    rows = table()
    assert len(rows) >= 150
    assert {language for language, _, _ in rows} == {"ar", "en", "ru", "fr"}
    assert sum(not days for _, days, _ in rows) >= 40


@pytest.mark.parametrize(
    ("text", "value", "other"),
    [
        ("03/04/2025", date(2025, 4, 3), date(2025, 3, 4)),
        ("3/4/2025 1:19:00 PM", date(2025, 3, 4), date(2025, 4, 3)),
        ("03.04.2025", date(2025, 4, 3), None),
        ("25/04/2025", date(2025, 4, 25), None),
        ("4/25/2025", date(2025, 4, 25), None),
        ("04/04/2025", date(2025, 4, 4), None),
        ("2025/03/04", date(2025, 3, 4), None),
        ("3 April 2025", date(2025, 4, 3), None),
    ],
)
def test_what_can_be_read_in_two_ways_says_so(text: str, value: date, other: date | None) -> None:
    (one,) = find_dates(text)
    assert (one.value, one.other) == (value, other)


MONTH_NAMES = {
    "ar": "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
    "ar levant": "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول"
    "|تشرين الثاني|كانون الأول",
    "ar maghreb": "جانفي|فيفري|مارس|أفريل|ماي|جوان|جويلية|أوت|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
    "ar morocco": "يناير|فبراير|مارس|أبريل|ماي|يونيو|يوليوز|غشت|شتنبر|أكتوبر|نونبر|دجنبر",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "en short": "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
    "ru": "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "fr short": "janv.|févr.|mars|avr.|mai|juin|juil.|août|sept.|oct.|nov.|déc.",
}
MONTHS = {language: names.split("|") for language, names in MONTH_NAMES.items()}
TWO = [
    [f"{one}/ {two}" for one, two in zip(MONTHS[a], MONTHS[b], strict=True)]
    for a, b in (("ar", "ar levant"), ("ar levant", "ar"), ("ar levant", "ar morocco"))
]
NAMED = ("{d} {m} {y}", "{m} {d}, {y}", "({d} {m} {y})", "{d} {m}, {y} 19:28", "19:28 {d} {m} {y}")
NUMBERS = (
    *("{y}-{mm}-{dd}", "{y}/{mm}/{dd}", "{y}{mm}{dd}T192800Z", "{y}-{mm}-{dd}T23:59:59+03:00"),
    *("{dd}/{mm}/{y}", "{d}/{n}/{y}", "{dd}-{mm}-{y} | 19:28", "{dd}.{mm}.{y} г.", "{d}.{n}.{y}"),
    *("{dd} / {mm} / {y}", "{n}/{d}/{y} 7:28:00 PM"),
)
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
WRITTEN = [(months, form) for months in (*MONTHS.values(), *TWO) for form in NAMED] + [
    ([], form) for form in NUMBERS
]


def written(day: date, months: list[str], form: str) -> str:
    return form.format(
        y=day.year,
        n=day.month,
        d=day.day,
        mm=f"{day.month:02}",
        dd=f"{day.day:02}",
        m=months[day.month - 1] if months else "",
    )


def said(text: str) -> list[date]:
    return [found.value for found in find_dates(text)]


@pytest.mark.parametrize(("months", "form"), WRITTEN)
def test_every_day_of_a_leap_year_is_read_back(months: list[str], form: str) -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    assert [day for day in days if said(written(day, months, form)) != [day]] == []


@given(st.dates(date(1995, 1, 1), date(2030, 12, 31)), st.sampled_from(WRITTEN))
def test_every_day_is_read_back_in_every_form(day: date, how: tuple[list[str], str]) -> None:
    text = written(day, *how)
    assert said(text) == [day]
    assert parse_date(text) == day
    assert said(text.translate(ARABIC)) == said(text.translate(PERSIAN)) == [day]


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


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    days = find_dates(text)
    assert all(date(1900, 1, 1) <= one.value <= date(2099, 12, 31) for one in days)
    assert all(one.end <= after.start for one, after in pairwise(days))


@pytest.mark.parametrize(
    "unit",
    [
        "12 ",
        "2025 12 ",
        "12 mars ",
        "1/2/",
        "الثاني عشر من ",
        "12" + " " * 50,
        "may 12 10:10:10 a ",
    ],
)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    assert grows_slowly(lambda size: partial(find_dates, (unit * size)[:size]), 10_000)
