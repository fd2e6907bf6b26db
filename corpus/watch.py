"""A folder that grows: which of its files are new or changed and have stopped growing.

It is looked through again and again: that needs no limit of the system raised, and it works where
no file system tells of changes, as on network folders. A look at 10,000 files takes some 50 ms.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from corpus.read import Manifest, files_of, read_manifest
from corpus.types import Rejection, Source

# A folder with more new files is taken in several batches, so that other writers get their turn.
MOST_AT_ONCE = 1000


class _Stamp(NamedTuple):
    """What changes when a file does, or what is said of it."""

    size: int
    changed: int
    inode: int
    said: Source | None


class Watch:
    """What to ingest from `folders`, with what the file `manifest` says about their files."""

    def __init__(self, folders: Sequence[str], manifest: Path | None = None) -> None:
        self._folders = folders
        self._file = manifest
        self._manifest_stamp: _Stamp | None = None
        self._seen: dict[str, _Stamp] = {}
        self._taken: dict[str, _Stamp] = {}
        self._left_out: dict[str, Rejection] = {}
        self._told: set[Rejection] = set()
        self.manifest: Manifest | None = None

    def look(self) -> list[str]:
        """The files to take now, in order, at most `MOST_AT_ONCE`: not taken as they are, not empty
        and the same as at the look before. Raises `InputError` for a manifest that cannot be used;
        a file that has gone is forgotten."""
        before = self._seen
        self._renew_manifest()
        self._left_out = {}
        self._seen = dict(self._stamps())
        self._taken = {path: self._taken[path] for path in self._seen if path in self._taken}
        ready = (
            path
            for path, stamp in self._seen.items()
            if stamp.size and stamp == before.get(path) and stamp != self._taken.get(path)
        )
        return sorted(ready)[:MOST_AT_ONCE]

    def left_out(self) -> list[Rejection]:
        """What `look` found that is no file to take and was not told before, with the reason."""
        now = set(self._left_out.values())
        new = [each for each in self._left_out.values() if each not in self._told]
        self._told = now
        return new

    def took(self, files: Iterable[str]) -> None:
        """These need not be taken again until they change."""
        self._taken.update((path, self._seen[path]) for path in files)

    def gone(self) -> list[str]:
        """The folders that are not there at the moment."""
        return [folder for folder in self._folders if not os.path.isdir(folder)]

    def _renew_manifest(self) -> None:
        if self._file is None:
            return
        stamp = _stamp(str(self._file), None)
        if stamp is None or stamp != self._manifest_stamp:
            self.manifest = read_manifest(self._file)
            self._manifest_stamp = stamp

    def _stamps(self) -> Iterable[tuple[str, _Stamp]]:
        itself = self._file and os.path.abspath(self._file)
        for folder in self._folders:
            for path in files_of(folder):
                if isinstance(path, Rejection):
                    self._left_out[path.source] = path
                    continue
                absolute = os.path.abspath(path)
                said = self.manifest.said(absolute) if self.manifest else None
                stamp = _stamp(path, said)
                if stamp and absolute != itself:
                    yield path, stamp


def _stamp(path: str, said: Source | None) -> _Stamp | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return _Stamp(found.st_size, found.st_mtime_ns, found.st_ino, said)
