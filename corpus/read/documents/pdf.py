"""PDF files, read by PDFium: one article, its pages separated by form feeds.

A PDF contains glyphs and their positions. PDFium says which glyphs make a line. Letters of a
right-to-left line are ordered by their positions (`glyphs`). Lines make a paragraph if the next
word would not have fitted (`paragraphs`).
"""

from __future__ import annotations

import ctypes
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.dates.written import parse_date
from corpus.read.decode import too_large
from corpus.read.documents.glyphs import Glyph, Line, line_of, whole_rows
from corpus.read.documents.paragraphs import joined
from corpus.read.merge import document, merge
from corpus.types import DateKind, RawDocument, Rejection, Removal, Source, SourceDate

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

MOST_PAGES = 2_000
# A book of 2,000 pages has less.
MOST_GLYPHS = 8_000_000
# Fewer letters in all are a stamp or a page number on pictures of pages.
FEWEST_LETTERS = 40
# Of the glyphs of a text that can be read, fewer have no letter.
MOST_UNKNOWN = 0.1

# A running head is among so many lines at the edge of a page, on so many pages at one height.
EDGE_LINES = 2
SHARE_OF_PAGES = 0.4
SAME_HEIGHT = 3.0
RUNNING_HEAD = "running head"

_HYPHEN = 0x02  # how PDFium writes one at the end of a line, and no end of the line
_LINE_ENDS = (0x0A, 0x0D)
_SPACE = 0x20
_SPACES = frozenset((_SPACE, 0x09, 0xA0))
_NO_LETTER = frozenset((0x7F, 0xA0, 0xFFFD, 0xFFFE, 0xFFFF, *range(0xD800, 0xF900)))


def read_pdf(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """The text of a PDF as one document, or why there is none."""
    # Lazily, as in all readers of documents: most coverage has none of them.
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with closing(PdfDocument(content)) as opened:
            yield _read(opened, given)
    except PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        why = "it is protected by a password: save it without one"
        yield Rejection(given.path, why if locked else "it is a damaged PDF, or none")


def _read(opened: PdfDocument, given: Source) -> RawDocument | Rejection:
    count = len(opened)
    if count > MOST_PAGES:
        return Rejection(given.path, f"it has {count:,} pages, more than {MOST_PAGES:,}: split it")
    pages: list[list[Line]] = []
    glyphs = unknown = 0
    for number in range(count):
        with closing(opened[number]) as page, closing(page.get_textpage()) as text:
            lines, lost = _lines(text)
        pages.append(lines)
        glyphs += sum(len(line.text) for line in lines)
        unknown += lost
        if glyphs > MOST_GLYPHS:
            return Rejection(given.path, f"it has more than {MOST_GLYPHS:,} letters: split it")
    if unknown > MOST_UNKNOWN * (glyphs + unknown):
        why = "its fonts do not say which letters they draw: have its text read by OCR first"
        return Rejection(given.path, why)
    heads = _running_heads(pages)
    dropped = tuple(
        Removal(0, line.text, RUNNING_HEAD)
        for number, lines in enumerate(pages)
        for at, line in enumerate(lines)
        if (number, at) in heads
    )
    kept = [
        [line for at, line in enumerate(lines) if (number, at) not in heads]
        for number, lines in enumerate(pages)
    ]
    text = joined(kept)
    if sum(map(str.isalpha, text)) < FEWEST_LETTERS:
        why = "it holds pictures of pages and no text (a scan): have its text read by OCR first"
        return Rejection(given.path, why)
    if large := too_large(text):
        return Rejection(given.path, large)
    made = document(text, merge(given, _stated(opened, kept)))
    return made if isinstance(made, Rejection) else replace(made, dropped=dropped)


def _lines(page: PdfTextPage) -> tuple[list[Line], int]:
    """The lines of a page, and how many of its glyphs have no letter."""
    from pypdfium2 import raw

    # called for each of some 500,000 letters of a book, so nothing is looked up twice
    letter_at, box_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    box = raw.FS_RECTF()
    place, handle = ctypes.byref(box), page.raw
    rows: list[list[Glyph]] = [[]]
    word = lost = 0
    for at in range(raw.FPDFText_CountChars(handle)):
        code = letter_at(handle, at)
        if _SPACE < code <= sys.maxunicode and code not in _NO_LETTER:
            box_of(handle, at, place)
            rows[-1].append(Glyph(chr(code), box.left, box.right, box.bottom, box.top, word))
        elif code in _LINE_ENDS:
            if rows[-1]:
                rows.append([])
        elif code in _SPACES:
            word += 1
        elif code == _HYPHEN:
            box_of(handle, at, place)
            rows[-1].append(Glyph("-", box.left, box.right, box.bottom, box.top, word))
            rows.append([])
        else:
            lost += 1
    return [line for row in whole_rows(rows) for line in line_of(row)], lost


def _running_heads(pages: Sequence[Sequence[Line]]) -> set[tuple[int, int]]:
    """The numbers of the page and of the line of what is at the edge of many pages, the same but
    for its digits: titles, numbers of pages."""
    edges = [(number, at, line) for number, lines in enumerate(pages) for at, line in _edge(lines)]
    least = max(2, SHARE_OF_PAGES * len(pages))
    seen = Counter(_head(line, shift) for _, _, line in edges for shift in (0, 1))
    return {
        (number, at)
        for number, at, line in edges
        if max(seen[_head(line, 0)], seen[_head(line, 1)]) >= least
    }


def _edge(lines: Sequence[Line]) -> list[tuple[int, Line]]:
    order = sorted(enumerate(lines), key=lambda each: each[1].bottom)
    return order if len(order) <= 2 * EDGE_LINES else order[:EDGE_LINES] + order[-EDGE_LINES:]


def _head(line: Line, shift: int) -> tuple[str, int, int]:
    """What a running head is known by: its text without digits, and its height, in steps that
    begin at two places, so that one of them holds two heights that are close."""
    text = "".join(letter for letter in line.text if not letter.isdecimal())
    return " ".join(text.split()), shift, round(line.bottom / (2 * SAME_HEIGHT) + shift / 2)


def _stated(opened: PdfDocument, pages: Sequence[Sequence[Line]]) -> Source:
    """What the file says of itself: the day it was made, and its title where its first page has
    it too, for many name the file of the word processor."""
    said = opened.get_metadata_dict(skip_empty=True)
    title = " ".join(said.get("Title", "").split())
    first = " ".join(" ".join(line.text for line in pages[0]).split()) if pages else ""
    written = said.get("CreationDate", "").removeprefix("D:")[:8]
    day = parse_date(f"{written[:4]}-{written[4:6]}-{written[6:]}") if written.isdecimal() else None
    made = (SourceDate(DateKind.FILE, day, f"CreationDate: {said['CreationDate']}"),) if day else ()
    return Source(path="", headline=title if title and title in first else None, dates=made)
