"""Full dates in a text, in the languages and forms news pages use.

A date is full when day, month and year are there: a bare year, a month with a year, and relative
words («أمس») are none, nor is one with a year of two digits. Numbers are read day first, unless
only month first is possible or a clock is next to them that is written with the month first; the
other reading is kept in `FoundDate.other`.

A Hijri day is none either. Beside a Gregorian one it adds nothing; alone it would be one day or the
next, as the crescent was seen, and a day that is not sure is unknown.

General parsers miss many names of months (corpus.language.calendar) and the double form «يوليو/
تموز», and make a date of a bare year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from corpus.language.calendar import dated_with, months, ordinals, pattern, short_months
from corpus.language.marks import COMMAS
from corpus.language.phrases import any_of
from corpus.language.text import normalise
from corpus.language.tokens import fold

NUMBER_OF_MONTH = months()
_EVERY_MONTH = short_months() | NUMBER_OF_MONTH


def _any_month(names: Iterable[str]) -> str:
    listed = sorted(names, key=lambda name: (-len(name), name))
    return rf"(?:{any_of(listed)})(?![^\W\d_])"


def _twice(month: str) -> str:
    return rf"(?P<month>{month})(?: ?[/|(–—-]? ?(?P<again>{month})\)?)?"


_MONTH = _any_month(_EVERY_MONTH)
# «يوليو/ تموز», «يوليو (تموز)», «تموز يوليو»: one month under two of its names.
MONTHS_TWICE = _twice(_any_month(NUMBER_OF_MONTH))
_MONTHS_TWICE = _twice(_MONTH)
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_BETWEEN = rf"[ .{COMMAS}/-]"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?: [a-z]{2,5}| [+-]\d{4})?"
DAY_OF_ORDINAL = ordinals()
ORDINAL = "|".join(sorted(DAY_OF_ORDINAL, key=lambda name: (-len(name), name)))
ORDINAL_MARK = rf"(?:[ -]?{pattern('ordinal_marks')}(?![^\W\d_]))?"
OF = rf"(?:{pattern('of')} )"
MONTH_WORD = rf"(?:{pattern('before_month')} )?"
YEAR_WORD = rf"(?:{pattern('before_year')} )?"
YEAR_SIGN, MONTH_SIGN, DAY_SIGN = (
    f"[{''.join(dated_with(sign))}]" for sign in ("year_sign", "month_sign", "day_sign")
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        # 13 يوليو 2025; 11-Jul-2025; 1er juillet 2025; 11 de julio de 2025; RFC 822
        rf"(?<![\d.,:])(?P<day>\d{{1,2}}){ORDINAL_MARK}{_BETWEEN}{{0,3}}"
        rf"{OF}?{MONTH_WORD}{_MONTHS_TWICE}{_BETWEEN}{{0,3}}{YEAR_WORD}{_YEAR}",
        # الثاني عشر من يوليو 2025
        rf"(?<![^\W\d_])(?P<day>{ORDINAL}) {OF}{MONTH_WORD}{_MONTHS_TWICE}{_BETWEEN}{{1,3}}"
        rf"{YEAR_WORD}{_YEAR}",
        # July 11, 2025; يوليو 19, 2025; Sat Jul 12 19:28:00 GMT 2025
        rf"(?<![^\W\d_]){_MONTHS_TWICE}{_BETWEEN}{{1,3}}(?P<day>\d{{1,2}}){ORDINAL_MARK}"
        rf"(?: {_CLOCK})?{_BETWEEN}{{1,3}}{_YEAR}",
        # ISO, with any of three separators or the month's name
        r"(?<![\d./-])(?P<year>(?:19|20)\d\d)(?P<mark> ?[-/] ?|\.)"
        rf"(?P<month>\d{{1,2}}|{_MONTH})(?P=mark)(?P<day>\d{{1,2}})(?![\d/-])",
        # ISO without separators, which needs its time of day to be told from a number
        r"(?<![\w./-])(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?=t\d{4})",
        # 11-07-2025; 1/19/2026; a time may be tied to it by a hyphen
        rf"(?<![\d./-])(?P<day>\d{{1,2}})(?P<mark> ?[-/] ?|\.)(?P<month>\d{{1,2}})(?P=mark){_YEAR}"
        r"(?!/|-(?!\d{1,2}:\d\d)|\.\d)",
        # 2025年7月11日; 2025년 7월 11일
        rf"(?<!\d)(?P<year>(?:19|20)\d\d) ?{YEAR_SIGN} ?(?P<month>\d{{1,2}}) ?{MONTH_SIGN}"
        rf" ?(?P<day>\d{{1,2}}) ?{DAY_SIGN}",
    )
)
# 7/12/2025 7:28:00 PM: the one clock that goes with the month first, as Windows servers print it.
_MONTH_FIRST_CLOCK = re.compile(r",? \d{1,2}:\d\d:\d\d ?[ap]m")
_OPENS_MONTH = frozenset(name.split()[0] for name in NUMBER_OF_MONTH)
# No form has a day without two digits side by side.
_DIGITS = re.compile(r"\d\d")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A full date and where it stands: `text[start:end]`. `other` is what it is with day and month
    read the other way round, where it may be written so (03/04/2025)."""

    start: int
    end: int
    value: date
    other: date | None = None


def find_dates(text: str) -> tuple[FoundDate, ...]:
    """All full dates of `text` in the order they are there, none overlapping another."""
    if not _DIGITS.search(text):
        return ()
    folded, origins = fold(text)
    found: list[FoundDate] = []
    taken = bytearray(len(folded))
    for form in _FORMS:
        for match in form.finditer(folded):
            readings = _readings(match)
            start, end = match.span()
            if not readings or any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(FoundDate(origins[start], origins[end - 1] + 1, *readings))
    return tuple(sorted(found, key=lambda one: one.start))


def parse_date(text: str) -> date | None:
    """The one full date `text` names, or `None` if it names none or more than one."""
    written = text.strip()
    if len(written) in (8, 10):
        with suppress(ValueError):
            return date.fromisoformat(written)
    values = {found.value for found in find_dates(text)}
    return values.pop() if len(values) == 1 else None


def is_month(word: str) -> bool:
    """Whether `word` is the name of a month, or the first word of one."""
    key = normalise(word)
    return key in NUMBER_OF_MONTH or key in _OPENS_MONTH


def day_of(year: int, month: int, day: int) -> date | None:
    """The day of the calendar, or `None` if it has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _readings(match: re.Match[str]) -> tuple[date, ...]:
    """The day a match names; then, where day and month may have changed places, the other one."""
    parts = match.groupdict()
    year = int(parts["year"])
    day = DAY_OF_ORDINAL.get(parts["day"]) or int(parts["day"])
    named = _EVERY_MONTH.get(parts["month"])
    if parts.get("again") and _EVERY_MONTH[parts["again"]] != named:
        return ()
    month = named or int(parts["month"])
    readings = [day_of(year, month, day)]
    if named is None and match.start("day") < match.start("month") and day != month:
        swapped = day_of(year, day, month)
        if parts["mark"] != "." or readings[0] is None:
            readings.append(swapped)
        if "/" in parts["mark"] and _MONTH_FIRST_CLOCK.match(match.string, match.end()):
            readings.reverse()
    return tuple(one for one in readings if one is not None)
