"""Which words of a quote the question named, as ranges of its exact text."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.language.stems import stem
from corpus.language.text import THOUSANDS
from corpus.language.tokens import words

_WORD = re.compile(rf"{THOUSANDS}|\w+")


def matches(text: str, asked: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Ranges of `text` whose word has one of the stems `asked`; in order, not overlapping."""
    return tuple(
        (found.start(), found.end())
        for found in _WORD.finditer(text)
        if not asked.isdisjoint(_stems(found.group()))
    )


@lru_cache(maxsize=20_000)
def _stems(written: str) -> tuple[str, ...]:
    return tuple(map(stem, words(written)))
