"""What a source lists now: a feed or sitemap, one that a site names, or the files of a folder."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from corpus.errors import FetchError, InputError
from corpus.fetch import Fetched, Kind, kind_of, shown
from corpus.read import files_of, is_url
from corpus.sources.book import Followed
from corpus.sources.entries import Entry, Listing, stamp_of
from corpus.sources.listing import listing_of, whole
from corpus.sources.page import feeds_of, tree_of
from corpus.sources.visits import Visits

# A file of a followed folder is taken once it has not changed for so long.
_SETTLED_SECONDS = 2.0


def listed(
    source: Followed, visits: Visits
) -> tuple[Followed, Listing | None] | FetchError | InputError:
    """A source with what is known of it now, and what it lists; `None` if that is the same as
    before."""
    try:
        if not is_url(source.url):
            return source, _folder(source.url)
        return _listing(source, visits)
    except (FetchError, InputError) as error:
        return error


def _listing(source: Followed, visits: Visits) -> tuple[Followed, Listing | None]:
    known = source.listing or source.url
    found = visits.fetch_named(known, etag=source.etag, last_modified=source.modified)
    if found.is_unchanged:
        return source, None
    if source.listing and found.is_gone:
        # the site may name another feed by now
        source, found = replace(source, listing=None), visits.fetch_named(source.url)
    listing = _read(found)
    if listing is None:
        source = replace(source, listing=_feed_of(found, visits))
        found = visits.fetch_named(source.listing or source.url)
        listing = _read(found)
    if listing is None:
        raise InputError(f"{shown(found.url)} is named as a feed or sitemap, and is none")
    # an index of sitemaps stays the same while they change
    conditions = (None, None) if listing.sitemaps else (found.etag, found.last_modified)
    source = replace(source, etag=conditions[0], modified=conditions[1])
    return source, whole(listing, visits.fetch_named)


def _read(found: Fetched) -> Listing | None:
    """What is listed; `None` for a page. Raises `FetchError` if nothing was handed out."""
    if why := found.refusal:
        raise FetchError(why, address=shown(found.url), later=True)
    return listing_of(found)


def _feed_of(found: Fetched, visits: Visits) -> str:
    """The feed that the page of a site names, else its sitemap. Raises `InputError`."""
    if kind_of(found.content) is Kind.PAGE:
        tree = tree_of(found.content.decode("utf-8", "replace"))
        feeds = feeds_of(tree, found.url) if tree is not None else []
        feeds += visits.sitemaps(found.url)
        if feeds := [feed for feed in feeds if feed != found.url]:
            return feeds[0]
    raise InputError(
        f"{shown(found.url)} is no feed or sitemap, and names none: give the address of one"
    )


def _folder(path: str) -> Listing:
    """The files of a folder that have stopped changing. Raises `InputError`."""
    if not os.path.isdir(path):
        raise InputError(f"there is no folder {path}")
    entries = []
    for file in files_of(path):
        if not isinstance(file, str):
            continue  # hidden, or no ordinary file
        try:
            found = os.stat(file)
        except OSError:
            continue  # it has just gone
        if found.st_size and abs(time.time() - found.st_mtime) >= _SETTLED_SECONDS:
            stamp = stamp_of(found.st_size, found.st_mtime_ns, found.st_ino)
            entries.append(Entry(os.path.abspath(file), stamp=stamp))
    return Listing(Kind.OTHER, tuple(entries))
