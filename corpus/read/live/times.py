"""The times that are above the entries of a live blog, as elements of its page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from corpus.dates.written import find_dates, parse_date
from corpus.language.calendar import pattern
from corpus.language.languages import merged
from corpus.language.phrases import any_of
from corpus.read.blocks import HtmlElement

# A time with more around it is a sentence.
TIME_CHARACTERS = 40


def _any(*kinds: str) -> str:
    return "|".join(pattern(kind, folded=False) for kind in kinds)


_CLOCK = re.compile(
    rf"\W*(?:(?:{_any('at')}) ?)?\d{{1,2}}[:.h]\d\d(?:[:.]\d\d)?\s*"
    rf"(?:{_any('am', 'pm', 'oclock')})?"
    r"(?: ?\(?[A-Za-z]{2,4}\)?)?\W*",
    re.IGNORECASE,
)
_LABEL = any_of(merged("furniture.date")["published"] + merged("furniture.date")["updated"])
_UNIT = rf"(?:{_any('units')})\.?"
_LENGTH = rf"(?:\d+|{_any('one')})? ?{_UNIT}(?: \d+ ?{_UNIT})?"
_RELATIVE = re.compile(
    rf"\W*(?:(?:{_LABEL})\W+)?"
    rf"(?:{_any('now')}|{_LENGTH} ?(?:{_any('ago_behind')})|(?:{_any('ago_before')}) {_LENGTH})\W*",
    re.IGNORECASE,
)
_EPOCH = ("data-timestamp", "data-time", "data-utime", "data-epoch", "data-unixtime")
# Milliseconds count from here on.
_MILLISECONDS = 100_000_000_000


def time_of(element: HtmlElement) -> str | None:
    """The time that an element gives and nothing else, as written; `None` for other elements."""
    if not isinstance(element.tag, str):
        return None
    if element.tag == "time" and (stated := (element.get("datetime") or "").strip()):
        return stated
    for name in _EPOCH:
        if (number := (element.get(name) or "").strip()).isdecimal() and 10 <= len(number) <= 13:
            return number
    written = " ".join((element.text or "").replace("’", "'").split())
    if not written or len(written) > TIME_CHARACTERS or len(element) > 1:
        return None
    if _RELATIVE.fullmatch(written) or _CLOCK.fullmatch(written):
        return written
    return written if any(map(str.isdigit, written)) and _is_moment(written) else None


def _is_moment(written: str) -> bool:
    """Whether a text is a date with or without a time of day."""
    found = find_dates(written)
    if len(found) != 1:
        return False
    rest = f"{written[: found[0].start]} {written[found[0].end :]}".strip(" ,|–-.")
    return not rest or bool(_CLOCK.fullmatch(rest))


def day_of(written: str) -> date | None:
    """The day of such a time; `None` for a time of day alone and for how long ago it was."""
    if written.isdecimal():
        seconds = int(written)
        return datetime.fromtimestamp(
            seconds / 1000 if seconds >= _MILLISECONDS else seconds, UTC
        ).date()
    found = parse_date(written)
    return found or next((each.value for each in find_dates(written)), None)


def is_clock(written: str) -> bool:
    """Whether such a time is a time of day alone."""
    return _CLOCK.fullmatch(written) is not None
