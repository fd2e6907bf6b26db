"""On which page of a document the lines of a body stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from corpus.clean.lines import BREAK
from corpus.types import Page, RawDocument


def pages_of(raw: RawDocument, places: Mapping[int, int]) -> tuple[Page, ...]:
    """The pages of a body whose kept lines, by their number, begin at `places`. A page of which
    nothing was kept is none."""
    if not raw.pages:
        return ()
    starts, kept = _starts(raw.text), sorted(places)
    pages: list[Page] = []
    for number, start in enumerate(raw.pages, start=1):
        line = bisect_right(starts, start)
        if line in places:
            place = places[line] + start - starts[line - 1]
        elif (after := bisect_right(kept, line)) < len(kept):
            place = places[kept[after]]
        else:
            break
        if pages and pages[-1].start == place:
            pages.pop()
        pages.append(Page(place, number))
    return tuple(pages)


def page_of_line(raw: RawDocument, line: int) -> int | None:
    """The number of the page that a line of the text, counted from 1, begins on."""
    if not raw.pages:
        return None
    return max(1, bisect_right(raw.pages, _starts(raw.text)[line - 1]))


def _starts(text: str) -> list[int]:
    """Where the lines of a text begin."""
    return [0, *(found.end() for found in BREAK.finditer(text))]
