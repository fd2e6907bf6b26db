"""Saved web pages: the article by trafilatura, the facts about it from the page's own markup."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from corpus.attribution.agencies import agency_named
from corpus.clean.furniture import table
from corpus.dates.written import parse_date
from corpus.read.blocks import blocks_of, unframe
from corpus.read.body import restore
from corpus.read.merge import document, merge
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

# lxml has no types.
HtmlElement = Any

# Names of <meta> (property, name or itemprop), in lower case, that give a date of the article.
_DATE_NAMES = {
    "article:published_time": DateKind.PUBLISHED,
    "og:published_time": DateKind.PUBLISHED,
    "datepublished": DateKind.PUBLISHED,
    "article.published": DateKind.PUBLISHED,
    "article:published": DateKind.PUBLISHED,
    "pubdate": DateKind.PUBLISHED,
    "publication_date": DateKind.PUBLISHED,
    "publicationdate": DateKind.PUBLISHED,
    "dcterms.date": DateKind.PUBLISHED,
    "dcterms.issued": DateKind.PUBLISHED,
    "publishdate": DateKind.PUBLISHED,
    "publish-date": DateKind.PUBLISHED,
    "publish_date": DateKind.PUBLISHED,
    "parsely-pub-date": DateKind.PUBLISHED,
    "sailthru.date": DateKind.PUBLISHED,
    "dc.date": DateKind.PUBLISHED,
    "dc.date.issued": DateKind.PUBLISHED,
    "dcterms.created": DateKind.PUBLISHED,
    "date": DateKind.PUBLISHED,
    "article:modified_time": DateKind.UPDATED,
    "og:updated_time": DateKind.UPDATED,
    "datemodified": DateKind.UPDATED,
    "article.updated": DateKind.UPDATED,
    "article:modified": DateKind.UPDATED,
    "dc.date.modified": DateKind.UPDATED,
    "dcterms.modified": DateKind.UPDATED,
    "last-modified": DateKind.UPDATED,
}
_JSON_DATES = {"datePublished": DateKind.PUBLISHED, "dateModified": DateKind.UPDATED}
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report)$")
_WITH_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
# Deep nesting of structured data is no page's need.
_JSON_DEPTH = 8
_EVIDENCE_CHARACTERS = 160
# A longer one is the first paragraph, which pages name alike.
STANDFIRST_CHARACTERS = 300
PARAGRAPH_CHARACTERS = 120

# Its warnings about pages without text are said here as rejections.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())


def read_html(text: str, given: Source) -> RawDocument | Rejection:
    """One document: the article's text as trafilatura finds it, one paragraph a line."""
    # Lazily, since it takes a quarter of a second that plain text need not wait for.
    import trafilatura
    from lxml import etree, html  # type: ignore[import-untyped]
    from trafilatura.settings import Document

    # Both parse hostile pages; whatever they raise, the page is what cannot be read.
    try:
        parser = html.HTMLParser(encoding="utf-8")
        page: HtmlElement = html.document_fromstring(text.encode("utf-8"), parser=parser)
        # trafilatura changes the tree it is given
        source = deepcopy(page) if unframe(page) else text
        found = trafilatura.bare_extraction(
            source,
            include_comments=False,
            with_metadata=True,
            # its date is not used, and looking for one everywhere takes seconds
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (etree.LxmlError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return Rejection(given.path, "it cannot be read as an HTML page")
    if not isinstance(found, Document) or not (found.text or "").strip():
        return Rejection(given.path, "no article text was found in the page")
    body = restore(tuple(blocks_of(page)), str(found.text))
    if body.cards:
        return Rejection(given.path, "it is a list of articles, not one: give the articles")
    stated = _stated(page, given.url)
    guessed = Source(path="", headline=found.title or None, byline=found.author or None)
    said = merge(given, merge(stated, guessed))
    made = document(body.text, said)
    return made if isinstance(made, Rejection) else replace(
        made, titles=body.titles, dropped=body.dropped, restored=body.restored
    )


def _stated(page: HtmlElement, address: str | None) -> Source:
    """What the page's <meta> tags and structured data say of the article."""
    metas = _metas(page)
    nodes = [node for node in _structured(page) if _is_article(node)]
    authors = [name for node in nodes for name in _names(node.get("author"))]
    agency = next((found for name in authors if (found := agency_named(name))), None)
    people = [name for name in authors if not agency_named(name)]
    publishers = (name for node in nodes for name in _names(node.get("publisher")))
    outlet = metas.get("og:site_name") or _one(publishers)
    headline = metas.get("og:title") or _one(_text(node.get("headline")) for node in nodes)
    return Source(
        path="",
        outlet=outlet,
        agency=agency,
        byline=", ".join(dict.fromkeys(people)) or _byline(metas),
        headline=_without_site(headline, outlet),
        standfirst=_standfirst(page),
        url=_address(page, metas, address),
        dates=_dates(page, nodes),
    )


def _without_site(headline: str | None, outlet: str | None) -> str | None:
    """The headline without the name of the site that many pages add to it."""
    if headline and outlet and headline.endswith(outlet):
        before = headline.removesuffix(outlet).rstrip()
        if before.endswith(("|", "-", "–", "—", "»", "·")):
            return before[:-1].rstrip() or None
    return headline


def _metas(page: HtmlElement) -> dict[str, str]:
    """The first content that is not blank under each name of a <meta>."""
    found: dict[str, str] = {}
    for meta in page.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for attribute in ("property", "name", "itemprop"):
            name = (meta.get(attribute) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _byline(metas: dict[str, str]) -> str | None:
    name = metas.get("author") or metas.get("article:author")
    return None if name is None or "://" in name else name


def _standfirst(page: HtmlElement) -> str | None:
    """The text of an element that the page calls its standfirst, a first paragraph excepted."""
    for element in page.iter("p", "h2", "h3", "div"):
        classes = (element.get("class") or "").lower().split()
        text = " ".join(element.text_content().split())
        if text and any(map(_names_standfirst, classes)) and len(text) <= STANDFIRST_CHARACTERS:
            return text
        if element.tag == "p" and len(text) >= PARAGRAPH_CHARACTERS:
            # Below the first paragraph a subtitle is a heading.
            return None
    return None


def _names_standfirst(said: str) -> bool:
    """Whether a class is a name for standfirsts, or ends in one («article__subhead»)."""
    return any(
        said == name or said.endswith(("-" + name, "_" + name)) for name in table().standfirst
    )


def _address(page: HtmlElement, metas: dict[str, str], base: str | None) -> str | None:
    links = (link.get("href") for link in page.iter("link") if link.get("rel") == "canonical")
    for found in (*links, metas.get("og:url")):
        try:
            address = urljoin(base or "", str(found or "").strip())
            split = urlsplit(address)
        except ValueError:
            continue
        if split.scheme in ("http", "https") and split.netloc:
            return address
    return None


def _dates(page: HtmlElement, nodes: list[dict[str, Any]]) -> tuple[SourceDate, ...]:
    """Dates the markup states, one for each day and kind; none is guessed from running text."""
    stated: list[tuple[DateKind, str, str]] = []
    for tag in page.iter("meta", "time"):
        names = ((tag.get(key) or "").strip().lower() for key in ("property", "name", "itemprop"))
        value = "content" if tag.tag == "meta" else "datetime"
        for name in names:
            if name in _DATE_NAMES and tag.get(value):
                content = tag.get(value).strip()
                evidence = f'<{tag.tag} {name} {value}="{content}">'
                stated.append((_DATE_NAMES[name], content, evidence))
    for node in nodes:
        for key, kind in _JSON_DATES.items():
            if isinstance(node.get(key), str):
                stated.append((kind, node[key], f'"{key}": "{node[key]}"'))
    stated = stated or _times(page)
    found: dict[tuple[DateKind, object], SourceDate] = {}
    moments: dict[tuple[DateKind, datetime], SourceDate] = {}
    for kind, written, evidence in stated:
        day = parse_date(written)
        moment = _moment(written)
        if day is None or (moment and (kind, moment) in moments):
            # The same moment in another time zone may fall on another day.
            continue
        one = SourceDate(kind, day, evidence[:_EVIDENCE_CHARACTERS])
        found.setdefault((kind, day), one)
        if moment:
            moments[kind, moment] = one
    return tuple(found.values())


def _times(page: HtmlElement) -> list[tuple[DateKind, str, str]]:
    """The <time> elements of the one <article>, if they all name one day."""
    articles = page.findall(".//article")
    if len(articles) != 1:
        return []
    written = [time.get("datetime") for time in articles[0].iter("time") if time.get("datetime")]
    if len({parse_date(text) for text in written}) != 1:
        return []
    return [(DateKind.PUBLISHED, written[0], f'<time datetime="{written[0]}">')]


def _moment(written: str) -> datetime | None:
    if not _WITH_TIME.match(written):
        return None
    try:
        moment = datetime.fromisoformat(written.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _structured(page: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in page.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            try:
                yield from _nodes(json.loads(script.text or ""), 0)
            except (ValueError, RecursionError):
                continue


def _nodes(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _JSON_DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _nodes(value.get("@graph"), depth + 1)


def _is_article(node: dict[str, Any]) -> bool:
    types = node.get("@type")
    listed = types if isinstance(types, list) else [types]
    return any(isinstance(one, str) and _ARTICLE_TYPES.search(one) for one in listed)


def _names(value: object) -> list[str]:
    """The names in an author or publisher of structured data."""
    if isinstance(value, list):
        return [name for one in value for name in _names(one)]
    if isinstance(value, dict):
        return _names(value.get("name"))
    return [text] if (text := _text(value)) else []


def _text(value: object) -> str | None:
    return (" ".join(value.split()) or None) if isinstance(value, str) else None


def _one(found: Iterator[str | None]) -> str | None:
    return next((one for one in found if one), None)
