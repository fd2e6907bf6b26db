"""The catalogues: complete, with the plural forms each language has."""

import re
import string
from datetime import date

import pytest
from babel import Locale

from bot.render.citation import particulars
from bot.words import LANGUAGES, choose, words
from bot.words.coverage import agency_name, filters_text, outlet_name, publisher_name
from bot.words.direction import isolate, name
from corpus.attribution.agencies import names_of
from corpus.attribution.aliases import Aliases
from corpus.attribution.names import shown_names
from corpus.types import Source
from retrieval.types import Filters

NAMES = string.Formatter()


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in NAMES.parse(text) if field}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_is_there_with_the_same_names(language: str) -> None:
    english, other = words("en"), words(language)
    assert set(other.sentences) == set(english.sentences)
    assert set(other.plurals) == set(english.plurals)
    for key, sentence in other.sentences.items():
        assert sentence.strip(), key
        assert _fields(sentence) == _fields(english.sentences[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    categories = {*Locale.parse(language).plural_form.tags, "other"}
    for key, forms in words(language).plurals.items():
        assert set(forms) == categories, key
        assert all(_fields(form) <= {"n"} for form in forms.values())


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        (
            "ar",
            {
                0: "0 مقال",
                1: "مقال واحد",
                2: "مقالان",
                3: "3 مقالات",
                10: "10 مقالات",
                11: "11 مقالًا",
                99: "99 مقالًا",
                100: "100 مقال",
                102: "102 مقال",
                103: "103 مقالات",
            },
        ),
        ("en", {0: "0 articles", 1: "1 article", 2: "2 articles", 1500: "1,500 articles"}),
        ("ru", {1: "1 статья", 2: "2 статьи", 5: "5 статей", 11: "11 статей", 21: "21 статья"}),
        ("fr", {0: "0 article", 1: "1 article", 2: "2 articles"}),
    ],
)
def test_counting(language: str, forms: dict[int, str]) -> None:
    assert {number: words(language).count("articles", number) for number in forms} == forms


def test_dates_are_in_the_language() -> None:
    day = date(2025, 7, 11)
    assert words("ar").date(day) == "11 يوليو 2025"
    assert words("fr").date(day) == "11 juillet 2025"


@pytest.mark.parametrize(
    ("codes", "language"),
    [
        (("ar", "en"), "ar"),
        (("und", "fr-CA"), "fr"),
        ((None, "pt_BR"), "en"),
        (("uk", "ru"), "ru"),
        ((), "en"),
        (("",), "en"),
    ],
)
def test_choice_of_language(codes: tuple[str | None, ...], language: str) -> None:
    assert choose(*codes) == language


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no words in 'de'"):
        words("de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_descriptions_fit(language: str) -> None:
    for key, sentence in words(language).sentences.items():
        if key.startswith("command_"):
            assert 3 <= len(sentence) <= 256


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("اكتب /ask ثم", "اكتب \u2066/ask\u2069 ثم"),
        ("/ask – اطرح", "\u2066/ask\u2069 – اطرح"),
        ("من @BotFather (/setprivacy) ثم", "من \u2066@BotFather (/setprivacy)\u2069 ثم"),
        ("قناة (RT) هنا", "قناة (\u2066RT\u2069) هنا"),
        ("قناة RT، 11 يوليو", "قناة \u2066RT\u2069، 11 يوليو"),
        ("قناة New York Times 24 هنا", "قناة \u2066New York Times\u2069 24 هنا"),
        ("\u2066Le Monde\u2069 هنا", "\u2066Le Monde\u2069 هنا"),
        ("سطر\nLine\nسطر", "سطر\n\u2066Line\u2069\nسطر"),
        ("عربي فقط 12", "عربي فقط 12"),
    ],
)
def test_isolation(text: str, isolated: str) -> None:
    assert isolate(text) == isolated


@pytest.mark.parametrize(
    ("given", "right_to_left", "shown"),
    [
        ("Meridian (demo)", True, "\u2066Meridian (demo)\u2069"),
        ("Meridian", False, "Meridian"),
        ("أفق", True, "أفق"),
        ("أفق", False, "\u2068أفق\u2069"),
        ("قناة RT", True, "قناة \u2066RT\u2069"),
        ("\u202eA\u2067\n B\0", False, "A B"),
        ("24", True, "24"),
    ],
)
def test_names(given: str, right_to_left: bool, shown: str) -> None:
    assert name(given, right_to_left) == shown


def test_arabic_sentences_isolate_every_latin_run() -> None:
    for sentence in words("ar").sentences.values():
        outside = re.sub("\u2066[^\u2069]*\u2069", "", isolate(sentence.replace("{", " {")))
        assert not re.search("[A-Za-z]", outside), sentence


def test_every_agency_has_a_name_in_every_language_and_is_known_by_it() -> None:
    for carried, shown in shown_names().items():
        assert set(shown) == set(LANGUAGES), carried
        assert {names_of().known_agency(each) for each in shown.values()} == {carried}, carried


@pytest.mark.parametrize(
    ("carried", "language", "shown"),
    [
        ("تاس", "en", "TASS"),
        ("تاس", "ru", "ТАСС"),
        ("تاس", "ar", "تاس"),
        ("رويترز", "fr", "Reuters"),
        ("شينخوا", "fr", "Chine nouvelle"),
        ("الأنباء المركزية الكورية", "ar", "وكالة الأنباء المركزية الكورية"),
        ("الأنباء المركزية الكورية", "en", "KCNA"),
        ("Harbour Wire", "ru", "Harbour Wire"),
    ],
)
def test_an_agency_is_shown_in_the_language_of_the_reader(
    carried: str, language: str, shown: str
) -> None:
    interface = words(language)
    assert agency_name(carried, interface) == shown
    signed = Source(path="a", agency=carried)
    assert interface.say("agency", name=shown) in list(particulars(signed, interface))
    (line,) = filters_text(Filters(agencies=(carried,)), interface)
    assert shown in line


def test_an_agency_that_passed_a_text_on_is_shown_so_too_and_an_outlet_as_it_is() -> None:
    assert publisher_name("Reuters", words("ru")) == "Рейтер"
    assert publisher_name("Рейтер", words("en")) == "Reuters"
    assert publisher_name("Harbour Post", words("fr")) == "Harbour Post"


@pytest.mark.parametrize(
    ("outlet", "language", "shown"),
    [
        ("Reuters", "ru", "Рейтер"),
        ("رويترز", "en", "Reuters"),
        ("Quay Post", "ru", "Quay Post"),
    ],
)
def test_an_agency_that_is_the_outlet_is_shown_so_too_and_once(
    outlet: str, language: str, shown: str
) -> None:
    interface = words(language)
    assert outlet_name(outlet, interface) == shown
    (line,) = filters_text(Filters(outlets=(outlet,)), interface)
    assert shown in line
    published = Source(path="a", outlet=outlet, agency="رويترز")
    told = interface.say("agency", name=agency_name("رويترز", interface))
    assert (told in list(particulars(published, interface))) == (outlet == "Quay Post")


def test_the_name_of_the_editor_for_an_agency_stays() -> None:
    carried = names_of(Aliases(agencies=(("TASS", ("تاس",)),))).agency("ТАСС")
    assert carried == "TASS"
    for language in ("en", "fr", "ru"):
        assert agency_name(carried, words(language)) == "TASS"
    assert agency_name(carried, words("ar")) == name("TASS", True)
