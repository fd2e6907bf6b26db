"""What kind of answer a question wants, a number or a time, and whether a sentence gives one.

A sentence without a number does not answer "how many". If a better one is near, that one is quoted;
if there is none, the coverage may not say.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from corpus.language import cldr
from corpus.language.clitics import clitics
from corpus.language.languages import merged
from corpus.language.phrases import any_of, phrases
from corpus.language.scripts import has_unspaced
from corpus.language.text import normalise


class Wanted(StrEnum):
    NUMBER = "number"
    TIME = "time"


_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


def wanted(question: str) -> Wanted | None:
    """What a question asks for; the number, where it asks for both."""
    folded = normalise(question)
    return next((kind for kind in Wanted if _asks(kind).search(folded)), None)


def asked_at(folded: str) -> tuple[int, int] | None:
    """Where a normalised question asks for a number."""
    found = _asks(Wanted.NUMBER).search(folded)
    return found.span() if found else None


def gives(kind: Wanted, text: str) -> bool:
    """Whether a text gives an answer of this kind at all."""
    folded = normalise(text)
    given = _DIGIT if kind is Wanted.NUMBER else _YEAR
    return bool(given.search(folded) or _gives(kind).search(folded))


@cache
def _asks(kind: Wanted) -> re.Pattern[str]:
    """What asks for this kind."""
    return _pattern(_names(merged("wanted")[kind]["asks"]), "")


@cache
def _gives(kind: Wanted) -> re.Pattern[str]:
    """What gives it."""
    given = _names(merged("wanted")[kind]["gives"])
    if kind is Wanted.TIME:
        given += [normalise(name) for name in cldr.calendar()]
    return _pattern(given, clitics("ar").before_word)


def _names(table: str) -> list[str]:
    return [normalise(name).strip() for name in phrases(table)]


def _pattern(names: list[str], before: str) -> re.Pattern[str]:
    """Any of the names as whole words; those of scripts without spaces anywhere."""
    anywhere = [re.escape(name) for name in names if has_unspaced(name)]
    spaced = sorted({name for name in names if not has_unspaced(name)}, key=len, reverse=True)
    return re.compile("|".join([rf"(?<!\w){before}(?:{any_of(spaced)})(?!\w)", *anywhere]))
