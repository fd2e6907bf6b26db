"""The editor's own names for outlets and agencies: `aliases.toml` in the home.

    [outlets]
    "Harbour Post" = ["The Harbour Post", "بريد الميناء"]

    [agencies]
    "AFP" = ["فرانس برس"]

The name before `=` is the one articles carry; each of the others is read as that one, wherever it
was found or given. The file wins over what pullquote knows by itself.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.attribution.by_hand import content
from corpus.errors import ConfigurationError
from corpus.language.scripts import ARABIC_LETTERS
from corpus.language.text import normalise

FILE = "aliases.toml"
LONGEST_NAME = 120

_SECTIONS = ("outlets", "agencies")
_LATIN_THEN_ARABIC = re.compile(
    rf"(?<=[A-Za-z])(?=[{ARABIC_LETTERS}])|(?<=[{ARABIC_LETTERS}])(?=[A-Za-z])"
)
# The editor's table: each name with the others it goes by.
Entries = tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=4096)  # the rules ask for that of one line many times over
def name_key(name: str) -> str:
    """`name` as names are compared: normalised, a space between letters of two scripts («DWعربية»),
    no marks or one pair of parentheses around it."""
    key = " ".join(parted(normalise(name)).split()).strip(" .:*•-–—_\"'«»“”[]")
    if key.startswith("(") and key.endswith(")"):
        key = key[1:-1].strip()
    return key


def parted(name: str) -> str:
    """`name` with a space between letters of two scripts."""
    return _LATIN_THEN_ARABIC.sub(" ", name)


@dataclass(frozen=True, slots=True)
class Aliases:
    """The editor's names for outlets and agencies; empty if there is no file."""

    outlets: Entries = ()
    agencies: Entries = ()

    @classmethod
    def read(cls, path: Path) -> Aliases:
        """The table of a file; empty if there is no file.

        Raises `ConfigurationError`, which names the file and what is wrong in it.
        """
        data = content(path)
        if data is None:
            return cls()
        try:
            table = tomllib.loads(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ConfigurationError(f"{path} is not UTF-8; save it as UTF-8") from error
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise ConfigurationError(f"{path} is not TOML: {error}") from error
        return _parsed(path, table)


def _parsed(path: Path, table: dict[str, object]) -> Aliases:
    for section in table:
        if section not in _SECTIONS:
            raise ConfigurationError(
                f"{path}: unknown key {section!r}; the keys are [outlets] and [agencies]"
            )
    stands: dict[str, str] = {}
    outlets, agencies = (_entries(path, table.get(name, {}), name, stands) for name in _SECTIONS)
    return Aliases(outlets, agencies)


def _entries(path: Path, section: object, name: str, stands: dict[str, str]) -> Entries:
    """One section. `stands` says for each name read so far where it stands."""
    if not isinstance(section, dict):
        raise ConfigurationError(f"{path}: {name} must be a table: write [{name}]")
    entries: list[tuple[str, tuple[str, ...]]] = []
    for canonical, listed in section.items():
        where = f"{path}, [{name}] {canonical!r}"
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise ConfigurationError(f'{where}: write a list of names, like ["NAME", "NAME"]')
        for alias in (canonical, *listed):
            key = name_key(alias)
            if not key or len(alias) > LONGEST_NAME or not alias.isprintable():
                raise ConfigurationError(
                    f"{where}: {alias[:LONGEST_NAME]!r} is no name; write 1 to {LONGEST_NAME}"
                    " printable characters"
                )
            if stands.setdefault(key, where) != where:
                raise ConfigurationError(
                    f"{where}: the name {alias!r} stands also in {stands[key].partition(', ')[2]};"
                    " write it once"
                )
        entries.append((" ".join(canonical.split()), tuple(listed)))
    return tuple(entries)
