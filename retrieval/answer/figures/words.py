"""The words that name what is counted, measured, befallen: `[counted]` of all languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus.language.clitics import clitics
from corpus.language.languages import merged, table
from corpus.language.phrases import any_of, phrases
from corpus.language.text import normalise

# The units of measure of each kind.
_KINDS = {
    kind: frozenset(units.split())
    for kind, units in {
        "time": "minute hour day week month year",
        "length": "km m cm mm mile",
        "mass": "t kg l",
        "money": "USD EUR GBP RUB KRW CNY JPY pound dirham riyal dinar lira toman peso franc",
        "share": "%",
        "age": "year",
    }.items()
}


def among(name: str, word: str) -> bool:
    """Whether a normalised word is in a list of `words` of the table."""
    return name in _forms("words").of(word, whole=True)


def thing(word: str) -> str | None:
    """The group of things that a normalised word names."""
    return _named("things", word)


def fate(word: str) -> str | None:
    """What befell those that a normalised word names."""
    return _named("fates", word)


def measure(following: Sequence[str]) -> tuple[str | None, int]:
    """The unit of measure that these words begin with, and how many of them it takes."""
    for length in (2, 1):
        if len(following) >= length:
            for unit in _forms("measures").of(" ".join(following[:length]), whole=True):
                return unit, length
    return None, 0


def rate(folded: str) -> str | None:
    """The span of time a normalised text counts by: «two a week»."""
    return next(
        (span for span in merged("counted.rates") if _listed("rates", span).search(folded)), None
    )


def dual(word: str) -> str | None:
    """The singular of an Arabic dual, where the ending cannot be that of a plural."""
    arabic, made = clitics("ar"), _dual()
    if not word.endswith(made.endings):
        return None
    for clitic in ("", *arabic.joined):
        bare = word.removeprefix(clitic)
        if (bare == word) != (not clitic) or len(bare) < 5:
            continue
        one = bare[:-2]
        if bare.startswith(arabic.articles):
            return None
        if one in made.masculine:
            return one
        single = one[:-1] + normalise(made.written)
        if one.endswith(made.feminine) and (thing(single) or measure((single,))[0]):
            return single
    return None


def written_singular(one: str) -> str:
    """What is left of an Arabic dual, as it is written, as a singular."""
    made = _dual()
    return one[:-1] + made.written if one.endswith(made.feminine) else one


def is_adjective(word: str) -> bool:
    """Whether a Russian word ends as adjectives do."""
    return len(word) > 4 and word.endswith(_adjectives()) and not thing(word) and not fate(word)


def measures_asked(folded: str) -> frozenset[str]:
    """The units of measure that words of a normalised question ask for."""
    wanted = (
        units_of(kind) for kind in merged("counted.wants") if _listed("wants", kind).search(folded)
    )
    return frozenset().union(*wanted)


def units_of(kind: str) -> frozenset[str]:
    """The units of measure of one kind: money, mass."""
    return _KINDS[kind]


@lru_cache(maxsize=4096)
def _named(section: str, word: str) -> str | None:
    """The group of a section that a word is of, without what Arabic writes together with it."""
    bare = [word, *(word[len(each) :] for each in clitics("ar").every if word.startswith(each))]
    found = (group for each in bare if len(each) > 1 for group in _forms(section).of(each))
    return next(iter(found), None)


@dataclass(frozen=True, slots=True)
class _Forms:
    """The keys of a section by their words, and by what their words begin with."""

    words: dict[str, list[str]]
    beginnings: dict[str, list[str]]

    def of(self, word: str, *, whole: bool = False) -> list[str]:
        """The keys of a word or phrase; a beginning of three letters or more says less."""
        # of a phrase, its second word has begun
        shortest = max(1 if whole else 3, word.find(" ") + 2)
        begun = (self.beginnings.get(word[:end], []) for end in range(len(word), shortest - 1, -1))
        return self.words.get(word, []) + [key for keys in begun for key in keys]


@cache
def _forms(section: str) -> _Forms:
    words: dict[str, list[str]] = {}
    beginnings: dict[str, list[str]] = {}
    for key, value in merged(f"counted.{section}").items():
        for form in _phrases(value):
            kept = beginnings if form.endswith("-") else words
            kept.setdefault(form.removesuffix("-"), []).append(key)
    return _Forms(words, beginnings)


def _phrases(value: str) -> list[str]:
    found = {normalise(phrase).strip() for phrase in phrases(value)} - {""}
    return sorted(found, key=lambda each: (-len(each), each))


@dataclass(frozen=True, slots=True)
class _Dual:
    """The endings of a dual, the letter before them of a feminine noun, the one that its singular
    ends in as it is written, and masculine nouns that have a dual."""

    endings: tuple[str, ...]
    feminine: str
    written: str
    masculine: frozenset[str]


@cache
def _dual() -> _Dual:
    held = table("ar", "counted.dual")
    masculine = frozenset(phrases(table("ar", "counted.words")["dual"]))
    return _Dual(tuple(phrases(held["endings"])), held["feminine"], held["written"], masculine)


@cache
def _adjectives() -> tuple[str, ...]:
    return tuple(phrases(table("ru", "counted.adjective")["endings"]))


@cache
def _listed(section: str, key: str) -> re.Pattern[str]:
    """Any of the words or phrases of one key, as whole words."""
    found = any_of(_phrases(merged(f"counted.{section}")[key]))
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)")
