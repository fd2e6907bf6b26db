"""Manifests: tables in CSV or JSON Lines that say of files what is known about them.

A row names a file, relative to the manifest, and has the keys of front matter next to it: outlet,
via, agency, byline, headline, standfirst, url, published, updated.
"""

from __future__ import annotations

import csv
import io
import json
import os
import posixpath
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from corpus.errors import InputError
from corpus.read.decode import LARGEST_FILE, Unreadable, decode
from corpus.read.merge import document
from corpus.read.particulars import DATES, NAMES, is_url, particulars
from corpus.types import Rejection, Source

NAMES_AT_TOP = ("manifest.csv", "manifest.jsonl")
"""What a manifest inside a ZIP is called."""

_FILE = "file"
_COLUMNS = frozenset((_FILE, *NAMES, *DATES))
_DELIMITERS = ",;\t"
_MOST_ROWS = 1_000_000

Row = dict[str, object]


class Named(NamedTuple):
    """A file of a manifest, the number of its row, counted from 1 with the heading, and what is
    said of it. Paths have no `.` and `..`; they are absolute unless the manifest is in a ZIP."""

    file: str
    row: int
    said: Source


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of files, by their paths."""

    name: str
    files: dict[str, Named] = field(default_factory=dict)

    def said(self, file: str) -> Source:
        """What the manifest says of `file`, nothing where no row names it."""
        named = self.files.get(self.key(file))
        return named.said if named else Source(path="")

    def absent(self) -> list[Named]:
        """The files that are not there."""
        return [named for named in self.files.values() if not os.path.isfile(named.file)]

    @staticmethod
    def key(file: str) -> str:
        """`file` as it is compared: file systems write one accent in two ways."""
        return unicodedata.normalize("NFC", file)


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`. Raises `InputError` naming the first row that cannot be used."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"the manifest {path} cannot be read: {error.strerror or error}") from None
    return parse_manifest(content, str(path), folder=os.path.abspath(path.parent))


def parse_manifest(content: bytes, name: str, *, folder: str = "") -> Manifest:
    """The manifest with this content; its files are in `folder`. Raises `InputError`."""
    if len(content) > LARGEST_FILE:
        raise InputError(f"the manifest {name} is larger than {LARGEST_FILE // 1_000_000} MB")
    try:
        text = decode(content)
    except Unreadable as error:
        raise InputError(f"the manifest {name}: {error}") from None
    manifest = Manifest(name)
    rows = _json_rows(text) if text.lstrip().startswith("{") else _csv_rows(text)
    for number, row in rows:
        try:
            _add(manifest, number, row, folder)
        except ValueError as error:
            raise InputError(f"{name}, row {number}: {error}") from None
    if not manifest.files:
        raise InputError(f"the manifest {name} names no file")
    return manifest


def _add(manifest: Manifest, number: int, row: Row | str, folder: str) -> None:
    if isinstance(row, str):
        raise ValueError(row)
    named = row.pop(_FILE, None)
    if not isinstance(named, str) or not named.strip():
        raise ValueError("it names no file")
    if "\0" in named:
        raise ValueError("the name of the file holds a NUL character")
    inside = posixpath.normpath(named.strip().replace("\\", "/"))
    file = os.path.normpath(os.path.join(folder, inside)) if folder else inside
    key = manifest.key(file)
    if key in manifest.files:
        before = manifest.files[key].row
        raise ValueError(f"the file {named!r} stands in row {before} already")
    said = particulars(row)
    if said.url and not is_url(said.url):
        raise ValueError(f"{said.url!r} is no address; write it like https://outlet.example/story")
    checked = document("", said)
    if isinstance(checked, Rejection):
        raise ValueError(checked.reason)
    if len(manifest.files) >= _MOST_ROWS:
        raise ValueError(f"more than {_MOST_ROWS:,} rows")
    origin = os.path.basename(manifest.name)
    dates = (replace(day, evidence=f"{origin}: {day.evidence}") for day in said.dates)
    manifest.files[key] = Named(file, number, replace(said, dates=tuple(dates)))


def _csv_rows(text: str) -> Iterator[tuple[int, Row | str]]:
    """Rows by their number, as a spreadsheet counts them, or why one is none."""
    heading = text.lstrip().split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=heading.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    number = 0
    try:
        for number, cells in enumerate(rows, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(cells)
            elif len(cells) > len(columns):
                yield number, f"{len(cells)} cells under {len(columns)} columns"
            else:
                pairs = zip(columns, cells, strict=False)
                yield number, {column: cell.strip() for column, cell in pairs if cell.strip()}
    except csv.Error as error:
        yield number + 1, f"broken CSV: {error}"
    except ValueError as error:
        yield number, str(error)


def _columns(cells: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    known = ", ".join((_FILE, *NAMES, *DATES))
    for column in columns:
        if column not in _COLUMNS:
            raise ValueError(f"unknown column {column!r}; the columns are {known}")
        if columns.count(column) > 1:
            raise ValueError(f"the column {column!r} stands there twice")
    if _FILE not in columns:
        raise ValueError(f"there is no column {_FILE!r}; the columns are {known}")
    return columns


def _json_rows(text: str) -> Iterator[tuple[int, Row | str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _json_row(line)


def _json_row(line: str) -> Row | str:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return f"broken JSON: {error.msg} at character {error.pos + 1}"
    except (RecursionError, ValueError):
        return "broken JSON: nested too deeply or a number too long"
    return row if isinstance(row, dict) else "the line is JSON, but not an object in braces"
