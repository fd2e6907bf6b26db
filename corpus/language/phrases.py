"""Tables of words that stand beside the code, in TOML.

The phrases of an entry stand between `|` or one a line; a trailing hyphen stands for any ending.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
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


def any_of(found: Iterable[str]) -> str:
    """A pattern for any of these phrases, in this order, without a group around it."""
    return "|".join(
        re.escape(each[:-1]) + r"\w*" if len(each) > 1 and each.endswith("-") else re.escape(each)
        for each in found
    )
