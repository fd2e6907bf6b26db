"""Article text as runs to be marked: what of a paragraph is quoted, and which words are those of a
question. Put together, the runs are the text of the article, control characters apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.render.plain import visible
from corpus.language.stems import stem
from corpus.language.tokens import words
from retrieval.answer.after import Context, Paragraph
from retrieval.answer.explain.explanation import WordFound
from retrieval.answer.quote.matches import matches

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of a run, and whether it is a word of the question."""

    text: str
    word: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces in a row that are quoted, or are not."""

    quoted: bool
    pieces: tuple[Piece, ...]


def stems_of(found: Sequence[WordFound]) -> frozenset[str]:
    """The stems of what was found for the words of a question."""
    return frozenset(stem(word) for each in found for word in words(each.found or ""))


def runs(context: Context, paragraph: Paragraph, stems: frozenset[str]) -> tuple[Run, ...]:
    """A paragraph as runs, in order; together they are its text, control characters apart."""
    text = context.text(paragraph)
    length = len(text)
    start = min(max(context.start - paragraph.start, 0), length)
    end = min(max(context.end - paragraph.start, start), length)
    marked = matches(text, stems)
    spans = (((0, start), False), ((start, end), True), ((end, length), False))
    return tuple(
        Run(quoted, tuple(_pieces(text, span, marked)))
        for span, quoted in spans
        if span[0] < span[1]
    )


def _pieces(text: str, span: Span, marked: Sequence[Span]) -> Iterator[Piece]:
    at, last = span
    for first, end in marked:
        # a word that the edge of a quote parts is marked on both sides
        begin, stop = max(first, at), min(end, last)
        if begin >= stop:
            continue
        if at < begin:
            yield Piece(visible(text[at:begin]), False)
        yield Piece(visible(text[begin:stop]), True)
        at = stop
    if at < last:
        yield Piece(visible(text[at:last]), False)
