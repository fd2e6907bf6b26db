"""Days and months of events as a reader has them, in the language of the interface."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, format_skeleton

from bot.words.catalogue import Words
from retrieval.answer.days.events import EventDay, When

# 2024 has all days that any year has.
_LEAP = 2024
_NO_YEAR = "????"


def day_text(day: EventDay, interface: Words) -> str:
    """A day, a month, or both ends of a range; where no year is known, that it is not said."""
    ends = [when_text(when, interface) for when in (day.when, day.until) if when]
    text = " – ".join(ends)
    known = day.when.year is not None
    return text if known else interface.say("timeline_no_year", day=text)


def when_text(when: When, interface: Words, *, weekday: bool = True) -> str:
    """A day with its `weekday` where the year is known; else as much as is."""
    shown = date(when.year or _LEAP, when.month, when.day or 1)
    if when.day is None:
        return _as("yMMMM", shown, interface)
    if when.year is None:
        return _as("MMMMd", shown, interface)
    form = "full" if weekday else "long"
    return str(format_date(shown, form, locale=interface.language))


def short_day(when: When, interface: Words, *, years: bool = False) -> tuple[str, str]:
    """A day as a number and the name of its month, with `years` also the year or that it is not
    said; a month as its name and the year."""
    shown = date(when.year or _LEAP, when.month, when.day or 1)
    month = _as("MMM", shown, interface)
    if when.day is None:
        return month, str(when.year or "")
    return str(when.day), f"{month} {when.year or _NO_YEAR}" if years else month


def _as(skeleton: str, shown: date, interface: Words) -> str:
    return str(format_skeleton(skeleton, shown, locale=interface.language))
