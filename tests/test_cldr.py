"""Names of the table in sentences of many languages, and words that only look like them."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language import cldr, cldr_build
from corpus.language.cldr import forms, found
from corpus.language.name_finder import NEVER, read_row
from corpus.language.tokens import split_words


def named(text: str) -> list[tuple[str, str]]:
    return [(one.asked, one.group) for one in found(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Arabic: clitics, article, agreement of adjectives, three sets of months
        ("متى زار الوفد كوريا الشمالية؟", [("كوريا الشمالية", "KP")]),
        ("وكوريا الشمالية تشكر", [("وكوريا الشمالية", "KP")]),
        ("ماذا قدمت لروسيا", [("لروسيا", "RU")]),
        ("دعم للصين", [("للصين", "CN")]),
        ("كُورِيَا الشَّمَالِيَّة", [("كُورِيَا الشَّمَالِيَّة", "KP")]),
        ("الوزير الروسي", [("الروسي", "n-RU")]),
        ("الخارجية الروسية", [("الروسية", "n-RU")]),
        ("والكوريين الشماليين", [("والكوريين الشماليين", "n-KP")]),
        ("في يوليو", [("يوليو", "m-7")]),
        ("بتموز", [("بتموز", "m-7")]),
        ("جويلية الماضي", [("جويلية", "m-7")]),
        ("تشرين الثاني", [("تشرين الثاني", "m-11")]),
        ("في آب", [("آب", "m-8")]),
        ("يوم الجمعة", [("الجمعة", "d-5")]),
        # Russian, Ukrainian, Polish: cases
        ("в Северной Корее", [("Северной Корее", "KP")]),
        ("Северную Корею", [("Северную Корею", "KP")]),
        ("из России", [("России", "RU")]),
        ("с Россией", [("Россией", "RU")]),
        ("в июле", [("июле", "m-7")]),
        ("12 июля", [("июля", "m-7")]),
        ("в Соединённых Штатах", [("Соединённых Штатах", "US")]),
        ("российского министра", [("российского", "n-RU")]),
        ("руководство КНДР", [("КНДР", "KP")]),
        ("у Північній Кореї в липні", [("Північній Кореї", "KP"), ("липні", "m-7")]),
        ("w Korei Północnej", [("Korei Północnej", "KP")]),
        # Latin script
        ("Did North Korea agree?", [("North Korea", "KP")]),
        ("North Korea's leader", [("North Korea", "KP")]),
        ("the North Korean leader", [("North Korean", "n-KP")]),
        ("the U.S. and the DPRK", [("U.S", "US"), ("DPRK", "KP")]),
        ("in May", [("May", "m-5")]),
        ("la Corée du Nord en mars", [("Corée du Nord", "KP"), ("mars", "m-3")]),
        ("la Coree du Nord", [("Coree du Nord", "KP")]),
        ("las empresas rusas", [("rusas", "n-RU")]),
        ("Corea del Norte", [("Corea del Norte", "KP")]),
        ("Russlands Nähe zu Nordkorea", [("Russlands", "RU"), ("Nordkorea", "KP")]),
        ("in den Vereinigten Staaten", [("Vereinigten Staaten", "US")]),
        ("der russische Minister", [("russische", "n-RU")]),
        ("Kuzey Kore'nin Rusya'ya desteği", [("Kuzey Kore", "KP"), ("Rusya", "RU")]),
        ("Temmuzda", [("Temmuzda", "m-7")]),
        ("Coreia do Norte", [("Coreia do Norte", "KP")]),
        # Others
        ("کرهٔ شمالی و روسیه", [("کرهٔ شمالی", "KP"), ("روسیه", "RU")]),
        ("朝鲜和俄罗斯外长在7月会谈", [("朝鲜", "KP"), ("俄罗斯", "RU"), ("7月", "m-7")]),
        ("北韓", [("北韓", "KP")]),
        ("北朝鮮とロシアの外相", [("北朝鮮", "KP"), ("ロシア", "RU")]),
        ("북한의 외무상은 러시아를", [("북한의", "KP"), ("러시아를", "RU")]),
        ("조선은 7월에", [("조선은", "KP"), ("7월에", "m-7")]),
        ("ברוסיה ובצפון קוריאה", [("ברוסיה", "RU"), ("ובצפון קוריאה", "KP")]),
        ("उत्तर कोरिया और रूस", [("उत्तर कोरिया", "KP"), ("रूस", "RU")]),
        ("της Βόρειας Κορέας", [("Βόρειας Κορέας", "KP")]),
        # The longest name counts, and only it
        ("印度尼西亚", [("印度尼西亚", "ID")]),
        ("朝鲜半岛", [("朝鲜半岛", "x-korean-peninsula")]),
        ("شبه الجزيرة الكورية", [("شبه الجزيرة الكورية", "x-korean-peninsula")]),
        ("Nigeria", [("Nigeria", "NG")]),
        ("인도네시아", [("인도네시아", "ID")]),
    ],
)
def test_a_name_is_found_as_sentences_write_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "…", "What may the minister do?", "they march on", "a child of George"),
        *("Congress was benign", "let us talk", "the turkey was cold", "a polished chad"),
        *("on an island", "un homme seul", "non ha mai detto", "è nato", "onu gördü"),
        *("el marco", "IRA and cad", "gin, çinko", "las damas", "mosca"),
        *("груза и грузов", "того самого", "самое важное", "среди них", "среда обитания"),
        *("запах газа", "чад кутежа", "маленькие дети", "даний у користування"),
        *("هل مارس الرئيس ضغوطا", "الدعم المالي", "ماليا", "أب وأم", "جاء أب", "هند", "السود"),
        *("صين", "جون", "وكلاوس", "بروس", "الشمالية", "عمان"),
        *("马里乌波尔", "中非合作", "スタイル", "タイトル", "マリウポリ", "조선업", "수단을"),
        *("17月", "117월", "כיוון", "تو را در آب"),
    ],
)
def test_other_words_are_no_names(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("group", "language", "expected"),
    [
        ("KP", "ar", "كوريا الشمالية"),
        ("KP", "ru", "Северная Корея"),
        ("KP", "ko", "북한"),
        ("KP", "zh", "朝鲜"),
        ("KP", "zh", "北韓"),
        ("KP", "han", "北朝鮮"),
        ("KP", "hangul", "조선"),
        ("m-7", "ar", "تموز"),
        ("m-7", "ar", "جويلية"),
        ("m-7", "ar", "يوليوز"),
        ("m-7", "ru", "июля"),
        ("m-7", "ja", "7月"),
        ("m-7", "zh", "七月"),
        ("n-RU", "arabic", "روسي"),
        ("n-RU", "zh", "俄罗斯"),
        ("d-5", "fr", "vendredi"),
        ("c-pyongyang", "ru", "Пхеньян"),
        ("150", "en", "Europe"),
        ("OM", "ar", "عُمان"),
    ],
)
def test_forms(group: str, language: str, expected: str) -> None:
    assert expected in forms(group, language)


def test_the_usual_form_comes_first() -> None:
    assert forms("US", "en")[0] == "United States"
    assert forms("m-7", "ar")[0] == "يوليو"


def test_there_are_no_forms_of_what_is_unknown() -> None:
    assert forms("ZZ", "en") == forms("KP", "tlh") == ()


def test_every_state_has_a_name_in_every_language() -> None:
    states = {group for group in cldr._groups() if len(group) == 2}
    assert len(states) > 190
    languages = {code.partition("_")[0] for code in cldr_build.LOCALES}
    lacking = {(group, code) for group in states for code in languages if not forms(group, code)}
    assert {group for group, _ in lacking} <= {"HK", "CD", "CG"}


def test_the_names_of_one_month_are_of_one_group() -> None:
    for number in range(1, 13):
        for code in ("ar", "en", "ru", "fr", "es", "de", "tr", "fa", "uk", "it", "pt"):
            # The last form of Slavic months is the one that «in» asks for.
            text = f"12 {forms(f'm-{number}', code)[-1]}"
            assert [group for _, group in named(text)] == [f"m-{number}"], text


def test_a_state_is_found_by_its_own_name() -> None:
    strange = [
        (name.text, one.group)
        for line in cldr._lines()
        for name in [read_row(line.split("\t", 1)[1])]
        if len(name.group) == 2 and name.guard != NEVER
        for one in found(f"in {name.text}")
        if one.end - one.start >= len(name.text) and one.group != name.group
    ]
    # Names that two states share in two languages; all others lead where they come from.
    assert len(strange) <= 12, strange


def test_the_table_is_what_the_generator_makes() -> None:
    """Up to what one release of CLDR changes, for the installed babel may be another one."""
    shipped = files("corpus.language").joinpath("cldr.tsv").read_text(encoding="utf-8")
    assert len(shipped.encode()) < 300_000
    lines, made = set(shipped.splitlines()), set(cldr_build.table().splitlines())
    assert len(lines ^ made) < 0.03 * len(lines), "run python -m retrieval.cldr_build"


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    last = 0
    for one in found(text):
        assert last <= one.start < one.end
        assert text[one.start : one.end] == one.asked
        last = one.end


@given(st.text(max_size=40))
def test_words_stand_where_they_say(text: str) -> None:
    for word in split_words(text):
        assert word.written == text[word.start : word.end] != ""
