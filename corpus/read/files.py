"""What stands in a file or on standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import replace

from corpus.read.archive import read_archive
from corpus.read.content import read_content, sniffed
from corpus.read.decode import LARGEST_FILE
from corpus.read.folder import ARCHIVE, suffix
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
            yield from _read_input(content, given, manifests)
        elif suffix(source) == ARCHIVE:
            with open(source, "rb") as file:
                yield from read_archive(file, given, manifests=manifests)
        else:
            with open(source, "rb") as file:
                content = file.read(LARGEST_FILE + 1)
            yield from read_content(content, suffix(source), given)
    except OSError as error:
        yield Rejection(given.path, f"it cannot be read: {error.strerror or error}")


def _read_input(
    content: bytes, given: Source, manifests: bool
) -> Iterator[RawDocument | Rejection]:
    kind = sniffed(content)
    if kind == ARCHIVE and len(content) <= LARGEST_FILE:
        yield from read_archive(io.BytesIO(content), given, manifests=manifests)
    else:
        yield from read_content(content, kind, given)
