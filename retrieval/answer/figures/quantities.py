"""Numbers of a text that may count something: with their ranges and approximations, and without
dates, years, times of day, ordinals, names of types and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.dates.written import find_dates
from corpus.language.marks import CLAUSE_ENDS, PERCENT, QUOTES, SEMICOLONS, SENTENCE_ENDS
from retrieval.answer.figures.not_counts import DASHES, counts, is_day, is_of
from retrieval.answer.figures.numerals import Numeral, numeral_at, numerals
from retrieval.answer.figures.tokens import NumberToken, table, tokens, written_ands

_MONEY = frozenset("$€£¥₽₩₪﷼₹")
_CLAUSE = frozenset(SENTENCE_ENDS + CLAUSE_ENDS + QUOTES + "()\n")
_SENTENCE = frozenset(SENTENCE_ENDS + SEMICOLONS)
_ABOUT_WORDS = 4


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or the range from `value` to `high`, written at `tokens[first:last]`; `opens` is
    where the words that make it approximate begin, else `first`."""

    value: float
    high: float | None
    about: bool
    opens: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """A text as tokens, and its numbers in order."""

    tokens: tuple[NumberToken, ...]
    numbers: tuple[Number, ...]
    language: str

    def clause(self, at: int, step: int) -> range:
        """The tokens of the clause from a token on, forwards or backwards."""
        end = at
        while 0 <= end < len(self.tokens) and not ends_clause(self.tokens, end):
            end += step
        return range(at, end, step)

    def sentence(self, number: Number) -> range:
        """The tokens of the sentence of a number."""
        first, last = number.first, number.last
        while first and not ends_sentence(self.tokens, first - 1):
            first -= 1
        while last < len(self.tokens) and not ends_sentence(self.tokens, last):
            last += 1
        return range(first, last)


@lru_cache(maxsize=64)
def read(text: str, language: str) -> Quantity:
    """The numbers of `text`, whose language says what points and commas mean."""
    found = tokens(text, language)
    days = [(day.start, day.end) for day in find_dates(text)]
    kept: list[Numeral] = []
    dropped: set[int] = set()
    for each in reversed(numerals(found)):
        place = found[each.first].start
        day = any(start <= place < end for start, end in days) or is_day(found, each, dropped)
        if day:
            dropped.add(each.first)
        elif counts(found, each):
            kept.append(each)
    return Quantity(found, tuple(_numbers(found, kept[::-1])), language)


def ends_clause(found: Sequence[NumberToken], at: int) -> bool:
    """Whether a mark ends the clause; the point of an abbreviation does not."""
    if found[at].text not in _CLAUSE:
        return False
    return not (
        found[at].text == "." and at and found[at - 1].text in table("around")["abbreviated"]
    )


def ends_sentence(found: Sequence[NumberToken], at: int) -> bool:
    """Whether a mark ends the sentence, or a part of it that could be one."""
    return found[at].text in _SENTENCE and ends_clause(found, at)


def _numbers(found: Sequence[NumberToken], kept: Sequence[Numeral]) -> list[Number]:
    made: list[Number] = []
    at = 0
    while at < len(kept):
        one, other = kept[at], kept[at + 1] if at + 1 < len(kept) else None
        joined = other and _joined(found, one, other)
        if other and joined == "range":
            low = _scaled(one, other)
            made.append(_about(found, one, other, low, other.value))
        elif other and joined == "or":
            ranged = _about(found, one, other, _scaled(one, other), other.value)
            made.append(
                Number(ranged.value, ranged.high, True, ranged.opens, ranged.first, ranged.last)
            )
        elif joined != "score":
            made.append(_about(found, one, one, one.value, None))
            at += 1
            continue
        at += 2
    return made


def _joined(found: Sequence[NumberToken], one: Numeral, other: Numeral) -> str | None:
    """What two numbers next to one another are: a range, one or the other, a score, or nothing."""
    gap = [found[n].text for n in range(one.last, other.first) if found[n].text not in _MONEY]
    if len(gap) > 1 and gap[0] == ".":
        gap = gap[1:]
    around = table("around")
    before = _opener(found, one)
    opener = found[before].text if before is not None else ""
    if not gap and found[other.first].text.startswith(written_ands()):
        gap = [found[other.first].text[0]]
    if not gap and not one.digits | other.digits and other.value == one.value + 1 < 10:
        return "or"  # «üç dört», «三四»
    if len(gap) == 2 and (opener or found[one.first].unspaced) and other.last < len(found):
        behind = found[other.last].text
        if gap[0][:3] == behind[:3] or gap[0] in PERCENT:
            gap = gap[1:]
    if len(gap) != 1:
        return None
    mark, rising = gap[0], _scaled(one, other) < other.value
    if mark in DASHES:
        return "range" if rising else "score"
    if not rising:
        return None
    if mark in around["or"]:
        return "or"
    if mark in around["and"]:
        return "range" if is_of(opener, "between") else None
    if mark not in around["to"]:
        return None
    changes = one.first > 0 and _changes(found, one.first - 1)
    return None if changes else "range"


def _opener(found: Sequence[NumberToken], one: Numeral) -> int | None:
    """The token before a number that opens a range: «between», «from»."""
    at = one.first - 1
    while at >= 0 and found[at].text in _MONEY:
        at -= 1
    opens = at >= 0 and any(is_of(found[at].text, kind) for kind in ("between", "from"))
    return at if opens else None


def _changes(found: Sequence[NumberToken], before: int) -> bool:
    """Whether what goes from one number to another is a change, and no range."""
    if not (is_of(found[before].text, "from") or found[before].text == "of"):
        return False
    said = [found[n].text for n in range(max(0, before - 8), before)]
    return any(_like(word, form) for word in said for form in table("around")["changes"])


def _like(word: str, form: str) -> bool:
    return word.startswith(form[:-1]) if form.endswith("-") else word == form


def _scaled(one: Numeral, other: Numeral) -> float:
    """The lower end of a range, which may leave its thousands to the upper one: «25 إلى 30 ألف»."""
    shared = one.scale == 1 and other.scale > 1 and one.value < other.value / other.scale
    return one.value * other.scale if shared else one.value


def _about(
    found: Sequence[NumberToken], one: Numeral, other: Numeral, low: float, high: float | None
) -> Number:
    """A number or range, with what makes it approximate."""
    first = one.first
    if high is not None and (opener := _opener(found, one)) is not None:
        first = opener
        if first and found[first - 1].text in table("around")["before_between"]:
            first -= 1
    start = first
    while start and (
        found[start - 1].text in _MONEY or found[start - 1].text in ("a", "an", "un", "une")
    ):
        start -= 1
    opens = first
    forms = table("about")["before"]
    within = start - 1 if start and found[start - 1].text in table("around")["about_of"] else start
    for last in (start, within):
        for length in range(1, min(_ABOUT_WORDS, last) + 1):
            if " ".join(token.text for token in found[last - length : last]) in forms:
                opens = min(opens, last - length)
    about = opens < first or one.round_ or other.round_ or _about_behind(found, other.last)
    return Number(low, high, about, opens, first, other.last)


def _about_behind(found: Sequence[NumberToken], last: int) -> bool:
    """Whether a number is called approximate after it, or after its noun."""
    for start in range(last, last + 3):
        said = " ".join(token.text for token in found[start : start + 3])
        for form in table("about")["after"]:
            behind = start + len(form.split())
            if f"{said} ".startswith(f"{form} "):
                return behind >= len(found) or not numeral_at(found, behind)
        if start < len(found) and not found[start].is_word:
            return False
    return False
