"""Which reader a file goes to, and what is refused before any reader sees it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from corpus.read.decode import LARGEST_FILE, Unreadable, decode
from corpus.read.html import read_html
from corpus.read.records import read_records
from corpus.read.text import read_text
from corpus.types import RawDocument, Rejection, Source

STANDARD_INPUT = "-"
_HTML = frozenset((".html", ".htm", ".xhtml"))
_RECORDS = frozenset((".jsonl", ".ndjson"))
SUFFIXES = frozenset((".txt", ".md", "")) | _HTML | _RECORDS
"""File name endings, in lower case, that stand for something readable; "" is no ending."""


def read(source: str, given: Source) -> Iterator[RawDocument | Rejection]:
    """The documents in the file at `source`, or on standard input for `-`.

    `given` holds what the user said about them and wins over what they say themselves. Whatever
    cannot be used comes back as a `Rejection`; nothing is raised for it.
    """
    given = given if given.path else replace(given, path=source)
    try:
        content = _content(source)
    except OSError as error:
        yield Rejection(given.path, f"it cannot be read: {error.strerror or error}")
        return
    if len(content) > LARGEST_FILE:
        megabytes = LARGEST_FILE // 1_000_000
        yield Rejection(given.path, f"it is larger than {megabytes} MB; split it first")
        return
    suffix = Path(source).suffix.lower() if source != STANDARD_INPUT else _sniffed(content)
    if suffix in _RECORDS:
        yield from read_records(content.removeprefix(b"\xef\xbb\xbf"), given)
        return
    try:
        text = decode(content, html=suffix in _HTML)
    except Unreadable as error:
        yield Rejection(given.path, str(error))
        return
    yield read_html(text, given) if suffix in _HTML else read_text(text, given)


def _content(source: str) -> bytes:
    """The bytes, at most one more than `LARGEST_FILE` of them."""
    if source == STANDARD_INPUT:
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    with open(source, "rb") as file:
        return file.read(LARGEST_FILE + 1)


def _sniffed(content: bytes) -> str:
    """The suffix that what came on standard input would have in a file."""
    head = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")):
        return ".html"
    return ".jsonl" if head.startswith(b"{") else ""
