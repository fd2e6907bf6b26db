"""A document line by line, as cleaning saw it: what was kept, and what was cut by which rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from corpus.clean.clean import clean
from corpus.clean.lines import lines_of
from corpus.read import extracted
from corpus.types import RawDocument, Rejection, Removal


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a document that is not blank. One that was kept is at `position` of the body; one
    that was cut has the `rule` that cut it."""

    text: str
    position: int | None = None
    rule: str | None = None


def page_lines(raw: RawDocument) -> tuple[PageLine, ...]:
    """The lines of a document, in its order, under today's rules; none of a document that they
    would not take."""
    document = extracted(raw)
    if isinstance(document, Rejection):
        return ()
    cleaned = clean(document)
    beside: dict[int, list[Removal]] = defaultdict(list)
    for removal in document.dropped:
        beside[removal.line].append(removal)
    dropped = set(document.dropped)
    cut = {each.line: each.rule for each in cleaned.removed if each not in dropped}
    found = [PageLine(each.text, rule=each.rule) for each in beside.pop(0, ())]
    reached = 0
    for line in lines_of(document.text):
        if line.number in cut:
            found.append(PageLine(line.text, rule=cut[line.number]))
        elif not line.blank:
            position = cleaned.body.index(line.text, reached)
            reached = position + len(line.text)
            found.append(PageLine(line.text, position=position))
        found += [PageLine(each.text, rule=each.rule) for each in beside.pop(line.number, ())]
    return (
        *found,
        *(PageLine(each.text, rule=each.rule) for rest in beside.values() for each in rest),
    )
