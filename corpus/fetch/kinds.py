"""What was fetched, told by its content: servers name the type wrongly too often."""

from __future__ import annotations

import codecs
import json
import re
from enum import StrEnum

_WITHIN = 4096
# What may be before the first element: declarations, instructions, comments.
_BEFORE = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!doctype(?:[^<>\[]|\[[^\]]*\])*>)", re.DOTALL | re.IGNORECASE
)
_ELEMENT = re.compile(r"\s*<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_FEEDS = frozenset(("rss", "rdf", "feed", "channel"))
_SITEMAPS = frozenset(("urlset", "sitemapindex"))
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Elements that pages without a head begin with.
_OF_PAGES = frozenset(
    ("html", "head", "body", "div", "article", "main", "section", "p", "h1", "meta", "title")
)


class Kind(StrEnum):
    """What is at an address."""

    PAGE = "page"
    FEED = "feed"  # RSS or Atom
    JSON_FEED = "JSON feed"
    SITEMAP = "sitemap"
    OTHER = "other"  # text, or a document: a reader of files knows


LISTINGS = frozenset((Kind.FEED, Kind.JSON_FEED, Kind.SITEMAP))
"""The kinds that name other addresses."""


def kind_of(content: bytes) -> Kind:
    """What `content` is, by how it begins."""
    head = _head(content)
    if head.lstrip().startswith("{"):
        return Kind.JSON_FEED if _is_json_feed(content) else Kind.OTHER
    at = 0
    while before := _BEFORE.match(head, at):
        at = before.end()
    element = _ELEMENT.match(head, at)
    name = element[1].lower() if element else ""
    if name in _FEEDS:
        return Kind.FEED
    if name in _SITEMAPS:
        return Kind.SITEMAP
    is_page = name in _OF_PAGES or "<!doctype html" in head.lower()
    return Kind.PAGE if is_page or (element and "<html" in head.lower()) else Kind.OTHER


def _head(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[:_WITHIN].decode(encoding, "ignore").lstrip("\ufeff")
    return content[:_WITHIN].decode("latin-1")


def _is_json_feed(content: bytes) -> bool:
    if b"jsonfeed.org/version" not in content and b"jsonfeed.org\\/version" not in content:
        return False
    try:
        feed = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(feed, dict) and isinstance(feed.get("items"), list)
