"""Months, days in words, and what stands around dates and hours, in the languages of coverage.

The months are those of CLDR, with the short and the other names that `[calendar]` of a language's
file adds: general parsers miss the Levantine and Maghrebi ones.
"""

from __future__ import annotations

from functools import cache

from corpus.language.cldr import forms
from corpus.language.languages import LANGUAGES, merged
from corpus.language.phrases import any_of, phrases
from corpus.language.text import UNSPACED, normalise

# Months of further languages would be words of these.
_MONTHS_OF = (*LANGUAGES, "uk", "it", "pt")


@cache
def months() -> dict[str, int]:
    """The numbers of the months by every normalised name, 1 to 12."""
    added = merged("calendar.months")
    return {
        normalise(name): number
        for number in range(1, 13)
        for name in (
            *(name for code in _MONTHS_OF for name in forms(f"m-{number}", code)),
            *phrases(added.get(str(number), "")),
        )
        if not UNSPACED.search(name)
    }


@cache
def ordinals() -> dict[str, int]:
    """The days of a month by their normalised names in words, 1 to 31."""
    return {
        normalise(name): int(day)
        for day, names in merged("calendar.ordinals").items()
        for name in phrases(names)
    }


@cache
def dated_with(kind: str) -> tuple[str, ...]:
    """The words of all languages under a key of `[calendar]`, as written, the longest first."""
    found = dict.fromkeys(phrases(merged("calendar")[kind]))
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def pattern(kind: str, *, folded: bool = True) -> str:
    """A pattern for any of these words, in one group; of normalised text where `folded`."""
    words = dict.fromkeys(normalise(word) if folded else word for word in dated_with(kind))
    return f"(?:{any_of(words)})"
