"""The words that are in bylines next to names: `[bylines]` of the files of languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.attribution.aliases import name_key
from corpus.language.languages import merged
from corpus.language.phrases import phrases

_SECTIONS = (
    *("roles", "desks", "beside", "accounts", "particles"),
    *("waw", "news", "wires", "bodies", "and"),
)
_WORD = re.compile(r"[\w’'.-]+")


@dataclass(frozen=True, slots=True)
class BylineWords:
    """The words; `unnamed` are all words that name a role, a desk or what is next to one."""

    roles: frozenset[str]
    desks: frozenset[str]
    beside: frozenset[str]
    accounts: frozenset[str]
    particles: frozenset[str]
    waw: frozenset[str]
    news: frozenset[str]
    wires: frozenset[str]
    bodies: frozenset[str]
    joining: frozenset[str]
    unnamed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "unnamed", self.roles | self.desks | self.beside)


@lru_cache(maxsize=1)
def byline_words() -> BylineWords:
    """The words of all languages."""
    held = merged("bylines")
    return BylineWords(*(frozenset(map(name_key, phrases(held[name]))) for name in _SECTIONS))


def words_of(name: str) -> list[str]:
    """The words of a name as they are compared."""
    return [word.strip(".'’-") for word in _WORD.findall(name_key(name)) if word.strip(".'’-")]
