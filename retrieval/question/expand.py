"""Other names of what a question names, from two sources that need no model.

The editor's synonyms are always looked for. Names of the table (`corpus.language.cldr`) are looked
for in the languages of the coverage that spell them in another way than the question; within Arabic
also the other sets of months, for تموز, يوليو and جويلية are all current there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from corpus.language import cldr
from corpus.language.name_finder import FoundName
from corpus.language.tokens import words
from retrieval.question.synonyms import Synonyms

# These have no adjective for a state: 俄罗斯 is Russia and Russian.
_WITHOUT_ADJECTIVES = frozenset({"zh", "ja", "ko"})
_MONTH = "m-"


@dataclass(frozen=True, slots=True)
class Expansion:
    """Other names to search along with one of the question: `question[start:end] == asked`."""

    asked: str
    forms: tuple[str, ...]
    start: int
    end: int


def expansions(
    question: str, synonyms: Synonyms | None, languages: frozenset[str]
) -> tuple[Expansion, ...]:
    """The other names of what `question` names, in order of place, none overlapping another.

    `languages` are those of the coverage (ISO 639-1). Of overlapping names the longest counts; of
    equally long ones the editor's, and where both sources know the same words, both are used.
    """
    found: list[tuple[FoundName, tuple[str, ...]]] = []
    if synonyms is not None:
        found += [(named, synonyms.others(named)) for named in synonyms.found(question)]
    found += [
        (named, _of_table(named.group, named.asked, named.languages, languages))
        for named in cldr.found(question)
    ]
    found.sort(key=lambda pair: pair[0].start - pair[0].end)
    chosen: dict[tuple[int, int], list[str]] = {}
    taken = bytearray(len(question))
    for named, forms in found:
        span = (named.start, named.end)
        if span in chosen:
            chosen[span] += forms
        elif not any(taken[named.start : named.end]):
            taken[named.start : named.end] = b"\1" * (named.end - named.start)
            chosen[span] = list(forms)
    return tuple(
        Expansion(question[start:end], tuple(dict.fromkeys(forms)), start, end)
        for (start, end), forms in sorted(chosen.items())
        if forms
    )


@lru_cache(maxsize=4096)
def _of_table(
    group: str, asked: str, spelled_in: tuple[str, ...], languages: frozenset[str]
) -> tuple[str, ...]:
    groups = [group]
    if not _WITHOUT_ADJECTIVES.isdisjoint(spelled_in):
        groups.append(f"n-{group}")
    written = words(asked)
    return tuple(
        form
        for one in groups
        for language in sorted(languages)
        if language not in spelled_in or (language == "ar" and one.startswith(_MONTH))
        for form in cldr.forms(one, language)
        if words(form) != written
    )
