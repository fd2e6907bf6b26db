"""A text as words, numbers in digits and marks, and the table of what is around numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from corpus.language.clitics import clitics
from corpus.language.languages import merged
from corpus.language.marks import ARABIC_NUMBER_MARKS, DECIMAL_MARKS, THOUSANDS_MARKS
from corpus.language.phrases import phrases
from corpus.language.scripts import HAN, has_han
from corpus.language.text import normalise
from corpus.language.tokens import fold
from retrieval.answer.figures.lexicon import Lexicon, han_values, lexicon

_TOKEN = re.compile(
    rf"(?<![\d.,])\d{{1,3}}(?:(?P<mark>[{THOUSANDS_MARKS}])\d{{3}})(?:(?P=mark)\d{{3}})*(?!\d)"
    rf"(?:[{DECIMAL_MARKS}]\d{{1,2}}(?!\d))?|\d+(?:[{DECIMAL_MARKS}]\d+)?"
    r"|[万萬亿億千百]|[^\W\d_万萬亿億千百]+|\S"
)
# Of a language without spaces: its runs are told apart by its words.
_HAN_TOKEN = re.compile(
    rf"(?<![\d.,])\d{{1,3}}(?:(?P<mark>[{THOUSANDS_MARKS[1:]}])\d{{3}})(?:(?P=mark)\d{{3}})*(?!\d)"
    r"(?:\.\d{1,2}(?!\d))?|\d+(?:\.\d+)?|(?<=\d)(?P<scale>[万萬亿億千百])(?!米|克|瓦)"
    rf"|[{HAN}]+|[^\W\d_{HAN}]+|\S"
)
_SUFFIX = re.compile(r"(?<=\d)['’]\w{1,5}")
# «am 3. Tag», «23. maddesi»: before a word in small letters, or after one that has no number.
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,3}\. ?(?=[^\W\d_])")
_DECIMAL = ARABIC_NUMBER_MARKS[0]
# Marks that are always between groups of digits are left out.
_UNGROUPED = str.maketrans(
    dict.fromkeys(set(THOUSANDS_MARKS) - set(DECIMAL_MARKS), "") | {_DECIMAL: "."}
)
_DECIMAL_POINT = frozenset(("en", "ar", "fa", "zh", "ja", "ko", "he"))
_DETERMINERS = frozenset(
    ("am", "im", "zum", "vom", "beim", "der", "die", "das", "dem", "den", "des")
)
_ELISION = frozenset("'’")


@dataclass(frozen=True, slots=True)
class NumberToken:
    """A word, a number in digits or a mark of a text; `text` normalised, the place in code points
    of the text as it is; `value` of digits. `unspaced`: no space would be around it."""

    text: str
    start: int
    end: int
    value: float | None = None
    unspaced: bool = False

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


def tokens(text: str, language: str) -> tuple[NumberToken, ...]:
    """The words, numbers and marks of `text`; the language says what points and commas mean. Words
    of a language with a lexicon are English ones, as far as it has them."""
    folded, origins = fold(text)
    known = lexicon(language)
    if known and known.endings:
        folded = _SUFFIX.sub(lambda found: " " * len(found.group()), folded)
    if known and known.ordinal_point:
        folded = _ORDINAL.sub(lambda found: _without_ordinal(found, text, origins), folded)
    unspaced = language == "zh"
    found = [
        NumberToken(word, origins[start], origins[end - 1] + 1, value, unspaced)
        for word, start, end, value in _split(folded, language, known)
        if word not in _ELISION
    ]
    return tuple(_translated(found, known, text)) if known else tuple(found)


def _without_ordinal(found: re.Match[str], text: str, origins: Sequence[int]) -> str:
    """The digits of an ordinal as marks that say nothing, and others as they are."""
    before = found.string[: found.start()].split()[-1:]
    if text[origins[found.end()]].islower() or _DETERMINERS.issuperset(before or ("",)):
        return "#" * len(found.group())
    return found.group()


def _split(
    folded: str, language: str, known: Lexicon | None
) -> Iterator[tuple[str, int, int, float | None]]:
    """The words, numbers and marks of a normalised text with their places and values."""
    unspaced = language == "zh"
    for found in (_HAN_TOKEN if unspaced else _TOKEN).finditer(folded):
        text, (start, end) = found.group(), found.span()
        if text[0].isdecimal():
            yield text, start, end, _digits(text, language)
        elif unspaced and known and not found["scale"] and has_han(text[0]):
            yield from _segments(folded, start, end, known)
        else:
            yield text, start, end, None


def _segments(
    folded: str, start: int, end: int, known: Lexicon
) -> Iterator[tuple[str, int, int, float | None]]:
    """The words of a run of Chinese: those that are known, and what is between them."""
    last = start
    for found in known.segment.finditer(folded, start, end):
        if found.start() > last:
            yield folded[last : found.start()], last, found.start(), None
        if found["number"]:
            values = han_values(found.group())
            width = len(found.group()) // len(values)
            for at, value in enumerate(values):
                first = found.start() + at * width
                yield folded[first : first + width], first, first + width, value
        else:
            yield found.group(), *found.span(), None
        last = found.end()
    if last < end:
        yield folded[last:end], last, end, None


def _translated(found: Sequence[NumberToken], known: Lexicon, text: str) -> Iterator[NumberToken]:
    """Tokens with the English words of a lexicon; those of a phrase of another length are at all of
    it."""
    at = 0
    while at < len(found):
        said = [token.text for token in found[at : at + 5]]
        written = text[found[at].start : found[at].end].lower().replace("i\u0307", "i")
        length, english = known.english(said, written)
        places = found[at : at + length]
        if len(english) == length:
            yield from (
                replace(token, text=word) for token, word in zip(places, english, strict=True)
            )
        else:
            whole = replace(places[0], end=places[-1].end)
            yield from (replace(whole, text=word, value=None) for word in english)
        at += length


@cache
def written_ands() -> tuple[str, ...]:
    """What Arabic writes on to a word for «and»."""
    return tuple(each for each in clitics("ar").conjunctions if each in table("around")["and"])


@cache
def table(section: str) -> dict[str, list[str]]:
    """A section of `[numbers]` of all languages: the normalised phrases of each key, the longest of
    those that begin alike first."""
    return {
        key: sorted({normalise(phrase).strip() for phrase in phrases(value)} - {""})[::-1]
        for key, value in merged(f"numbers.{section}").items()
    }


def _digits(written: str, language: str) -> float | None:
    """The value of digits with their separators."""
    bare = written.translate(_UNGROUPED)
    marks = re.findall(r"[.,]", bare)
    if not marks:
        return float(bare) if len(bare) < 16 else None
    groups = re.split(r"[.,]", bare)
    decimal = "." if language in _DECIMAL_POINT else ","
    if len(set(marks)) == 2:
        decimal = marks[-1]
    elif len(marks) > 1 or len(groups[-1]) != 3 or groups[0] == "0":
        decimal = marks[0] if len(marks) == 1 else ""
    elif language == "ar" and _DECIMAL not in written:
        decimal = ""  # the press of Arab countries groups by either mark
    other = bare if not decimal else bare.replace("," if decimal == "." else ".", "")
    whole = re.sub(r"[.,]", "", other) if not decimal else other.replace(decimal, ".")
    return float(whole) if len(whole) < 16 else None
