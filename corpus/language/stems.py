"""Light stems: a word without what is written on to it and without its commonest endings.

The affixes of Arabic are those of the light10 stemmer (Larkey, Ballesteros and Connell, 2007).
Words of other scripts stay as they are.
"""

from __future__ import annotations

from functools import cache, lru_cache

from corpus.language.clitics import clitics
from corpus.language.languages import table
from corpus.language.scripts import has_arabic

SHORTEST = 3


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The light stem of a normalised word."""
    if not has_arabic(word):
        return word
    for prefix in _prefixes():
        left = len(word) - len(prefix)
        if word.startswith(prefix) and left >= (SHORTEST if len(prefix) > 1 else SHORTEST + 1):
            word = word[len(prefix) :]
            break
    for suffix in suffixes():
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST:
            return word[: -len(suffix)]
    return word


@cache
def suffixes() -> tuple[str, ...]:
    """The endings of Arabic words, in the order in which they are tried."""
    return tuple(table("ar", "stems")["suffixes"].split())


@cache
def _prefixes() -> tuple[str, ...]:
    """An article with at most one clitic before it, then a clitic alone. With two before it a
    question of a development set fell behind («وبالتالي» is no form of «تال»)."""
    held = clitics("ar")
    alone = (*held.conjunctions, *held.prepositions)
    apart = (each for each in alone if not each.startswith(tuple(c[0] for c in held.contracted)))
    definite = [each + article for each in apart for article in held.articles]
    return (*definite, *held.contracted, *held.articles, *alone)
