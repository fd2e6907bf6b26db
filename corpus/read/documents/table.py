"""Tables with a heading, in CSV or parted by tabs: one article a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from corpus.read.decode import LONGEST_LINE, Unreadable, decode
from corpus.read.records import KEYS, TEXT_KEYS, record_document
from corpus.types import RawDocument, Rejection, Source

_DELIMITERS = ",;\t|"
# In characters; the names of columns have less.
_LONGEST_HEADING = 10_000
# As records spell them.
_SPELT = {key.lower(): key for key in KEYS}


def read_table(content: bytes, given: Source) -> Iterator[RawDocument | Rejection]:
    """One document or rejection for each row that is not blank; rows are counted as a spreadsheet
    does, and a bad row spoils no other."""
    try:
        text = decode(content)
    except Unreadable as error:
        yield Rejection(given.path, str(error))
        return
    heading = text.lstrip().split("\n", 1)[0]
    columns = _columns(heading)
    if not TEXT_KEYS.intersection(columns):
        known = ", ".join(sorted(TEXT_KEYS))
        why = f"a table, but its first row names no column of text ({known})"
        yield Rejection(given.path, why)
        return
    rows = list(_rows(text, _delimiter(heading)))[1:]
    if not rows:
        yield Rejection(given.path, "a table with a heading and no rows")
    for number, cells in rows:
        said = replace(given, path=f"{given.path}#{number}")
        if isinstance(cells, str):
            yield Rejection(said.path, cells)
        elif len(cells) > len(columns):
            yield Rejection(said.path, f"{len(cells)} cells under {len(columns)} columns")
        else:
            record: dict[str, object] = dict(zip(columns, cells, strict=False))
            yield record_document(record, said, alone=len(rows) == 1)


def is_table(text: str) -> bool:
    """Whether a text begins with the heading of a table of articles: names of columns, one of them
    of the text and at least one other that is known."""
    columns = _columns(text[:_LONGEST_HEADING].split("\n", 1)[0])
    known = {column for column in columns if column in KEYS}
    return len(known) > 1 and not known.isdisjoint(TEXT_KEYS) and all(map(str.isascii, columns))


def _delimiter(heading: str) -> str:
    return max(_DELIMITERS, key=heading.count)


def _columns(heading: str) -> list[str]:
    lines = heading[:_LONGEST_HEADING].splitlines()[:1]
    try:
        cells = next(csv.reader(lines, delimiter=_delimiter(heading)), [])
    except csv.Error:
        return []
    names = ("_".join(cell.strip().lower().split()) for cell in cells)
    return [_SPELT.get(name, name) for name in names]


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Rows that hold something, by their number, or why one is none."""
    # Of the whole process: the library knows no other.
    csv.field_size_limit(LONGEST_LINE)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        yield number + 1, f"broken CSV: {error}"
