"""The endings that the words of a name take in a sentence, for the languages that inflect names.

A word gives the part that stays and the endings that may follow it: «Корея» gives «коре» with я, и,
е, ю, ей. Only the endings of the paradigm that the word's own last letters show are let through,
for a tolerance of "any two letters" makes Chile of child, Georgia of George and «Грузия» (a state)
of «груза» (cargo). The paradigms are in `[endings.names]` of the languages' files; names of a
language without them are matched as they are written.
"""

from __future__ import annotations

from functools import cache, lru_cache

from corpus.language.languages import table
from corpus.language.text import normalise

# Below this many letters the part that stays meets too many other words.
SHORTEST_STAY = 4
LONGEST_ENDING = 5

_NONE = frozenset(("",))
ACCUSATIVE = "ا"
"""What is written on to an indefinite Arabic word in the accusative: «سوريًا»."""


@lru_cache(maxsize=20_000)
def inflected(
    language: str, word: str, *, adjective: bool = False, shortest: int = SHORTEST_STAY
) -> tuple[str, frozenset[str]]:
    """The part of `word` that stays, normalised, and the endings that may follow it.

    `word` is written as in the name; one in capitals alone (КНДР) is taken not to be inflected,
    nor is one of which fewer than `shortest` letters would stay.
    """
    bare = normalise(word)
    if language == "ar" and adjective and bare.endswith("ي"):
        return bare, _endings(table("ar", "endings")["adjectives"])
    if word.isupper() and word.lower() != word and len(word) > 1:
        return bare, _NONE
    shortest = table(language, "endings").get("shortest", shortest)
    for last, endings in table(language, "endings.names").items():
        cut = normalise(last)
        # The breve of й is folded away: only the word as written tells it from и.
        if not (word.lower() if "й" in last else bare).endswith(last if "й" in last else cut):
            continue
        stays = bare[: len(bare) - len(cut)]
        return (stays, _endings(endings)) if len(stays) >= shortest else (bare, _NONE)
    return bare, _NONE


@cache
def _endings(listed: str) -> frozenset[str]:
    return frozenset("" if ending == "-" else normalise(ending) for ending in listed.split())
