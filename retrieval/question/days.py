"""Days that a question names: of publication, where a cue says so, else of an event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from corpus.dates.days import FoundDay, find_days
from retrieval.question.patterns import BREAK, QuestionTokens, cues, tokens_in

_HELPING = "was were been is are has have had a ont ete est sont wurde wurden"
# Which days a bound leaves: from, to, and how many days besides the one named.
_BOUNDS = ((True, False, 0), (True, False, 1), (False, True, 0), (False, True, -1))


@dataclass(frozen=True, slots=True)
class Published:
    """Days of publication that are asked for, and the words that say so: `text[start:end]`. With
    `since` all days from the last one meant on (and `beside` more), with `until` all up to the
    first; with neither only those meant."""

    day: FoundDay
    start: int
    end: int
    since: bool = False
    until: bool = False
    beside: int = 0

    def span(self, year: int) -> tuple[date | None, date | None] | None:
        """The first and the last day of publication, where the year is not said in this `year`."""
        found = self.day.within(year)
        if found is None:
            return None
        more = timedelta(days=self.beside)
        first, last = found
        if self.since:
            return (last if self.beside else first) + more, None
        if self.until:
            return None, (first if self.beside else last) + more
        return first, last


@dataclass(frozen=True, slots=True)
class Days:
    """What a question says of days: those of publication, those of events."""

    published: tuple[Published, ...]
    events: tuple[FoundDay, ...]


def days_asked(text: str, today: date | None, names: Sequence[tuple[int, int]] = ()) -> Days:
    """The days of a question. «Yesterday» is none if it is not known which day is `today`; the
    `names` of outlets may be between a day and its cue."""
    tokens = QuestionTokens.of(text).without(names)
    published: list[Published] = []
    events: list[FoundDay] = []
    relative = [*_relative(tokens, today), *_relative_unspaced(text, today)] if today else []
    for day in [*find_days(text), *relative]:
        of_publication = _published(day, tokens) or _unspaced(day, text)
        if of_publication:
            published.append(of_publication)
        elif day.day is not None:
            events.append(day)
    return Days(tuple(published), tuple(events))


def about(days: tuple[FoundDay, ...], text: str, published: date | None) -> bool:
    """Whether a text names one of these days, or was published on one."""
    if published and any(day.fits(published) for day in days):
        return True
    return any(day.fits(other) for other in _named(text) for day in days)


@lru_cache(maxsize=512)
def _named(text: str) -> tuple[FoundDay, ...]:
    return tuple(day for day in find_days(text) if day.day is not None)


def year_of(day: FoundDay, first: date | None, last: date) -> int:
    """The year that a day is of where none is said: the latest in which it lies between the first
    and the last day of the coverage, else the latest in which it does not lie after the last."""
    begin = first or last
    spans = [(year, day.within(year)) for year in range(last.year, begin.year - 2, -1)]
    possible = [(year, span) for year, span in spans if span and span[0] <= last]
    inside = [year for year, span in possible if span[1] >= begin]
    return next(iter([*inside, *(year for year, _ in possible), last.year]))


def _relative(tokens: QuestionTokens, today: date) -> list[FoundDay]:
    said = tokens.before(len(tokens.folded))
    table = cues()
    found = []
    for pattern, back, whole in (
        (table.of_today, 0, False),
        (table.of_yesterday, 1, False),
        (table.yesterday, 1, True),
        (table.today, 0, True),
    ):
        for match in pattern.finditer(said):
            first = len(said[: match.start()].split())
            last = first + (tokens_in(match) if whole else 1)
            start, end = tokens.places[first][0], tokens.places[last - 1][1]
            found.append(FoundDay.of(today - timedelta(days=back), start, end))
    return found


def _relative_unspaced(text: str, today: date) -> Iterator[FoundDay]:
    for back, pattern in enumerate(cues().unspaced_days):
        for match in pattern.finditer(text):
            yield FoundDay.of(today - timedelta(days=back), *match.span())


def _unspaced(day: FoundDay, text: str) -> Published | None:
    """A day of publication in a language without spaces: the words for it stand right after."""
    found = cues().unspaced_published.match(text[day.end :])
    return Published(day, day.start, day.end) if found else None


def _published(day: FoundDay, tokens: QuestionTokens) -> Published | None:
    table = cues()
    first, last = tokens.at(day.start), tokens.at(day.end - 1) + 1
    before, after = tokens.before(first), tokens.after(last)
    for pattern, (since, until, beside) in zip(table.bounds, _BOUNDS, strict=True):
        if cue := pattern.search(before):
            place = _from(tokens, first, cue)
            return None if place is None else Published(day, place, day.end, since, until, beside)
    if cue := table.published.search(before):
        place = _from(tokens, first, cue)
        return None if place is None else Published(day, place, day.end)
    if cue := table.publications.match(after):
        return Published(day, day.start, tokens.places[last + tokens_in(cue) - 1][1])
    if day_of := _behind(day, tokens, before, after):
        return day_of
    behind = tokens.before(last + 1)
    if table.of_today.search(behind) or table.of_yesterday.search(behind):
        return Published(day, day.start, day.end)
    return None


def _behind(day: FoundDay, tokens: QuestionTokens, before: str, after: str) -> Published | None:
    """The same where the verb is at the end of the clause: in German, Turkish, Persian."""
    table = cues()
    clause = after.partition(BREAK)[0].rstrip()
    closed = table.published_closes.search(clause) and not _of_others(before)
    bounded = zip(table.bounds_alone, table.bounds_behind, _BOUNDS, strict=True)
    for alone, behind, (since, until, beside) in bounded:
        cue = behind.match(after)
        if cue and table.publications.match(after[cue.end() :].lstrip()):
            last = tokens.at(day.end - 1) + 1 + tokens_in(cue)
            return Published(day, day.start, tokens.places[last - 1][1], since, until, beside)
        if closed and (cue or alone.search(before)):
            return Published(day, day.start, day.end, since, until, beside)
    return Published(day, day.start, day.end) if closed else None


def _of_others(before: str) -> bool:
    """Whether what was published is no article, for a word before the day says what it is."""
    words = before.split()
    return any(cues().others.search(" ".join(words[: n + 1])) for n in range(len(words)))


def _from(tokens: QuestionTokens, first: int, cue: re.Match[str]) -> int | None:
    """Where a cue before the token `first` starts; `None` if it is of something else than an
    article."""
    number = first - tokens_in(cue)
    other = cues().others.search(" ".join(_content(tokens, number)))
    return None if other else tokens.places[number][0]


def _content(tokens: QuestionTokens, number: int) -> tuple[str, ...]:
    """The tokens before this one, without the verbs that help the one that follows."""
    while number and tokens.folded[number - 1] in _HELPING.split():
        number -= 1
    return tokens.folded[:number]
