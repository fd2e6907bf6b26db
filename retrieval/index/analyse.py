"""Texts to words, and words to the terms of the lexical channel.

A word gives its light stem, marked with `=`, and, from four letters on, its character 4-grams:
stems match inflected forms, 4-grams what stemming misses (broken plurals, clitics, the endings of
Cyrillic, Latin and Persian words, names spelled in two ways). Chinese, written without spaces,
gives pairs of characters, Korean and Japanese syllables too. A number is one term, however it is
written.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.language.scripts import ARABIC, HAN, has_unspaced
from corpus.language.stems import stem as stem
from corpus.language.text import normalise, ungrouped

# Digits close a word (g7), but not an Arabic one, whose letters are a clitic or a unit («و40»,
# «2025م»); and they open none.
_WORD = re.compile(rf"(?:(?![{ARABIC}])[^\W\d])+\d*|[^\W\d]+|\d+")
_HAN = re.compile(f"[{HAN}]+")
_GRAM = 4


def words(text: str) -> list[str]:
    """The normalised words of `text`, in order; of Chinese, pairs of neighbouring characters."""
    whole = ungrouped(normalise(text))
    found = _WORD.findall(whole)
    if not _HAN.search(whole):
        return found
    return [part for word in found for part in _han_pairs(word)]


def terms(text: str) -> list[str]:
    """The terms of `text`, in order and with repetitions."""
    return [term for word in words(text) for term in analysed(word)]


@lru_cache(maxsize=20_000)
def analysed(word: str) -> tuple[str, ...]:
    """The terms of one normalised word."""
    if has_unspaced(word):
        return tuple(_pairs(word))
    stemmed = "=" + stem(word)
    if len(word) < _GRAM or word.isdigit():
        return (stemmed,)
    return (stemmed, *(word[i : i + _GRAM] for i in range(len(word) - _GRAM + 1)))


def _han_pairs(word: str) -> list[str]:
    """A word with its runs of Chinese characters replaced by their pairs."""
    made: list[str] = []
    last = 0
    for run in _HAN.finditer(word):
        made += [word[last : run.start()], *_pairs(run.group())]
        last = run.end()
    return [part for part in [*made, word[last:]] if part]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(max(1, len(run) - 1))]
