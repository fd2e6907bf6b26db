"""Days and bylines of the real pages, held against witnesses of each page.

The benchmark knows neither, so that nothing here is truth. A day is held against the one in the
address of the page and, where that has none, against what htmldate finds. A byline is doubtful if a
name in it has no second word, has a digit or a mark of an address, or shares a word with the name
of the site; it is missing where the metadata name somebody of whom none of this is true. The
project's own tables of names and words are not asked. What bylines lose is told by a list of names
of persons.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from corpus.attribution.bylines import read_byline
from tests.quality.page_set import FOLDER, Page, article

# A moment falls on two days in two time zones.
ZONE_DAYS = 1
# Names of persons in the data for training, and about so many of them are asked about.
NAMES = FOLDER.parents[1] / "train"
ASKED = 8000
# Shorter words stand in many names.
LETTERS = 4

_DAY = re.compile(r"/(20\d\d)[/-](\d\d?|[a-z]{3})[/-](\d\d?)(?=[/-]|$)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AUTHORS = ("author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_STRUCTURED = re.compile(r'"author"\s*:\s*\[?\s*\{[^{}]*?"name"\s*:\s*"([^"\\]{3,60})"')
_ADDRESS = re.compile(r"[\d@_/]|\.com")


@dataclass(frozen=True, slots=True)
class Sourced:
    """What is wrong or unknown of the day and the byline of one page."""

    page: Page
    day: date | None
    expected: date | None
    byline: str | None
    witnesses: tuple[str, ...]
    doubtful: bool

    @property
    def wrong_day(self) -> bool:
        return bool(self.day and self.expected and abs((self.day - self.expected).days) > ZONE_DAYS)

    @property
    def missing(self) -> bool:
        return not self.byline and bool(self.witnesses)


def sourced(page: Page) -> Sourced:
    """The day and the byline of a page beside what its witnesses say."""
    found = article(page)
    source = found.source if found else None
    byline = source.byline if source else None
    own = _own(page, source.outlet if source else None)
    return Sourced(
        page,
        source.published if source else None,
        _expected(page),
        byline,
        tuple(name for name in dict.fromkeys(_named(page)) if not _doubtful(name, own)),
        bool(byline) and any(_doubtful(name, own) for name in re.split("[,;،]", byline or "")),
    )


def persons() -> tuple[int, int]:
    """How many names of persons a byline gives whole, and of how many; (0, 0) where the list is not
    there."""
    names: set[str] = set()
    for file in sorted(NAMES.glob("person_fullnames_en_*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            names.update(name for line in lines if " " in (name := json.loads(line)["en"]))
    asked = sorted(names)[:: max(1, len(names) // ASKED)]
    return sum(read_byline(name).people == (name,) for name in asked), len(asked)


def table(pages: Iterable[Sourced], name: str) -> str:
    """A row of a Markdown table."""
    listed = list(pages)
    figures = (
        sum(each.wrong_day for each in listed),
        sum(each.day is None for each in listed),
        sum(each.day is None and each.expected is not None for each in listed),
        sum(each.byline is not None for each in listed),
        sum(each.doubtful for each in listed),
        sum(each.missing for each in listed),
    )
    return f"| {name} | {len(listed)} | {' | '.join(map(str, figures))} |"


def _expected(page: Page) -> date | None:
    if found := _DAY.search(page.address.lower()):
        year, month, day = found.groups()
        number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
        return date(int(year), number, int(day))
    from htmldate import find_date

    said = find_date(page.html, original_date=True, extensive_search=False)
    return date.fromisoformat(said) if said else None


def _named(page: Page) -> Iterator[str]:
    """The names that the metadata of a page give as authors."""
    from lxml import html  # type: ignore[import-untyped]

    tree = html.document_fromstring(page.html.encode())
    for meta in tree.iter("meta"):
        if (meta.get("name") or meta.get("property") or "").lower() in _AUTHORS:
            yield _tidy(meta.get("content") or "")
    yield from map(_tidy, _STRUCTURED.findall(page.html))


def _tidy(name: str) -> str:
    return re.sub(r"^[Bb][Yy]\s+", "", " ".join(name.split())).partition(",")[0]


def _own(page: Page, outlet: str | None) -> set[str]:
    host = (urlsplit(page.address).hostname or "").split(".")
    words = re.findall(r"\w+", (outlet or "").casefold())
    return {word for word in (*host, *words) if len(word) >= LETTERS}


def _doubtful(name: str, own: set[str]) -> bool:
    words = [word.casefold() for word in re.findall(r"\w+", name)]
    site = any(word in own for word in words) or "".join(words) in own
    small = not any(word[:1].isupper() for word in name.split()) and name.isascii()
    return len(words) < 2 or site or small or bool(_ADDRESS.search(name))
