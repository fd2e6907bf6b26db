"""What a number in a text measures, if that is what was asked for: money, weight, time."""

from __future__ import annotations

from itertools import takewhile

from corpus.language.marks import QUOTES
from retrieval.answer.figures.asked import Alike, Counted
from retrieval.answer.figures.lexicon import lexicon
from retrieval.answer.figures.quantities import Number, Quantity, ends_clause, ends_sentence
from retrieval.answer.figures.tokens import NumberToken
from retrieval.answer.figures.words import among, measure

_DASHES = frozenset("-–")
QUOTED = frozenset(QUOTES)
_TIME = frozenset(("minute", "hour", "day", "week", "month", "year"))
# How far from a measure stands what is measured.
_ABOUT_BEFORE = 16
_ABOUT_AFTER = 7
# Between a number and its unit in Chinese: «9个多小时».
_BEFORE_UNIT = frozenset(("the", "odd", "half"))


Unit = tuple[str | None, int, int, int]
"""What is counted, the tokens it reaches over, and which of the question's nouns it is."""


def measured(asked: Counted, reading: Quantity, number: Number, alike: Alike) -> Unit | None:
    """The unit of measure asked for, after a number or, of money, before it."""
    tokens = reading.tokens
    if not _about(asked, reading, number, alike):
        return None
    if number.first and (unit := before_number(reading, number)):
        return (unit, number.first - 1, number.last, 0) if unit in asked.measures else None
    if number.first == number.last:  # a dual is a word of its own
        unit, length = measure((tokens[number.last].text,))
        last = number.last + length
    else:
        first = start_of_unit(reading, number.last)
        if first < len(tokens) and (among("of", tokens[first].text) or tokens[first].text == "the"):
            first += 1
        while first < len(tokens) and tokens[first].unspaced and tokens[first].text in _BEFORE_UNIT:
            first += 1
        unit, length = measure([token.text for token in tokens[first : first + 2]])
        last = first + length
    if unit not in asked.measures:
        return None
    before = [token.text for token in tokens[max(0, number.opens - 3) : number.opens]]
    after = [token.text for token in tokens[last : last + 1]]
    ago = any(among("ago_before", word) for word in before)
    if unit in _TIME and (ago or any(among("ago_after", word) for word in after)):
        return None
    return unit, number.first, last, 0


def before_number(reading: Quantity, number: Number) -> str | None:
    """The currency or share that is before its number: «$ 5», «%12», «百分之十»."""
    before = reading.tokens[number.first - 1].text
    share = before in ("%", "percent") and lexicon(reading.language)
    if before not in "$€£¥₽₩" and not (share and _is_share_first(reading, number.first - 1)):
        return None
    return measure((before,))[0]


def _is_share_first(reading: Quantity, at: int) -> bool:
    """Whether a sign of percent belongs to what follows, for no number is before it."""
    return not at or all(number.last != at for number in reading.numbers)


def _about(asked: Counted, reading: Quantity, number: Number, alike: Alike) -> bool:
    """Whether what a question wants measured is named next to a number: one word of it, or two of
    three, for a price is not yet the price of what is asked for."""
    tokens = reading.tokens
    furthest = range(number.last, min(number.last + _ABOUT_AFTER, len(tokens)))
    ends = ends_clause if lexicon(reading.language) else ends_sentence
    behind = takewhile(lambda at: not ends(tokens, at), furthest)
    before = _before_it(asked, reading, number)
    beside = [tokens[at] for at in (*behind, *before) if tokens[at].is_word]
    named = sum(any(_says(said, word, alike) for said in beside) for word in asked.about)
    return named >= len(asked.about) - 1 and (named > 0 or not asked.about)


def _says(said: NumberToken, word: str, alike: Alike) -> bool:
    """Whether a token is a word, or one of those that are in it without spaces."""
    return alike.same(word, said.text) or (said.unspaced and len(word) > 1 and word in said.text)


def _before_it(asked: Counted, reading: Quantity, number: Number) -> range:
    """The tokens before a number that may say what it measures: up to another of its kind."""
    stop = max(-1, number.first - 1 - _ABOUT_BEFORE)
    for other in reading.numbers if lexicon(reading.language) else ():
        unit = measure([token.text for token in reading.tokens[other.last : other.last + 2]])[0]
        if other.last <= number.first and unit in asked.measures:
            stop = max(stop, other.last - 1)
    return range(number.first - 1, stop, -1)


def start_of_unit(reading: Quantity, last: int) -> int:
    """The first token after a number, without a hyphen or the point of an abbreviation."""
    tokens = reading.tokens
    while last < len(tokens) and (
        tokens[last].text in _DASHES | QUOTED
        or (tokens[last].text == "." and not ends_clause(tokens, last))
    ):
        last += 1
    return last
