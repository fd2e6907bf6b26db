"""A text as words, numbers in digits and marks, and the table of what stands around numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from corpus.dates.written import fold
from corpus.language.phrases import phrases, tables
from corpus.language.text import normalise

_TOKEN = re.compile(
    r"(?<![\d.,])\d{1,3}(?:(?P<mark>[.,٬'’ ])\d{3})(?:(?P=mark)\d{3})*(?!\d)(?:[.,٫]\d{1,2}(?!\d))?"
    r"|\d+(?:[.,٫]\d+)?|[万萬亿億千百]|[^\W\d_万萬亿億千百]+|\S"
)
_DECIMAL_POINT = frozenset(("en", "ar", "fa", "zh", "ja", "ko", "he"))
_ELISION = frozenset("'’")


@dataclass(frozen=True, slots=True)
class NumberToken:
    """A word, a number in digits or a mark of a text; `text` normalised, the place in code points
    of the text as it is; `value` of digits."""

    text: str
    start: int
    end: int
    value: float | None = None

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


def tokens(text: str, language: str) -> tuple[NumberToken, ...]:
    """The words, numbers and marks of `text`; the language says what points and commas mean."""
    folded, origins = fold(text)
    return tuple(
        NumberToken(
            found.group(),
            origins[found.start()],
            origins[found.end() - 1] + 1,
            _digits(found.group(), language) if found.group()[0].isdecimal() else None,
        )
        for found in _TOKEN.finditer(folded)
        if found.group() not in _ELISION
    )


@cache
def table(section: str) -> dict[str, list[str]]:
    """A section of numbers.toml: the normalised phrases of each key, the longest first."""
    return {
        key: sorted({normalise(phrase).strip() for phrase in phrases(value)} - {""})[::-1]
        for key, value in tables("retrieval.answer.figures", "numbers.toml")[section].items()
    }


def _digits(written: str, language: str) -> float | None:
    """The value of digits with their separators."""
    bare = re.sub(r"[٬'’ ]", "", written).replace("٫", ".")
    marks = re.findall(r"[.,]", bare)
    if not marks:
        return float(bare) if len(bare) < 16 else None
    groups = re.split(r"[.,]", bare)
    decimal = "." if language in _DECIMAL_POINT else ","
    if len(set(marks)) == 2:
        decimal = marks[-1]
    elif len(marks) > 1 or len(groups[-1]) != 3 or groups[0] == "0":
        decimal = marks[0] if len(marks) == 1 else ""
    elif language == "ar" and "٫" not in written:
        decimal = ""  # the press of Arab countries groups by either mark
    other = bare if not decimal else bare.replace("," if decimal == "." else ".", "")
    whole = re.sub(r"[.,]", "", other) if not decimal else other.replace(decimal, ".")
    return float(whole) if len(whole) < 16 else None
