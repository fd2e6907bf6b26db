"""What a feed or sitemap lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit

from corpus.fetch import Kind
from corpus.types import DateKind, Source, SourceDate

MOST_ENTRIES = 1000
"""Of one listing, the newest: a sitemap may hold all that a site ever published."""

# What links carry to tell who led there; without it they lead to the same page.
_TRACKING = re.compile(
    r"(?:utm_\w+|at_(?:medium|campaign|custom\d|link_\w+)|(?:fb|g|y|dc|tw)clid|msclkid|igshid|xtor"
    r"|mc_[ce]id)(?:=.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a listing: its link, and what the listing says of it. `stamp` differs once the
    listing says anything else."""

    url: str
    headline: str | None = None
    published: SourceDate | None = None
    stamp: str = ""

    @property
    def said(self) -> Source:
        """What the listing says of the article."""
        return Source(
            path="",
            headline=self.headline,
            dates=(self.published,) if self.published else (),
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a feed or sitemap: its entries, the newest first where they are dated; other
    sitemaps that it names; how many entries are older than `MOST_ENTRIES`, and how many have no
    link."""

    kind: Kind
    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()
    older: int = 0
    unlinked: int = 0


def newest_first(kind: Kind, found: list[Entry], unlinked: int = 0) -> Listing:
    """A listing of these entries, each link once. Listings stand newest first as a rule, and so
    stay those of a day, and those without one."""
    once = {entry.url: entry for entry in reversed(found)}
    kept = list(reversed(once.values()))
    if all(entry.published for entry in kept):
        kept.sort(key=_day, reverse=True)
    return Listing(kind, tuple(kept[:MOST_ENTRIES]), (), max(0, len(kept) - MOST_ENTRIES), unlinked)


def _day(entry: Entry) -> int:
    return entry.published.value.toordinal() if entry.published else 0


def stamp_of(*said: object) -> str:
    """A hash of what a listing says of an entry."""
    return sha256("\0".join(map(str, said)).encode(errors="replace")).hexdigest()[:16]


def dated(value: SourceDate | None) -> SourceDate | None:
    """A date of a listing, kept only as one of publication."""
    return value if value and value.kind is DateKind.PUBLISHED else None


def without_tracking(url: str) -> str:
    """A link without what tells only who led there."""
    split = urlsplit(url)
    kept = [each for each in split.query.split("&") if not _TRACKING.fullmatch(each)]
    return urlunsplit(split._replace(query="&".join(kept), fragment=""))
