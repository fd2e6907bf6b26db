"""The home folder is its owner's alone: people's questions are in it, and drafts of articles."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Named here once more, for this is imported before everything else; a test compares them.
_DATABASES = ("coverage.sqlite", "chats.sqlite", "sources.sqlite")
_FOLDERS = ("index", "received")
_FILES = (
    "pinned.jsonl",
    "replayed.json",
    "baseline.json",
    "aliases.toml",
    "synonyms.txt",
    "config.toml",
)
_LOCKS = ("bot.lock", "writer.lock", "sources.lock")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def close_to_others(home: Path) -> None:
    """Take every right of group and others away from the home and from what pullquote keeps there.

    A folder that also holds other things keeps its own mode, for it may serve another purpose; so
    does what belongs to another user. Nothing is raised.
    """
    with suppress(OSError):
        if not is_shared(home):
            _close(home)
        for entry in _kept(home):
            _close(entry)


def is_shared(home: Path) -> bool:
    """Whether the folder holds things that are not pullquote's, or anybody may write to it."""
    if home.stat().st_mode & stat.S_ISVTX:
        return True
    return any(not _is_ours(entry.name) for entry in home.iterdir())


def is_closed(home: Path) -> bool:
    """Whether only the owner can read the home."""
    return not home.stat().st_mode & _OTHERS


def _is_ours(name: str) -> bool:
    # what is being written begins with a dot
    bare = name.removeprefix(".").removesuffix(".partial")
    return (
        bare in (*_FOLDERS, *_FILES, *_LOCKS)
        or bare.removesuffix("-wal").removesuffix("-shm").removesuffix("-journal") in _DATABASES
    )


def _kept(home: Path) -> Iterator[Path]:
    for entry in home.iterdir():
        if _is_ours(entry.name):
            yield entry
            if entry.is_dir() and not entry.is_symlink():
                yield from entry.rglob("*")


def _close(entry: Path) -> None:
    with suppress(OSError):  # it is another user's, or has gone meanwhile
        held = entry.lstat().st_mode
        if held & _OTHERS and not stat.S_ISLNK(held):
            entry.chmod(stat.S_IMODE(held) & ~_OTHERS)
