"""The table of pages in tests/attribution: of whom and of which day each is, and traps."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.attribution.attribute import attribute
from corpus.clean.clean import clean
from corpus.types import DateKind, RawDocument, Source

TABLE = Path(__file__).parent / "attribution" / "pages.toml"
TODAY = date(2025, 12, 31)
PARAGRAPHS = {
    "ar": (
        "افتتحت بلدية المرفأ صباح الأحد 6 يوليو 2025 جسرا جديدا للمشاة يربط السوق القديمة بحي"
        " الصيادين، وفق ما نقلت رويترز والجزيرة.",
        "ونقلت وكالة تاس (الروسية) عن رئيسة البلدية أن العمل بدأ في 3 آذار/مارس 2023 واستغرق"
        " عامين.",
    ),
    "en": (
        "The harbour council opened a footbridge on 6 July 2025 between the old market and the"
        " north quay, Reuters and the BBC said.",
        "Work began on March 3, 2023 and took two years, the council told the news agency TASS"
        " (from Russia).",
    ),
    "ru": (
        "Городской совет открыл 6 июля 2025 года пешеходный мост между старым рынком и"
        " набережной, сообщили ТАСС и Интерфакс.",
        "Работы начались 03.03.2023 и заняли два года, рассказали в совете агентству Рейтер"
        " (из Лондона).",
    ),
    "fr": (
        "Le conseil du port a ouvert le 6 juillet 2025 une passerelle entre le vieux marché et le"
        " quai nord, selon l'AFP et Reuters.",
        "Les travaux ont commencé le 3 mars 2023 et duré deux ans, a dit le conseil à l'agence"
        " TASS (de Russie).",
    ),
}
NAMES = ("outlet", "via", "agency", "byline")


def pages() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["page"]
    return listed


def filled(text: str) -> str:
    for language, (first, second) in PARAGRAPHS.items():
        text = text.replace(f"{{{language}}}", f"{first}\n{second}")
        text = text.replace(f"{{{language}1}}", first).replace(f"{{{language}2}}", second)
    return text


def found(page: dict[str, Any]) -> Source:
    known = {"path": "a.txt", "url": None, **page.get("given", {})}
    known |= {key: page[key] for key in ("path", "url") if key in page}
    raw = RawDocument(filled(page["text"]), Source(**known))
    return attribute(raw, clean(raw), TODAY)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page["text"].replace("\n", " ")[:60])
def test_of_whom_and_of_which_day(page: dict[str, Any]) -> None:
    source = found(page)
    assert {name: getattr(source, name) for name in NAMES} == {
        name: page.get(name) for name in NAMES
    }
    days = {(one.kind.value, one.value.isoformat()) for one in source.dates}
    assert days == {
        *((kind, page[kind]) for kind in DateKind if kind in page),
        *(("published", day) for day in page.get("conflicts", ())),
    }
    assert bool(source.conflicts) == ("conflicts" in page)
    assert (source.published and source.published.isoformat()) == page.get("published")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page["text"].replace("\n", " ")[:60])
def test_every_date_shows_the_words_it_was_read_from(page: dict[str, Any]) -> None:
    source = found(page)
    where = " ".join((filled(page["text"]), page.get("url", ""), page.get("path", "")))
    for one in source.dates:
        assert one.evidence in " ".join(where.split())


def test_the_table_has_its_size() -> None:
    listed = pages()
    names = [page for page in listed if any(name in page for name in NAMES)]
    traps = [page for page in listed if not {*NAMES, *DateKind, "conflicts"} & page.keys()]
    assert (len(names), len(traps)) >= (80, 40)
    assert (
        len({page["text"] + page.get("url", "") + page.get("path", "") for page in listed}) >= 200
    )
