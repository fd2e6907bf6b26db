"""The files of a folder, and what in it is none, with the reason: nothing is passed over unsaid."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from corpus.types import Rejection

HIDDEN = "a hidden file: give its name to take it"


def files_of(folder: str) -> Iterator[str | Rejection]:
    """The paths of all files below `folder`, in order, and a rejection for each that is hidden or
    no ordinary file. A hidden folder and a link to a folder are one each: they are not opened."""
    unreadable: list[Rejection] = []

    def failed(error: OSError) -> None:
        why = f"the folder cannot be read: {error.strerror or error}"
        unreadable.append(Rejection(str(error.filename), why))

    for inside, folders, names in os.walk(folder, onerror=failed):
        yield from unreadable
        unreadable.clear()
        left = {name: why for name in folders if (why := _unfit_folder(inside, name))}
        folders[:] = sorted(name for name in folders if name not in left)
        for name in sorted((*names, *left)):
            path = os.path.join(inside, name)
            why = left.get(name) or _unfit(path, name)
            yield Rejection(path, why) if why else path
    yield from unreadable


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name holds no coverage: hidden, or made by an archiver."""
    return name.startswith(".") or name == "__MACOSX"


def _unfit_folder(inside: str, name: str) -> str | None:
    if is_hidden(name):
        return "a hidden folder: give its name to take it"
    if os.path.islink(os.path.join(inside, name)):
        return "a link to a folder: give the folder itself to take it"
    return None


def _unfit(path: str, name: str) -> str | None:
    if is_hidden(name):
        return HIDDEN
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        link = os.path.islink(path)
        return "a link that leads nowhere" if link else f"it cannot be read: {error.strerror}"
    return None if stat.S_ISREG(mode) else "it is no file but a device or a channel"
