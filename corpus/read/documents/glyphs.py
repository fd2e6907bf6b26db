"""The glyphs of a line of a PDF, in the order in which they are read.

PDFium orders a line as its glyphs are in the file and turns runs of Arabic or Hebrew letters round.
Programs write such a run in either order, so that words come out backwards. A line with such
letters is therefore read from the places of its glyphs: from right to left, with Latin words and
numbers in it from left to right, the reverse of the Unicode bidirectional algorithm (UAX #9).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, takewhile
from typing import NamedTuple

# Two glyphs further apart than this part of the height of their line are in two words; where
# PDFium has two letters in two words, or next to a mark, a smaller gap is enough. A blank has 0.19
# to 0.27 of it, and the air next to a letter, where boxes are those of drawn letters, up to 0.15.
WIDE = 0.16
NARROW, BESIDE_MARK = 0.08, 0.1

# Rows of one line overlap by so much of their height, and the gap between them is smaller than that
# between two columns.
SAME_LINE, GUTTER = 0.6, 0.6
# One of so many rows before, at most, is of the same line.
_MOST_BESIDE = 8

_LAM, _ALEFS = "ل", "اأإآٱ"
# Between two digits they are part of the number.
_IN_NUMBERS = ".,:/٫٬"
_PAIRS = ("()", "[]", "{}", "«»", "‹›")
_CLOSES = ".,;:!?،؛؟…%"


class Glyph(NamedTuple):
    """A letter and its box, in points from the left and the bottom of the page; `word` is the
    number of the word that PDFium has it in."""

    letter: str
    left: float
    right: float
    bottom: float
    top: float
    word: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page in the order in which it is read, and its box, in points. `first` is the
    width of its first word."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    first: float
    right_to_left: bool

    @property
    def height(self) -> float:
        return self.top - self.bottom


def whole_rows(rows: Sequence[Sequence[Glyph]]) -> list[Sequence[Glyph]]:
    """Rows of glyphs, those that stand side by side as one: PDFium ends a line wherever what comes
    next stands to the left, and so at every run of Arabic that programs write by itself. Rows of
    other letters, and those of two columns, stay as they are."""
    whole: list[_Row] = []
    for glyphs in rows:
        if not glyphs:
            continue
        row = _Row(
            list(glyphs),
            min(glyph.left for glyph in glyphs),
            max(glyph.right for glyph in glyphs),
            min(glyph.bottom for glyph in glyphs),
            max(glyph.top for glyph in glyphs),
            any(_runs_left(glyph.letter) for glyph in glyphs),
        )
        near = range(max(0, len(whole) - _MOST_BESIDE), len(whole))
        found = [at for at in near if whole[at].beside(row)]
        for at in reversed(found[1:]):  # it is between them
            row = whole.pop(at).joined(row)
        if found:
            whole[found[0]] = whole[found[0]].joined(row)
        else:
            whole.append(row)
    return [row.glyphs for row in whole]


@dataclass(frozen=True, slots=True)
class _Row:
    glyphs: list[Glyph]
    left: float
    right: float
    bottom: float
    top: float
    right_to_left: bool

    def beside(self, other: _Row) -> bool:
        """Whether the two are of one line."""
        if not (self.right_to_left or other.right_to_left):
            return False
        height = min(self.top - self.bottom, other.top - other.bottom)
        overlap = min(self.top, other.top) - max(self.bottom, other.bottom)
        gap = max(self.left, other.left) - min(self.right, other.right)
        return overlap > SAME_LINE * height and gap < GUTTER * height

    def joined(self, other: _Row) -> _Row:
        return _Row(
            self.glyphs + other.glyphs,
            min(self.left, other.left),
            max(self.right, other.right),
            min(self.bottom, other.bottom),
            max(self.top, other.top),
            self.right_to_left or other.right_to_left,
        )


def line_of(row: Sequence[Glyph]) -> Iterator[Line]:
    """The line that these glyphs make, none if there are none."""
    if not row:
        return
    turned = any(_runs_left(glyph.letter) for glyph in row)
    units = _logical(_spaced(_units(row))) if turned else list(_as_parted(row))
    text = "".join(glyph.letter for glyph in units)
    first = list(takewhile(lambda glyph: glyph.letter != " ", units))
    yield Line(
        unicodedata.normalize("NFKC", text) if _has_forms(text) else text,
        min(glyph.left for glyph in row),
        max(glyph.right for glyph in row),
        min(glyph.bottom for glyph in row),
        max(glyph.top for glyph in row),
        max(glyph.right for glyph in first) - min(glyph.left for glyph in first),
        turned,
    )


def oriented(text: str) -> str:
    """A text of lines that run from right to left with its brackets and quotation marks open where
    they open: PDFium has mirrored some of them. The blanks around a mark tell, else whether one of
    its kind stands open."""
    letters = list(text)
    for pair in _PAIRS:
        depth = 0
        for at, letter in enumerate(letters):
            if letter not in pair:
                continue
            opens = _opens(text[at - 1 : at] if at else "", text[at + 1 : at + 2], depth)
            letters[at] = pair[0] if opens else pair[1]
            depth = depth + 1 if opens else max(0, depth - 1)
    return "".join(letters)


def _opens(before: str, after: str, depth: int) -> bool:
    free_before = not before or before.isspace()
    free_after = not after or after.isspace() or after in _CLOSES
    return free_before if free_before != free_after else depth == 0


def _units(row: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs, ligatures as one with their letters in order, marks with the letter that they are
    at."""
    units: list[Glyph] = []
    marks: list[Glyph] = []
    for glyph in row:
        last = units[-1] if units else None
        if unicodedata.category(glyph.letter) == "Mn":
            marks.append(glyph)
        elif last and (last.left, last.right) == (glyph.left, glyph.right):
            units[-1] = last._replace(letter=_ligature(last.letter, glyph.letter))
        else:
            units.append(glyph)
    for mark in marks:
        middle = (mark.left + mark.right) / 2
        if units:
            at = min(range(len(units)), key=lambda n: _distance(units[n], middle))
            units[at] = units[at]._replace(letter=units[at].letter + mark.letter)
    return units


def _distance(glyph: Glyph, place: float) -> float:
    return max(glyph.left - place, place - glyph.right, 0)


def _ligature(before: str, letter: str) -> str:
    """The letters of one glyph: PDFium turns them round with the run that they are in. Of lam and
    alef, in whichever order they come, lam is the first."""
    if before == _LAM and letter in _ALEFS:
        return before + letter
    return letter + before if _runs_left(letter) else before + letter


def _logical(units: Sequence[Glyph]) -> list[Glyph]:
    """Units that stand from right to left, in the order in which they are read."""
    order = list(units)
    at = 0
    while at < len(order):
        end = at if order[at].letter == " " else _left_to_right(order, at)
        if end - at > 1:
            order[at:end] = order[at:end][::-1]
        at = max(end, at + 1)
    return order


def _left_to_right(order: Sequence[Glyph], start: int) -> int:
    """The end of the run that is read from left to right and begins at `start`: Latin words with
    what is between them, else a number; `start` where none does."""
    latin = number = start
    last = start
    for at in range(start, len(order)):
        letter = order[at].letter[0]
        if _runs_left(letter):
            break
        if unicodedata.bidirectional(letter) == "L":
            latin = last = at + 1
        elif letter.isdecimal():
            last = at + 1
            if number == at:
                number = at + 1
        elif at == start:
            return start
        elif number == at and letter in _IN_NUMBERS and _digit_at(order, at + 1):
            number = at + 1
    return last if latin > start else number


def _digit_at(order: Sequence[Glyph], at: int) -> bool:
    return at < len(order) and order[at].letter[0].isdecimal()


def _as_parted(row: Sequence[Glyph]) -> Iterator[Glyph]:
    """The glyphs with a blank between two words of PDFium's."""
    for number, glyph in enumerate(row):
        if number and row[number - 1].word != glyph.word:
            yield glyph._replace(letter=" ")
        yield glyph


def _spaced(units: Sequence[Glyph]) -> list[Glyph]:
    """The units from right to left, with a blank where a gap is between two."""
    order = sorted(units, key=lambda unit: unit.left + unit.right, reverse=True)
    spaced = order[:1]
    height = max(unit.top for unit in units) - min(unit.bottom for unit in units)
    for before, unit in pairwise(order):
        wide = WIDE if before.word == unit.word else NARROW
        if not (_spelt(before) and _spelt(unit)):
            wide = BESIDE_MARK
        if before.left - unit.right > height * wide:
            spaced.append(unit._replace(letter=" "))
        spaced.append(unit)
    return spaced


def _spelt(unit: Glyph) -> bool:
    return unit.letter[0].isalnum()


@cache
def _runs_left(letter: str) -> bool:
    return unicodedata.bidirectional(letter[0]) in ("R", "AL")


def _has_forms(text: str) -> bool:
    """Whether it holds Arabic letters as drawn, which are no letters to search by."""
    return any("\ufb50" <= letter <= "\ufdff" or "\ufe70" <= letter <= "\ufefc" for letter in text)
