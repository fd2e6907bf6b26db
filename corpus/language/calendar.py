"""Months, weekdays, days in words, and the words around dates and hours, in all languages.

The months are those of CLDR, with the short and other names that `[calendar]` of a language's file
adds: general parsers miss the Levantine and Maghrebi ones.
"""

from __future__ import annotations

from functools import cache

from corpus.language.cldr import forms
from corpus.language.languages import LANGUAGES, merged
from corpus.language.phrases import any_of, phrases
from corpus.language.text import UNSPACED, normalise

# The languages whose names are taken; those of further ones would be words of these.
_NAMES_OF = (*LANGUAGES, "uk", "it", "pt")


@cache
def months() -> dict[str, int]:
    """The numbers of the months by every normalised name, 1 to 12."""
    named = {
        normalise(name): number
        for number in range(1, 13)
        for code in _NAMES_OF
        for name in forms(f"m-{number}", code)
        if not UNSPACED.search(name)
    }
    return named | _numbered("months")


@cache
def short_months() -> dict[str, int]:
    """Further names of months, so short that only a day and a year next to them tell that they are
    none of the words that are written alike."""
    return _numbered("short_months")


@cache
def ordinals() -> dict[str, int]:
    """The days of a month by their normalised names in words, 1 to 31."""
    return _numbered("ordinals")


@cache
def weekdays() -> frozenset[str]:
    """The normalised names of the days of the week."""
    names = (forms(f"d-{day}", code) for day in range(1, 8) for code in _NAMES_OF)
    return frozenset(normalise(each) for day in names for each in day)


def _numbered(kind: str) -> dict[str, int]:
    held = merged(f"calendar.{kind}").items()
    return {normalise(name): int(number) for number, names in held for name in phrases(names)}


@cache
def dated_with(kind: str) -> tuple[str, ...]:
    """The words of all languages under a key of `[calendar]`, as written, the longest first."""
    found = dict.fromkeys(phrases(merged("calendar")[kind]))
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def pattern(kind: str, *, folded: bool = True) -> str:
    """A pattern for any of these words, in one group; of normalised text where `folded`."""
    words = dict.fromkeys(normalise(word) if folded else word for word in dated_with(kind))
    return f"(?:{any_of(words)})"
