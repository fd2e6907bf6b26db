"""Texts to words: the one place where a text is cut into them.

`split_words` gives the words as they stand, with their places, for names and phrases; `words` gives
what is looked for and compared, without places. Both fold spellings as `normalise` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.language.scripts import ARABIC, HAN
from corpus.language.text import normalise, ungrouped

# Devanagari vowel signs are part of the word, though `\w` does not know them.
_WRITTEN = re.compile("[\\w\u0900-\u094f]+")
_SYLLABLES = re.compile("[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|.", re.DOTALL)
# Digits close a word (g7), but not an Arabic one, whose letters are a clitic or a unit («و40»,
# «2025م»); and they open none.
_WORD = re.compile(rf"(?:(?![{ARABIC}])[^\W\d])+\d*|[^\W\d]+|\d+")
_HAN = re.compile(f"[{HAN}]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, normalised, and where it stands, in code points."""

    folded: str
    written: str
    start: int
    end: int


@lru_cache(maxsize=64)
def split_words(text: str) -> tuple[Word, ...]:
    """The words of `text` as they are written, with their places: what names are found in."""
    folded, origins = fold_letters(text)
    return tuple(
        Word(found[0], text[start:end], start, end)
        for found in _WRITTEN.finditer(folded)
        for start, end in [(origins[found.start()], letters_end(origins, found.end()))]
    )


def fold_letters(text: str) -> tuple[str, list[int]]:
    """`text` normalised, and for each letter, and for the end, where in `text` it comes from."""
    letters: list[str] = []
    origins: list[int] = []
    for syllable in _SYLLABLES.finditer(text):
        folded = _folded(syllable[0])
        letters.append(folded)
        origins.extend([syllable.start()] * len(folded))
    return "".join(letters), [*origins, len(text)]


def letters_end(origins: list[int], end: int) -> int:
    """Where the letters before `end` end: marks folded away belong to the letter before them."""
    return max(origins[end - 1] + 1, origins[end])


def words(text: str) -> list[str]:
    """The normalised words of `text`, in order; of Chinese, pairs of neighbouring characters."""
    whole = ungrouped(normalise(text))
    found = _WORD.findall(whole)
    if not _HAN.search(whole):
        return found
    return [part for word in found for part in _han_pairs(word)]


def pairs(run: str) -> list[str]:
    """The pairs of neighbouring characters; one character alone is its own."""
    return [run[i : i + 2] for i in range(max(1, len(run) - 1))]


def fold(text: str) -> tuple[str, list[int]]:
    """`text` normalised character by character, and for each character where it came from.

    Runs of white space become one space, so that the forms need not allow for them.
    """
    letters: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text):
        for letter in " " if character.isspace() else _folded(character):
            if letter == " " and letters and letters[-1] == " ":
                continue
            letters.append(letter)
            origins.append(position)
    return "".join(letters), origins


def _han_pairs(word: str) -> list[str]:
    """A word with its runs of Chinese characters replaced by their pairs."""
    made: list[str] = []
    last = 0
    for run in _HAN.finditer(word):
        made += [word[last : run.start()], *pairs(run.group())]
        last = run.end()
    return [part for part in [*made, word[last:]] if part]


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    return normalise(character)
