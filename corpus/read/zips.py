"""What is refused of a ZIP before anything in it is unpacked: bombs, for the most part."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from typing import IO
from zipfile import BadZipFile, ZipFile

# Unpacked; what is larger is a dump, to be split first.
LARGEST_TOTAL = 1_000_000_000
# Of the list of files at the end, in bytes: some 75,000 files.
LARGEST_LIST = 8_000_000
# Text shrinks to a tenth, a table of repeated lines to a fiftieth; a bomb to a thousandth.
LARGEST_RATIO = 200
SMALL = 1_000_000
# Of a document that is a ZIP: its text and its pictures, unpacked.
LARGEST_DOCUMENT = 200_000_000

_END = struct.Struct("<4s4H2LH")
_END_MARK, _LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
_LARGE_LOCATOR_SIZE = 20
_LONGEST_COMMENT = 65_535
BROKEN = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)
"""What `zipfile` raises for damaged files."""


def unfit_list(file: IO[bytes]) -> str | None:
    """Why the list of files is not to be read, for it is read into memory whole."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - _END.size - _LARGE_LOCATOR_SIZE))
    tail = file.read()
    end = tail.rfind(_END_MARK)
    if end < 0 or len(tail) < end + _END.size:
        return None  # the library says what is wrong with it
    size_of_list = _END.unpack_from(tail, end)[5]
    large = tail[max(0, end - _LARGE_LOCATOR_SIZE) : end].startswith(_LARGE_MARK)
    if large or size_of_list > LARGEST_LIST:
        return "it holds too many files, or is a ZIP64 archive: split it first"
    return None


def names_in(file: IO[bytes]) -> list[str]:
    """The names of the files in a ZIP, none if it is damaged."""
    with suppress(*BROKEN):
        if unfit_list(file) is None:
            with ZipFile(file) as opened:
                return opened.namelist()
    return []


def unfit_document(file: IO[bytes]) -> str | None:
    """Why the library for a document that is a ZIP is not to open it."""
    try:
        if why := unfit_list(file):
            return why
        with ZipFile(file) as opened:
            entries = opened.infolist()
    except BROKEN:
        return "it is damaged: save it again"
    if sum(entry.file_size for entry in entries) > LARGEST_DOCUMENT:
        return f"it unpacks to more than {LARGEST_DOCUMENT // 1_000_000} MB; split it first"
    if any(is_bomb(entry.file_size, entry.compress_size) for entry in entries):
        return f"a part of it unpacks to more than {LARGEST_RATIO} times its size: a bomb, no text"
    return None


def is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > max(SMALL, packed * LARGEST_RATIO)
