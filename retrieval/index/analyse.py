"""Words to the terms of the lexical channel.

A word yields its light stem, marked with `=`, and, from four letters on, its character 4-grams.
Stems match inflected forms; 4-grams match what stemming misses: broken plurals, clitics, endings of
Cyrillic, Latin and Persian words, names with two spellings. Chinese, which has no spaces, yields
pairs of characters; so do Korean and Japanese syllables. A number is one term, however it is
written.
"""

from __future__ import annotations

from functools import lru_cache

from corpus.language.scripts import has_unspaced
from corpus.language.stems import stem
from corpus.language.tokens import pairs, words

_GRAM = 4


def terms(text: str) -> list[str]:
    """The terms of `text`, in order and with repetitions."""
    return [term for word in words(text) for term in analysed(word)]


@lru_cache(maxsize=20_000)
def analysed(word: str) -> tuple[str, ...]:
    """The terms of one normalised word."""
    if has_unspaced(word):
        return tuple(pairs(word))
    stemmed = "=" + stem(word)
    if len(word) < _GRAM or word.isdigit():
        return (stemmed,)
    return (stemmed, *(word[i : i + _GRAM] for i in range(len(word) - _GRAM + 1)))
