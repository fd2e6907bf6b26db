"""Figures in a text for what a question counts. A number counts the noun, the unit or the fate next
to it, and is a figure only if that is what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from retrieval.answer.figures.asked import Alike, Counted
from retrieval.answer.figures.fates import fate_of
from retrieval.answer.figures.lexicon import lexicon
from retrieval.answer.figures.measured import measured
from retrieval.answer.figures.owners import of_another
from retrieval.answer.figures.quantities import Number, Quantity, ends_clause, read
from retrieval.answer.figures.units import counting
from retrieval.answer.figures.words import among, dual, fate, rate, thing


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure at `text[start:end]`, with what makes it approximate and what it counts; `noun` is
    the number of the question's noun, and `additional` says that it comes on top of others."""

    value: float
    high: float | None
    unit: str | None
    about: bool
    start: int
    end: int
    noun: int
    additional: bool


def mentions(asked: Counted, text: str, language: str, alike: Alike) -> tuple[Mention, ...]:
    """The figures of `text` for what is asked, in order. «More soldiers» are others than
    «soldiers», so the figures of the one are none for the other."""
    reading = read(text, language)
    found = [
        made
        for number in [*reading.numbers, *_duals(reading)]
        if (made := _mention(asked, text, language, reading, number, alike))
        and made.additional == asked.additional
    ]
    further = _further(reading, found) if found and lexicon(language) else ()
    return tuple(sorted([*found, *further], key=lambda one: one.start))


def _further(reading: Quantity, found: list[Mention]) -> Iterator[Mention]:
    """Numbers that count the same elsewhere, and do not say so again: «45 muertos en Jamaica y 43
    en Haití»."""
    tokens, figures = reading.tokens, {one.start: one for one in found}
    for one, other in pairwise(reading.numbers):
        before = figures.get(tokens[one.opens].start)
        joined = other.opens and among("and", tokens[other.opens - 1].text)
        elsewhere = other.last < len(tokens) and tokens[other.last].text == "in"
        if before and joined and elsewhere and before.end <= tokens[other.opens].start:
            start, end = tokens[other.opens].start, tokens[other.last - 1].end
            made = replace(before, value=other.value, high=other.high, about=other.about)
            yield replace(made, start=start, end=end)


def _duals(reading: Quantity) -> Iterator[Number]:
    """Arabic duals, which say two without a number; not those that belong to one."""
    taken = {at for number in reading.numbers for at in range(number.first, number.last + 1)}
    for at, token in enumerate(reading.tokens):
        if at not in taken and dual(token.text):
            yield Number(2, None, False, at, at, at)


def _mention(
    asked: Counted,
    text: str,
    language: str,
    reading: Quantity,
    number: Number,
    alike: Alike,
) -> Mention | None:
    if asked.measures:
        unit = measured(asked, reading, number, alike)
    else:
        unit = counting(asked, text, language, reading, number, alike)
    if unit is None:
        return None
    named, first, last, noun = unit
    if not _fits(asked, reading, number, last):
        return None
    if of_another(asked.owners, text, reading, number, max(last, number.last)):
        return None
    tokens = reading.tokens
    more, last = _half(reading, last) if asked.measures else (0.0, last)
    start, end = min(number.opens, first), max(number.last, last)
    two = range(end, min(end + 2, len(tokens)))
    behind = takewhile(lambda at: not ends_clause(tokens, at), two)
    near = [*tokens[max(0, start - 1) : start], *tokens[number.last : end]]
    near.extend(tokens[at] for at in behind)
    while end < len(tokens) and among("additional", tokens[end].text):
        end += 1
    return Mention(
        value=number.value + more,
        high=number.high,
        unit=named,
        about=number.about,
        start=tokens[start].start,
        end=tokens[end - 1].end,
        noun=noun,
        additional=not asked.fates and any(among("additional", token.text) for token in near),
    )


def _half(reading: Quantity, last: int) -> tuple[float, int]:
    """What is after a unit of measure as a half of it, and where it ends."""
    said = [token.text for token in reading.tokens[last : last + 3]]
    for length in range(1, len(said) + 1):
        if among("half", " ".join(said[:length])):
            return 0.5, last + length
    before = reading.tokens[last - 2]
    if before.unspaced and among("half", before.text):
        return 0.5, last  # «两个半小时»
    return 0.0, last


def _fits(asked: Counted, reading: Quantity, number: Number, last: int) -> bool:
    """Whether fate and rate are those asked for, where any are."""
    if asked.fates and fate_of(reading, number) not in asked.fates:
        return False
    if not asked.fates and lexicon(reading.language) and _befell(asked, reading, last):
        return False
    if asked.rate:
        sentence = " ".join(reading.tokens[at].text for at in reading.sentence(number))
        return rate(sentence) == asked.rate
    return True


def _befell(asked: Counted, reading: Quantity, last: int) -> bool:
    """Whether something is told right after people that the question does not ask for."""
    people = asked.nouns and all(thing(noun) == "person" for noun in asked.nouns)
    return bool(people and last < len(reading.tokens) and fate(reading.tokens[last].text))
