"""Numbers that a text takes back: «14, not 19», «revised from 19 to 14»."""

from __future__ import annotations

from retrieval.answer.figures.quantities import Number, Quantity
from retrieval.answer.figures.tokens import table

_LONGEST = 4


def withdrawn(reading: Quantity) -> frozenset[float]:
    """The values of the numbers that a text corrects."""
    return frozenset(number.value for number in reading.numbers if _is_withdrawn(reading, number))


def _is_withdrawn(reading: Quantity, number: Number) -> bool:
    said = [token.text for token in reading.tokens]
    cues = table("withdrawn")
    for start in {number.opens, number.first}:
        before = (" ".join(said[max(0, start - n) : start]) for n in range(1, _LONGEST + 1))
        if any(phrase in cues["before"] for phrase in before):
            return True
    # the noun may be between the number and what takes it back
    return any(
        " ".join(said[start : start + n]) in cues["after"]
        for start in (number.last, number.last + 1)
        for n in range(1, _LONGEST + 1)
    )
