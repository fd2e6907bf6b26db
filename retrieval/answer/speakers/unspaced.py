"""Chinese text split into words: those of the tables, places, media, and names between them."""

from __future__ import annotations

from functools import lru_cache

from corpus.language import cldr
from retrieval.answer.speakers.grammar import pattern, table, vocabulary
from retrieval.question.sources import directory

_LONGEST = 10
# Characters of a foreign name, at least: after a title, and elsewhere.
_FOREIGN_TITLED, _FOREIGN = 2, 3
# Kinds of words after which a name begins.
_BEFORE_NAME = ("titles", "spokes")


@lru_cache(maxsize=1024)
def parted(word: str, language: str) -> tuple[tuple[int, str], ...]:
    """The words of a text without spaces, each with its place in it; what is neither known nor a
    name is parted into characters."""
    named = {each.start: each.end for each in cldr.found(word)}
    named |= {each.start: each.end for each in directory((), None).table.find(word)}
    found: list[tuple[int, str]] = []
    at = unknown = 0
    while at < len(word):
        titled = _is_titled(found, language) and unknown == at
        known = max(_known(word, at, language), named.get(at, at))
        end = _foreign(word, at, language)
        if titled and end == at:
            end = _chinese(word, at, language)
        if end - at < (_FOREIGN_TITLED if titled else _FOREIGN) or (known - at > 1 and not titled):
            end = known
        if end > at:
            found += [*_names(word, unknown, at, language), (at, word[at:end])]
            unknown = end
        at = max(end, at + 1)
    return (*found, *_names(word, unknown, at, language))


def _is_titled(found: list[tuple[int, str]], language: str) -> bool:
    return bool(found) and any(found[-1][1] in table(language)[kind] for kind in _BEFORE_NAME)


def _known(word: str, at: int, language: str) -> int:
    """Where the longest word of the tables ends that begins here; its beginning for none."""
    known = vocabulary(language)
    ends = range(min(len(word), at + _LONGEST), at, -1)
    return next((end for end in ends if word[at:end].lower() in known), at)


def _foreign(word: str, at: int, language: str) -> int:
    """Where a foreign name ends that begins here, at the latest before a longer word."""
    found = pattern(language, "foreign").match(word, at)
    longest = range(at + 1, found.end()) if found else ()
    return next(
        (end for end in longest if _known(word, end, language) - end > 1),
        found.end() if found else at,
    )


def _chinese(word: str, at: int, language: str) -> int:
    """Where a Chinese name ends that begins here, before a known word or a number."""
    for end in (at + 2, at + 3):
        closed = (
            word[end : end + 1].isdigit() or end >= len(word) or _known(word, end, language) > end
        )
        if closed and pattern(language, "name").fullmatch(word, at, end):
            return end
    return at


def _names(word: str, start: int, end: int, language: str) -> list[tuple[int, str]]:
    """Unknown characters: a name, or one by one."""
    if pattern(language, "name").fullmatch(word, start, end):
        return [(start, word[start:end])]
    return [(at, word[at]) for at in range(start, end)]
