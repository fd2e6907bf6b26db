"""A fetched page as a raw document, with its final address and the day its server states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from corpus.dates.written import parse_date
from corpus.errors import FetchError
from corpus.fetch.address import host_of, joined, shown
from corpus.fetch.client import Fetched, Fetcher
from corpus.fetch.kinds import LISTINGS, Kind, kind_of
from corpus.ingest import prepare
from corpus.read.blocks import HtmlElement
from corpus.read.content import read_content
from corpus.read.merge import merge
from corpus.read.stated import address_of, metas_of
from corpus.sources.charset import as_utf8
from corpus.sources.entries import without_tracking
from corpus.types import Article, DateKind, RawDocument, Rejection, Source, SourceDate

Keep = Callable[[Article], str | None]
"""Why an article is passed over; `None` where it is taken."""

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
# Text that is no prose, whatever its server calls it.
_DATA = ("{", "[")
_RECORDS = frozenset((".jsonl", ".ndjson"))


@dataclass(frozen=True, slots=True)
class PassedOver(Rejection):
    """A document that could be taken, and is not about what is wanted."""


def documents(
    found: Fetched, given: Source, otherwise: Source | None = None, keep: Keep | None = None
) -> Iterator[RawDocument | Rejection]:
    """The documents at a link: one, but for files that hold several. `given` wins over what they
    say themselves; `otherwise` dates them where they do not."""
    if why := found.refusal:
        yield Rejection(given.path, why)
        return
    kind = kind_of(found.content)
    if kind in LISTINGS:
        yield Rejection(given.path, listing_refusal(kind, given.path))
        return
    said = merge(given, Source(path="", url=found.url, dates=_modified(found)))
    if kind is Kind.PAGE:
        for each in read_content(as_utf8(found), ".html", replace(said, url=given.url)):
            made = each if isinstance(each, Rejection) else _page(each, found, given, otherwise)
            yield kept(made, keep)
    elif found.content.lstrip()[:1].decode("latin-1") in _DATA and _suffix(found) not in _RECORDS:
        yield Rejection(given.path, "it holds data, not a page or text")
    else:
        for each in read_content(as_utf8(found), _suffix(found), said):
            yield kept(each, keep)


def kept(document: RawDocument | Rejection, keep: Keep | None) -> RawDocument | Rejection:
    """A document, unless its article is passed over."""
    if keep is None or isinstance(document, Rejection):
        return document
    made = prepare(document, date.today())
    if isinstance(made, Rejection):
        return made
    why = keep(made[0])
    return PassedOver(document.given.path, why) if why else document


def fetched(fetcher: Fetcher, url: str, given: Source) -> Iterator[RawDocument | Rejection]:
    """`documents` of what is at `url` now."""
    try:
        found = fetcher.fetch(url)
    except FetchError as error:
        yield Rejection(given.path or url, refusal(error, url))
        return
    yield from documents(found, given if given.path else replace(given, path=url))


def refusal(error: FetchError, url: str) -> str:
    """Why a link cannot be fetched; where it redirects, also what it leads to."""
    elsewhere = error.address not in ("", shown(url))
    return f"it leads to {error.address}: {error.reason}" if elsewhere else error.reason


def listing_refusal(kind: Kind, url: str) -> str:
    """What is said of a link to a feed or sitemap where one article is wanted."""
    return (
        f"it is a {kind}, which lists articles: `pullquote ingest {url}` takes those it lists now,"
        f" `pullquote source add {url}` follows it"
    )


def feeds_of(page: HtmlElement, base: str) -> list[str]:
    """The feeds that a page names as its own."""
    found = []
    for link in page.iter("link"):
        kinds = (link.get("rel") or "").lower().split(), (link.get("type") or "").lower().strip()
        if "alternate" in kinds[0] and kinds[1] in _FEED_TYPES:
            address = joined(base, link.get("href") or "")
            if address and "comment" not in f"{address} {link.get('title')}".lower():
                found.append(address)
    return list(dict.fromkeys(found))


def tree_of(markup: str) -> HtmlElement | None:
    """A page, parsed; `None` if it cannot be."""
    from lxml import etree, html  # type: ignore[import-untyped]

    parser = html.HTMLParser(encoding="utf-8")
    try:
        tree: HtmlElement = html.document_fromstring(markup.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return tree


def _page(
    raw: RawDocument, found: Fetched, given: Source, otherwise: Source | None
) -> RawDocument | Rejection:
    tree = tree_of(raw.text)
    if tree is None:
        return Rejection(given.path, "it cannot be read as an HTML page")
    made = prepare(replace(raw, given=merge(raw.given, Source("", url=found.url))), date.today())
    if isinstance(made, Rejection):
        feeds = feeds_of(tree, found.url)
        more = f"; its feed is {feeds[0]}: `pullquote source add {feeds[0]}`" if feeds else ""
        return Rejection(given.path, f"{made.reason}{more}")
    said = merge(raw.given, Source(path="", url=_own_address(tree, found.url)))
    dated = any(day.kind is DateKind.PUBLISHED for day in made[0].source.dates)
    if otherwise and not dated:
        said = merge(said, replace(otherwise, headline=None, standfirst=None, url=None))
    return replace(raw, given=merge(said, Source(path="", dates=_modified(found))))


def _own_address(page: HtmlElement, final: str) -> str:
    """The address that a page calls its own, if it is on the site it was fetched from, else that it
    was fetched from: anybody can claim to be another site."""
    stated = address_of(page, metas_of(page), final)
    # some name the front page of their site as the address of every page
    if not stated or _site(stated) != _site(final) or _is_front(stated) > _is_front(final):
        stated = final
    return without_tracking(stated)


def _is_front(url: str) -> bool:
    split = urlsplit(url)
    return split.path in ("", "/") and not split.query


def _site(url: str) -> str:
    # Lazily, as in the reader of pages.
    from courlan import extract_domain

    return extract_domain(url, fast=True) or host_of(url)


def _suffix(found: Fetched) -> str:
    return PurePosixPath(urlsplit(found.url).path).suffix.lower()


def _modified(found: Fetched) -> tuple[SourceDate, ...]:
    """The day on which the server says the page was last changed: of many servers, when it was
    asked. So it is the day of this copy of the page, not of the article."""
    day = parse_date(found.last_modified or "")
    return (SourceDate(DateKind.PAGE, day, f"Last-Modified: {found.last_modified}"),) if day else ()
