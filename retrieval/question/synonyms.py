"""The editor's own groups of names: `synonyms.txt` in the home.

One group a line, its names parted by `=`; blank lines and lines that begin with `#` are passed
over. Names of a group are looked for whenever one of them is asked for, also within a script.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from corpus.attribution.by_hand import content
from corpus.errors import ConfigurationError
from corpus.language.name_finder import FoundName, Name, NameTable, language_of, lines_of
from corpus.language.tokens import words

FILE = "synonyms.txt"
LONGEST_NAME = 120


class Synonyms:
    """Groups of names, found in questions with their clitics and endings."""

    def __init__(self, groups: tuple[tuple[str, ...], ...] = ()) -> None:
        self.groups = groups
        names = (
            Name(text, str(number), (language_of(text),))
            for number, group in enumerate(groups)
            for text in group
        )
        self._table = NameTable(line for name in names for line in lines_of(name))

    @classmethod
    def read(cls, path: Path) -> Synonyms:
        """The groups of a file; none if there is no file.

        Raises `ConfigurationError`, which names the file and the line.
        """
        data = content(path)
        if data is None:
            return cls()
        return cls(_parsed(path, data))

    def found(self, text: str) -> list[FoundName]:
        """The names in `text`, in order, none overlapping another."""
        return self._table.find(text)

    def others(self, named: FoundName) -> tuple[str, ...]:
        """The names in the group of `named` that are not spelled as it is."""
        group = self.groups[int(named.group)]
        asked = words(named.asked)
        return tuple(name for name in group if words(name) != asked)


def _parsed(path: Path, data: bytes) -> tuple[tuple[str, ...], ...]:
    groups: list[tuple[str, ...]] = []
    stands: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        where = f"{path}, line {number}"
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            raise ConfigurationError(f"{where}: not UTF-8; save the file as UTF-8") from error
        if not text or text.startswith("#"):
            continue
        group = tuple(" ".join(name.split()) for name in text.split("="))
        if len(group) < 2:
            raise ConfigurationError(f"{where}: no = stands there; write NAME = OTHER NAME")
        for name in group:
            _check(name, where, stands, number)
        groups.append(tuple(dict.fromkeys(group)))
    return tuple(groups)


def _check(name: str, where: str, stands: dict[tuple[str, ...], int], number: int) -> None:
    key = tuple(words(name))
    if not key:
        what = "a name without letters or digits" if name else "an empty name beside ="
        raise ConfigurationError(f"{where}: {what}; write NAME = OTHER NAME")
    if len(name) > LONGEST_NAME:
        raise ConfigurationError(f"{where}: a name has more than {LONGEST_NAME} characters")
    first = stands.setdefault(key, number)
    if first != number:
        raise ConfigurationError(
            f"{where}: “{name}” already stands on line {first}; put the names on one line"
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: tuple[int, int] | None
    synonyms: Synonyms
    problem: str | None


_kept: dict[Path, _Kept] = {}
_lock = threading.Lock()


def current(path: Path) -> tuple[Synonyms, str | None]:
    """The synonyms of a file as it is now, and what is wrong with it, if anything.

    The file is read again when its time or size changes. While it is wrong, the last good ones
    stay in use. Never raises; safe to call from several threads.
    """
    stamp, unread = _stamp(path)
    kept = _kept.get(path)
    if kept is not None and kept.stamp == stamp and unread is None:
        return kept.synonyms, kept.problem
    with _lock:
        before = _kept.get(path)
        last_good = before.synonyms if before else Synonyms()
        try:
            fresh = _Kept(stamp, Synonyms.read(path), None)
        except ConfigurationError as error:
            fresh = _Kept(stamp, last_good, str(error))
        _kept[path] = fresh
    return fresh.synonyms, fresh.problem


def _stamp(path: Path) -> tuple[tuple[int, int] | None, OSError | None]:
    try:
        held = path.stat()
    except FileNotFoundError:
        return None, None
    except OSError as error:
        return None, error
    return (held.st_mtime_ns, held.st_size), None
