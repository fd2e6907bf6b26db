"""Links that are taken in once: a page, or the pages that a feed or sitemap lists now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from corpus.errors import FetchError, InputError
from corpus.sources.listing import listing_of, whole
from corpus.sources.page import documents, refusal
from corpus.sources.visits import Visits
from corpus.types import RawDocument, Rejection, Source

MOST_AT_ONCE = 100
"""Pages of one listing: at a page a second, less than two minutes."""

Step = Callable[[int, int], None]


def documents_at(
    url: str, given: Source, visits: Visits, step: Step = lambda done, total: None
) -> Iterator[RawDocument | Rejection]:
    """The document at a link; of a feed or sitemap, those at the links it lists now, the newest
    `MOST_AT_ONCE`. `given` is said of all of them."""
    given = replace(given, path=url)
    try:
        found = visits.fetch_named(url)
        listing = listing_of(found)
        if listing is None:
            yield from documents(found, given)
            return
        listing = whole(listing, visits.fetch_named)
    except FetchError as error:
        yield Rejection(url, refusal(error, url))
        return
    except InputError as error:
        yield Rejection(url, str(error))
        return
    if given.url:
        yield Rejection(url, f"--url names one article, and this is a {listing.kind} of many")
        return
    yield from _left_out(url, len(listing.entries), listing.older, listing.unlinked)
    entries = listing.entries[:MOST_AT_ONCE]
    for done, entry in enumerate(entries, start=1):
        step(done, len(entries))
        said = replace(given, path=entry.url)
        try:
            yield from documents(visits.fetch(entry.url), said, entry.said)
        except FetchError as error:
            yield Rejection(entry.url, refusal(error, entry.url))


def _left_out(url: str, listed: int, older: int, unlinked: int) -> Iterator[Rejection]:
    if not listed:
        yield Rejection(url, "it lists no articles")
    if more := max(0, listed - MOST_AT_ONCE) + older:
        how = f"`pullquote source add {url}` takes them in turn"
        yield Rejection(url, f"{more} older entries are left out; {how}")
    if unlinked:
        yield Rejection(url, f"{unlinked} of its entries have no link")
