"""The entries of what was fetched, where it lists articles."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from corpus.errors import FetchError, InputError
from corpus.fetch import Fetched, Kind, kind_of
from corpus.sources.entries import MOST_ENTRIES, Entry, Listing
from corpus.sources.feeds import read_feed, read_json_feed
from corpus.sources.sitemaps import read_sitemap

# In the declaration before the first element; a few can stand for gigabytes.
_ENTITIES = re.compile(rb"<!DOCTYPE[^<>\[]*\[[^\]]*<!ENTITY", re.IGNORECASE)
_READERS: dict[Kind, Callable[[Fetched], Listing]] = {
    Kind.FEED: read_feed,
    Kind.JSON_FEED: read_json_feed,
    Kind.SITEMAP: read_sitemap,
}


def listing_of(found: Fetched) -> Listing | None:
    """What a feed or sitemap lists; `None` for what is none. Raises `InputError` for one that
    cannot be read."""
    read = _READERS.get(kind_of(found.content))
    if read is None:
        return None
    if _ENTITIES.search(found.content.replace(b"\0", b"")):
        raise InputError("it declares entities of its own (<!ENTITY …>), which no listing needs")
    return read(found)


def whole(listing: Listing, fetch: Callable[[str], Fetched]) -> Listing:
    """A listing with the entries of the sitemaps that it names. One that cannot be had is left out
    unless it is the only one; sitemaps that these name again are not looked at."""
    if not listing.sitemaps:
        return listing
    entries: dict[str, Entry] = {}
    older, trouble = 0, None
    for sitemap in listing.sitemaps:
        if len(entries) >= MOST_ENTRIES:
            break
        try:
            found = fetch(sitemap)
            named = listing_of(found) if found.status == 200 else None
        except (FetchError, InputError) as error:
            trouble = error
            continue
        if named:
            entries |= {entry.url: entry for entry in named.entries if entry.url not in entries}
            older += named.older
    if not entries and trouble:
        raise trouble
    kept = tuple(entries.values())
    return replace(
        listing,
        entries=kept[:MOST_ENTRIES],
        sitemaps=(),
        older=older + max(0, len(kept) - MOST_ENTRIES),
    )
