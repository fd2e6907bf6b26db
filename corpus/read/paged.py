"""Texts of pages, each ended by a form feed: as documents are kept, and as `pdftotext` writes them.

A body holds no form feed: a quote may run on from one page to the next.
"""

from __future__ import annotations

from dataclasses import replace

from corpus.language.text import UNSPACED
from corpus.types import RawDocument

FEED = "\f"


def paged(raw: RawDocument) -> RawDocument:
    """The document without form feeds, with the positions at which its pages begin and, where some
    pages hold no letter, a flag that says so. One without form feeds has no pages."""
    if FEED not in raw.text:
        return raw
    pages = raw.text.split(FEED)
    if not pages[-1].strip():
        pages.pop()
    text = ""
    starts = []
    for page in pages:
        if text and page and not (text[-1].isspace() or page[0].isspace()):
            unspaced = UNSPACED.match(text[-1]) and UNSPACED.match(page[0])
            text += "" if unspaced else " "
        starts.append(len(text))
        text += page
    return replace(raw, text=text, pages=tuple(starts), flags=(*raw.flags, *_flags(pages)))


def _flags(pages: list[str]) -> tuple[str, ...]:
    empty = sum(not any(map(str.isalpha, page)) for page in pages)
    return (f"{empty} of {len(pages)} pages hold no text",) if empty else ()
