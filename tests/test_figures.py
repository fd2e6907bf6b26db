"""Figures for what is asked, in sentences of our own labelled by hand, and in answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.figures import ledger as rendered
from bot.words import words
from corpus.language.languages import table
from corpus.language.phrases import phrases
from corpus.types import Article, DateKind, Source, SourceDate
from retrieval.answer.figures.asked import Alike, counted
from retrieval.answer.figures.ledger import ledger
from retrieval.answer.figures.lexicon import languages
from retrieval.answer.figures.mentions import mentions
from retrieval.answer.figures.quantities import read
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Answer, Filters, Quote

Pullquote = Callable[..., CompletedProcess[str]]

HERE = Path(__file__).resolve().parent
CASES = [
    json.loads(line)
    for line in (HERE / "figures" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]
SEEDS = HERE.parent.parent / "shared" / "seeds"
LANGUAGES = languages()
FIRST = ("ar", "en", "fr", "ru")
# What is to be reached on cases.jsonl. Those that are `held` were labelled before the code had seen
# them; at first sight 40 of the 42 came out as labelled.
REACHED = 0.95
# What the held sentences of languages with a lexicon reached at first sight, to two places.
FIRST_SIGHT = {"es": 0.91, "tr": 0.97, "fa": 0.94, "de": 0.94, "zh": 0.85}
# Sentences that somebody else labelled later, 20 held (ids with -h) and 20 open (-o). At first
# sight .70 and .55 of the held were right; .75 and .65 are what they reached after the open ones
# and sentences of our own were mended, the held ones never looked at. The aim is .93.
LATER = {"es": 0.75, "zh": 0.65}


def reported(question: str, text: str, language: str, embedder: StaticEmbedder) -> list[Any]:
    asked = counted(question)
    found = mentions(asked, text, language, Alike(embedder)) if asked else ()
    for one in found:
        assert text[one.start : one.end].strip() == text[one.start : one.end] != ""
    return [
        {"value": one.value, "high": one.high, "unit": one.unit, "about": one.about}
        for one in found
    ]


def quoted(*texts: str, language: str = "en", days: Sequence[int | None] = ()) -> list[Quote]:
    """Quotes of articles with these texts, published on these days of May."""
    made = []
    for text, day in zip(texts, days or [None] * len(texts), strict=True):
        dates = [SourceDate(DateKind.PUBLISHED, date(2025, 5, day), "")] if day else []
        source = Source("a.txt", dates=tuple(dates))
        made.append(Quote(Article("a", "v", source, language, text, ()), 0, len(text), 1.0))
    return made


@pytest.mark.parametrize(
    ("texts", "shown", "figures"),
    [
        (("Nine houses burned.", "The street was closed.", "Later 12 houses burned."), (0, 2), 2),
        (("The street was closed.", "Nine houses burned."), (0, 1), 1),
        (("The street was closed.",), (0,), 0),
        ((), (), 0),
    ],
)
def test_figures_name_the_quotes_that_are_shown(
    texts: tuple[str, ...], shown: tuple[int, ...], figures: int, embedded: StaticEmbedder
) -> None:
    made = ledger("How many houses burned?", quoted(*texts), embedded)
    assert (made.shown, len(made.figures)) == (shown, figures)
    for figure in made.figures:
        for at, (start, end) in zip(figure.quotes, figure.places, strict=True):
            held = texts[made.shown[at]][start:end]
            assert held in ("Nine houses", "12 houses")


def test_the_newest_figure_stands_first(embedded: StaticEmbedder) -> None:
    texts = (
        "Nine houses burned.",
        "Twelve houses burned.",
        "Ten houses burned.",
        "9 houses burned.",
    )
    made = ledger("How many houses burned?", quoted(*texts, days=(3, 8, None, 9)), embedded)
    assert [(figure.value, figure.quotes) for figure in made.figures] == [
        (9, (0, 3)),
        (12, (1,)),
        (10, (2,)),
    ]


@pytest.mark.parametrize(
    ("language", "question", "first", "correction"),
    [
        ("en", "How many people died?", "19 people died.", "14 people died, not 19, police say."),
        ("ar", "كم شخصا قتل؟", "قتل 19 شخصا.", "قتل 14 شخصا وليس 19."),
        ("ru", "Сколько человек погибло?", "Погибли 19 человек.", "Погибли 14 человек, а не 19."),
        ("fr", "Combien de personnes sont mortes ?", "19 morts.", "14 morts, et non 19."),
        (
            "es",
            "¿Cuántas personas murieron?",
            "Murieron 19 personas.",
            "Murieron 14 personas, no 19.",
        ),
        ("de", "Wie viele Menschen starben?", "19 Menschen starben.", "14 Tote, nicht 19."),
        ("tr", "Kaç kişi öldü?", "19 kişi öldü.", "19 değil, 14 kişi öldü."),
        ("fa", "چند نفر کشته شدند؟", "۱۹ نفر کشته شدند.", "به جای ۱۹ نفر، ۱۴ نفر کشته شدند."),
        ("zh", "多少人死亡？", "19人死亡。", "14人死亡，而不是19人。"),
    ],
)
def test_a_correction_marks_what_it_withdraws(
    language: str, question: str, first: str, correction: str, embedded: StaticEmbedder
) -> None:
    made = ledger(question, quoted(first, correction, language=language, days=(9, 8)), embedded)
    assert [(one.value, one.withdrawn) for one in made.figures] == [(14, False), (19, True)]


@pytest.mark.parametrize(
    ("language", "question", "text", "values"),
    [
        ("en", "How many soldiers did Ukraine lose?", "Russia lost 300 soldiers.", []),
        ("en", "How many soldiers did Ukraine lose?", "Ukraine said Russia lost 300 soldiers.", []),
        (
            "en",
            "How many soldiers did Ukraine lose?",
            "Russia said Ukraine lost 300 soldiers.",
            [300],
        ),
        ("en", "How many soldiers did Ukraine lose?", "The army lost 300 soldiers.", [300]),
        ("en", "How many soldiers died in Ukraine?", "300 Russian soldiers died.", [300]),
        ("en", "How many Ukrainian soldiers died?", "300 Russian soldiers died.", []),
        ("en", "How many tanks did Ukraine burn?", "Ukraine burned 30 Russian tanks.", [30]),
        ("ar", "كم جنديا خسرت أوكرانيا؟", "خسرت روسيا 300 جندي.", []),
        ("ar", "كم جنديا خسرت أوكرانيا؟", "خسرت أوكرانيا 300 جندي.", [300]),
        ("ru", "Сколько солдат потеряла Украина?", "Россия потеряла 300 солдат.", []),
        (
            "fr",
            "Combien de soldats l'Ukraine a-t-elle perdus ?",
            "La Russie a perdu 300 soldats.",
            [],
        ),
    ],
)
def test_what_is_of_another_state_is_no_figure(
    language: str, question: str, text: str, values: list[float], embedded: StaticEmbedder
) -> None:
    found = reported(question, text, language, embedded)
    assert [one["value"] for one in found] == values


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("How many shells and containers came?", "5 containers and 90 shells came.", "en"),
        ("How many shells and how many containers came?", "5 containers, 90 shells.", "en"),
        ("كم قذيفة وكم حاوية وصلت؟", "وصلت 5 حاويات و90 قذيفة.", "ar"),
        ("Сколько снарядов и контейнеров пришло?", "Пришли 5 контейнеров и 90 снарядов.", "ru"),
        ("Combien d'obus et de conteneurs ?", "Il y a 5 conteneurs et 90 obus.", "fr"),
    ],
)
def test_two_things_have_a_ledger_each(
    question: str, text: str, language: str, embedded: StaticEmbedder
) -> None:
    made = ledger(question, quoted(text, language=language), embedded)
    assert [(one.thing, one.value) for one in made.figures] == [(0, 90), (1, 5)]


def test_a_ledger_of_two_things_names_them_and_what_was_withdrawn(
    embedded: StaticEmbedder,
) -> None:
    quotes = quoted("5 containers and 90 shells came.", "80 shells came, not 90.", days=(3, 4))
    question = "How many shells and containers came?"
    made = ledger(question, quotes, embedded)
    shown = tuple(quotes[at] for at in made.shown)
    answer = Answer(question, "en", shown, None, Filters(), (), "i", 1.0, made.figures)
    entries = rendered(answer, words("en"))
    assert [entry.value for entry in entries] == [
        "80 “shells”",
        "90 “shells” (since withdrawn)",
        "5 “containers”",
    ]
    assert [[line.rsplit(" · ")[-1] for line in entry.lines] for entry in entries] == [
        ["May 4, 2025"],
        ["May 3, 2025"],
        ["May 3, 2025"],
    ]


def test_a_question_for_no_number_shows_every_quote(embedded: StaticEmbedder) -> None:
    made = ledger("Who burned the houses?", quoted("Nine houses burned.", "No."), embedded)
    assert made == ((), (0, 1))


def share_right(cases: list[dict[str, Any]], embedder: StaticEmbedder) -> float:
    """The share of cases whose figures are exactly those of the label."""
    right: list[bool] = [
        reported(case["question"], case["text"], case["language"], embedder) == case["figures"]
        for case in cases
    ]
    return sum(right) / len(right)


@pytest.mark.parametrize("held", [False, True], ids=["open", "held"])
def test_labelled_sentences(held: bool, embedded: StaticEmbedder) -> None:
    cases = [case for case in CASES if case["held"] is held and case["language"] in FIRST]
    assert len(cases) >= 40
    assert share_right(cases, embedded) >= REACHED


@pytest.mark.parametrize("held", [False, True], ids=["open", "held"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_labelled_sentences_of_languages_with_a_lexicon(
    language: str, held: bool, embedded: StaticEmbedder
) -> None:
    cases = [
        case
        for case in CASES
        if case["held"] is held and case["language"] == language and "-h" not in case["id"]
    ]
    assert len(cases) >= 30
    assert share_right(cases, embedded) >= (FIRST_SIGHT[language] if held else REACHED)


@pytest.mark.parametrize(
    ("language", "question", "text", "values"),
    [
        # of a toll, some; and those whom it names apart
        ("es", "¿Cuántos muertos hubo?", "Murieron 4 civiles, dos de ellos niños.", [4]),
        ("es", "¿Cuántas mujeres murieron?", "Hubo ocho muertos, entre ellos dos niños.", []),
        ("zh", "多少名儿童死亡？", "空袭造成38人死亡，包括12名儿童和9名妇女。", [12]),
        # what befell others, or did not befall anybody
        (
            "es",
            "¿Cuántos desaparecidos hay?",
            "Rescataron a 46 migrantes y a 19 desaparecidos.",
            [19],
        ),
        ("es", "¿Cuántos muertos hubo?", "No dejó muertos y trabajaron 40 bomberos.", []),
        ("zh", "机上多少人？", "飞机上共有67人，其中38人遇难。", [67]),
        ("zh", "多少人受伤？", "事故致3死17伤。", [17]),
        # the same elsewhere, and of another state
        ("es", "¿Cuántos muertos hubo?", "Hubo 45 muertos en Jamaica y 43 en Haití.", [45, 43]),
        ("zh", "日本的出口增长了多少？", "韩国出口增长8.4%，日本的数据尚未公布。", []),
        # a change is no range; what is measured stands with its number
        ("es", "¿Cuántos escaños logró?", "El partido pasó de 89 a 137 escaños.", [137]),
        ("es", "¿Cuánto subió la luz?", "El gas subió un 9 %; la luz se mantuvo.", []),
        ("zh", "净利润下降了多少？", "公司净利润46.2亿元，同比下降12%。", [12]),
        ("zh", "停电持续了多长时间？", "停电持续了9个多小时。", [9]),
        ("zh", "物价上涨了多少？", "物价同比上涨百分之二点三。", [2.3]),
        ("zh", "多少航班被取消？", "机场取消航班124架次。", [124]),
    ],
)
def test_which_numbers_are_figures(
    language: str, question: str, text: str, values: list[float], embedded: StaticEmbedder
) -> None:
    found = reported(question, text, language, embedded)
    assert [one["value"] for one in found] == values


@pytest.mark.parametrize("language", LATER)
def test_sentences_labelled_later(language: str, embedded: StaticEmbedder) -> None:
    cases = [case for case in CASES if case["id"].startswith(f"{language}-h")]
    assert len(cases) == 20
    assert share_right(cases, embedded) >= LATER[language]


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("12,000 and 12.5", "en", [12_000, 12.5]),
        ("12 000 et 12,5 et 12.000", "fr", [12_000, 12.5, 12_000]),
        ("١٢٬٠٠٠ جندي و٣٫٥ مليون", "ar", [12_000, 3_500_000]),
        ("12.000 جندي", "ar", [12_000]),
        ("50万人", "zh", [500_000]),
        ("quatre-vingt-dix-sept, soixante et onze, deux cents", "fr", [97, 71, 200]),
        ("триста сорок пять тысяч шестьсот семь", "ru", [345_607]),
        ("one hundred and five, two and a half million", "en", [105, 2_500_000]),
        ("dix-sept, cent dix-huit, cent quatre-vingts", "fr", [17, 118, 180]),
        ("doscientos mil, veintidós, mil quinientas, medio millón", "es", [200_000, 22, 1500, 5e5]),
        ("siebenundzwanzig, zweihunderttausend, 3,5 Mio., zwölf", "de", [27, 200_000, 3.5e6, 12]),
        ("am 3. Tag, der 23. Artikel", "de", []),
        (
            "on iki, yüz kırk iki bin, beşyüz, 1,5 milyon, 2 bin 500",
            "tr",
            [12, 142e3, 500, 1.5e6, 2500],
        ),
        ("23. maddesi, 2019'da", "tr", []),
        ("بیست و هفت، هزار و دویست، نیم میلیون، ۳٫۵ میلیارد", "fa", [27, 1200, 5e5, 3.5e9]),
        ("两千三百人，十二亿元，1.4万户，二十三个", "zh", [2300, 1.2e9, 14_000, 23]),
        ("第二十三条，数千人，统一", "zh", []),
        ("اثنتا عشرة، إحدى عشرة، ثماني عشرة، ثلاثمئة وخمس وستين", "ar", [12, 11, 18, 365]),
        (
            "مئتا ألف، ألفا جندي، ثمانمائة وثمانية وثمانون، ألفي عام",
            "ar",
            [200_000, 2000, 888, 2000],
        ),
        ("ثلاثةُ آلافٍ ومئتانِ، أربعَ مئة، مليوني دولار", "ar", [3200, 400, 2_000_000]),
        ("مئة وخمسة وعشرون ألفا، ثلاثة ملايين ونصف مليون", "ar", [125_000, 3_500_000]),
        ("بين 20 ألفا و30 ألفا", "ar", [20_000]),
        ("مليون ونصف المليون", "ar", [1_500_000]),
        ("thousands of soldiers, several million, half of them", "en", []),
        ("مئات الآلاف من الجنود وعشرات الدبابات", "ar", []),
        ("несколько тысяч солдат и сотни танков", "ru", []),
        ("des milliers de soldats et une guerre", "fr", []),
        ("on July 3, 2025 at 19:28, the 12th, in 2024, an F-16, COVID-19", "en", []),
        ("في 12 يوليو/ تموز 2025 عند الساعة 7 من القرن الحادي عشر", "ar", []),
        ("won 1-0 and rule No. 5", "en", []),
        ("11-13 июля 2025 года, 12-й раз", "ru", []),
    ],
)
def test_values(text: str, language: str, values: list[float]) -> None:
    assert [number.value for number in read(text, language).numbers] == values


@pytest.mark.parametrize(
    ("text", "language", "value", "high", "about"),
    [
        ("25 إلى 30 ألف جندي", "ar", 25_000, 30_000, False),
        ("من 25 ألفا إلى 30 ألفا", "ar", 25_000, 30_000, False),
        ("between 25,000 and 30,000", "en", 25_000, 30_000, False),
        ("25–30 тыс. солдат", "ru", 25_000, 30_000, False),
        ("de 25 000 à 30 000 soldats", "fr", 25_000, 30_000, False),
        ("nearly $25 to $30 million", "en", 25_000_000, 30_000_000, True),
        ("five or six ships", "en", 5, 6, True),
        ("около 40", "ru", 40, None, True),
        ("plus de 40", "fr", 40, None, True),
        ("40 على الأقل", "ar", 40, None, True),
    ],
)
def test_ranges(text: str, language: str, value: float, high: float | None, about: bool) -> None:
    found = read(text, language).numbers
    assert [(one.value, one.high, one.about) for one in found] == [(value, high, about)]


def test_a_change_is_no_range() -> None:
    found = read("It rose from 10,000 to 12,000.", "en").numbers
    assert [(one.value, one.high) for one in found] == [(10_000, None), (12_000, None)]


@pytest.mark.parametrize("question", ["", "متى وصل الوزير؟", "Who came?", "How many?", "كم؟"])
def test_what_counts_nothing(question: str) -> None:
    assert counted(question) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lexicon_has_each_word_once(language: str) -> None:
    lexicon = table(language, "lexicon")
    forms = [
        form
        for entry in (
            *lexicon["words"].values(),
            *lexicon["nouns"].values(),
            lexicon.get("itself", ""),
        )
        for form in phrases(entry)
    ]
    assert [form for form, times in Counter(forms).items() if times > 1] == []


@given(st.text(), st.sampled_from(["ar", "en", "ru", "fr", *LANGUAGES, "und"]))
def test_any_text_is_read(text: str, language: str) -> None:
    found = read(text, language)
    for token in found.tokens:
        assert 0 <= token.start < token.end <= len(text)
    for number in found.numbers:
        assert 0 <= number.opens <= number.first < number.last <= len(found.tokens)
        assert number.high is None or number.high > number.value >= 0


@given(st.integers(0, 10**12), st.sampled_from(["en", "ru", "fr", "ar"]))
def test_grouped_digits_are_one_number(value: int, language: str) -> None:
    mark = {"en": ",", "ru": "\u00a0", "fr": "\u202f", "ar": "٬"}[language]
    found = read(f"{value:,} x".replace(",", mark), language).numbers
    assert [number.value for number in found] == [value]


def _asked(pullquote: Pullquote, home: Path, question: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(pullquote("ask", question, "--json", home=home).stdout)
    for figure in answer["figures"]:
        assert len(figure["quotes"]) == len(figure["places"])
        for at, (start, end) in zip(figure["quotes"], figure["places"], strict=True):
            assert answer["quotes"][at]["text"][start:end]
    return answer


def test_languages_report_one_figure_together(pullquote: Pullquote, home: Path) -> None:
    question = "كم رحلة أسبوعية ستسيرها نوردويند بين موسكو وبيونغ يانغ؟"
    answer = _asked(pullquote, home, question)
    (figure,) = answer["figures"]
    assert (figure["value"], figure["high"], figure["about"]) == (2, None, False)
    languages = {answer["quotes"][at]["language"] for at in figure["quotes"]}
    assert languages == {"ar", "en", "ru"}


def test_other_questions_have_no_ledger(pullquote: Pullquote, home: Path) -> None:
    answer = _asked(pullquote, home, "متى وصل لافروف إلى وونسان؟")
    assert answer["answered"]
    assert answer["figures"] == []


@pytest.mark.parametrize(
    ("question", "title", "value"),
    [
        ("How many flights a week between Moscow and Pyongyang?", "Figures in these quotes:", "2"),
        ("كم قذيفة قدمتها كوريا الشمالية لروسيا؟", "أرقام في هذه الاقتباسات:", "12,000,000"),
    ],
)
def test_the_terminal_shows_it(
    question: str, title: str, value: str, pullquote: Pullquote, home: Path
) -> None:
    lines = [line.strip() for line in pullquote("ask", question, home=home).stdout.split("\n")]
    below = lines[lines.index(title) + 1 :]
    assert below[0] == value
    assert below[1].count("·") >= 2


@pytest.mark.parametrize(
    ("question", "value", "high", "unit", "outlets"),
    [
        ("كم قذيفة قدمتها كوريا الشمالية لروسيا؟", 12_000_000, None, "قذيفة", 2),
        ("كم جنديا إضافيا قد ترسل كوريا الشمالية إلى روسيا؟", 25_000, 30_000, "جندي", 1),
        ("كم رحلة أسبوعيا بين موسكو وبيونغ يانغ؟", 2, None, "رحلة", 3),
    ],
)
def test_what_outlets_count(
    question: str,
    value: int,
    high: int | None,
    unit: str,
    outlets: int,
    pullquote: Pullquote,
    home: Path,
) -> None:
    answer = _asked(pullquote, home, question)
    (figure,) = answer["figures"]
    assert (figure["value"], figure["high"], figure["unit"]) == (value, high, unit)
    assert len({answer["quotes"][at]["outlet"] for at in figure["quotes"]}) == outlets


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed texts are not there")
def test_seeds(pullquote: Pullquote, tmp_path: Path) -> None:
    home = tmp_path / "seeds"
    assert pullquote("ingest", SEEDS, home=home).returncode == 0
    shells = _asked(pullquote, home, "كم قذيفة قدمتها كوريا الشمالية لروسيا؟")["figures"]
    assert [(one["value"], one["unit"]) for one in shells] == [(12_000_000, "قذيفة")]
    more = _asked(pullquote, home, "كم جنديا إضافيا قد ترسل كوريا الشمالية إلى روسيا؟")["figures"]
    assert [(one["value"], one["high"]) for one in more] == [(25_000, 30_000)]
    answer = _asked(pullquote, home, "كم رحلة أسبوعيا بين موسكو وبيونغ يانغ؟")
    (flights,) = answer["figures"]
    assert (flights["value"], flights["unit"]) == (2, "رحلة")
    carried = [answer["quotes"][at] for at in flights["quotes"]]
    assert sum(1 + len(quote["copies"]) for quote in carried) == 3
