"""Who is named by a run of words, and where the name stands."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.language import cldr
from retrieval.answer.speakers.tagging import TaggedSentence
from retrieval.types import SaidKind as Kind

_LONGEST_CLITIC = 3


@dataclass(frozen=True, slots=True)
class Author:
    """Who is named by `text[start:end]`. `titled` says that a title or a kind stands with the name,
    or that it has more than one word, so that it cannot be a word like any other; `certain` that
    it is the subject though other words follow."""

    kind: Kind
    start: int
    end: int
    titled: bool
    long: bool = False
    certain: bool = False


Found = tuple[tuple[Author, ...], int]


def author(reading: TaggedSentence, kind: Kind, first: int, last: int, titled: bool) -> Author:
    """The author whose name the tokens from `first` to before `last` are."""
    start, end = reading.tokens[first].bare, reading.tokens[last - 1].end
    if reading.classes[first] == "P" and not reading.cased:
        start = _without_clitic(reading.text, reading.tokens[first].start, end)
    return Author(kind, start, end, titled, last - first > 1)


def _without_clitic(text: str, start: int, end: int) -> int:
    """Where the name of a place begins behind what is written on to it: «لروسيا»."""
    for cut in range(_LONGEST_CLITIC, 0, -1):
        rest = cldr.found(text[start + cut : end])
        whole = (0, end - start - cut)
        if text[start] in "وفبلك" and any((each.start, each.end) == whole for each in rest):
            return start + cut
    return start + 2 * text.startswith("لل", start)
