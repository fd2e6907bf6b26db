"""The files of a folder that there is a reader for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePosixPath

from corpus.read.content import HTML, JSON, RECORDS, TEXT

ARCHIVE = ".zip"
SUFFIXES = TEXT | HTML | JSON | RECORDS | {ARCHIVE}
"""File name endings, in lower case, that stand for something readable; "" is no ending."""


def readable_files(folder: str) -> Iterator[str]:
    """The paths of all readable files below `folder`, hidden ones and links to folders left out."""
    for inside, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_hidden(name)]
        for name in names:
            path = os.path.join(inside, name)
            if not is_hidden(name) and suffix(name) in SUFFIXES and os.path.isfile(path):
                yield path


def suffix(name: str) -> str:
    """The ending of a file's name, in lower case."""
    return PurePosixPath(name).suffix.lower()


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name holds no coverage: hidden, or made by an archiver."""
    return name.startswith(".") or name == "__MACOSX"
