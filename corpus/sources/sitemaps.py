"""Sitemaps: lists of pages, also with the elements of news, and indexes of such lists."""

from __future__ import annotations

from typing import Any

from corpus.dates.written import parse_date
from corpus.errors import InputError
from corpus.fetch import Fetched, Kind
from corpus.fetch.address import joined
from corpus.sources.entries import Entry, Listing, newest_first, stamp_of, without_tracking
from corpus.types import DateKind, SourceDate

MOST_SITEMAPS = 20
"""Of an index, those changed last."""


def read_sitemap(found: Fetched) -> Listing:
    """The pages of a sitemap, or the sitemaps of an index. Raises `InputError` for one that cannot
    be read."""
    # Lazily, as everywhere.
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(found.content, parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        raise InputError("it begins like a sitemap, and cannot be read as one")
    said = [_said(each) for each in root if isinstance(each.tag, str)]
    said = [each for each in said if "loc" in each and joined(found.url, each["loc"])]
    if _name(root) == "sitemapindex":
        said.sort(key=lambda each: each.get("lastmod", ""), reverse=True)
        children = (joined(found.url, each["loc"]) for each in said)
        return Listing(Kind.SITEMAP, sitemaps=tuple(dict.fromkeys(children))[:MOST_SITEMAPS])
    return newest_first(Kind.SITEMAP, [_entry(each, found.url) for each in said])


def _said(element: Any) -> dict[str, str]:
    """The texts below an element by the names of theirs, without name spaces; of those of pictures
    and other languages none."""
    texts: dict[str, str] = {}
    for each in element.iter():
        if isinstance(each.tag, str) and each.text and each.text.strip():
            above = each.getparent()
            if _name(each) != "loc" or above is element:
                texts.setdefault(_name(each), each.text.strip())
    return texts


def _entry(said: dict[str, str], base: str) -> Entry:
    written = said.get("publication_date")
    day = parse_date(written) if written else None
    changed = said.get("lastmod")
    return Entry(
        url=without_tracking(joined(base, said["loc"])),
        headline=" ".join(said.get("title", "").split()) or None,
        published=SourceDate(DateKind.PUBLISHED, day, f"publication_date: {written}")
        if day
        else None,
        stamp=stamp_of(changed, written, said.get("title")),
    )


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()
