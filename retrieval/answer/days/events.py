"""Days and months on which something happened according to a text, each with the words that say so.

A full date is used as it is. A weekday, a relative day («أمس»), and a day or month without a year
are resolved only against the article's day of publication. If that is unknown, a day without a year
keeps no year, and the others are ignored. Quoted speech refers to another day, so relative days
within quotation marks are ignored too. If it is unclear which day is meant, there is none: a wrong
date is worse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from corpus.dates.days import FoundDay
from corpus.dates.written import day_of
from corpus.language.languages import merged
from corpus.language.phrases import phrases
from corpus.language.scripts import ARABIC_SIGNS, has_arabic
from corpus.language.text import normalise
from retrieval.answer.days.tense import Tense, tense_at
from retrieval.answer.days.words import (
    AROUND,
    NamedDay,
    a_day,
    any_of,
    beside,
    modified,
    named_days,
    trace,
    year_beside,
)
from retrieval.answer.quote.span import Span
from retrieval.answer.quote.whole import quotations

_SIGN = re.compile(f"[{ARABIC_SIGNS}]")
_WEEK = timedelta(days=7)
# How many days a day without a year may lie after publication where nothing says that it is to
# come, and how many before it in the year before.
_SOON, _LONG_AGO = 14, 200
# So many days ago is the day after publication too, of which articles that are changed later tell:
# without «last» it may be either.
_TOO_LONG_AGO = 6
# How many days late an article may appear that says «today».
_LATE = 2


@dataclass(frozen=True, slots=True)
class When:
    """A day; a month where `day` is `None`; a day of no known year where `year` is."""

    year: int | None
    month: int
    day: int | None

    @classmethod
    def of(cls, value: date) -> When:
        return cls(value.year, value.month, value.day)

    @property
    def iso(self) -> str:
        """As ISO 8601 has it: 2025-07-11, 2025-07, --07-11."""
        year = "-" if self.year is None else f"{self.year:04}"
        return f"{year}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")


@dataclass(frozen=True, slots=True)
class EventDay:
    """When something is said to have happened, and the words that say so: `text[start:end]`.
    `until` is the last day or month of a range; `resolved` says that the day of publication was
    needed to know the date."""

    start: int
    end: int
    when: When
    until: When | None = None
    resolved: bool = False


def event_days(
    text: str, published: date | None, spoken: Sequence[Span] | None = None
) -> tuple[EventDay, ...]:
    """The days of a sentence, in order. `published` is the day of its article; `spoken` are the
    stretches of the text within quotation marks, else those that are seen in it."""
    if not trace().search(normalise(text)):
        return ()
    within = quotations(text) if spoken is None else spoken
    made = []
    for named in named_days(text):
        quoted = any(start <= named.start < end for start, end in within)
        day = _resolved(text, named, published, quoted=quoted)
        if day:
            made.append(day)
    return tuple(sorted(_ranges(text, made), key=lambda day: day.start))


def _resolved(
    text: str, named: NamedDay, published: date | None, *, quoted: bool
) -> EventDay | None:
    start, end = named.start, named.end
    found = named.found
    if found and found.year is not None:
        return EventDay(start, end, When(found.year, found.month, found.day))
    if found and (published is None or quoted):
        whole = found.day is not None
        return EventDay(start, end, When(None, found.month, found.day)) if whole else None
    if published is None or quoted:
        return None
    if found:
        return _in_year(text, named, found, published)
    if named.back is not None:
        day = _relative(text, named, published)
        return EventDay(start, end, When.of(day), resolved=True) if day else None
    return _weekday(text, named, published)


def _relative(text: str, named: NamedDay, published: date) -> date | None:
    assert named.back is not None
    day = published + timedelta(days=named.back)
    if named.weekday is not None:
        late = (day.weekday() - named.weekday) % 7
        return day - timedelta(days=late) if late <= _LATE else None
    if beside(text, named.start, named.end, "not_relative"):
        return None
    written = text[named.start : named.end]
    unsigned = normalise(written) in _verbs_unsigned() and not _SIGN.search(written)
    return None if unsigned else day


@cache
def _verbs_unsigned() -> tuple[str, ...]:
    """Words of days that are verbs as well, but for their vowel sign: «غدا» and «غدًا»."""
    return tuple(phrases(merged("days.not_relative")["unsigned"]))


def _weekday(text: str, named: NamedDay, published: date) -> EventDay | None:
    assert named.weekday is not None
    start, end = named.start, named.end
    last, coming = modified(text, start, end, "last"), modified(text, start, end, "next")
    back = (published.weekday() - named.weekday) % 7
    before = published - timedelta(days=back)
    after = before + (_WEEK if back else timedelta())
    if last or coming:
        strictly = before - _WEEK if last and not back else before if last else before + _WEEK
        monday = published - timedelta(days=published.weekday())
        if not has_arabic(text[start:end]) and monday <= strictly < monday + _WEEK:
            return None  # «last Monday» on a Friday: of this week or of the one before
        start, end = (last or coming or (start, end))[:2]
        return EventDay(start, end, When.of(strictly), resolved=True)
    if not back:
        return EventDay(start, end, When.of(published), resolved=True)
    tense = tense_at(text, start, end)
    if tense is Tense.OPEN or (beside(text, start, end, "bounds") and tense is Tense.PAST):
        return None
    if tense is Tense.PAST and back == _TOO_LONG_AGO:
        return None
    day = after if tense is Tense.FUTURE else before
    return EventDay(start, end, When.of(day), resolved=True)


def _in_year(text: str, named: NamedDay, found: FoundDay, published: date) -> EventDay | None:
    """A day or a month without a year, in the year that is meant."""
    start, end = named.start, named.end
    if shift := year_beside(text, end):
        year, end = published.year + shift[0], shift[1]
        return EventDay(start, end, When(year, found.month, found.day), resolved=True)
    last, coming = modified(text, start, end, "last"), modified(text, start, end, "next")
    start, end = (last or coming or (start, end))[:2]
    future = tense_at(text, named.start, named.end) is Tense.FUTURE
    if found.day is None:
        month_year = _year_of_month(found.month, published, bool(last), bool(coming) or future)
        if month_year is None:
            return None
        return EventDay(start, end, When(month_year, found.month, None), resolved=True)
    days = [day_of(published.year + step, found.month, found.day) for step in (0, -1, 1)]
    possible = [
        day
        for day in days
        if day
        and named.weekday in (None, day.weekday())
        and _near(day, published, future=future, sure=named.weekday is not None)
    ]
    if not possible:
        unknown = named.weekday is None
        return EventDay(start, end, When(None, found.month, found.day)) if unknown else None
    nearest = min(possible, key=lambda day: abs(day - published))
    return EventDay(start, end, When.of(nearest), resolved=True)


def _near(day: date, published: date, *, future: bool, sure: bool) -> bool:
    """Whether a day may be the one of its name that is meant: in its own year, without a year, or
    shortly before or after its end."""
    away = (day - published).days
    if sure:
        return abs(away) <= 366
    if future:
        return -_SOON <= away <= 366 - _SOON
    same = day.year == published.year
    return away <= _SOON and (same or -away <= _LONG_AGO)


def _year_of_month(month: int, published: date, last: bool, coming: bool) -> int | None:
    if last:
        return published.year - (month >= published.month)
    if coming:
        return published.year + (month < published.month)
    return published.year if month <= published.month else None


def _ranges(text: str, days: Sequence[EventDay]) -> Iterator[EventDay]:
    """Days that are the two ends of one stretch made into it."""
    taken: set[int] = set()
    for number, (one, other) in enumerate(pairwise(days)):
        if number in taken:
            continue
        alike = (one.when.day is None) == (other.when.day is None)
        if alike and _links(text[: one.start], text[one.end : other.start]):
            first = one.when
            unsaid = first.year is None or (one.resolved and not other.resolved)
            if unsaid and other.when.year is not None:
                earlier = (first.month, first.day or 0) > (other.when.month, other.when.day or 0)
                first = replace(first, year=other.when.year - earlier)
            yield EventDay(one.start, other.end, first, other.when, other.resolved)
            taken |= {number, number + 1}
    rest = [day for number, day in enumerate(days) if number not in taken]
    yield from (_from_a_number(text, day) for day in rest)


def _links(before: str, between: str) -> bool:
    range_of = merged("days.range")
    gap = normalise(between)
    lead = r"^ ?(?:{}) ?" + a_day() + "$"
    if re.match(lead.format(any_of(range_of["ends"])), gap):
        return True
    return bool(
        re.match(lead.format(any_of(range_of["both"])), gap)
        and re.search(rf"(?:^|\W){any_of(range_of['between'])} {a_day()}$", normalise(before))
    )


def _from_a_number(text: str, day: EventDay) -> EventDay:
    """«18 to 20 July», «July 18-20»: a day with the number that begins or ends its stretch."""
    if day.when.day is None or day.until:
        return day
    before = text[max(day.start - AROUND, 0) : day.start]
    written = re.search(r"(?<![\d.,:/-])(\d{1,2})(\D{1,14})$", before)
    if written and _links(before[: written.start()], written[2]):
        first = int(written[1])
        if 0 < first < day.when.day:
            start = day.start - len(before) + written.start()
            return replace(day, start=start, when=replace(day.when, day=first), until=day.when)
    after = re.match(r"( ?[-–] ?| to )(\d{1,2})(?![\d:.,]\d|\d)", text[day.end :])
    if after and text[day.end - 1].isdecimal() and day.when.day < int(after[2]) <= 31:
        until = replace(day.when, day=int(after[2]))
        if until.year is None or day_of(until.year, until.month, until.day or 1):
            return replace(day, end=day.end + after.end(), until=until)
    return day
