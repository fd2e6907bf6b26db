"""The files and links meant by what a person names: files, folders, patterns, links, the rows of a
manifest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path

from corpus.read.files import STANDARD_INPUT
from corpus.read.folder import files_of
from corpus.read.manifest import Manifest
from corpus.read.particulars import is_url
from corpus.types import Rejection


def paths_of(
    origins: Iterable[str], manifest: Manifest | None, rejected: list[Rejection]
) -> list[str]:
    """The files and links at `origins`; where none are named, the files of the manifest. What
    stands for none is added to `rejected`. A manifest is no file of the coverage."""
    named = list(origins)
    if manifest and not named:
        for absent in manifest.absent():
            why = f"row {absent.row} of {manifest.name} names it, but there is no such file"
            rejected.append(Rejection(absent.file, why))
        return [each.file for each in manifest.files.values() if os.path.isfile(each.file)]
    found = [path for origin in named for path in _expand(origin, rejected)]
    if manifest is None:
        return found
    itself = os.path.abspath(manifest.name)
    return [path for path in found if os.path.abspath(path) != itself]


def _expand(origin: str, rejected: list[Rejection]) -> Iterator[str]:
    """The files that an origin stands for; what stands for none is rejected."""
    path = Path(origin)
    if origin == STANDARD_INPUT or path.is_file():
        yield from _nameable([origin], rejected)
    elif is_url(origin):
        yield origin
    elif "://" in origin:
        rejected.append(Rejection(origin, "only http and https addresses are fetched"))
    elif path.is_dir():
        found = list(files_of(str(path)))
        if not found:
            rejected.append(Rejection(origin, "there is no file in this folder"))
        rejected += (each for each in found if isinstance(each, Rejection))
        yield from _nameable(sorted(each for each in found if isinstance(each, str)), rejected)
    elif has_magic(origin) and (matches := sorted(glob(origin, recursive=True))):
        for match in matches:
            yield from _expand(match, rejected)
    else:
        rejected.append(Rejection(origin, "no such file or folder"))


def _nameable(paths: Iterable[str], rejected: list[Rejection]) -> Iterator[str]:
    """The paths that can be written down."""
    for path in paths:
        if path.isprintable() or path.encode(errors="ignore").decode() == path:
            yield path
        else:
            shown = path.encode(errors="replace").decode()
            rejected.append(Rejection(shown, "the file's name is not valid Unicode: rename it"))
