"""When a chat may be told what it did not ask for just now: by its time zone, its quiet hours, and
whether it wants alerts once a day. Pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.state import Hours, Notices

DIGEST_HOUR = 9
"""The full hour of the day from which on alerts come where they come once a day."""


def zone_of(chosen: Notices, newsroom: tzinfo) -> tzinfo:
    """The time zone of a chat."""
    return ZoneInfo(chosen.zone) if chosen.zone else newsroom


def is_quiet(chosen: Notices, now: datetime) -> bool:
    """Whether nothing may come at the moment `now`, told in the zone of the chat."""
    return chosen.quiet is not None and _within(now.hour, chosen.quiet)


def digest_due(since: datetime, now: datetime) -> bool:
    """Whether the hour of the digest has come since a moment; both are told in the chat's zone."""
    hour = since.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if hour <= since:
        hour += timedelta(days=1)
    return hour <= now


def _within(hour: int, hours: Hours) -> bool:
    first, last = hours
    return first <= hour < last if first <= last else hour >= first or hour < last
