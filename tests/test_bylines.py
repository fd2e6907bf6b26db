"""Who wrote an article: persons, apart from what pages put beside or in place of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.attribution.bylines import read_byline
from corpus.attribution.publisher import Publisher

POST = Publisher.of(["The Vale Post"], "https://www.valepost.example/harbour/1")


@pytest.mark.parametrize(
    "written",
    [
        "Vale Post",
        "The Vale Post",
        "Vale Post Staff",
        "Vale Post Sport",
        "Vale Post Online Desk",
        "valepost",
        "Valepost.com",
        "Reuters",
        "AFP, dpa",
        "World Desk",
        "VP Online",
        "North Advance Media",
        "Redaktionsnetzwerk Nord",
        "شبكة الميناء الإخبارية",
        "VP Web Desk",
        "Reuters Staff",
        "Our Foreign Staff",
        "Vale Post staff and agencies",
        "The Canadian Press",
        "PA Media, PTI",
        "Editorial",
        "Senior reporter",
        "Our correspondent in Cairo",
        "desk@valepost.example",
        "@ineskral",
        "https://social.example/ines.kral",
        "20931",
        "admin",
        "valeadmin",
        "ines_k",
        "ines-k",
        "InesKral",
        "VPNWS",
        "The Harbour Letter",
        "North and South Vale ministries",
        "مراسلنا في القاهرة",
        "هيئة التحرير",
        "رويترز",
        "وكالات",
        "القاهرة",
        "редакция",
        "",
        " ,;| ",
    ],
)
def test_nobody(written: str) -> None:
    assert read_byline(written, POST).people == ()


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("By Ines Kral", ["Ines Kral"]),
        ("Analysis by Ines Kral", ["Ines Kral"]),
        ("Ines Kral, Reuters", ["Ines Kral"]),
        ("Ines Kral Reuters", ["Ines Kral"]),
        ("Ines Kral (Reuters), Per Holt [Cairo]", ["Ines Kral", "Per Holt"]),
        ("Ines Kral Vale Post", ["Ines Kral"]),
        ("INES KRAL, AP Sports Writer", ["INES KRAL"]),
        ("Ines Kral in Cairo", ["Ines Kral"]),
        ("Ines Kral in Cairo and Per Holt in New York", ["Ines Kral", "Per Holt"]),
        ("Ines Kral, Cairo", ["Ines Kral"]),
        ("Ines Kral, Senior reporter", ["Ines Kral"]),
        ("Senior reporter Ines Kral", ["Ines Kral"]),
        ("Ines Kral Political Editor", ["Ines Kral"]),
        ("Ines Kral, CNN Editor-at-large", ["Ines Kral"]),
        ("Ines Kral | ikral@valepost.example", ["Ines Kral"]),
        ("Ines Kral @ineskral", ["Ines Kral"]),
        ("Ines Kral, ines-k", ["Ines Kral"]),
        ("Ines Kral, Per Holt and Oda Brandt", ["Ines Kral", "Per Holt", "Oda Brandt"]),
        ("Ines Kral; Per Holt; Ines Kral", ["Ines Kral", "Per Holt"]),
        ("Ines Kral et Per Holt", ["Ines Kral", "Per Holt"]),
        ("Inés Kral y Per Holt", ["Inés Kral", "Per Holt"]),
        ("Inés Kral y Holt", ["Inés Kral y Holt"]),
        ("Von Ines Kral und Per Holt", ["Ines Kral", "Per Holt"]),
        ("Von Brandt", ["Von Brandt"]),
        ("Текст: Инес Крал", ["Инес Крал"]),
        ("Лида Крал и Пер Хольт", ["Лида Крал", "Пер Хольт"]),
        ("بقلم: ريما عزيز", ["ريما عزيز"]),
        ("ريما عزيز - القاهرة", ["ريما عزيز"]),
        ("ريما عزيز وسليم نجار", ["ريما عزيز", "سليم نجار"]),
        ("ريما عزيز وليد نجار", ["ريما عزيز وليد نجار"]),
        ("وليد نجار", ["وليد نجار"]),
        ("مراسلة الجزيرة ريما عزيز", ["ريما عزيز"]),
        ("Rima al-Aziz", ["Rima al-Aziz"]),
        ("Jean d'Orval", ["Jean d'Orval"]),
        ("Per Holt Jr.", ["Per Holt Jr."]),
        ("A. B. Kral", ["A. B. Kral"]),
        ("Ines Kral For Valepost.com", ["Ines Kral"]),
        ("Ines Kral for the Vale Post", ["Ines Kral"]),
        ("Ines Kral Special to the Post", ["Ines Kral"]),
        ("By Ines Kral Published 4 March 2025 10:43", ["Ines Kral"]),
        ("Ines Kral March 4, 2025", ["Ines Kral"]),
        ("JO LEE", ["JO LEE"]),
        ("홍길동 기자", ["홍길동"]),
        ("记者 张三、李四", ["张三", "李四"]),
        ("山田太郎", ["山田太郎"]),
        ("Regan", ["Regan"]),
        ("Les Holt", ["Les Holt"]),
    ],
)
def test_persons(written: str, people: list[str]) -> None:
    assert list(read_byline(written, POST).people) == people


@pytest.mark.parametrize(
    ("written", "agency"),
    [
        ("Reuters", "رويترز"),
        ("Ines Kral, AP Auto Writer", "أسوشيتد برس"),
        ("Ines Kral Associated Press", "أسوشيتد برس"),
        ("Ines Kral", None),
        ("Press Trust of India", "Press Trust of India"),
        ("Ines Kral, PTI", "PTI"),
        ("Ines Kral (Reuters)", "رويترز"),
        ("وكالة المرفأ (تجريبية)", "وكالة المرفأ (تجريبية)"),
        ("Vale News Agency", "Vale News Agency"),
        ("Vale Space Agency", None),
    ],
)
def test_the_agency_beside_a_name(written: str, agency: str | None) -> None:
    assert read_byline(written, POST).agency == agency


def test_names_are_parted_by_commas_of_their_script() -> None:
    assert read_byline("ريما عزيز وسليم نجار").written == "ريما عزيز، سليم نجار"
    assert read_byline("Ines Kral and Per Holt").written == "Ines Kral, Per Holt"
    assert read_byline("admin").written is None


def test_two_words_that_a_longer_name_begins_with_may_be_a_person() -> None:
    blog = Publisher.of(["Ines Kral writes"])
    assert read_byline("Ines Kral", blog).people == ("Ines Kral",)
    insider = Publisher.of(["Vale Insider Nord"])
    assert read_byline("Ines Kral, Vale Insider", insider).people == ("Ines Kral",)


@given(st.text(max_size=400))
def test_any_text_gives_names_that_stand_in_it(written: str) -> None:
    flat = " ".join(written.split())
    for name in read_byline(written, POST).people:
        assert name in flat
