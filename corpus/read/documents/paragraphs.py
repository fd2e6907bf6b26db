"""Paragraphs from the lines of a page. A paragraph ends with a line on which the first word of the
next would have fitted, before a wider gap, before an indented line, or when the size of letters
changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.language.text import UNSPACED
from corpus.read.documents.glyphs import Line, oriented

# In parts of the height of a line.
BLANK = 0.25
INDENT = 0.7
SAME_SIZE = 1.2
# A gap between lines is one between paragraphs from so many times the usual one on.
WIDER = 1.3
# Lines further apart than so many of their heights are of two blocks.
APART = 3.0

_ENDS = re.compile(r"[.!?؟:…。][\"'»”“’)\]]*$")
_BULLET = re.compile(r"[•·▪●○■□◦–—*-]\s|\(?\d{1,3}[.)]\s")
_BROKEN = re.compile(r"([^\W_]+)[-\u00ad]$")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line with the edges of the column that it is in."""

    line: Line
    left: float
    right: float


def joined(pages: Sequence[Sequence[Line]]) -> str:
    """The text of a document: a line a paragraph, a form feed after each page."""
    known = {word for lines in pages for line in lines for word in _WORD.findall(line.text)}
    text = ""
    before: _Placed | None = None
    right_to_left = False
    paragraphs: list[str] = []
    for lines in pages:
        usual = _usual_step(lines)
        turn = True
        for placed in _columns(lines):
            line = placed.line
            if before and _goes_on(before, placed, usual, turn=turn and bool(paragraphs or text)):
                text = _append(text, line.text, known)
            else:
                paragraphs.append(_paragraph(text, right_to_left))
                gap = before is None or turn or _step(before.line, line) > WIDER * usual
                text, right_to_left = ("\n" if gap else "") + line.text, False
            right_to_left |= line.right_to_left
            before, turn = placed, False
        text += "\f"
    paragraphs.append(_paragraph(text, right_to_left))
    return "\n".join(paragraphs).strip("\n ")


def _paragraph(text: str, right_to_left: bool) -> str:
    return oriented(text) if right_to_left else text


def _append(text: str, line: str, known: set[str]) -> str:
    """`text` with its next line. A word that is broken at the end of a line loses its hyphen where
    the document has it elsewhere as one; a form feed then is after it."""
    turned = text.endswith("\f")
    before = text.rstrip("\f")
    feeds = text[len(before) :]
    broken = _BROKEN.search(before)
    if broken and line[0].isalnum():
        rest = _WORD.match(line)
        soft = before.endswith("\u00ad") or bool(rest and broken[1] + rest[0] in known)
        word, _, after = line.partition(" ")
        return f"{before[:-1] if soft else before}{word} {feeds}{after}".rstrip(" ")
    unspaced = before and UNSPACED.match(before[-1]) and UNSPACED.match(line[0])
    return f"{before}{'' if unspaced else ' '}{feeds if turned else ''}{line}"


def _goes_on(before: _Placed, placed: _Placed, usual: float, *, turn: bool) -> bool:
    """Whether a line goes on the paragraph of the one before; `turn` of a page between them."""
    one, other = before.line, placed.line
    size = max(one.height, other.height)
    if size > SAME_SIZE * min(one.height, other.height) or _BULLET.match(other.text):
        return False
    towards_left = one.right_to_left or other.right_to_left
    room = one.left - before.left if towards_left else before.right - one.right
    indent = placed.right - other.right if towards_left else other.left - placed.left
    broken = _BROKEN.search(one.text) and (other.text[0].islower() or other.text[0].isdecimal())
    if room > other.first + BLANK * size and not broken:
        return False
    if turn:
        return not _ENDS.search(one.text)
    step = _step(one, other)
    next_column = step < 0
    if next_column:
        return not _ENDS.search(one.text)
    before_indent = before.right - one.right if towards_left else one.left - before.left
    indented = indent > INDENT * size and indent - before_indent > INDENT * size / 2
    return step <= WIDER * usual and not indented


def _columns(lines: Sequence[Line]) -> Iterator[_Placed]:
    """The lines with the edges of the run of lines, one below the other, that each is in."""
    block: list[Line] = []
    for line in lines:
        if block and not _below(block, line):
            yield from _placed(block)
            block = []
        block.append(line)
    yield from _placed(block)


def _placed(block: Sequence[Line]) -> Iterator[_Placed]:
    if block:
        left, right = min(each.left for each in block), max(each.right for each in block)
        yield from (_Placed(line, left, right) for line in block)


def _below(block: Sequence[Line], line: Line) -> bool:
    last = block[-1]
    overlaps = line.left < last.right and last.left < line.right
    return overlaps and 0 < _step(last, line) <= APART * max(last.height, line.height)


def _step(one: Line, other: Line) -> float:
    """From one line down to the other."""
    return one.bottom - other.bottom


def _usual_step(lines: Sequence[Line]) -> float:
    steps = [_step(one, other) for one, other in pairwise(lines)]
    below = [step for step in steps if step > 0]
    return median(below) if below else 0.0
