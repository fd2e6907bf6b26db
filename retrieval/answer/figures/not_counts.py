"""Numbers that count nothing: days, years, times of day, ordinals, parts of names, labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from corpus.dates.written import is_month
from corpus.language.clitics import clitics
from corpus.language.languages import by_language
from corpus.language.scripts import has_arabic, has_unspaced
from retrieval.answer.figures.numerals import Numeral
from retrieval.answer.figures.tokens import NumberToken, table

DASHES = ("-", "–", "—")
_HALVES_OF_DAY = (["a", "."], ["p", "."])
_YEARS = range(1900, 2100)


def is_of(word: str, kind: str) -> bool:
    """Whether a word is of a kind of `[numbers.around]`, also written on to another: «وبين»."""
    known = table("around")[kind]
    joined = (each for each in clitics("ar").joined if word.startswith(each))
    return word in known or any(word[len(each) :] in known for each in joined)


@cache
def _ordinal() -> re.Pattern[str]:
    """Any ordinal in words."""
    every = (held["ordinal"].strip() for held in by_language("numbers.patterns").values())
    return re.compile(rf"(?:{'|'.join(every)})$")


def is_day(found: Sequence[NumberToken], each: Numeral, days: set[int]) -> bool:
    """Whether a number is the day of a month, or the first of several: «11-13 يوليو»."""
    if not 1 <= each.value <= 31 or each.scale != 1:
        return False
    after = [token.text for token in found[each.last : each.last + 3]]
    around = table("around")
    if len(after) > 1 and after[0] in around["day_of"]:
        month = after[1]
    else:
        month = after[0] if after else ""
    named = any(word in around["month"] for word in after[:2])
    if is_month(month) or (named and len(after) > 2 and is_month(after[2])):
        return True
    before = found[each.first - 1].text if each.first else ""
    if is_month(before) and each.digits and (before.isascii() or not after):
        return True
    return (
        bool(after)
        and any(n in days for n in (each.last, each.last + 1))
        and (after[0] in (*DASHES, ",") or is_of(after[0], "to") or is_of(after[0], "and"))
    )


def counts(found: Sequence[NumberToken], each: Numeral) -> bool:
    """Whether a number may count something at all."""
    around = table("around")
    before = found[each.first - 1] if each.first else None
    after = found[each.last] if each.last < len(found) else None
    word = found[each.first].text
    if each.last - each.first == 1 and (word in ("un", "une") or _is_one_of(word, after)):
        return False
    if before and (
        (before.text in around["label"] and not before.unspaced)
        or (before.text == "." and each.first > 1 and found[each.first - 2].text == "no")
        or (before.text in around["weekday"] and word in table("words")["2"])
        or before.text in around["clock"]
        or (before.text in around["vague"] and not each.digits)
        or (not each.digits and _ordinal().match(before.text))
    ):
        return False
    if after and (_ordinal().match(after.text) or after.text in around["dates"]):
        return False
    tied = found[each.last + 1 : each.last + 2] if after and after.text == "-" else ()
    if tied and (_ordinal().match(tied[0].text) or tied[0].text in around["ordinals"]):
        return False
    return not each.digits or not (
        _glued(found, each) or _is_clock(found, each) or _is_year(found, each)
    )


def _is_one_of(word: str, after: NumberToken | None) -> bool:
    """Whether «one» counts nothing: «one of them»."""
    one = word in table("words")["1"]
    return one and after is not None and after.text in table("around")["one_of"]


def _glued(found: Sequence[NumberToken], each: Numeral) -> bool:
    """Whether digits are part of a name or an ordinal: «Su-35», «12th», «G7», «+7»."""
    first, last = found[each.first], found[each.last - 1]
    before = found[each.first - 1] if each.first else None
    tied = before if before and before.end == first.start and not before.unspaced else None
    if tied and tied.text in DASHES and each.first > 1:
        further = found[each.first - 2]
        if further.end == tied.start and further.is_word:
            return True
    decimal = table("around")["decimal"]
    if tied and tied.text in decimal:  # a decimal mark of some agencies, which may mean either
        return True
    if tied and tied.is_word and not has_arabic(tied.text[0]):
        return True
    after = found[each.last] if each.last < len(found) else None
    if not after or after.start != last.end or not after.is_word or last.value is None:
        return False
    if after.unspaced:
        return False
    if after.text in decimal:
        return True
    apart = has_arabic(after.text[0]) or has_unspaced(after.text[0])
    return not apart and after.text not in table("around")["glued"]


def _is_clock(found: Sequence[NumberToken], each: Numeral) -> bool:
    """Whether digits are a time of day."""
    around = table("around")
    texts = [token.text for token in found[each.last : each.last + 3]]
    before = [token.text for token in found[max(0, each.first - 2) : each.first]]
    if texts[:1] == [":"] and len(texts) > 1 and texts[1].isdecimal() and len(texts[1]) == 2:
        return True
    if before[1:] == [":"] and before[0].isdecimal():
        return True
    if (texts and texts[0] in around["hours"]) or texts[:2] in _HALVES_OF_DAY:
        return True
    hours = texts and texts[0] in around["oclock"]
    return bool(hours and before and before[-1] in around["at"])


def _is_year(found: Sequence[NumberToken], each: Numeral) -> bool:
    token = found[each.first]
    if each.last - each.first > 1 or not token.text.isdecimal() or each.value not in _YEARS:
        return False
    before = found[each.first - 1].text if each.first else ""
    after = found[each.last].text if each.last < len(found) else ""
    return (
        before in table("around")["year"]
        or after in table("around")["years"]
        or is_month(before)
        or not after[:1].isalpha()
        or before in DASHES
        or after in DASHES
        or before in ("/", "(")
    )
