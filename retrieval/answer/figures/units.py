"""What a number in a text counts, if that is what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.language.clitics import clitics
from retrieval.answer.figures.asked import Alike, Counted
from retrieval.answer.figures.fates import fate_before, fate_behind, fate_of
from retrieval.answer.figures.lexicon import lexicon, related, shared
from retrieval.answer.figures.measured import QUOTED, Unit, before_number, start_of_unit
from retrieval.answer.figures.quantities import Number, Quantity
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

_MASS = frozenset(("t", "kg", "l"))
# Words that may be between a number and its noun, by language; adjectives after the noun are
# not among them.
_REACH = {"ar": 1, "fa": 1, "fr": 2, "es": 2, "it": 2, "pt": 2}
_FURTHEST = 4
_BACK = 10
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
        "crew",
    }
)

# Who is not in the tables may be somebody as well.
_ANYBODY = _PERSONS | {None}
# Those of whom there are some among any: a toll that does not name them is of others too.
_A_PART = frozenset(("woman", "child"))


def counting(
    asked: Counted, text: str, language: str, reading: Quantity, number: Number, alike: Alike
) -> Unit | None:
    """What a number counts, where that is asked for."""
    tokens = reading.tokens
    if number.first and before_number(reading, number):
        return None
    if _of_whole(reading, number) or (_is_part(reading, number) and _whole_asked(asked)):
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
            mass = measure([tokens[number.last].text])[0] if number.last < at else None
            if mass in _MASS and reading.tokens[at].unspaced:
                return mass, number.first, number.last + 1, noun
            return _unit(asked, text, reading, at, noun), number.first, at + 1, noun
    if all(thing(noun) in _ANYBODY for noun in asked.nouns):
        found = _befallen(asked, text, reading, number, candidates)
        if found:
            return found
        if found := _so_many(asked, text, reading, number, alike, candidates):
            return found
    named = any(thing(tokens[at].text) or fate(tokens[at].text) for at in candidates)
    first = start_of_unit(reading, number.last)
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
    """The words after a number that may be what it counts."""
    tokens, joined, content = reading.tokens, False, 0
    found: list[int] = []
    reach = _REACH.get(language, _FURTHEST)
    first = start_of_unit(reading, number.last)
    unit, length = measure([token.text for token in tokens[first : first + 2]])
    if unit and unit not in _MASS:
        return []
    numbers = {other.first: other for other in reading.numbers}
    parted: list[int] = []
    for at in range(first + (length if unit else 0), len(tokens)):
        word = tokens[at].text
        if word in QUOTED or (word == "-" and content):
            continue
        if at in numbers and not content and _of_whole(reading, numbers[at]) == number:
            parted.extend(range(at, numbers[at].last))
        if at in parted:
            continue
        if at in numbers or not tokens[at].is_word or content >= _FURTHEST:
            break
        is_verb = word in ("is", "reached")
        generic = found and thing(tokens[found[-1]].text) == "person" and tokens[at].unspaced
        if lexicon(language) and ((word == "is" and at == number.last) or (generic and is_verb)):
            continue  # «27 son niños», «2人是未成年人»
        if among("reaches", word) and lexicon(language):
            break
        if among("skipped", word) or among("additional", word):
            if content and (among("of", word) or among("definite", word)):
                break
            continue
        if among("ends", word):
            break
        if tokens[at].unspaced and not thing(word) and any(thing(tokens[n].text) for n in found):
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


def _is_part(reading: Quantity, number: Number) -> bool:
    """Whether a number is of some of those told before: «entre ellos 12 niños», «dos de ellos»."""
    tokens = reading.tokens
    behind = [token.text for token in tokens[number.last : number.last + 2]]
    before = tokens[number.opens - 1].text if number.opens else ""
    if not lexicon(reading.language) or not (before == "including" or behind == ["of", "them"]):
        return False
    return not any(fate(tokens[at].text) for at in reading.clause(number.last, 1))


def _whole_asked(asked: Counted) -> bool:
    """Whether what befell any of them is asked, and not of some."""
    anybody = all(thing(noun) == "person" for noun in asked.nouns)
    return anybody and bool(asked.fates) and not asked.owners


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
    anybody = all(thing(noun) == "person" for noun in asked.nouns)
    for at in candidates:
        if anybody and thing(tokens[at].text) in _PERSONS:
            return text[tokens[at].start : tokens[at].end], number.first, at + 1, 0
    groups = {thing(noun) for noun in asked.nouns}
    some = bool(lexicon(reading.language) and groups & _PERSONS) and not anybody
    a_part = some or bool(groups & _A_PART)
    beside = (
        []
        if a_part
        else [
            fate_before(reading, number),
            fate_behind(reading, number),
            *candidates[:1],
        ]
    )
    for at in beside if not candidates or fate(tokens[candidates[0]].text) else ():
        if at >= 0 and fate(tokens[at].text) in asked.fates:
            last = max(number.last, at + 1)
            return text[tokens[at].start : tokens[at].end], number.first, last, 0
    return None


def _so_many(
    asked: Counted,
    text: str,
    reading: Quantity,
    number: Number,
    alike: Alike,
    candidates: Sequence[int],
) -> Unit | None:
    """Those who are named before a number of people in Chinese: «游客达3687万人次»."""
    tokens = reading.tokens
    if not candidates or not tokens[candidates[0]].unspaced:
        return None
    if not all(thing(noun) in _PERSONS for noun in asked.nouns):
        return None
    if thing(tokens[candidates[0]].text) != "person":
        return None
    start = number.opens - 1
    beside = start >= 0 and (among("reaches", tokens[start].text) or thing(tokens[start].text))
    if not beside:
        return None
    found, at = _before(asked, text, reading, number, alike, False), candidates[0]
    return found and (text[tokens[at].start : tokens[at].end], number.first, at + 1, found[3])


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
    # «بلغ عدد النازحين مليونا»: the verb may be first
    verb_first = counts is not None and bool({counts - 1, counts - 2} & set(reaches))
    known = lexicon(reading.language)
    last_verb = known is not None and known.endings
    if known and not near and (tokens[number.first].unspaced or (last_verb and counts is not None)):
        reaches.append(start + 1)  # «yıkılan bina sayısı 12», «病例超过130万»
    if near and tokens[start].text == ":":  # «24 hostages: 13 Israelis and …»
        return None
    if not reaches or (near and not verb_first and reaches[-1] < start - 1):
        return None
    for at in clause:
        behind = last_verb or tokens[at].unspaced  # «员工总数»
        refers = counts is None or behind or _of_it(tokens[counts].text)
        if not refers and not 0 < at - (counts or 0) <= 3:
            continue
        noun = (
            _noun(asked, tokens[at].text, reading.language, alike) if tokens[at].is_word else None
        )
        if noun is not None and (verb_first or at < reaches[-1]):
            return text[tokens[at].start : tokens[at].end], number.first, number.last, noun
    return None


def _of_it(word: str) -> bool:
    """Whether «their number» refers to what is before it."""
    return word.endswith(tuple(each for each in clitics("ar").pronouns if len(each) > 1))


def _is_number_of(word: str) -> bool:
    return among("number_of", word) or among("number_of", clitics("ar").bare(word, shortest=4))
