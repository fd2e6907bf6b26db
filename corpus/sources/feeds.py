"""Feeds: RSS of every version and Atom by feedparser, JSON Feed by its own fields."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from corpus.dates.written import parse_date
from corpus.errors import InputError
from corpus.fetch import Fetched, Kind
from corpus.fetch.address import joined
from corpus.sources.charset import as_utf8
from corpus.sources.entries import Entry, Listing, newest_first, stamp_of, without_tracking
from corpus.types import DateKind, SourceDate

_Fields = dict[str, Any]

_LONGEST_HEADLINE = 1000
_EVIDENCE_CHARACTERS = 160


def read_feed(found: Fetched) -> Listing:
    """The entries of an RSS or Atom feed. Raises `InputError` for one that cannot be read."""
    # Lazily: few commands read a feed.
    import feedparser

    content = found.content
    if b"encoding" not in content[:200]:
        content = as_utf8(found)
    feed: Any = feedparser.parse(
        io.BytesIO(content),
        response_headers={"content-type": "application/xml", "content-location": found.url},
        sanitize_html=False,
    )
    if not feed.version and not feed.entries:
        raise InputError("it begins like a feed, and cannot be read as one")
    entries, unlinked = [], 0
    for entry in feed.entries:
        each = dict(entry)  # itself it answers for `updated` with `published`, and warns
        written = _link(each)
        link = joined(found.url, written) if written else ""
        if not link:
            unlinked += 1
            continue
        entries.append(
            Entry(
                url=without_tracking(link),
                headline=_text(each.get("title")),
                published=_published(each, rss=str(feed.version).startswith("rss")),
                stamp=stamp_of(*_said(each)),
            )
        )
    return newest_first(Kind.FEED, entries, unlinked)


def read_json_feed(found: Fetched) -> Listing:
    """The entries of a JSON Feed. Raises `InputError` for one that cannot be read."""
    try:
        items = json.loads(found.content.decode("utf-8-sig"))["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("it begins like a JSON feed, and cannot be read as one") from None
    entries, unlinked = [], 0
    for each in (item for item in items if isinstance(item, dict)):
        written = each.get("url") or each.get("id")
        link = joined(found.url, written) if isinstance(written, str) else ""
        if not link or not str(written).startswith(("http", "/", ".")):
            unlinked += 1
            continue
        said = [each.get(key) for key in ("date_published", "date_modified", "title")]
        body = [each.get(key) for key in ("summary", "content_html", "content_text")]
        entries.append(
            Entry(
                url=without_tracking(link),
                headline=_text(each.get("title")),
                published=_dated("date_published", each.get("date_published"), None),
                stamp=stamp_of(*said, *body),
            )
        )
    return newest_first(Kind.JSON_FEED, entries, unlinked)


def _link(entry: _Fields) -> str:
    """The link of an article. Some services lead through themselves and name the original."""
    original = entry.get("feedburner_origlink")
    return str(original or entry.get("link") or "")


def _said(entry: _Fields) -> Iterator[object]:
    for key in ("updated", "published", "title", "summary"):
        yield entry.get(key)
    for each in entry.get("content", ()):
        yield each.get("value")


def _published(entry: _Fields, *, rss: bool) -> SourceDate | None:
    """The day of publication, as it is written: in the time of whoever wrote it. RSS knows no other
    date, whatever the element is called."""
    for key in ("published", "updated") if rss else ("published",):
        if found := _dated(key, entry.get(key), entry.get(f"{key}_parsed")):
            return found
    return None


def _dated(key: str, written: object, parsed: Any) -> SourceDate | None:
    if not isinstance(written, str):
        return None
    day = parse_date(written)
    if day is None and parsed:
        day = date(*parsed[:3])  # two digits of a year, say
    evidence = f"{key}: {' '.join(written.split())}"[:_EVIDENCE_CHARACTERS]
    return SourceDate(DateKind.PUBLISHED, day, evidence) if day else None


def _text(written: object) -> str | None:
    if not isinstance(written, str):
        return None
    return " ".join(written.split())[:_LONGEST_HEADLINE] or None
