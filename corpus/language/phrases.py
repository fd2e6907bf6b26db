"""Tables of words that are next to the code, in TOML.

The phrases of an entry are between `|` or one a line; a trailing hyphen stands for any ending.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def tables(package: str, file: str) -> dict[str, Any]:
    """The tables of a file of `package`; read once, not to be changed."""
    return tomllib.loads(files(package).joinpath(file).read_text(encoding="utf-8"))


def phrases(entry: str) -> list[str]:
    """The phrases of an entry, in order, without outer white space."""
    return [phrase for part in re.split(r"[|\n]", entry) if (phrase := part.strip())]


class LatePattern:
    """A regular expression that is compiled when it is first used: of the many that stand ready, a
    question needs few."""

    __slots__ = ("_compiled", "_source")

    def __init__(self, source: str) -> None:
        self._source = source
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(self._source)
        return self._compiled

    def search(self, text: str) -> re.Match[str] | None:
        return self.compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        return self.compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.compiled.finditer(text)


def any_of(found: Iterable[str]) -> str:
    """A pattern for any of these phrases, in this order, without a group around it."""
    return "|".join(
        re.escape(each[:-1]) + r"\w*" if len(each) > 1 and each.endswith("-") else re.escape(each)
        for each in found
    )
