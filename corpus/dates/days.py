"""Days as a question names them: «12 July», «12 يوليو», without a year; and whole months.

A full date is found as `corpus.dates` finds it; here the year may be missing. Which day is meant is
then for the reader to say, who knows the coverage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from corpus.dates.written import (
    DAY_OF_ORDINAL,
    DAY_SIGN,
    MONTH_SIGN,
    MONTH_WORD,
    MONTHS_TWICE,
    NUMBER_OF_MONTH,
    OF,
    ORDINAL,
    ORDINAL_MARK,
    YEAR_WORD,
    day_of,
    find_dates,
)
from corpus.language.calendar import pattern
from corpus.language.tokens import fold

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?<![\d.,:/-])(?P<day>\d{{1,2}}){ORDINAL_MARK}\.? ?{OF}?{MONTH_WORD}{MONTHS_TWICE}",
        rf"(?<![^\W\d_])(?P<day>{ORDINAL}) {OF}{MONTH_WORD}{MONTHS_TWICE}",
        rf"(?<![^\W\d_]){MONTHS_TWICE} (?:{pattern('before_day')} )?(?P<day>\d{{1,2}})"
        rf"{ORDINAL_MARK}(?![\d:.,]?\d)",
        rf"(?<!\d)(?P<month>\d{{1,2}}) ?{MONTH_SIGN} ?(?P<day>\d{{1,2}}) ?{DAY_SIGN}",
        rf"(?<![^\W\d_]){MONTHS_TWICE}(?: {YEAR_WORD}(?P<year>(?:19|20)\d\d)(?!\d))?",
    )
)
# An English verb far more often than a month, unless it is written with a capital letter.
_VERB = "may"


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day, or a month where `day` is `None`, and where it stands: `text[start:end]`."""

    start: int
    end: int
    year: int | None
    month: int
    day: int | None

    @classmethod
    def of(cls, value: date, start: int, end: int) -> FoundDay:
        return cls(start, end, value.year, value.month, value.day)

    def fits(self, other: date | FoundDay) -> bool:
        """Whether another day may be this one: nothing that both say differs."""
        same_year = None in (self.year, other.year) or self.year == other.year
        return same_year and (self.month, self.day) == (other.month, other.day)

    def within(self, year: int) -> tuple[date, date] | None:
        """The first and the last day that are meant, in the year that is said, else in `year`."""
        if self.day is not None:
            day = day_of(self.year or year, self.month, self.day)
            return (day, day) if day else None
        first = date(self.year or year, self.month, 1)
        following = (first + timedelta(days=31)).replace(day=1)
        return first, following - timedelta(days=1)


@lru_cache(maxsize=512)
def find_days(text: str) -> tuple[FoundDay, ...]:
    """All days and months of `text`, with a year or without, in order, none overlapping another."""
    found = [FoundDay.of(each.value, each.start, each.end) for each in find_dates(text)]
    folded, origins = fold(text)
    taken = bytearray(len(text))
    for each in found:
        taken[each.start : each.end] = b"\1" * (each.end - each.start)
    for form in _FORMS:
        for match in form.finditer(folded):
            start, end = origins[match.start()], origins[match.end() - 1] + 1
            made = _made(match, start, end)
            if made is None or any(taken[start:end]) or _is_verb(match, text, start, end):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(made)
    return tuple(sorted(found, key=lambda one: one.start))


def _made(match: re.Match[str], start: int, end: int) -> FoundDay | None:
    parts = match.groupdict()
    month = NUMBER_OF_MONTH.get(parts["month"]) or int(parts["month"])
    again = parts.get("again")
    if again and NUMBER_OF_MONTH[again] != month:
        return None
    written = parts.get("day")
    day = (DAY_OF_ORDINAL.get(written) or int(written)) if written else None
    year = int(parts["year"]) if parts.get("year") else None
    # 2024 has all days that any year has
    if not 1 <= month <= 12 or day_of(year or 2024, month, day or 1) is None:
        return None
    return FoundDay(start, end, year, month, day)


def _is_verb(match: re.Match[str], text: str, start: int, end: int) -> bool:
    return match.group("month") == _VERB and "M" not in text[start:end]
