"""Months, currencies and units that a question names, and whether an article has them.

They are looked for in the text of an article, in any language of the tables: «$», dollar and
«دولار» are the same. Precision comes first. A month also counts in a numeric date, or if the
article was published about then or on an unknown day. A currency or unit is demanded only if a
number of it is, and a measure counts as any other of its kind. What the tables cannot read in the
article's language counts as present.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from corpus.language import cldr
from corpus.language.clitics import clitics
from corpus.language.languages import merged
from corpus.language.phrases import any_of, phrases
from corpus.language.scripts import has_unspaced
from corpus.language.text import normalise
from corpus.language.tokens import Word, split_words
from corpus.types import Article
from retrieval.answer.figures.words import units_of
from retrieval.question.wanted import Wanted
from retrieval.types import MissingKind

# Languages whose words for currencies and units the table has.
_READ = ("ar", "en", "fr", "ru")
# Kinds of the table, and what belongs to none: of these a question may name one. A share or a time
# is told in too many ways.
_KINDS = ("money", "mass", "length")
_KINDLESS = ("ha",)
# Pounds and sterling are told apart by who writes.
_SAME = (frozenset(("GBP", "pound")),)
_MONTHS = 12
_DATE = re.compile(
    r"(?<![\d.])\d{1,4}([/.-])(\d{1,2})\1\d{1,4}(?![\d])|(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])"
)
# Endings of a month in a language that writes them on to it.
_ENDING = r"\w{0,4}"


@dataclass(frozen=True, slots=True)
class Written:
    """A month, or a currency or unit, that has to be in the article that answers. `asked` is as the
    question writes it; one of the `months` (1 to 12) or `units` (codes) is enough."""

    asked: str
    kind: MissingKind
    months: frozenset[int] = frozenset()
    units: frozenset[str] = frozenset()

    def stands_in(self, article: Article) -> bool:
        """Whether an article has it, or may have it."""
        if self.months:
            return any(_has_month(month, article) for month in self.months)
        if article.language not in _READ:
            return True
        text = f"{article.source.headline or ''}\n{article.body}"
        return bool(_unit_pattern(self.units).search(normalise(text)))


def written(text: str, want: Wanted | None) -> tuple[Written, ...]:
    """The months of a question together, and each currency or unit of which it wants a number."""
    words = split_words(text)
    months = [
        (int(named.group.removeprefix("m-")), _bare(named.asked, _is_month))
        for named in cldr.found(text)
        if named.group.startswith("m-") and (named.asked != "May" or _in_may(named.start, words))
    ]
    found = []
    if months:
        number = frozenset(month for month, _ in months)
        found.append(Written(months[0][1], MissingKind.DATE, months=number))
    if want is Wanted.NUMBER:
        found += _units(text, words)
    return tuple(found)


def _in_may(start: int, words: Sequence[Word]) -> bool:
    at = next(at for at, word in enumerate(words) if word.start == start)
    before, after = words[max(at - 1, 0) : at], words[at + 1 : at + 2]
    return any(word.folded in _demanded("before_may") for word in before) or any(
        word.folded[:1].isdigit() for word in (*before, *after)
    )


def _units(text: str, words: Sequence[Word]) -> Iterator[Written]:
    """What a question for a number asks it of, and the currencies it names."""
    # few questions ask for a number, and what they count takes a moment to be read
    from retrieval.answer.figures.asked import counted

    asked = counted(text)
    of = asked.measures if asked and not asked.nouns else frozenset()
    seen: set[str] = set()
    for word in words:
        said = _bare(text[word.start : word.end], _unit)
        folded = normalise(said)
        unit = _unit(said)
        if unit is None or unit in seen or folded in _demanded("never"):
            continue
        named = unit in units_of("money") and folded not in _demanded("counted")
        if named or of == {unit}:
            seen.add(unit)
            yield Written(said, MissingKind.WORD, units=_like(unit))


def _unit(said: str) -> str | None:
    """The currency or unit that a word names, of those that may be asked for."""
    from retrieval.answer.figures.words import measure

    unit = measure((normalise(said),))[0]
    return unit if unit in _known_units() else None


def _is_month(said: str) -> bool:
    return any(_month_pattern(month).fullmatch(normalise(said)) for month in range(1, _MONTHS + 1))


def _bare(said: str, known: Callable[[str], object]) -> str:
    """An Arabic word without what is written on to it, where that leaves one that is `known`."""
    rests = (said.removeprefix(clitic) for clitic in clitics("ar").every)
    return next((rest for rest in rests if rest != said and len(rest) > 2 and known(rest)), said)


def _has_month(month: int, article: Article) -> bool:
    published = article.source.published
    if published is None or (published.month - month) % _MONTHS in (0, 1, _MONTHS - 1):
        return True
    text = normalise(f"{article.source.headline or ''}\n{article.body}")
    if _month_pattern(month).search(text):
        return True
    return any(str(month) in _parts(found) for found in _DATE.finditer(text))


def _parts(date: re.Match[str]) -> list[str]:
    """The numbers of a date in figures; which of them is the month depends on who writes."""
    return [part.lstrip("0") for part in re.split("[/.-]", date.group())]


@cache
def _month_pattern(month: int) -> re.Pattern[str]:
    names = {
        normalise(form) for script in cldr.SCRIPTS for form in cldr.forms(f"m-{month}", script)
    }
    anywhere = [re.escape(name) for name in names if has_unspaced(name)]
    spaced = any_of(sorted((name for name in names if not has_unspaced(name)), key=len)[::-1])
    return re.compile(
        "|".join([rf"(?<!\w){clitics('ar').before_word}(?:{spaced}){_ENDING}(?!\w)", *anywhere])
    )


@cache
def _demanded(kind: str) -> frozenset[str]:
    """Words of `[demands]`: currencies that are other words too and are asked for only as what is
    `counted`, or `never`; and what is before May, which is also a name."""
    return frozenset(map(normalise, phrases(merged("demands")[kind])))


@cache
def _known_units() -> frozenset[str]:
    return frozenset(_KINDLESS).union(*map(units_of, _KINDS))


@cache
def _like(unit: str) -> frozenset[str]:
    """The units of which one is enough: of a measure all of its kind, of a currency itself."""
    if unit in units_of("money"):
        return next((same for same in _SAME if unit in same), frozenset((unit,)))
    return next((units_of(kind) for kind in _KINDS if unit in units_of(kind)), frozenset((unit,)))


@cache
def _unit_pattern(units: frozenset[str]) -> re.Pattern[str]:
    """Any of the names of these units; a sign, or a name on to a number, needs no blank."""
    table = merged("counted.measures")
    names = [normalise(name) for unit in sorted(units) for name in phrases(table[unit])]
    signs = "|".join(re.escape(name) for name in names if not re.search(r"\w", name))
    spoken = any_of(sorted((name for name in names if re.search(r"\w", name)), key=len)[::-1])
    words = rf"(?<![^\W\d]){clitics('ar').before_word}(?:{spoken})(?![^\W\d])"
    return re.compile(f"{words}|{signs}" if signs else words)
