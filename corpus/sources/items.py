"""What becomes of what a source lists: which state follows which, and when a page is asked for
again. Pure functions of an item, what was found and the time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from corpus.types import DateKind, Source, SourceDate

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
FIRST_PAUSE, LONGEST_PAUSE = 5 * MINUTE, 6 * HOUR
"""After a fault; each further one doubles the pause."""

MOST_TRIES = 12
CHECKS = (HOUR, 6 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY)
"""How long after it was taken, or looked at last, a page is looked at for corrections."""


class State(StrEnum):
    """What became of an item."""

    WAITING = "waiting"
    TAKEN = "taken"
    PASSED = "passed over"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Item:
    """A link that a source lists. `next` is when it is due, `gone` since when its page is not
    there; see `schema.sql`."""

    source: str
    url: str
    stamp: str = ""
    headline: str | None = None
    day: date | None = None
    evidence: str | None = None
    state: State = State.WAITING
    article: str | None = None
    reason: str | None = None
    etag: str | None = None
    modified: str | None = None
    next: float | None = 0.0
    tries: int = 0
    checks: int = 0
    gone: float | None = None

    @property
    def said(self) -> Source:
        """What the listing says of the article."""
        dates = (SourceDate(DateKind.PUBLISHED, self.day, self.evidence or ""),) if self.day else ()
        return Source(path="", dates=dates)


def pause(failures: int) -> float:
    """How long to wait after so many failures in a row, in seconds."""
    return min(FIRST_PAUSE * 2.0 ** max(0, failures - 1), LONGEST_PAUSE)


def taken(item: Item, article: str, now: float, *, changed: bool) -> Item:
    """It was taken as `article`, or was there already."""
    checks = 0 if changed else item.checks
    return _checked(replace(item, state=State.TAKEN, article=article, checks=checks), now)


def unchanged(item: Item, now: float) -> Item:
    """Its page has not changed since it was fetched last."""
    if item.state is State.WITHDRAWN:
        item = replace(item, state=State.TAKEN)
    return _checked(item, now) if item.article else replace(item, next=None, tries=0)


def passed(item: Item, reason: str) -> Item:
    """It is not about what is wanted; looked at again only when the listing says that it changed.
    What was taken once stays."""
    state = State.TAKEN if item.article else State.PASSED
    return replace(item, state=state, reason=reason, next=None, tries=0, gone=None)


def refused(item: Item, reason: str, now: float) -> Item:
    """It is no article, or cannot be fetched; what was taken before stays, and is looked at
    again."""
    if item.article:
        return replace(_checked(item, now), reason=reason)
    return replace(item, state=State.REFUSED, reason=reason, next=None, tries=0)


def missing(item: Item, reason: str, now: float) -> Item:
    """Its page is not there. Where it was taken it is withdrawn once the page was missing twice, a
    day apart; else it is refused after a second look."""
    first = now if item.gone is None else item.gone
    item = replace(item, gone=first, tries=0, reason=reason)
    if now - first < DAY:
        return replace(item, next=first + DAY)
    return replace(item, state=State.WITHDRAWN if item.article else State.REFUSED, next=None)


def failed(item: Item, reason: str, now: float, wait: float | None = None) -> Item:
    """Its page could not be had this time."""
    tries = item.tries + 1
    if tries >= MOST_TRIES:
        return refused(replace(item, tries=0), f"given up after {tries} tries: {reason}", now)
    later = now + max(wait or 0.0, pause(tries))
    return replace(item, reason=reason, tries=tries, next=later)


def evidence(item: Item, now: float) -> str:
    """What says that an item was withdrawn."""
    days = [datetime.fromtimestamp(each, UTC).date() for each in (item.gone or now, now)]
    return f"its page was not there on {days[0]} and {days[1]} ({item.reason})"


def _checked(item: Item, now: float) -> Item:
    following = now + CHECKS[item.checks] if item.checks < len(CHECKS) else None
    return replace(item, next=following, checks=item.checks + 1, tries=0, gone=None, reason=None)
