"""ZIP archives of texts, pages, records and a manifest. Nothing is unpacked onto the disk."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from corpus.errors import InputError
from corpus.read.content import read_content
from corpus.read.decode import LARGEST_FILE
from corpus.read.folder import ARCHIVE, SUFFIXES, is_hidden, suffix
from corpus.read.manifest import NAMES_AT_TOP, Manifest, parse_manifest
from corpus.read.merge import merge
from corpus.read.telegram.posts import is_channel
from corpus.types import RawDocument, Rejection, Source

# Unpacked; what is larger is a dump, to be split first.
_LARGEST_TOTAL = 1_000_000_000
# Of the list of files at the end, in bytes: some 75,000 files.
_LARGEST_LIST = 8_000_000
# Text shrinks to a tenth, a table of repeated lines to a fiftieth; a bomb to a thousandth.
_LARGEST_RATIO = 200
_SMALL = 1_000_000

_END = struct.Struct("<4s4H2LH")
_END_MARK, _LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
_LARGE_LOCATOR_SIZE = 20
_LONGEST_COMMENT = 65_535
_ENCRYPTED, _UTF8 = 0x1, 0x800
_BROKEN = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)


def read_archive(
    file: IO[bytes], given: Source, *, manifests: bool = True
) -> Iterator[RawDocument | Rejection]:
    """The documents in the ZIP `file`, each with the path `given.path/inner/path`.

    With `manifests`, a manifest at the top of the archive says what is known of its files.
    """
    try:
        if why := _unfit_list(file):
            yield Rejection(given.path, why)
            return
        archive = ZipFile(file)
    except _BROKEN as error:
        yield Rejection(given.path, f"it is no ZIP file, or a damaged one: {_said(error)}")
        return
    with archive:
        yield from _read(archive, given, manifests)


def _read(archive: ZipFile, given: Source, manifests: bool) -> Iterator[RawDocument | Rejection]:
    entries = {}
    twice = []
    for entry in archive.infolist():
        name = _name(entry)
        if _is_wanted(name):
            if name in entries:
                twice.append(name)
            entries[name] = entry
    total = sum(entry.file_size for entry in entries.values())
    if total > _LARGEST_TOTAL:
        limit = _LARGEST_TOTAL // 1_000_000
        yield Rejection(given.path, f"it unpacks to more than {limit} MB; split it first")
        return
    try:
        manifest = _manifest(archive, entries) if manifests else None
    except InputError as error:
        yield Rejection(given.path, str(error))
        return
    for name in NAMES_AT_TOP:
        entries.pop(name, None)
    if manifest:
        yield from _missing(manifest, entries, given)
    for name in twice:
        yield Rejection(f"{given.path}/{name}", "the ZIP holds two files of this name")
    documents = {name: entry for name, entry in entries.items() if name not in twice}
    if not entries:
        known = ", ".join(sorted(SUFFIXES - {ARCHIVE, ""}))
        yield Rejection(given.path, f"nothing to read in this ZIP (looked for {known})")
    for name, entry in sorted(documents.items()):
        said = replace(given, path=f"{given.path}/{name}")
        if len(documents) > 1 and not is_channel(said.url):
            # One address for all would make every file a version of one article.
            said = replace(said, url=None)
        content = _content(archive, entry, name)
        if isinstance(content, str):
            yield Rejection(said.path, content)
        else:
            known_of = merge(said, manifest.said(name)) if manifest else said
            yield from read_content(content, suffix(name), known_of)


def _manifest(archive: ZipFile, entries: dict[str, ZipInfo]) -> Manifest | None:
    """The manifest at the top. Raises `InputError`."""
    found = [name for name in NAMES_AT_TOP if name in entries]
    if not found:
        return None
    if len(found) > 1:
        raise InputError(f"it holds both {' and '.join(found)}: leave one")
    content = _content(archive, entries[found[0]], found[0])
    if isinstance(content, str):
        raise InputError(f"{found[0]}: {content}")
    return parse_manifest(content, found[0])


def _missing(manifest: Manifest, entries: dict[str, ZipInfo], given: Source) -> Iterator[Rejection]:
    held = {manifest.key(name) for name in entries}
    for key, named in manifest.files.items():
        if key not in held:
            why = f"row {named.row} of {manifest.name} names it, but the ZIP does not hold it"
            yield Rejection(f"{given.path}/{named.file}", why)


def _content(archive: ZipFile, entry: ZipInfo, name: str) -> bytes | str:
    """The bytes of one file, or why they are not read."""
    if why := _unfit(entry, name):
        return why
    try:
        with archive.open(entry) as file:
            return file.read(LARGEST_FILE + 1)
    except _BROKEN as error:
        return f"it cannot be unpacked: {_said(error)}"


def _unfit(entry: ZipInfo, name: str) -> str | None:
    """Why the file is not to be unpacked, or `None`."""
    if ".." in PurePosixPath(name).parts or name.startswith("/") or name[1:2] == ":":
        return "its name leads out of the ZIP"
    if suffix(name) == ARCHIVE:
        return "a ZIP inside a ZIP is not opened: unpack it first"
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted: unpack the ZIP with its password first"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link, not a file"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "it is packed by an unusual method: pack it again as an ordinary ZIP"
    if entry.file_size > LARGEST_FILE:
        return f"it is larger than {LARGEST_FILE // 1_000_000} MB; split it first"
    if entry.file_size > max(_SMALL, entry.compress_size * _LARGEST_RATIO):
        return f"it unpacks to more than {_LARGEST_RATIO} times its size: a bomb, no text"
    return None


def _is_wanted(name: str) -> bool:
    if not name or name.endswith("/"):
        return False  # a folder
    parts = PurePosixPath(name).parts
    hidden = any(is_hidden(part) for part in parts if part != "..")
    return not hidden and (suffix(name) in SUFFIXES or name in NAMES_AT_TOP)


def _name(entry: ZipInfo) -> str:
    """The name with `/` between its parts: many programs write UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/").removeprefix("./")


def _unfit_list(file: IO[bytes]) -> str | None:
    """Why the list of files is not to be read, for it is read into memory whole."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - _END.size - _LARGE_LOCATOR_SIZE))
    tail = file.read()
    end = tail.rfind(_END_MARK)
    if end < 0 or len(tail) < end + _END.size:
        return None  # the library says what is wrong with it
    size_of_list = _END.unpack_from(tail, end)[5]
    large = tail[max(0, end - _LARGE_LOCATOR_SIZE) : end].startswith(_LARGE_MARK)
    if large or size_of_list > _LARGEST_LIST:
        return "it holds too many files, or is a ZIP64 archive: split it first"
    return None


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
