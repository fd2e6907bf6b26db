"""Books (EPUB): each chapter is read as a web page. An EPUB is a ZIP of XHTML with a list of it,
which takes no library of its own; those there are are under licences that this project cannot take.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

from corpus.read.decode import LARGEST_FILE, Unreadable, decode
from corpus.read.merge import dated, merge
from corpus.read.page_bounds import page_document
from corpus.read.zips import BROKEN, unfit_document
from corpus.types import DateKind, RawDocument, Rejection, Source

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

MOST_CHAPTERS = 5_000
_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")
_DAMAGED = "it is a damaged EPUB: its list of chapters cannot be read"


def read_epub(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """A document for each chapter, in the order of the book; its table of contents is none."""
    from lxml import etree  # type: ignore[import-untyped]

    file = io.BytesIO(content)
    if why := unfit_document(file):
        yield Rejection(given.path, why)
        return
    try:
        with ZipFile(file) as book:
            names = set(book.namelist())
            if "META-INF/encryption.xml" in names and "META-INF/rights.xml" in names:
                yield Rejection(given.path, "it is locked to the programs of one shop (DRM)")
                return
            package = _xml(book, _CONTAINER).find("{*}rootfiles/{*}rootfile")
            opf = package.get("full-path", "") if package is not None else ""
            said, chapters = _contents(_xml(book, opf), opf)
            # One address for all would make every chapter a version of one article.
            known = merge(replace(given, url=given.url if len(chapters) == 1 else None), said)
            if not chapters:
                yield Rejection(given.path, "the book has no chapters")
            for name in chapters[:MOST_CHAPTERS]:
                yield _chapter(book, name, replace(known, path=f"{given.path}/{name}"))
    except (*BROKEN, KeyError, etree.LxmlError):
        yield Rejection(given.path, _DAMAGED)


def _xml(book: ZipFile, name: str) -> Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(book.read(name), parser)


def _contents(package: Element, opf: str) -> tuple[Source, list[str]]:
    """What the book says of itself, and the names of its chapters."""
    items = {
        item.get("id", ""): posixpath.normpath(
            posixpath.join(posixpath.dirname(opf), unquote(item.get("href", "")))
        )
        for item in package.findall("{*}manifest/{*}item")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    spine = (each.get("idref", "") for each in package.findall("{*}spine/{*}itemref"))
    day = dated(DateKind.PUBLISHED, _said(package, "date"), f"dc:date: {_said(package, 'date')}")
    said = Source(
        path="",
        outlet=_said(package, "publisher"),
        byline=_said(package, "creator"),
        dates=(day,) if day else (),
    )
    return said, list(dict.fromkeys(items[name] for name in spine if name in items))


def _said(package: Element, name: str) -> str | None:
    found = package.findtext(f"{{*}}metadata/{{http://purl.org/dc/elements/1.1/}}{name}")
    return " ".join((found or "").split()) or None


def _chapter(book: ZipFile, name: str, given: Source) -> RawDocument | Rejection:
    try:
        content = book.read(name)
        if len(content) > LARGEST_FILE:
            return Rejection(given.path, f"it is larger than {LARGEST_FILE // 1_000_000} MB")
        return page_document(decode(content, html=True), given)
    except KeyError:
        return Rejection(given.path, "the list of chapters names it, but the book does not hold it")
    except (Unreadable, *BROKEN) as error:
        return Rejection(given.path, f"it cannot be read: {' '.join(str(error).split())}")
