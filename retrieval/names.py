"""Names across scripts: a key that لافروف, Lavrov and Лавров share.

A word is romanised, then only its consonants are kept, with those that transliterations confuse
merged. A first bridge: it compares the words of a question with those of sentences in another
script, and only there, because within a script the lexical channel knows better.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

from corpus.text import normalise

# Fewer consonants than this meet too many false friends.
SHORTEST_KEY = 3

_WORD = re.compile(r"\w+")
_DIGRAPHS = (
    ("sh", "s"), ("ch", "s"), ("zh", "s"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("kh", "k"),
    ("gh", "k"), ("ts", "s"), ("ce", "s"), ("ci", "s"), ("x", "ks"), ("j", "s"),
)  # fmt: skip
_LETTERS = str.maketrans("vpqgcz", "fbkkks", "aeiouywh")
_REPEATED = re.compile(r"(.)\1+")
_NOT_LETTERS = re.compile("[^a-z]")
_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف", "ك")
_SCRIPTS = (
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
    ("latin", re.compile("[a-z]")),
)


def script(text: str) -> str:
    """The script that most letters of a normalised text are in, or "other"."""
    name, letters = max(
        ((name, len(pattern.findall(text))) for name, pattern in _SCRIPTS), key=lambda pair: pair[1]
    )
    return name if letters else "other"


def keys(word: str) -> frozenset[str]:
    """The consonant keys of a normalised word, of Arabic words also without their prefix."""
    return _keys(word)


def text_keys(text: str) -> frozenset[str]:
    """The keys of all words of `text`."""
    return frozenset(key for word in _WORD.findall(normalise(text)) for key in _keys(word))


@lru_cache(maxsize=100_000)
def _keys(word: str) -> frozenset[str]:
    forms = [word]
    if script(word) == "arabic":
        prefix = next((prefix for prefix in _ARABIC_PREFIXES if word.startswith(prefix)), "")
        if prefix and len(word) - len(prefix) >= SHORTEST_KEY:
            forms.append(word[len(prefix) :])
    if word.startswith("в"):  # also stands for a W that other scripts drop
        forms.append(word[1:])
    return frozenset(key for form in forms if len(key := _key(form)) >= SHORTEST_KEY)


def _key(word: str) -> str:
    romanised = anyascii(word).lower()
    for pair, letter in _DIGRAPHS:
        romanised = romanised.replace(pair, letter)
    consonants = _NOT_LETTERS.sub("", romanised).translate(_LETTERS)
    return _REPEATED.sub(r"\1", consonants)
