from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from corpus.attribution.agencies import agency_named
from corpus.attribution.attribute import attribute
from corpus.clean.clean import clean
from corpus.dates.dateline import dateline
from corpus.read import extracted, read
from corpus.types import DateKind, RawDocument, Source, SourceDate
from tests.growth import grows_slowly

TODAY = date(2025, 12, 31)
HEADLINE = "جسر جديد للمشاة يعيد وصل السوق بحي الصيادين"
BODY = (
    "افتتحت بلدية المرفأ صباح الأحد جسرا جديدا للمشاة يربط السوق القديمة بحي الصيادين الشمالي.",
    "ونقلت رويترز عن رئيسة البلدية أن العمل استغرق عامين، وقالت تاس (وكالة روسية) إنه نجح.",
    "ويأمل التجار أن يعيد الجسر إلى السوق زوارا هجروها منذ أغلقت العبارة قبل أعوام كثيرة.",
)
ENGLISH = (
    "The harbour council opened a footbridge on Sunday between the old market and the north quay.",
    "Work took two years, the council said, and cost less than had been set aside for it at first.",
)


def source(*lines: str, today: date = TODAY, **known: object) -> Source:
    raw = RawDocument("\n".join(lines), Source(path="a.txt", **known))  # type: ignore[arg-type]
    return attribute(raw, clean(raw), today)


def days(found: Source) -> list[tuple[str, str]]:
    return [(one.kind.value, one.value.isoformat()) for one in found.dates]


class TestNames:
    def test_unknown_stays_unknown(self) -> None:
        assert source(*BODY) == Source(path="a.txt")

    def test_a_signature_of_agency_and_outlet(self) -> None:
        found = source(*BODY, "(أ ف ب، بريد الميناء)")
        assert (found.agency, found.outlet) == ("فرانس برس", "بريد الميناء")

    @pytest.mark.parametrize(
        ("line", "outlet", "agency"),
        [
            ("المصدر: سكاي نيوز عربية", "سكاي نيوز عربية", None),
            ("المصدر : رويترز", None, "رويترز"),
            ("المصدر: الجزيرة + وكالات", "الجزيرة", None),
            ("المصدر: وكالات", None, None),
            ("المصدر: بريد الميناء", "بريد الميناء", None),
            ("(رويترز)", None, "رويترز"),
            ("(رويترز، أ ف ب)", None, None),
            ("وكالة الأناضول", None, "الأناضول"),
            ("وكالة الميناء (تجريبية)", None, "وكالة الميناء (تجريبية)"),
            ("Source: Reuters", None, "رويترز"),
            ("Источник: ТАСС", None, "تاس"),
            ("Source : AFP", None, "فرانس برس"),
        ],
    )
    def test_signatures(self, line: str, outlet: str | None, agency: str | None) -> None:
        found = source(*BODY, "", line)
        assert (found.outlet, found.agency) == (outlet, agency)

    def test_a_signature_at_the_end_of_the_last_paragraph(self) -> None:
        assert source(*BODY[:1], BODY[2] + " (رويترز)").agency == "رويترز"

    @pytest.mark.parametrize(
        ("opening", "agency"),
        [
            ("المرفأ (رويترز) - ", "رويترز"),
            ("المرفأ - (أ ف ب) - ", "فرانس برس"),
            ("المرفأ- الأناضول: ", "الأناضول"),
            ("HARBOUR, July 20 (Reuters) - ", "رويترز"),
            ("LE PORT (AFP) – ", "فرانس برس"),
            ("(AFP) — ", "فرانس برس"),
            ("ПОРТ, 20 июля. /ТАСС/. ", "تاس"),
            ("ПОРТ, 20 июл — РИА Новости. ", "ريا نوفوستي"),
        ],
    )
    def test_datelines(self, opening: str, agency: str) -> None:
        assert dateline(opening + BODY[0]) == agency
        assert source(opening + BODY[0], BODY[2]).agency == agency

    def test_an_agency_cited_in_the_text_signs_nothing(self) -> None:
        assert dateline("وقالت وكالة رويترز - التي زارت الجسر - إن العمل فيه قد انتهى.") is None
        assert (
            dateline("Agencies (Reuters among them) said that the bridge had been opened.") is None
        )
        assert source(*BODY).agency is None

    def test_a_credit_attributes_the_photo_only(self) -> None:
        assert source(HEADLINE, "", "الجسر صباح الأحد (أ ف ب)", "", *BODY).agency is None

    def test_who_published_and_who_republished(self) -> None:
        found = source("13 يوليو 2025", "مرفأ اليوم-DWعربية", "", *BODY)
        assert (found.via, found.outlet) == ("مرفأ اليوم", "DW عربية")

    def test_the_place_of_the_writer_is_no_outlet(self) -> None:
        found = source(HEADLINE, "سكاي نيوز عربية - أبوظبي", "13 يوليو 2025", "", *BODY)
        assert (found.via, found.outlet) == (None, "سكاي نيوز عربية")

    def test_an_outlet_with_an_agency(self) -> None:
        found = source(*BODY, "Le Courrier avec AFP")
        assert (found.outlet, found.agency) == ("Le Courrier", "فرانس برس")

    @pytest.mark.parametrize("line", ["المشرق-العربي", "Asia-Pacific", "تحليل - سياسة"])
    def test_a_section_with_a_hyphen_is_no_outlet(self, line: str) -> None:
        found = source(HEADLINE, "13 يوليو 2025", line, "", *BODY)
        assert (found.via, found.outlet) == (None, None)

    def test_the_name_that_a_title_adds_to_the_headline(self) -> None:
        assert (
            source(HEADLINE + " | بريد الميناء", "", HEADLINE, "", *BODY).outlet == "بريد الميناء"
        )

    def test_a_name_that_the_line_of_rights_repeats(self) -> None:
        top = ("Harbour Post", "A bridge for walkers over the old harbour", "")
        assert source(*top, *ENGLISH, "© Harbour Post. All rights reserved.").outlet == (
            "Harbour Post"
        )
        assert source(*top, *ENGLISH, "© 2025").outlet is None

    def test_bylines(self) -> None:
        top = ("A bridge for walkers over the old harbour", "By Our Harbour Desk", "")
        assert source(*top, *ENGLISH).byline == "Our Harbour Desk"
        top = ("A bridge for walkers over the old harbour", "By Reuters", "")
        found = source(*top, *ENGLISH)
        assert (found.byline, found.agency) == (None, "رويترز")

    def test_what_is_given_wins(self) -> None:
        found = source(
            HEADLINE, "", *BODY, "(أ ف ب، بريد الميناء)", outlet="Mine", agency="ТАСС", byline="Me"
        )
        assert (found.outlet, found.agency, found.byline) == ("Mine", "تاس", "Me")
        assert found.headline == HEADLINE

    @pytest.mark.parametrize(
        ("name", "canonical"),
        [
            ("أ.ف.ب", "فرانس برس"),
            ("Agence France-Presse", "فرانس برس"),
            ("АФП", "فرانس برس"),
            ("وكالة رويترز", "رويترز"),
            ("Reuters", "رويترز"),
            ("연합뉴스", "يونهاب"),
            ("وكالات", None),
            ("بريد الميناء", None),
            ("وكالة", None),
        ],
    )
    def test_names_of_agencies(self, name: str, canonical: str | None) -> None:
        assert agency_named(name) == canonical


class TestDates:
    def test_a_date_line_gives_the_day_with_its_evidence(self) -> None:
        found = source(HEADLINE, "", "محليات 11-07-2025 | 19:28", "", *BODY)
        assert found.dates == (
            SourceDate(DateKind.PUBLISHED, date(2025, 7, 11), "محليات 11-07-2025 | 19:28"),
        )

    def test_a_date_above_an_earlier_one_is_the_page_s(self) -> None:
        found = source("25 يوليو 2025", "13 يوليو 2025", "", *BODY)
        assert days(found) == [("page", "2025-07-25"), ("published", "2025-07-13")]
        assert found.published == date(2025, 7, 13)

    def test_a_date_above_the_path_of_sections_is_the_page_s(self) -> None:
        top = ("السبت, يوليو 19, 2025", "الرئيسيةمحليات" + HEADLINE, "", HEADLINE, "")
        found = source(*top, *BODY)
        assert days(found) == [("page", "2025-07-19")]
        assert found.published is None
        found = source(*top, "19 يوليو 2025", "", *BODY)
        assert days(found) == [("page", "2025-07-19"), ("published", "2025-07-19")]

    def test_labels_say_the_kind(self) -> None:
        line = "Publié le 11 juillet 2025 à 19h12 – Mis à jour le 12 juillet 2025 à 08h30"
        found = source("Une passerelle relie le marché au quai", line, "", *BODY)
        assert days(found) == [("published", "2025-07-11"), ("updated", "2025-07-12")]
        found = source(HEADLINE, "آخر تحديث: 12 تموز 2025", "نشر في: 11 تموز 2025", "", *BODY)
        assert days(found) == [("updated", "2025-07-12"), ("published", "2025-07-11")]

    def test_two_that_disagree_are_both_kept(self) -> None:
        found = source(HEADLINE, "11 يوليو 2025", "13 يوليو 2025", "", *BODY)
        assert found.published is None
        assert len(found.conflicts) == 1

    def test_nothing_lies_in_the_future(self) -> None:
        line = "محليات 11-07-2025"
        assert source(HEADLINE, line, "", *BODY, today=date(2025, 7, 10)).dates == ()
        assert source(HEADLINE, line, "", *BODY, today=date(2025, 7, 11)).published

    def test_a_date_in_the_text_or_below_it_is_none_of_the_article(self) -> None:
        text = "وجرى الافتتاح يوم 12 يوليو/ تموز 2025 بحضور التجار وسكان الحي والبحارة القدامى."
        found = source(*BODY, text, "الأكثر قراءة", "محليات 1/9/2025 1:19:00 PM")
        assert found.dates == ()

    def test_a_chronology_is_dated_by_none_of_its_headings(self) -> None:
        lines = ("10 July 2025", ENGLISH[0], "11 July 2025", ENGLISH[1], "12 July 2025", ENGLISH[0])
        assert source("Three days at the old harbour", "", *lines).dates == ()

    def test_the_address_counts_beside_the_page(self) -> None:
        url = "https://barid.example/local/2025/07/11/bridge"
        assert source(*BODY, url=url).published == date(2025, 7, 11)
        url = "https://barid.example/local/2025/jul/11/bridge"
        assert source(*BODY, url=url).published == date(2025, 7, 11)
        both = source(HEADLINE, "13-07-2025", "", *BODY, url=url)
        assert both.conflicts == ("published: 2025-07-11, 2025-07-13",)
        assert source(HEADLINE, "11-07-2025", "", *BODY, url=url).conflicts == ()
        assert source(*BODY, url="https://barid.example/2025/07/bridge").dates == ()

    def test_a_date_in_a_dateline(self) -> None:
        found = source("المرفأ 11 يوليو 2025 (أ ف ب) - " + BODY[0], BODY[2])
        assert found.published == date(2025, 7, 11)

    def test_what_is_given_wins(self) -> None:
        mine = SourceDate(DateKind.PUBLISHED, date(2025, 7, 1), "--published")
        found = source("25 يوليو 2025", "13 يوليو 2025", "", *BODY, dates=(mine,))
        assert found.published == date(2025, 7, 1)
        assert days(found) == [("published", "2025-07-01"), ("page", "2025-07-25")]

    @pytest.mark.parametrize(
        ("content", "line", "published"),
        [
            ("2025-07-11T23:30:00Z", "12 July 2025", date(2025, 7, 12)),
            ("2025-07-12T02:30:00+09:00", "11 July 2025", date(2025, 7, 11)),
            ("2025-07-11T12:00:00Z", "12 July 2025, 2:30 am", date(2025, 7, 12)),
            ("2025-07-11T12:00:00Z", "12 July 2025", None),
            ("2025-07-11", "12 July 2025", None),
            ("2025-07-11T23:30:00Z", "13 July 2025", None),
            ("2025-07-11", "11 July 2025", date(2025, 7, 11)),
        ],
    )
    def test_what_the_markup_states_is_compared_with_the_page(
        self, tmp_path: Path, content: str, line: str, published: date | None
    ) -> None:
        file = tmp_path / "bridge.html"
        file.write_text(
            f'<html><head><meta property="article:published_time" content="{content}"></head>'
            "<body><article><h1>A bridge for walkers over the old harbour</h1>"
            f"<p>{line}</p><p>{ENGLISH[0]}</p><p>{ENGLISH[1]}</p></article></body></html>",
            encoding="utf-8",
        )
        (page,) = read(str(file), Source(path=str(file)))
        assert isinstance(page, RawDocument)
        raw = extracted(page)
        assert isinstance(raw, RawDocument)
        found = attribute(raw, clean(raw), TODAY)
        assert found.published == published
        assert bool(found.conflicts) == (published is None)

    def test_no_page_is_older_than_the_first_ones(self) -> None:
        assert source(HEADLINE, "01/01/1970", "", *BODY).dates == ()
        old = SourceDate(DateKind.PUBLISHED, date(1970, 1, 1), "--published 1970-01-01")
        assert source(HEADLINE, "", *BODY, dates=(old,)).published == date(1970, 1, 1)
        stated = SourceDate(
            DateKind.PUBLISHED, date(1970, 1, 1), '<meta date content="1970-01-01">'
        )
        assert source(HEADLINE, "", *BODY, dates=(stated,)).dates == ()


@pytest.mark.parametrize("unit", [" ", "(", "-", "/ ", "a ", "12 July 2025 ", "«"])
@pytest.mark.parametrize("shape", ["({}x)", "By {}", "AFP{}x", "x ({})"])
def test_time_grows_no_faster_than_the_page(unit: str, shape: str) -> None:
    def prepared(size: int) -> Callable[[], object]:
        line = shape.format((unit * size)[:size])
        raw = RawDocument("\n".join((*ENGLISH, line, *ENGLISH, line)), Source(path="a.txt"))
        return partial(attribute, raw, clean(raw), TODAY)

    assert grows_slowly(prepared, 2_500)
