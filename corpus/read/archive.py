"""ZIP archives of texts, pages, records and a manifest. Nothing is unpacked onto the disk."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from corpus.errors import InputError
from corpus.read.content import read_content
from corpus.read.decode import LARGEST_FILE
from corpus.read.folder import HIDDEN, is_hidden
from corpus.read.kinds import SUFFIXES, Kind, ending
from corpus.read.manifest import NAMES_AT_TOP, Manifest, parse_manifest
from corpus.read.merge import merge
from corpus.read.telegram.posts import is_channel
from corpus.read.zips import BROKEN, LARGEST_RATIO, LARGEST_TOTAL, is_bomb, unfit_list
from corpus.types import RawDocument, Rejection, Source

_ENCRYPTED, _UTF8 = 0x1, 0x800


def read_archive(
    file: IO[bytes], given: Source, *, manifests: bool = True
) -> Iterator[RawDocument | Rejection]:
    """The documents in the ZIP `file`, each with the path `given.path/inner/path`.

    With `manifests`, a manifest at the top of the archive says what is known of its files.
    """
    try:
        if why := unfit_list(file):
            yield Rejection(given.path, why)
            return
        archive = ZipFile(file)
    except BROKEN as error:
        yield Rejection(given.path, f"it is no ZIP file, or a damaged one: {_said(error)}")
        return
    with archive:
        yield from _read(archive, given, manifests)


def _read(archive: ZipFile, given: Source, manifests: bool) -> Iterator[RawDocument | Rejection]:
    entries = {}
    twice = []
    for entry in archive.infolist():
        name = _name(entry)
        if name and not name.endswith("/"):  # a folder
            if name in entries:
                twice.append(name)
            entries[name] = entry
    total = sum(entry.file_size for entry in entries.values())
    if total > LARGEST_TOTAL:
        limit = LARGEST_TOTAL // 1_000_000
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
    hidden = [name for name in entries if _is_hidden(name)]
    for name in hidden:
        yield Rejection(f"{given.path}/{name}", HIDDEN)
    documents = {name: each for name, each in entries.items() if name not in (*twice, *hidden)}
    if not entries:
        yield Rejection(given.path, "there is no file in this ZIP")
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
            yield from read_content(content, name, known_of)


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
    except BROKEN as error:
        return f"it cannot be unpacked: {_said(error)}"


def _unfit(entry: ZipInfo, name: str) -> str | None:
    """Why the file is not to be unpacked, or `None`."""
    if ".." in PurePosixPath(name).parts or name.startswith("/") or name[1:2] == ":":
        return "its name leads out of the ZIP"
    if SUFFIXES.get(ending(name)) is Kind.ZIP:
        return "a ZIP inside a ZIP is not opened: unpack it first"
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted: unpack the ZIP with its password first"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link, not a file"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "it is packed by an unusual method: pack it again as an ordinary ZIP"
    if entry.file_size > LARGEST_FILE:
        return f"it is larger than {LARGEST_FILE // 1_000_000} MB; split it first"
    if is_bomb(entry.file_size, entry.compress_size):
        return f"it unpacks to more than {LARGEST_RATIO} times its size: a bomb, no text"
    return None


def _is_hidden(name: str) -> bool:
    return any(is_hidden(part) for part in PurePosixPath(name).parts if part != "..")


def _name(entry: ZipInfo) -> str:
    """The name with `/` between its parts: many programs write UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/").removeprefix("./")


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
