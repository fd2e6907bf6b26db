"""Agencies and other media that a sentence names."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from corpus.attribution.names import NamedSource, compact
from corpus.language.clitics import clitics
from corpus.language.marks import QUOTES
from corpus.language.scripts import has_arabic
from corpus.language.text import normalise
from retrieval.answer.speakers.grammar import pattern, rules, table
from retrieval.question.patterns import names_of_kind
from retrieval.question.sources import directory


class NameToken(NamedTuple):
    """A word or a mark: `text[start:end]`; `bare` is where the name begins that it may open, after
    a conjunction or a preposition written on to it."""

    folded: str
    start: int
    end: int
    bare: int
    written: str


def named_media(
    text: str, tokens: Sequence[NameToken], language: str, near: Container[int]
) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Agencies and other media in `text`, the first token of each, that after its last,
    and where its name stands. A name that is a common word too needs a word such as «agency» before
    it."""
    names, held = directory((), None), table(language)
    folded, nouns = tuple(each.folded for each in tokens), rules(language).nouns
    taken: set[int] = set()
    for at in range(len(tokens) if held["media"].phrases else 0):
        length = held["media"].at(folded, at) if at in near and at not in taken else 0
        if length and (nouns or not tokens[at].written[0].islower()):
            taken.update(range(at, at + length))
            yield at, (at + length, tokens[at].start, tokens[at + length - 1].end)
    for named in names.table.find(text):
        called = names.called[int(named.group)]
        first, last = named.start, named.end
        inside = within(tokens, first, last)
        if not inside or not taken.isdisjoint(inside):
            continue
        own = _own(text, first, last, called, language)
        before = normalise(text[first : own[0]]).strip(f" {QUOTES}")
        if not before and inside[0]:
            before = tokens[inside[0] - 1].folded
        if _is_medium(text[slice(*own)], called, is_kind(before, language)):
            taken.update(inside)
            yield inside[0], (inside[-1] + 1, *own)
    for at in range(len(tokens) - 1 if held["names_medium"].phrases else 0):
        if folded[at] not in held["names_medium"] or tokens[at].written[0].isupper() != nouns:
            continue
        last = at + 1
        while last < len(tokens) and last not in taken and tokens[last].written[0].isupper():
            last += 1
        if last > at + 1 and folded[at + 1] not in held["stops"]:
            taken.update(range(at + 1, last))
            yield at + 1, (last, tokens[at + 1].start, tokens[last - 1].end)
    unlisted = pattern(language, "unlisted")
    hinted = pattern(language, "unlisted_kinds").search(text)
    for match in unlisted.finditer(text) if hinted else ():
        inside = within(tokens, match.start(), match.end())
        near_it = (*inside, inside[-1] + 1, inside[-1] + 2)  # «وكالة الأنباء السعودية (واس)»
        if taken.isdisjoint(near_it):
            start, end = next(match.span(name) for name in unlisted.groupindex if match[name])
            yield inside[0], (inside[-1] + 1, start, end)


def is_kind(folded: str, language: str) -> bool:
    """Whether a word tells what kind of medium is named next to it: «newspaper», «agency»."""
    kinds = table(language)["media_kinds"]
    return folded in kinds or clitics(language).bare(folded) in kinds


def _own(text: str, start: int, end: int, called: NamedSource, language: str) -> tuple[int, int]:
    """Where in a found name the medium's own name stands: without clitics, marks and, where it is
    also a name without, the word for «agency» before it."""
    held = table(language)
    start += next((n for n in range(4) if compact(text[start + n : end]) in called.keys), 0)
    words = [(start + each.start(), start + each.end()) for each in _PART.finditer(text[start:end])]
    opening = normalise(text[slice(*words[0])])
    if opening not in held["opens_medium"]:
        return words[0][0], end
    shorter = (
        (words[first][0], words[last][1])
        for first in range(1, len(words))
        for last in range(first, len(words))
        if normalise(text[slice(*words[first])]) not in held["wire"]
    )
    return next(
        (each for each in shorter if compact(text[slice(*each)]) in called.keys),
        (words[int(opening in held["before_medium"] and len(words) > 1)][0], end),
    )


_PART = re.compile(r"[^\s()\"«»“”„‟]+")


def _is_medium(written: str, called: NamedSource, told: bool) -> bool:
    folded = normalise(written)
    if any(letter.isupper() for name in called.names for letter in name):
        if not (told or has_arabic(folded)) and written.islower():
            return False
        short = called.agency and written.isascii() and len(written) < 4
        if short and not (told or written.isupper()):
            return False
    doubtful = folded in names_of_kind("strict") or folded in names_of_kind("common")
    return not doubtful or told or written.isupper()


def within(tokens: Sequence[NameToken], start: int, end: int) -> list[int]:
    """The numbers of the tokens that reach into `text[start:end]`."""
    return [n for n, token in enumerate(tokens) if start < token.end and token.start < end]
