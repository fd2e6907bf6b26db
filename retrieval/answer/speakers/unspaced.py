"""Chinese text parted into words: those of the tables, places and media, and names between them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from corpus.language import cldr
from retrieval.answer.speakers.grammar import pattern, table
from retrieval.question.sources import directory

_LONGEST = 10
# Kinds of words behind which a name begins.
_BEFORE_NAME = ("titles", "spokes")


@lru_cache(maxsize=1024)
def parted(word: str, language: str) -> tuple[tuple[int, str], ...]:
    """The words of a text without spaces, each with its place in it; what is neither known nor a
    name is parted into characters."""
    named = {each.start: each.end for each in cldr.found(word)}
    named |= {each.start: each.end for each in directory((), None).table.find(word)}
    found: list[tuple[int, str]] = []
    at = unknown = 0
    while at <= len(word):
        end = max(_known(word, at, language), named.get(at, 0)) if at < len(word) else at
        if end > at or at == len(word):
            found += _names(word, unknown, at, found[-1][1] if found else "", language)
            if at < end:
                found.append((at, word[at:end]))
            unknown = end
        at = max(end, at + 1)
    return tuple(found)


def _known(word: str, at: int, language: str) -> int:
    """Where the longest word of the tables ends that begins here; 0 for none."""
    known = _vocabulary(language)
    ends = range(min(len(word), at + _LONGEST), at, -1)
    return next((end for end in ends if word[at:end] in known), 0)


@cache
def _vocabulary(language: str) -> frozenset[str]:
    return frozenset().union(*(kind.phrases for kind in table(language).values()))


def _names(
    word: str, start: int, end: int, before: str, language: str
) -> Iterator[tuple[int, str]]:
    """Unknown characters, those of a name together."""
    held, rest = table(language), word[start:end]
    name = pattern(language, "name").fullmatch(rest)
    if name is None and any(before in held[kind] for kind in _BEFORE_NAME):
        name = pattern(language, "foreign").match(rest)
    cut = start + (name.end() if name else 0)
    if name:
        yield start, word[start:cut]
    yield from ((at, word[at]) for at in range(cut, end))
