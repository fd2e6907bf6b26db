"""Documents of Word (DOCX), by python-docx, with what is in content controls, text boxes and
accepted changes, which its own list of paragraphs passes over."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.read.merge import merge, whole_document
from corpus.read.zips import unfit_document
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DROPPED = frozenset(
    (
        *(f"{_W}{name}" for name in ("del", "moveFrom", "txbxContent", "instrText", "pPr", "rPr")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    )
)
_MARKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}
_TITLES = ("title", "heading 1")
# The title of a document is among so many of its first lines.
_TOP = 5


def read_docx(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """The text of a document, a paragraph or a row of a table a line."""
    import docx

    file = io.BytesIO(content)
    if why := unfit_document(file):
        yield Rejection(given.path, why)
        return
    # Its XML may be anything; whatever the library raises, this document cannot be read.
    try:
        read = docx.Document(file)
        lines = list(_lines(read.element.body))
        said = _stated(read, lines)
    except Exception:
        yield Rejection(given.path, "it is a damaged DOCX file: save it again")
        return
    yield whole_document("\n".join(lines), merge(given, said))


def _lines(block: Element) -> Iterator[str]:
    for child in block:
        if child.tag == f"{_W}p":
            yield _written(child)
            for box in child.iter(f"{_W}txbxContent"):
                if not any(above.tag in _DROPPED for above in box.iterancestors()):
                    yield from _lines(box)
        elif child.tag == f"{_W}tbl":
            yield from _rows(child)
        elif child.tag not in _DROPPED:
            yield from _lines(child)


def _written(paragraph: Element) -> str:
    text = _text(paragraph).strip()
    listed = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    return f"- {text}" if listed and text else text


def _rows(table: Element) -> Iterator[str]:
    for row in table.iter(f"{_W}tr"):
        cells = [" ".join(_text(cell).split()) for cell in row.iter(f"{_W}tc")]
        if any(cells):
            yield f"| {' | '.join(cells)} |"


def _text(element: Element) -> str:
    parts = []
    for child in element:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _MARKS:
            parts.append(_MARKS[child.tag])
        elif child.tag not in _DROPPED:
            parts.append(_text(child))
            if child.tag == f"{_W}p":
                parts.append(" ")
    return "".join(parts)


def _stated(read: Document, lines: list[str]) -> Source:
    """Its title, where it is styled as one at the top, and the day it was saved."""
    top = {line for line in lines[:_TOP] if line}
    titles = (
        each.text.strip()
        for each in read.paragraphs[:_TOP]
        if each.style is not None and (each.style.name or "").lower() in _TITLES
    )
    title = next((each for each in titles if each in top), None)
    saved = read.core_properties.modified
    day = (SourceDate(DateKind.FILE, saved.date(), f"modified {saved}"),) if saved else ()
    return Source(path="", headline=title and " ".join(title.split()), dates=day)
