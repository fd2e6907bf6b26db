"""The demo coverage, from the files to the answers: what is kept of each page, whose it is, what
the articles have of each other, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

import pytest

from corpus.attribution.attribute import attribute
from corpus.clean.clean import clean
from corpus.copies.shared import Stretch, shared
from corpus.copies.words import words_of
from corpus.demo.coverage import DEMO_DAY, demo_articles
from corpus.language.detect import detect
from corpus.read import extracted, read
from corpus.types import Cleaned, DateKind, RawDocument, Source

Pullquote = Callable[..., CompletedProcess[str]]

ARTICLES = sorted(Path(demo_articles()).iterdir())
NAMES = [file.stem for file in ARTICLES]
AIRLINE = "نوردويند"
MADAR = "وكالة المدار (تجريبية)"


class Prepared(NamedTuple):
    document: RawDocument
    cleaned: Cleaned
    source: Source

    @property
    def paragraphs(self) -> list[str]:
        return [line for line in self.cleaned.body.split("\n") if line]


@cache
def prepared(name: str) -> Prepared:
    (file,) = (each for each in ARTICLES if each.stem == name)
    (raw,) = read(str(file), Source(path=str(file)))
    assert isinstance(raw, RawDocument)
    document = extracted(raw)
    assert isinstance(document, RawDocument)
    cleaned = clean(document)
    return Prepared(document, cleaned, attribute(document, cleaned, DEMO_DAY))


# ---------------------------------------------------------------- what is kept of a page


@pytest.mark.parametrize(
    ("name", "paragraphs", "headings", "language"),
    [
        ("courrier-avertissements", 5, 0, "fr"),
        ("harbour-arms-explainer", 8, 3, "en"),
        ("marfa-arrival-wonsan", 5, 0, "ar"),
        ("marfa-kim-receives-lavrov", 6, 0, "ar"),
        ("meridian-madar-arrival", 5, 0, "en"),
        ("quais-rubio-troupes", 4, 0, "fr"),
        ("sari-nordwind-flights", 4, 0, "ar"),
        ("shurfa-shells-containers", 6, 2, "ar"),
        ("sunbula-arrival-kuala-lumpur", 4, 0, "ar"),
        ("sunbula-rubio-meeting", 5, 0, "ar"),
        ("ufuq-partnership-background", 10, 5, "ar"),
    ],
)
def test_every_paragraph_and_nothing_else(
    name: str, paragraphs: int, headings: int, language: str
) -> None:
    """Of the plain texts; counted by hand."""
    found = prepared(name)
    assert len(found.paragraphs) == paragraphs
    lines = found.document.text.split("\n")
    assert all(line in lines for line in found.paragraphs)
    assert sum(len(line) < 60 for line in found.paragraphs) == headings
    assert detect(found.cleaned.body) == language


@pytest.mark.parametrize("name", NAMES)
def test_no_furniture_is_left(name: str) -> None:
    body = prepared(name).cleaned.body
    for fragment in (
        *("Smaller", "اقرأ أيضاً", "كلمات مفتاحية", "الفيس بوك", "محفوظة", "Related", "الرئيسية"),
        *("(المدار)", "صورة من الأرشيف", "Read also", "Tall ships", "Share", "©", "Skip to"),
        *("Lire aussi", "Mots-clés", "Partager", "Поделиться", "Просмотров", "مشاركة عبر"),
    ):
        assert fragment not in body


def test_where_they_are_from() -> None:
    names = {
        name: (source.outlet, source.via, source.agency, source.byline)
        for name, source in ((each, prepared(each).source) for each in NAMES)
        if name.startswith(("marfa", "sunbula", "shurfa", "meridian", "quais"))
    }
    marfa, sunbula = "مرفأ نيوز (تجريبي)", "السنبلة (تجريبية)"
    assert names == {
        "marfa-arrival-wonsan": (marfa, None, MADAR, None),
        "marfa-kim-receives-lavrov": (marfa, None, None, None),
        "meridian-madar-arrival": (
            "The Meridian Ledger (demo)",
            None,
            "Madar Agency (demo)",
            None,
        ),
        "quais-rubio-troupes": ("La Dépêche des Quais (démo)", None, None, "la rédaction"),
        "shurfa-shells-containers": (sunbula, "شرفة أونلاين (تجريبي)", None, None),
        "sunbula-arrival-kuala-lumpur": (sunbula, None, MADAR, None),
        "sunbula-rubio-meeting": (sunbula, None, None, "قسم الشؤون الدولية"),
    }


def test_of_which_day_they_are() -> None:
    days = {}
    for name in NAMES:
        source = prepared(name).source
        assert source.conflicts == ()
        days[name] = (
            source.published,
            {each.value for each in source.dates if each.kind is DateKind.PAGE},
        )
    july = {day: date(2025, 7, day) for day in (11, 12, 13, 14, 19, 25)}
    assert days == {
        "courrier-avertissements": (july[12], set()),
        "harbour-arms-explainer": (july[14], set()),
        "harbour-resort-letter": (july[13], set()),
        "marfa-arrival-wonsan": (july[11], set()),
        "marfa-kim-receives-lavrov": (None, set()),
        "meridian-madar-arrival": (july[11], set()),
        "portovy-wonsan-talks": (july[12], set()),
        "prichal-visit-chronology": (july[13], set()),
        "quais-rubio-troupes": (july[11], set()),
        "sari-kursk-engineers": (july[14], set()),
        "sari-nordwind-flights": (july[12], set()),
        "shurfa-shells-containers": (july[13], {july[13], july[25]}),
        "sunbula-arrival-kuala-lumpur": (None, set()),
        "sunbula-rubio-meeting": (july[11], set()),
        "ufuq-arrival": (july[11], set()),
        "ufuq-partnership-background": (None, {july[19]}),
    }


def test_headlines_and_headings() -> None:
    without = [name for name in NAMES if prepared(name).source.headline is None]
    assert without == ["shurfa-shells-containers"]
    arrival = prepared("marfa-arrival-wonsan").source
    assert arrival.headline is not None
    assert arrival.headline.startswith("لافروف في وونسان")
    assert arrival.standfirst is not None
    assert arrival.standfirst.endswith("تشوي سون هوي")
    assert "ثقة ودعم" in prepared("shurfa-shells-containers").paragraphs
    assert "Builders" in prepared("harbour-arms-explainer").paragraphs


# ---------------------------------------------------------------- copies


def between(one: str, other: str) -> tuple[Stretch, ...]:
    return shared(*(words_of(prepared(name).cleaned.body) for name in (one, other)))


def length(name: str) -> int:
    return len(words_of(prepared(name).cleaned.body))


def test_two_dresses_of_one_agency_text() -> None:
    (stretch,) = between("marfa-arrival-wonsan", "sunbula-arrival-kuala-lumpur")
    assert stretch.equal >= 0.95 * length("marfa-arrival-wonsan")
    assert 0.75 < stretch.equal / length("sunbula-arrival-kuala-lumpur") < 0.9


@pytest.mark.parametrize("other", ["marfa-arrival-wonsan", "sunbula-arrival-kuala-lumpur"])
def test_the_paragraph_on_the_airline_stands_in_three(other: str) -> None:
    (stretch,) = (
        each
        for each in between(other, "ufuq-arrival")
        if AIRLINE in prepared(other).cleaned.body[each.start : each.end]
    )
    body = prepared("ufuq-arrival").cleaned.body
    assert AIRLINE in body[stretch.other_start : stretch.other_end]


def test_the_others_are_independent() -> None:
    wire = {name for name in NAMES if prepared(name).source.agency == MADAR}
    assert len(wire) == 4
    for one in NAMES:
        for other in NAMES:
            if one < other:
                found = between(one, other)
                assert bool(found) == ({one, other} <= wire), (one, other)
                assert bool(between(other, one)) == bool(found)


# ---------------------------------------------------------------- from the files to the answers


def test_taken_once(pullquote: Pullquote, tmp_path: Path) -> None:
    home = tmp_path / "new"
    first = json.loads(pullquote("ingest", demo_articles(), "--json", home=home).stdout)
    assert (first["added"], first["rejected"]) == (16, [])
    again = json.loads(pullquote("ingest", demo_articles(), "--json", home=home).stdout)
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 16)
    assert len(json.loads(pullquote("articles", "--json", home=home).stdout)) == 16
    assert pullquote("index", "--check", home=home).returncode == 0


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("متى وصل لافروف إلى مدينة وونسان؟", "يوم الجمعة"),
        ("When did Lavrov arrive in the city of Wonsan?", "vendredi"),
        ("Когда Лавров прибыл в город Вонсан?", "прибыл в Вонсан"),
        ("How many shells has North Korea delivered?", "12 million shells"),
    ],
)
def test_answered_verbatim(question: str, said: str, pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", question, "--limit", "3", "--json", home=home)
    answer = json.loads(ran.stdout)
    assert ran.returncode == 0, answer["absence"]
    assert any(said in quote["text"] for quote in answer["quotes"]), answer["quotes"]
    for quote in answer["quotes"]:
        shown = json.loads(pullquote("show", quote["article"], "--json", home=home).stdout)
        assert shown["body"][quote["start"] : quote["end"]] == quote["text"]


def test_what_they_do_not_say(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", "من فاز بكأس العالم لكرة القدم؟", "--json", home=home)
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["quotes"] == []
