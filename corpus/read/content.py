"""Which reader the content of a file goes to, and what is refused before any reader sees it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from corpus.read.decode import LARGEST_FILE, Unreadable, decode
from corpus.read.documents.docx import read_docx
from corpus.read.documents.epub import read_epub
from corpus.read.documents.mail import read_mail
from corpus.read.documents.odt import read_odt
from corpus.read.documents.outlook import read_msg
from corpus.read.documents.pdf import read_pdf
from corpus.read.documents.rtf import read_rtf
from corpus.read.documents.table import read_table
from corpus.read.documents.warc import read_warc
from corpus.read.html import read_html
from corpus.read.kinds import Kind, kind_of, unread
from corpus.read.page_bounds import page_document
from corpus.read.paged import paged
from corpus.read.records import read_json, read_records
from corpus.read.telegram.pages import is_export_page, read_pages
from corpus.read.telegram.posts import is_channel
from corpus.read.telegram.result import is_result, read_result
from corpus.read.text import read_text
from corpus.types import RawDocument, Rejection, Source

Found = Iterator[RawDocument | Rejection]


def read_content(content: bytes, name: str, given: Source) -> Found:
    """The documents in `content`, which stood in a file of this name, or of one that ends so."""
    if len(content) > LARGEST_FILE:
        megabytes = LARGEST_FILE // 1_000_000
        yield Rejection(given.path, f"it is larger than {megabytes} MB; split it first")
        return
    file = io.BytesIO(content)
    kind = kind_of(file, name)
    if isinstance(kind, str):
        yield Rejection(given.path, unread(kind))
    elif kind is Kind.WARC:
        yield from read_warc(file, given)
    elif kind is Kind.ZIP:
        yield Rejection(given.path, "a ZIP inside another file is not opened: unpack it first")
    else:
        yield from _read(content, kind, given)


def _read(content: bytes, kind: Kind, given: Source) -> Found:
    match kind:
        case Kind.PDF:
            yield from read_pdf(content, given)
        case Kind.DOCX:
            yield from read_docx(content, given)
        case Kind.ODT:
            yield from read_odt(content, given)
        case Kind.RTF:
            yield from read_rtf(content, given)
        case Kind.MAIL:
            yield from read_mail(content, given, read_content)
        case Kind.MSG:
            yield from read_msg(content, given, read_content)
        case Kind.EPUB:
            yield from read_epub(content, given)
        case Kind.TABLE:
            yield from read_table(content, _without_channel(given))
        case Kind.JSON if is_result(content):
            yield from read_result(content, given)
        case Kind.JSON:
            yield from read_json(content, _without_channel(given))
        case Kind.LINES:
            yield from read_records(content, _without_channel(given))
        case _:
            yield from _text_or_page(content, kind, given)


def _text_or_page(content: bytes, kind: Kind, given: Source) -> Found:
    page = kind is Kind.PAGE
    try:
        text = decode(content, html=page)
    except Unreadable as error:
        yield Rejection(given.path, str(error))
        return
    if page and is_export_page(text):
        yield from read_pages(text, given)
        return
    given = _without_channel(given)
    yield page_document(text, given) if page else read_text(text, given)


def _without_channel(given: Source) -> Source:
    """The address of a channel is that of none of its posts."""
    return replace(given, url=None) if is_channel(given.url) else given


def extracted(raw: RawDocument) -> RawDocument | Rejection:
    """A document as text: that of a web page is found again each time, by the current rules."""
    return read_html(raw.text, raw.given) if raw.markup else paged(raw)
