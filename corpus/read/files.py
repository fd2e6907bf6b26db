"""What is in a file or on standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from corpus.read.archive import read_archive
from corpus.read.content import read_content
from corpus.read.decode import LARGEST_FILE
from corpus.read.documents.warc import read_warc
from corpus.read.kinds import Kind, kind_of
from corpus.types import RawDocument, Rejection, Source

STANDARD_INPUT = "-"


def read(
    source: str, given: Source, *, manifests: bool = True
) -> Iterator[RawDocument | Rejection]:
    """The documents in the file at `source`, or on standard input for `-`.

    `given` holds what the user said about them and wins over what they say themselves. With
    `manifests`, the manifest in a ZIP says what is known of its files. Whatever cannot be used
    comes back as a `Rejection`; nothing is raised for it.
    """
    given = given if given.path else replace(given, path=source)
    try:
        if source == STANDARD_INPUT:
            content = sys.stdin.buffer.read(LARGEST_FILE + 1)
            yield from _read(io.BytesIO(content), "", given, manifests)
        else:
            with open(source, "rb") as file:
                yield from _read(file, source, given, manifests)
    except OSError as error:
        yield Rejection(given.path, f"it cannot be read: {error.strerror or error}")


def _read(
    file: IO[bytes], name: str, given: Source, manifests: bool
) -> Iterator[RawDocument | Rejection]:
    """Archives may be larger than what is read at once."""
    kind = kind_of(file, name)
    if kind is Kind.ZIP:
        yield from read_archive(file, given, manifests=manifests)
    elif kind is Kind.WARC:
        yield from read_warc(file, given)
    else:
        yield from read_content(file.read(LARGEST_FILE + 1), name, given)
