"""Which state a figure belongs to: the figure of one state does not answer a question about
another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from corpus.language import cldr
from retrieval.answer.figures.quantities import Number, Quantity, ends_clause
from retrieval.answer.figures.tokens import tokens
from retrieval.answer.figures.words import among

_NATIONALITY = "n-"
# How far before its number an owner is, and how near its name a word of saying.
_REACH = 8
_SAYING = 2
# The endings of Turkish that tell a place: «Ukrayna'da».
_PLACE = re.compile(r"['’][dt][ae]")


class _State(NamedTuple):
    """A state named at `text[start:end]`, or its people."""

    start: int
    end: int
    code: str


def owners(question: str, language: str) -> frozenset[str]:
    """The states that a question names, where it asks of one of them; one that only tells where
    does not count: «in Ukraine»."""
    named = _states(question)
    before = {token.end: token.text for token in tokens(question, language)}
    asked_of = [
        state
        for state in named
        if not among("toward", before.get(len(question[: state.start].rstrip()), ""))
        and not _PLACE.match(question, state.end)
    ]
    return frozenset(state.code for state in named) if asked_of else frozenset()


def of_another(
    asked: frozenset[str], text: str, reading: Quantity, number: Number, last: int
) -> bool:
    """Whether a figure that ends before `tokens[last]` is of a state that is not among those asked
    of, and its sentence names none of them."""
    at_tokens = _at_tokens(text, reading)
    if not asked or not at_tokens or _names(asked, reading, number, at_tokens):
        return False
    if subject := _subject(reading, number, at_tokens):
        return subject not in asked
    inside = {at_tokens[at] for at in range(number.first, last + 1) if at in at_tokens}
    return bool(inside) and not inside & asked


def _names(
    asked: frozenset[str], reading: Quantity, number: Number, at_tokens: dict[int, str]
) -> bool:
    """Whether the sentence of a number names a state asked of, other than as who says it."""
    found = reading.tokens
    return any(
        at_tokens.get(at) in asked
        and not any(
            among("says", token.text) for token in found[max(0, at - _SAYING) : at + _SAYING + 1]
        )
        for at in _around(reading, number)
    )


def _around(reading: Quantity, number: Number) -> Iterable[int]:
    """The tokens of the sentence of a number; in Chinese of its clause, which ends as much."""
    if not reading.tokens[min(number.first, len(reading.tokens) - 1)].unspaced:
        return reading.sentence(number)
    return [*reading.clause(number.first - 1, -1), *reading.clause(number.last, 1)]


def _subject(reading: Quantity, number: Number, at_tokens: dict[int, str]) -> str | None:
    """The state before a number in its clause that it may be of."""
    found = reading.tokens
    for at in range(number.opens - 1, max(-1, number.opens - 1 - _REACH), -1):
        if ends_clause(found, at) or among("says", found[at].text):
            return None
        if at in at_tokens and not (at and among("toward", found[at - 1].text)):
            return at_tokens[at]
    return None


def _at_tokens(text: str, reading: Quantity) -> dict[int, str]:
    """The states of a text by the places of their tokens."""
    named = _states(text)
    return {
        at: state.code
        for state in named
        for at, token in enumerate(reading.tokens)
        if state.start <= token.start < state.end
    }


@lru_cache(maxsize=256)
def _states(text: str) -> tuple[_State, ...]:
    codes = ((name, name.group.removeprefix(_NATIONALITY)) for name in cldr.found(text))
    return tuple(
        _State(name.start, name.end, code)
        for name, code in codes
        if len(code) == len("UA") and code.isupper()
    )
