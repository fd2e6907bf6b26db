"""What kind of answer a question wants, and what of each kind a sentence gives.

A word gives a kind by what it is wherever it stands: digits and words for numbers, years, months
and days, units and currencies, verbs of saying, names of persons and of places. What a sentence
gives depends on it alone and is counted once, when it is indexed.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from corpus.language import cldr
from corpus.language.clitics import clitics
from corpus.language.languages import merged
from corpus.language.phrases import any_of, phrases
from corpus.language.scripts import has_han
from corpus.language.text import normalise
from corpus.language.tokens import words
from retrieval.question.known_names import known_names
from retrieval.types import Vectors

# What a word may give, in the order of the columns of `given`.
GIVES = ("number", "year", "time", "place", "unit", "says", "person")
# What a question may want, in the order of `wanted_kinds`, and by what it is given.
WANTS = {
    "who": ("person",),
    "where": ("place",),
    "when": ("year", "time"),
    "number": ("number",),
    "money": ("number", "unit"),
    "measure": ("number", "unit"),
    "why": (),
    "said": ("says",),
}
# Which kinds of word give each kind of answer, float32 (wants, gives).
GIVEN_BY: Vectors = np.array(
    [[float(gives in given) for gives in GIVES] for given in WANTS.values()], dtype=np.float32
)
# More words of one kind than this count as this many, so that a count takes two bits.
MOST = 3
# Where the counts are among the bits of a sentence's flags.
_SHIFT = 8
_PLACE, _PERSON = GIVES.index("place"), GIVES.index("person")
_NO_PLACE = ("m-", "d-", "l-")
# What a clitic leaves has so many letters.
_SHORTEST = 3
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\D?\d+\D?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@lru_cache(maxsize=1024)
def wanted_kinds(question: str) -> tuple[float, ...]:
    """Whether a question wants each of `WANTS`, 0 or 1; it may want several, or none."""
    folded = normalise(question)
    return tuple(float(bool(pattern.search(folded))) for pattern in _asked().values())


def packed(text: str) -> int:
    """How many words of a text give each of `GIVES`, at most `MOST`, as bits along with its
    flags."""
    counts = [0] * len(GIVES)
    opening = True
    for found in _WORD.finditer(text):
        written = found.group()
        for word in words(written):
            for at, gives in enumerate(kinds_of(word)):
                counts[at] += gives
        if not opening and written[0].isupper() and len(written) > 2 and written[1:].islower():
            counts[_PERSON] += 1
        opening = False
    counts[_PLACE] = sum(not named.group.startswith(_NO_PLACE) for named in cldr.found(text))
    return sum(min(count, MOST) << (_SHIFT + 2 * at) for at, count in enumerate(counts))


def counts(flags: npt.NDArray[np.uint32]) -> Vectors:
    """What is `packed` in the flags of m sentences, float32 (m, gives)."""
    shifts = np.uint32(_SHIFT) + np.arange(len(GIVES), dtype=np.uint32) * np.uint32(2)
    return ((flags[:, None] >> shifts) & np.uint32(MOST)).astype(np.float32)


@lru_cache(maxsize=50_000)
def kinds_of(word: str) -> tuple[bool, ...]:
    """Which of `GIVES` a normalised word is, with or without a clitic."""
    both = {word, _bare(word)}
    year = bool(_YEAR.search(word))
    digits = bool(_DIGITS.fullmatch(word)) and not year
    return (
        digits or _is(both, "number"),
        year,
        _is(both, "time"),
        any(not named.group.startswith(_NO_PLACE) for named in cldr.found(word)),
        _is(both, "unit"),
        _is(both, "says"),
        not both.isdisjoint(known_names()),
    )


def _bare(word: str) -> str:
    """A word without its article and what is before that, or else without one clitic: of two, the
    second is mostly the first letter of a name, as in «وبيونغ يانغ»."""
    arabic = clitics("ar")
    for clitic in (*arabic.definite, *arabic.conjunctions, *arabic.prepositions):
        if word.startswith(clitic) and len(word) - len(clitic) >= _SHORTEST:
            return word[len(clitic) :]
    return word


def _is(both: set[str], kind: str) -> bool:
    whole, begins = _given()[kind]
    return not both.isdisjoint(whole) or any(word.startswith(begins) for word in both)


@cache
def _given() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    """The words of each kind, and the beginnings of more."""
    numbers, own = merged("wanted"), merged("kinds.gives")
    found = {
        "number": phrases(numbers["number"]["gives"]),
        "time": phrases(numbers["time"]["gives"]),
        "unit": phrases(own["unit"]),
        "says": phrases(own["says"]),
    }
    days = {word for name in cldr.calendar() for word in words(name) if len(word) > 1}
    made = {}
    for kind, table in found.items():
        folded = [normalise(each).strip() for each in table]
        whole = {each for each in folded if not each.endswith("-")}
        begins = tuple(each[:-1] for each in folded if each.endswith("-") and len(each) > 1)
        if kind == "time":
            whole |= {word for word in days if not word.isdigit()}
        made[kind] = frozenset(whole), begins
    return made


@cache
def _asked() -> dict[str, re.Pattern[str]]:
    """What asks for each kind."""
    table = merged("kinds.asks")
    made = {}
    for kind in WANTS:
        names = [normalise(name).strip() for name in phrases(table[kind])]
        anywhere = [re.escape(name) for name in names if has_han(name)]
        spaced = [name for name in names if not has_han(name)]
        made[kind] = re.compile("|".join([rf"(?<!\w)(?:{any_of(spaced)})(?!\w)", *anywhere]))
    return made
