"""What a number of a text counts, where that is what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.language.clitics import clitics
from corpus.language.marks import QUOTES
from retrieval.answer.figures.asked import Alike, Counted
from retrieval.answer.figures.fates import fate_before, fate_of
from retrieval.answer.figures.lexicon import lexicon, related, shared
from retrieval.answer.figures.quantities import Number, Quantity, ends_clause
from retrieval.answer.figures.tokens import written_ands
from retrieval.answer.figures.words import (
    among,
    dual,
    fate,
    is_adjective,
    measure,
    thing,
    written_singular,
)

_DASHES = frozenset("-–")
_QUOTED = frozenset(QUOTES)
_MASS = frozenset(("t", "kg", "l"))
_TIME = frozenset(("minute", "hour", "day", "week", "month", "year"))
# Words that may stand between a number and its noun, by language; adjectives behind the noun are
# not among them.
_REACH = {"ar": 1, "fa": 1, "fr": 2, "es": 2, "it": 2, "pt": 2}
_FURTHEST = 4
_BACK = 10
# How far from a measure stands what is measured.
_ABOUT_BEFORE = 12
_ABOUT_AFTER = 7
_PART_OF = frozenset(("of", "the", "from"))
_PERSONS = frozenset(
    {"soldier", "person", "civilian", "child", "woman", "inhabitant", "worker", "engineer"}
    | {
        "sapper",
        "builder",
        "firefighter",
        "officer",
        "migrant",
        "patient",
        "tourist",
        "passenger",
        "student",
        "hostage",
        "prisoner",
        "refugee",
    }
)


Unit = tuple[str | None, int, int, int]
"""What is counted, the tokens it reaches over, and which of the question's nouns it is."""


def measured(asked: Counted, reading: Quantity, number: Number, alike: Alike) -> Unit | None:
    """The unit of measure asked for, behind a number or, of money, before it."""
    tokens = reading.tokens
    if not _about(asked, reading, number, alike):
        return None
    if number.first and (unit := _before_number(reading, number)):
        return (unit, number.first - 1, number.last, 0) if unit in asked.measures else None
    if number.first == number.last:  # a dual is a word of its own
        unit, length = measure((tokens[number.last].text,))
        last = number.last + length
    else:
        first = _start(reading, number.last)
        if first < len(tokens) and (among("of", tokens[first].text) or tokens[first].text == "the"):
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


def _before_number(reading: Quantity, number: Number) -> str | None:
    """The currency or share that stands before its number: «$ 5», «%12», «百分之十»."""
    before = reading.tokens[number.first - 1].text
    share = before in ("%", "percent") and lexicon(reading.language)
    if before not in "$€£¥₽₩" and not (share and _is_share_first(reading, number.first - 1)):
        return None
    return measure((before,))[0]


def _is_share_first(reading: Quantity, at: int) -> bool:
    """Whether a sign of percent belongs to what follows, for no number stands before it."""
    return not at or all(number.last != at for number in reading.numbers)


def _about(asked: Counted, reading: Quantity, number: Number, alike: Alike) -> bool:
    """Whether what a question wants measured is named beside a number: one word of it, or two of
    three, for a price is not yet the price of what is asked for."""
    tokens = reading.tokens
    behind = range(number.last, min(number.last + _ABOUT_AFTER, len(tokens)))
    beside = [tokens[at].text for at in (*behind, *_before_it(number)) if tokens[at].is_word]
    named = sum(any(alike.same(word, said) for said in beside) for word in asked.about)
    return named >= len(asked.about) - 1 and (named > 0 or not asked.about)


def _before_it(number: Number) -> range:
    return range(number.first - 1, max(-1, number.first - 1 - _ABOUT_BEFORE), -1)


def _start(reading: Quantity, last: int) -> int:
    """The first token behind a number, without a hyphen or the point of an abbreviation."""
    tokens = reading.tokens
    while last < len(tokens) and (
        tokens[last].text in _DASHES | _QUOTED
        or (tokens[last].text == "." and not ends_clause(tokens, last))
    ):
        last += 1
    return last


def counting(
    asked: Counted, text: str, language: str, reading: Quantity, number: Number, alike: Alike
) -> Unit | None:
    """What a number counts, where that is asked for."""
    tokens = reading.tokens
    if number.first and _before_number(reading, number):
        return None
    if _of_whole(reading, number):
        return None
    if number.first == number.last:
        at = number.first
        one = dual(tokens[at].text)
        noun = _noun(asked, one or "", language, alike)
        unit = written_singular(text[tokens[at].start : tokens[at].end][-len(one or "") - 2 : -2])
        return None if noun is None else (unit, at, at + 1, noun)
    candidates = _behind(reading, number, language)
    for at in candidates:
        noun = _noun(asked, tokens[at].text, language, alike)
        if noun is not None and not _modifies(tokens[at].text, at, candidates, reading, language):
            return _unit(asked, text, reading, at, noun), number.first, at + 1, noun
    if all(thing(noun) in _PERSONS for noun in asked.nouns):
        found = _befallen(asked, text, reading, number, candidates)
        if found:
            return found
    named = any(thing(tokens[at].text) or fate(tokens[at].text) for at in candidates)
    first = _start(reading, number.last)
    if named or measure([token.text for token in tokens[first : first + 2]])[0]:
        return None
    return _before(asked, text, reading, number, alike, bool(candidates))


def _unit(asked: Counted, text: str, reading: Quantity, at: int, noun: int) -> str:
    """The noun at a token as the text has it; of words that are written together, as the question
    has it."""
    token = reading.tokens[at]
    named = asked.nouns[noun] if token.unspaced and asked.nouns else ""
    return text[token.start : token.end][: shared(named, token.text) or None]


def _noun(asked: Counted, word: str, language: str, alike: Alike) -> int | None:
    """Which of what is asked for a word names."""
    for at, noun in enumerate(asked.nouns):
        if alike.same(noun, word) or related(noun, word, language):
            return at
    if not asked.nouns and fate(word) in asked.fates:
        return 0
    return None


def _behind(reading: Quantity, number: Number, language: str) -> list[int]:
    """The words behind a number that may be what it counts."""
    tokens, found, joined, content = reading.tokens, [], False, 0
    reach = _REACH.get(language, _FURTHEST)
    first = _start(reading, number.last)
    unit, length = measure([token.text for token in tokens[first : first + 2]])
    if unit and unit not in _MASS:
        return []
    numbers = {other.first: other for other in reading.numbers}
    parted: list[int] = []
    for at in range(first + (length if unit else 0), len(tokens)):
        word = tokens[at].text
        if word in _QUOTED or (word == "-" and content):
            continue
        if at in numbers and not content and _of_whole(reading, numbers[at]) == number:
            parted.extend(range(at, numbers[at].last))
        if at in parted:
            continue
        if at in numbers or not tokens[at].is_word or content >= _FURTHEST:
            break
        if among("reaches", word) and lexicon(language):
            break
        if among("skipped", word) or among("additional", word):
            if content and (among("of", word) or among("definite", word)):
                break
            continue
        if among("ends", word):
            break
        if not content and word.startswith(written_ands()) and thing(word[1:]):
            break
        if among("and", word):
            if not content:
                break
            joined = True
            continue
        content += 1
        arabic = language == "ar" and content > 1 and word.startswith(written_ands())
        if content <= reach or joined or (arabic and thing(word)):
            found.append(at)
        if language in ("ru", "uk") and not is_adjective(word):
            reach = content
        joined = False
    return found if not unit or found else []


def _of_whole(reading: Quantity, number: Number) -> Number | None:
    """The number that is a part of this one: of «37 de los 120 escaños» the first."""
    at, tokens = number.first - 1, reading.tokens
    while at >= 0 and tokens[at].text in _PART_OF:
        at -= 1
    if not lexicon(reading.language) or at == number.first - 1:
        return None
    for other in reading.numbers:
        same = number.last < len(tokens) and tokens[at].text == tokens[number.last].text
        if other.last == at + 1 or (other.last == at and same):
            return other
    return None


def _modifies(
    word: str, at: int, candidates: Sequence[int], reading: Quantity, language: str
) -> bool:
    """Whether an English noun only tells which: the shells of «two shell casings»."""
    if language != "en" or word.endswith("s") or at + 1 not in candidates:
        return False
    return reading.tokens[at + 1].text.endswith("s") and not fate(reading.tokens[at + 1].text)


def _befallen(
    asked: Counted, text: str, reading: Quantity, number: Number, candidates: Sequence[int]
) -> Unit | None:
    """Those whom a fate befell that is asked for, where the text does not say who: «45 others»; or
    the question does not: «how many died»."""
    tokens = reading.tokens
    if fate_of(reading, number) not in asked.fates:
        return None
    for at in candidates:
        if not asked.nouns and thing(tokens[at].text) in _PERSONS:
            return text[tokens[at].start : tokens[at].end], number.first, at + 1, 0
    beside = [fate_before(reading, number), *candidates[:1]]
    for at in beside if not candidates or fate(tokens[candidates[0]].text) else ():
        if at >= 0 and fate(tokens[at].text) in asked.fates:
            last = max(number.last, at + 1)
            return text[tokens[at].start : tokens[at].end], number.first, last, 0
    return None


def _before(
    asked: Counted, text: str, reading: Quantity, number: Number, alike: Alike, near: bool
) -> Unit | None:
    """What a number without a noun counts: «the number of shells has reached 12 million»."""
    tokens = reading.tokens
    start = number.opens - 1
    clause = list(reading.clause(start, -1))[:_BACK]
    if start >= 0 and tokens[start].text == ":":
        clause = list(reading.clause(start - 1, -1))[:_BACK]
    other = {at for each in reading.numbers for at in range(each.first, each.last)}
    clause = clause[: next((n for n, at in enumerate(clause) if at in other), len(clause))]
    first = min(clause, default=0)
    reaches = [at for at in range(first, start + 1) if among("reaches", tokens[at].text)]
    counts = min((at for at in clause if _is_number_of(tokens[at].text)), default=None)
    # «بلغ عدد النازحين مليونا»: the verb may stand first
    verb_first = counts is not None and bool({counts - 1, counts - 2} & set(reaches))
    known = lexicon(reading.language)
    last_verb = known is not None and known.endings
    if known and not near and (tokens[number.first].unspaced or (last_verb and counts is not None)):
        reaches.append(start + 1)  # «yıkılan bina sayısı 12», «病例超过130万»
    if not reaches or (near and not verb_first and reaches[-1] < start - 1):
        return None
    for at in clause:
        refers = counts is None or last_verb or _of_it(tokens[counts].text)
        if not refers and not 0 < at - (counts or 0) <= 3:
            continue
        noun = (
            _noun(asked, tokens[at].text, reading.language, alike) if tokens[at].is_word else None
        )
        if noun is not None and (verb_first or at < reaches[-1]):
            return text[tokens[at].start : tokens[at].end], number.first, number.last, noun
    return None


def _of_it(word: str) -> bool:
    """Whether «their number» refers to what stands before it."""
    return word.endswith(tuple(each for each in clitics("ar").pronouns if len(each) > 1))


def _is_number_of(word: str) -> bool:
    return among("number_of", word) or among("number_of", clitics("ar").bare(word, shortest=4))
