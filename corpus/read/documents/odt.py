"""Documents of OpenOffice and LibreOffice (ODT), by odfdo."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.dates.written import parse_date
from corpus.read.merge import merge, whole_document
from corpus.read.zips import unfit_document
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

if TYPE_CHECKING:
    from odfdo import Document, Element

# What was struck out, said in the margin or put in notes is not the text.
_ASIDE = " or ".join(
    f"ancestor::{name}" for name in ("text:tracked-changes", "office:annotation", "text:note")
)
_LINES = f"(descendant::text:p|descendant::text:h|descendant::table:table-row)[not({_ASIDE})]"
_TOP = 5


def read_odt(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """The text of a document, a paragraph or a row of a table a line."""
    from odfdo import Document

    file = io.BytesIO(content)
    if why := unfit_document(file):
        yield Rejection(given.path, why)
        return
    # Its XML may be anything; whatever the library raises, this document cannot be read.
    try:
        opened = Document(file)
        elements = opened.body.get_elements(_LINES)
        lines = [line for element in elements if (line := _line(element)) is not None]
        said = _stated(opened, elements)
    except Exception:
        yield Rejection(given.path, "it is a damaged ODT file: save it again")
        return
    yield whole_document("\n".join(lines), merge(given, said))


def _line(element: Element) -> str | None:
    if element.tag == "table:table-row":
        cells = element.get_elements("table:table-cell")
        row = [text for cell in cells if (text := " ".join(cell.text_recursive.split()))]
        return f"| {' | '.join(row)} |" if row else None
    if element.get_elements("ancestor::table:table-row"):
        return None
    for aside in element.get_elements("descendant::office:annotation|descendant::text:note"):
        aside.delete()
    text = element.text_recursive.strip()
    listed = text and element.get_elements("ancestor::text:list-item")
    return f"- {text}" if listed else text


def _stated(opened: Document, elements: list[Element]) -> Source:
    """Its title, where a heading of the first rank is at the top, and the day it was saved."""
    title = next(
        (
            " ".join(each.text_recursive.split())
            for each in elements[:_TOP]
            if each.tag == "text:h" and each.get_attribute("text:outline-level") in ("1", None)
        ),
        None,
    )
    saved = opened.meta.date
    day = parse_date(str(saved.date())) if saved else None
    dates = (SourceDate(DateKind.FILE, day, f"dc:date: {saved}"),) if day else ()
    return Source(path="", headline=title or None, dates=dates)
