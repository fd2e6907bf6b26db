"""Who is named by a run of words, and where the name stands."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.language import cldr
from corpus.language.clitics import clitics
from retrieval.answer.speakers.tagging import TaggedSentence
from retrieval.types import SaidKind as Kind


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
    if kind is Kind.INSTITUTION and (case := reading.case(last - 1)):
        end -= case
    return Author(kind, start, end, titled, last - first > 1)


def _without_clitic(text: str, start: int, end: int) -> int:
    """Where the name of a place begins after what is written on to it: «لروسيا»."""
    for clitic in clitics("ar").every:
        name = text[start + len(clitic) : end]
        whole = any((each.start, each.end) == (0, len(name)) for each in cldr.found(name))
        if text.startswith(clitic, start) and whole:
            return start + len(clitic)
    contracted = clitics("ar").contracted
    return start + next((len(each) for each in contracted if text.startswith(each, start)), 0)
