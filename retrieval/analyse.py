"""Texts to the terms of the lexical channel.

A word gives its light stem, marked with `=`, and, from four letters on, its character 4-grams:
stems match inflected forms, 4-grams what stemming misses (broken plurals, clitics, names spelled
in two ways). The affixes are those of the light10 stemmer (Larkey, Ballesteros and Connell, 2007).
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.text import normalise

_WORD = re.compile(r"\w+")
_ARABIC = re.compile("[\u0600-\u06ff]")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_SUFFIXES = ("هما", "هم", "ها", "ات", "ان", "ون", "ين", "يه", "ه", "ي", "وا")
_GRAM = 4


def words(text: str) -> list[str]:
    """The normalised words of `text`, in order."""
    return _WORD.findall(normalise(text))


def terms(text: str) -> list[str]:
    """The terms of `text`, in order and with repetitions."""
    return [term for word in words(text) for term in analysed(word)]


@lru_cache(maxsize=200_000)
def analysed(word: str) -> tuple[str, ...]:
    """The terms of one normalised word."""
    if _UNSPACED.search(word):
        return tuple(word[i : i + 2] for i in range(max(1, len(word) - 1)))
    stemmed = "=" + stem(word)
    if len(word) < _GRAM:
        return (stemmed,)
    return (stemmed, *(word[i : i + _GRAM] for i in range(len(word) - _GRAM + 1)))


def stem(word: str) -> str:
    """The light stem of a normalised word; words of other scripts stay as they are."""
    if not _ARABIC.search(word):
        return word
    for prefix in _PREFIXES:
        left = len(word) - len(prefix)
        if word.startswith(prefix) and left >= (3 if len(prefix) > 1 else 4):
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word
