"""A claim held against quotes by its words: which of its particulars a quote has, and which it has
otherwise.

Particulars are numbers, days, places and names. Nothing is concluded that words do not show: a
quote that is not near enough, or has no other particular in the place of one, is only near.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from corpus.dates.days import FoundDay, find_days
from corpus.language import cldr
from corpus.language.detect import detect
from corpus.language.name_keys import keys
from corpus.language.stems import stem
from corpus.language.tokens import split_words, words
from retrieval.answer.figures.quantities import Quantity, read
from retrieval.question.reading import Reading
from retrieval.question.understand import question_words
from retrieval.types import Answer, Quote

QUOTES = 3
"""Quotes that a claim is held against."""

# The score by which a quote is near enough to say the same or something else: the open half of
# tests/dialogues/claims.jsonl. Where so many of the claim's words are in it, less is enough.
_NEAR = 0.4
_SHARE = 0.6
_NEAR_BY_WORDS = 0.35
# Numbers of things that the quote, in another language, may not count at all.
_NEAR_BY_NUMBER = 0.5

_WEEKDAY = "d-"
_NO_PLACE = ("m-", "d-", "l-")
_PEOPLE = "n-"


class Stance(StrEnum):
    """`supports`: a near quote that has nothing otherwise. `differs`: a near one that has another
    number, day, place or name where the claim has one. `near`: neither."""

    SUPPORTS = "supports"
    DIFFERS = "differs"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Compared:
    """A quote as it stands to a claim; `otherwise` are the particulars of the claim, as it writes
    them, that the quote does not have and has others of."""

    quote: Quote
    stance: Stance
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Particulars:
    """What can be compared of a text: weekdays and places by their groups in the table of names,
    and names by their keys, each as it is written."""

    text: str
    quantity: Quantity
    days: tuple[FoundDay, ...]
    weekdays: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    names: tuple[tuple[frozenset[str], str], ...]


def against(claim: str, quotes: Iterable[Quote]) -> tuple[Compared, ...]:
    """The quotes held against a claim: those that support it first, then those that differ, each in
    the order given."""
    order = list(Stance)
    found = [compared(claim, quote) for quote in quotes]
    return tuple(sorted(found, key=lambda each: order.index(each.stance)))


def compared(claim: str, quote: Quote) -> Compared:
    """One quote held against a claim."""
    mine, its = _particulars(claim), _particulars(quote.text)
    share, same_language = _share(claim, quote), detect(claim) == quote.article.language
    otherwise = [
        *_groups(mine.weekdays, its.weekdays),
        *_groups(mine.places, its.places),
        *_days(mine, its),
        *_names(mine, its, _particulars(quote.article.body)),
    ]
    near = quote.score >= _NEAR or (share >= _SHARE and quote.score >= _NEAR_BY_WORDS)
    if same_language or quote.score >= _NEAR_BY_NUMBER:
        otherwise += _numbers(mine, its, same_language=same_language)
    if not near:
        return Compared(quote, Stance.NEAR)
    if otherwise:
        return Compared(quote, Stance.DIFFERS, tuple(otherwise))
    lacking = not same_language and _lacks_number(mine, its)
    return Compared(quote, Stance.NEAR if lacking else Stance.SUPPORTS)


def near_claim(claim: str, ask: Callable[[str, int], Answer]) -> tuple[Quote, ...]:
    """The quotes to be held against a claim: what `ask` finds for it, at most so many; where the
    coverage does not mention something, what it finds for the rest; else the nearest miss. Raises
    as `ask` does."""
    answer = ask(claim, QUOTES)
    if answer.absence and answer.absence.missing:
        rest = claim
        for each in answer.absence.missing:
            rest = rest.replace(each.asked, " ")
        if any(map(str.isalnum, rest)):
            answer = max(answer, ask(rest, QUOTES), key=lambda each: len(each.quotes))
    nearest = answer.absence.nearest if answer.absence else None
    return answer.quotes or ((nearest,) if nearest else ())


def _groups(mine: Sequence[tuple[str, str]], its: Sequence[tuple[str, str]]) -> list[str]:
    """What the quote lacks of the claim, where it has one that the claim lacks."""
    known, held = {group for group, _ in mine}, {group for group, _ in its}
    return [written for group, written in mine if group not in held] if held - known else []


def _days(mine: _Particulars, its: _Particulars) -> Iterator[str]:
    told = [day for day in its.days if day.day]
    for day in mine.days:
        if day.day and told and not any(day.fits(each) for each in told):
            yield mine.text[day.start : day.end]


def _names(mine: _Particulars, its: _Particulars, article: _Particulars) -> list[str]:
    """Names that stand nowhere in the article, where the quote has one that the claim lacks."""
    known = _keys(mine)
    if all(held & known for held, _ in its.names):
        return []
    told = _keys(article)
    return [written for held, written in mine.names if held and not held & told]


def _keys(of: _Particulars) -> frozenset[str]:
    return frozenset().union(*(held for held, _ in of.names))


def _numbers(mine: _Particulars, its: _Particulars, *, same_language: bool) -> Iterator[str]:
    """Numbers of the claim of which the quote counts the same thing otherwise."""
    values = {number.value for number in its.quantity.numbers}
    stems = {stem(word) for word in words(its.text)}
    tokens = mine.quantity.tokens
    for number in mine.quantity.numbers:
        counted = tokens[number.last : number.last + 2]
        same = any(stem(word) in stems for token in counted for word in words(token.text))
        if values and number.value not in values and (same or not same_language):
            yield mine.text[tokens[number.first].start : tokens[number.last - 1].end]


def _lacks_number(mine: _Particulars, its: _Particulars) -> bool:
    values = {number.value for number in its.quantity.numbers}
    return any(number.value not in values for number in mine.quantity.numbers)


def _share(claim: str, quote: Quote) -> float:
    """Of the claim's content words, how many are in the quote."""
    mine = [stem(word) for word in words(claim) if word not in question_words()]
    its = {stem(word) for word in words(quote.text)}
    return sum(word in its for word in mine) / max(len(mine), 1)


@lru_cache(maxsize=64)
def _particulars(text: str) -> _Particulars:
    found = cldr.found(text)
    names = (
        (start, end) for start, end, is_place in Reading(text).names
        if not is_place and not text[start:end].isupper()
    )  # fmt: skip
    return _Particulars(
        text,
        read(text, detect(text)),
        find_days(text),
        tuple((one.group, one.asked) for one in found if one.group.startswith(_WEEKDAY)),
        tuple(
            (one.group.removeprefix(_PEOPLE), one.asked)
            for one in found
            if not one.group.startswith(_NO_PLACE)
        ),
        tuple(
            (
                frozenset().union(*(keys(word.folded) for word in split_words(text[start:end]))),
                text[start:end],
            )
            for start, end in names
        ),
    )
