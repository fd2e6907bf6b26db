"""A pasted draft as its pieces: what is before an attribution, its sentences, its quotations.

Nothing here makes text: all are positions in the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.boundaries import pieces
from corpus.language.detect import detect
from corpus.language.pasted import words_to_find
from retrieval.answer.check.attributions import Attribution

_LINE = re.compile(r"[^\n]+")
# What is before the text of a line: marks of a quotation in Markdown, of an item of a list.
_BEFORE = re.compile(r"[ \t]*(?:>[ \t]*)*(?:[-*•][ \t]+)?")
# Between straight marks; clitics of Arabic are written on to the first.
_QUOTATION = re.compile(
    r"«[^«»]+»|“[^“”]+”|„[^„“”]+[“”]|「[^「」]+」|『[^『』]+』|(?<![^\W\u0648\u0641\u0628\u0644\u0643])\"[^\"]+\"(?!\w)|‘[^‘’]+’(?!\w)"
)
_FEWEST_QUOTED = 3

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """`draft[start:end]`, and the attribution that follows it, if any does. `sentences` are places
    in the draft that hold all its words."""

    draft: str
    start: int
    end: int
    attribution: Attribution | None
    sentences: tuple[Span, ...]

    @property
    def text(self) -> str:
        return self.draft[self.start : self.end]


def blocks(draft: str, cited: Sequence[Attribution]) -> list[Block]:
    """What is between the attributions of a draft, as far as it has words, in order."""
    found: list[Block] = []
    at = 0
    for each in (*cited, None):
        end = each.start if each else len(draft)
        if words_to_find(draft[at:end]):
            spans = tuple(_sentences(draft, at, end))
            found.append(Block(draft, at, end, each, spans))
        at = each.end if each else end
    return found


def quotations(text: str) -> Iterator[Span]:
    """The places between quotation marks, with these, that have several words."""
    for found in _QUOTATION.finditer(text):
        if len(words_to_find(found[0])) >= _FEWEST_QUOTED:
            yield found.span()


def _sentences(draft: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of `draft[start:end]`; marks without words belong to the one before them, or to
    the one after."""
    language = detect(draft[start:end])
    held: Span | None = None
    for line in _LINE.finditer(draft, start, end):
        before = _BEFORE.match(line[0])
        assert before is not None
        first = line.start() + before.end()
        for here, there in pieces(line[0][before.end() :], language):
            span = (first + here, first + there)
            if held is None:
                held = span
            elif not (words_to_find(draft[slice(*span)]) and words_to_find(draft[slice(*held)])):
                held = (held[0], span[1])
            else:
                yield held
                held = span
    if held:
        yield held
