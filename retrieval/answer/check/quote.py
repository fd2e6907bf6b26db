"""One quote as it may have been pasted: what of it is the quote, where that stands, and what it was
made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.language.pasted import words_to_find
from retrieval.answer.check.search import READ, Search, made_of_it
from retrieval.answer.check.verdict import Match, VerdictKind

OPENING, CLOSING = "\"«“”„‟'‘‚‹「『", "\"»”“‟'’‘›」』"
"""Marks of quotations."""
_LAST_LINE = re.compile(r"[\r\n]+[^\r\n]*$")
_OUTSIDE = re.compile(rf"^\s*[{OPENING}](.+)[{CLOSING}]\s*([—–-]\s*[^\n]*)$", re.DOTALL)
_CITATION = re.compile(r"\s·\s|https?://")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~\n])")
_MARKDOWN = re.compile(r"^[ \t]*> ?", re.MULTILINE)

Found = tuple[VerdictKind, tuple[Match, ...]]


def ways_of(text: str) -> list[str]:
    """The text, and what is left of it without what is not the quote: marks of a quotation, the
    quotation marks around it, the citation after or below it. Least is left in the last."""
    ways = [text.strip()]
    for way in ways:  # grows meanwhile, by ever shorter texts
        ways += [left for left in _without(way) if left and left not in ways]
    return sorted(ways, key=len, reverse=True)


def _without(text: str) -> Iterator[str]:
    yield _MARKDOWN.sub("", text).strip()
    yield _ESCAPED.sub(r"\1", text).strip()
    if len(text) > 2 and text[0] in OPENING and text[-1] in CLOSING:
        yield text[1:-1].strip()
    if outside := _OUTSIDE.match(text):
        yield outside[1].strip()
    if (line := _LAST_LINE.search(text)) and _CITATION.search(line[0].strip()):
        yield text[: line.start()].strip()


def exact(ways: Sequence[str], search: Search, read: int = READ) -> Found:
    """Where the first of the ways stands that does, as it is written or spelled otherwise."""
    for way in ways:
        if words_to_find(way) and (found := search.exact(way, read)):
            return VerdictKind.EXACT, found
    for way in ways:
        if words_to_find(way) and (found := search.spelled(way)):
            return VerdictKind.EXACT, found
    return VerdictKind.ABSENT, ()


def altered(text: str, search: Search) -> Found:
    """What the text was made of."""
    near = search.closest(text)
    if near and made_of_it(near[1]):
        return VerdictKind.ALTERED, near[:1]
    return VerdictKind.ABSENT, ()
