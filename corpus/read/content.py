"""Which reader the content of a file goes to, and what is refused before any reader sees it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace

from corpus.read.decode import LARGEST_FILE, Unreadable, decode
from corpus.read.html import read_html
from corpus.read.page_bounds import page_document
from corpus.read.records import read_records
from corpus.read.telegram.pages import is_export_page, read_pages
from corpus.read.telegram.posts import is_channel
from corpus.read.telegram.result import is_result, read_result
from corpus.read.text import read_text
from corpus.types import RawDocument, Rejection, Source

HTML = frozenset((".html", ".htm", ".xhtml"))
JSON = frozenset((".json",))
RECORDS = frozenset((".jsonl", ".ndjson"))
TEXT = frozenset((".txt", ".md", ""))

_MARKUP = ("<!doctype", "<html", "<?xml")


def read_content(content: bytes, suffix: str, given: Source) -> Iterator[RawDocument | Rejection]:
    """The documents in `content`, which stood in a file whose name ends in `suffix`."""
    if len(content) > LARGEST_FILE:
        megabytes = LARGEST_FILE // 1_000_000
        yield Rejection(given.path, f"it is larger than {megabytes} MB; split it first")
        return
    if suffix in JSON:
        yield from read_result(content, given)
        return
    if suffix in RECORDS:
        yield from read_records(content, _without_channel(given))
        return
    try:
        text = decode(content, html=suffix in HTML or _is_markup(content))
    except Unreadable as error:
        yield Rejection(given.path, str(error))
        return
    markup = suffix in HTML or _is_markup(text)
    if markup and is_export_page(text):
        yield from read_pages(text, given)
        return
    given = _without_channel(given)
    yield page_document(text, given) if markup else read_text(text, given)


def _without_channel(given: Source) -> Source:
    """The address of a channel is that of none of its posts."""
    return replace(given, url=None) if is_channel(given.url) else given


def sniffed(content: bytes) -> str:
    """The suffix that what came on standard input would have in a file."""
    if content.startswith(b"PK\x03\x04"):
        return ".zip"
    if is_result(content):
        return ".json"
    head = content[:512].removeprefix(codecs.BOM_UTF8).lstrip()
    return ".jsonl" if head.startswith(b"{") and not head.startswith(b"{\\rtf") else ""


def _is_markup(content: bytes | str) -> bool:
    head = content[:512] if isinstance(content, str) else content[:512].decode("latin-1")
    return head.lstrip("\ufeffï»¿ \t\r\n").lower().startswith(_MARKUP)


def extracted(raw: RawDocument) -> RawDocument | Rejection:
    """A document as text: that of a page is found anew each time, by the rules of today."""
    return read_html(raw.text, raw.given) if raw.markup else raw
