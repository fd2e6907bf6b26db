"""An article as its page shows it: paragraphs with what is marked in them, and the lines that
cleaning cut where they stood. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.render.plain import visible
from corpus.page_lines import PageLine
from corpus.types import Article


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a paragraph; `first` is the first of what is marked. `passages` are the numbers of
    the passages that begin with it."""

    text: str
    marked: bool = False
    first: bool = False
    passages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CutLine:
    """A line that stood in the document and is no part of the article, and the rule that cut it."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a body. `cut` are the lines that stood before it; `page` is that of a document
    which begins with it."""

    pieces: tuple[Piece, ...]
    heading: bool = False
    cut: tuple[CutLine, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """The paragraphs of an article and the lines cut after the last. `elsewhere` are cut lines
    whose places are not known: today's rules keep other lines than the article has."""

    paragraphs: tuple[Paragraph, ...]
    cut: tuple[CutLine, ...] = ()
    elsewhere: tuple[CutLine, ...] = ()

    @property
    def cut_lines(self) -> int:
        inside = sum(len(each.cut) for each in self.paragraphs)
        return inside + len(self.cut) + len(self.elsewhere)


@dataclass(slots=True)
class _Cuts:
    """The cut lines before each kept one, by its place in the body, and those after the last."""

    before: dict[int, list[CutLine]] = field(default_factory=dict)
    last: list[CutLine] = field(default_factory=list)


def shown_article(
    article: Article,
    passages: Sequence[tuple[int, int]],
    lines: Sequence[PageLine],
    marked: tuple[int, int] | None = None,
) -> ShownArticle:
    """The article with its passages, as spans of its body, the lines of the document that it was
    made of, and a stretch of the body marked."""
    body = article.proper
    starts = _lines(body)
    fits = [each.position for each in lines if each.position is not None] == [
        start for start, end in starts
    ] and all(
        body[each.position :].startswith(each.text) for each in lines if each.position is not None
    )
    cuts = _cuts(lines) if fits else _Cuts()
    headings = {each.start: each.end for each in article.sentences if each.heading}
    numbers: dict[int, list[int]] = {}
    for number, (start, _) in enumerate(passages, start=1):
        numbers.setdefault(start, []).append(number)
    pages = {page.start: page.number for page in article.pages}
    paragraphs = tuple(
        Paragraph(
            _pieces(body, start, end, numbers, marked),
            heading=any(start <= at and stop == end for at, stop in headings.items() if at < end),
            cut=tuple(cuts.before.get(start, ())),
            page=next((number for at, number in pages.items() if start <= at < end), None),
        )
        for start, end in starts
    )
    elsewhere = () if fits else tuple(_cut(each) for each in lines if each.rule)
    return ShownArticle(paragraphs, tuple(cuts.last), elsewhere)


def _lines(body: str) -> list[tuple[int, int]]:
    """Where the lines of a body stand, blank ones aside."""
    found, start = [], 0
    for line in body.split("\n"):
        if line.strip():
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def _cuts(lines: Sequence[PageLine]) -> _Cuts:
    cuts = _Cuts()
    for line in lines:
        if line.position is None:
            cuts.last.append(_cut(line))
        elif cuts.last:
            cuts.before[line.position], cuts.last = cuts.last, []
    return cuts


def _cut(line: PageLine) -> CutLine:
    return CutLine(visible(line.text), line.rule or "")


def _pieces(
    body: str,
    start: int,
    end: int,
    numbers: dict[int, list[int]],
    marked: tuple[int, int] | None,
) -> tuple[Piece, ...]:
    bounds = {start, end, *(at for at in numbers if start <= at < end)}
    if marked:
        bounds |= {at for at in marked if start < at < end}
    ordered = sorted(bounds)
    return tuple(
        Piece(
            visible(body[one:other]),
            marked=bool(marked and marked[0] <= one and other <= marked[1]),
            first=bool(marked and one == max(marked[0], start) and _opens(body, start, marked)),
            passages=tuple(numbers.get(one, ())),
        )
        for one, other in pairwise(ordered)
    )


def _opens(body: str, start: int, marked: tuple[int, int]) -> bool:
    """Whether nothing that is marked is before the line at `start`."""
    return start <= marked[0] or not body[marked[0] : start].strip()
