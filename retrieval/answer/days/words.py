"""Words of days in a text: weekdays, relative days, days of the calendar, and the words next to
them that say which one is meant. The tables are `[days]` of all languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from corpus.dates.days import FoundDay, find_days
from corpus.dates.written import NUMBER_OF_MONTH, ORDINAL
from corpus.language.clitics import clitics
from corpus.language.languages import merged
from corpus.language.marks import COMMAS
from corpus.language.phrases import any_of as alternatives
from corpus.language.phrases import phrases
from corpus.language.scripts import ARABIC_SIGNS
from corpus.language.text import normalise
from corpus.language.tokens import fold

# How far before and after a day the words are looked for that say which one is meant.
AROUND = 30
_CAPITAL = re.compile(r"[A-Z]")
_ENGLISH = re.compile(r"[a-z]+day|january|february|march|april|may|june|july|august")
_SIGNS = re.compile(f"[{ARABIC_SIGNS}]*")


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A weekday, 0 is Monday, or `None`; a number of days from the day of publication, or `None`;
    or a day of the calendar: what is at `text[start:end]`."""

    start: int
    end: int
    weekday: int | None = None
    back: int | None = None
    found: FoundDay | None = None


def named_days(text: str) -> list[NamedDay]:
    """All that a text names, in order, weekdays together with the day next to them."""
    return list(_joined(text, [*_words(text), *_days(text)]))


def _days(text: str) -> Iterator[NamedDay]:
    """Days and months of the calendar, but for names that are made of them."""
    for found in find_days(text):
        start, end = found.start, found.end
        if beside(text, start, end, "not_day"):
            continue
        if found.day is None and found.year is None and not _is_month(text, start, end):
            continue
        yield NamedDay(start, end, found=found)


def _is_month(text: str, start: int, end: int) -> bool:
    if _ENGLISH.fullmatch(normalise(text[start:end])) and not _CAPITAL.match(text[start:end]):
        return False
    sure = any(beside(text, start, end, name) for name in ("last", "next", "month"))
    return sure or year_beside(text, end) is not None


def _words(text: str) -> Iterator[NamedDay]:
    """Weekdays and relative days."""
    folded, origins = fold(text)
    for match in _pattern("weekdays").finditer(folded):
        start, end = origins[match.start("name")], origins[match.end() - 1] + 1
        written = text[start:end]
        if _ENGLISH.fullmatch(match["name"]) and not _CAPITAL.match(written):
            continue
        if _no_weekday().search(folded, 0, match.end()):
            continue
        if not beside(text, start, end, "not_weekday"):
            yield NamedDay(start, end, weekday=_weekdays()[match["name"]])
    for match in _pattern("relative").finditer(folded):
        start, end = origins[match.start("name")], origins[match.end() - 1] + 1
        marks = _SIGNS.match(text, end)
        end = marks.end() if marks else end
        yield NamedDay(start, end, back=_relatives()[match["name"]])


def _joined(text: str, named: Iterable[NamedDay]) -> Iterator[NamedDay]:
    """Weekdays together with the relative day or the day of the calendar next to them."""
    kept: NamedDay | None = None
    for each in sorted(named, key=lambda one: (one.start, -one.end)):
        if kept and each.start < kept.end:
            continue
        if kept and _fits(kept, each) and _between().fullmatch(text, kept.end, each.start):
            weekday = kept.weekday if kept.weekday is not None else each.weekday
            back = kept.back if kept.back is not None else each.back
            kept = NamedDay(kept.start, each.end, weekday, back, each.found)
            continue
        if kept:
            yield kept
        kept = each
    if kept:
        yield kept


def _fits(one: NamedDay, other: NamedDay) -> bool:
    if one.found or (other.found and other.found.day is None):
        return False
    return (one.weekday is None) != (other.weekday is None)


def modified(text: str, start: int, end: int, name: str) -> tuple[int, int] | None:
    """The stretch with the word next to it that says that the last or the next one is meant."""
    before, after = _sides(name)
    head = text[max(start - AROUND, 0) : start]
    folded, origins = fold(head)
    if before and (match := before.search(folded)):
        return start - len(head) + origins[match.start("name")], end
    folded, origins = fold(text[end : end + AROUND])
    if after and (match := after.match(folded)):
        return start, end + origins[match.end("name") - 1] + 1
    return None


def beside(text: str, start: int, end: int, name: str) -> bool:
    """Whether a word of this name of the tables is next to `text[start:end]`."""
    return modified(text, start, end, name) is not None


def year_beside(text: str, end: int) -> tuple[int, int] | None:
    """Which year the words after a day put it in, from that of publication, and where they end."""
    folded, origins = fold(text[end : end + AROUND])
    years = merged("days.year")
    for name, shift in (("last", -1), ("this", 0)):
        match = re.match(rf" ?(?P<name>{any_of(years[name])})(?!\w)", folded)
        if match:
            return shift, end + origins[match.end("name") - 1] + 1
    return None


@cache
def _sides(name: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What is looked for before and after a day under this name of the tables."""
    table = merged(f"days.{name}")
    joined = "".join(clitics("ar").conjunctions)
    return (
        re.compile(
            rf"(?:^|(?<=[^\w])|(?<=\W[{joined}]))(?P<name>{any_of(table['before'])})[ -]?{a_day()}$"
        )
        if "before" in table
        else None,
        re.compile(rf" ?(?P<name>{any_of(table['after'])})(?!\w)") if "after" in table else None,
    )


@cache
def _weekdays() -> dict[str, int]:
    every = merged("days.weekdays")
    return {name: int(day) - 1 for day, names in every.items() for name in phrases(names)}


@cache
def _relatives() -> dict[str, int]:
    every = merged("days.relative")
    return {name: int(days) for days, names in every.items() for name in phrases(names)}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    words = _weekdays() if name == "weekdays" else _relatives()
    return re.compile(
        rf"(?<!\w){clitics('ar').conjunction}(?P<name>{any_of('|'.join(words))})(?!\w)"
    )


@cache
def _no_weekday() -> re.Pattern[str]:
    """A weekday that is none, up to its end: «الاثنين» are also the two of them."""
    return re.compile(merged("days.not_weekday")["pattern"])


@cache
def _between() -> re.Pattern[str]:
    """What is between a weekday and what it goes with: «أمس الخميس», «среду, 9 июля»."""
    said = any_of(merged("days.around")["beside"])
    return re.compile(rf"[\s{COMMAS}]{{0,2}}(?:{said}\s+)?")


@cache
def a_day() -> str:
    """A pattern for what may stand right before the name of a day, or nothing: «يوم», «le»."""
    return rf"(?:{any_of(merged('days.around')['day'])} )?"


@cache
def trace() -> re.Pattern[str]:
    """What a text has that may name a day: a number, a word for a day, or the name of a month."""
    names = "|".join([*_weekdays(), *_relatives(), *NUMBER_OF_MONTH])
    return re.compile(rf"\d|{ORDINAL}|(?<!\w){clitics('ar').conjunction}{any_of(names)}(?!\w)")


@cache
def any_of(names: str) -> str:
    """A pattern for any of the names of a table; a trailing hyphen stands for any ending."""
    found = sorted(dict.fromkeys(phrases(names)), key=lambda each: (-len(each), each))
    return f"(?:{alternatives(found)})"
