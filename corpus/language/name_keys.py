"""Names across scripts: keys that لافروف, Lavrov and Лавров share.

A word is romanised (anyascii), then its consonants are kept, with those that transliterations
confuse merged. A name with only two consonants (Rubio, Kim) also needs its vowels to be told apart.
Chinese, Japanese and Korean write l for r and b for v: names meet theirs on a coarser key.
Compared between scripts only, because within a script the lexical channel knows better.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

from corpus.language.text import normalise

# Fewer consonants than this meet too many false friends without their vowels, and on a coarse key.
SHORTEST_KEY = 3
_SHORTEST_COARSE = 4
_SHORTEST_WITH_VOWELS = 3

_WORD = re.compile(r"\w+")
_DIGRAPHS = (
    ("sh", "s"), ("ch", "s"), ("zh", "s"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("kh", "k"),
    ("gh", "k"), ("ts", "s"), ("ce", "s"), ("ci", "s"), ("x", "ks"), ("j", "s"),
)  # fmt: skip
_MERGED = str.maketrans("vpqgcz", "fbkkks")
_CONSONANTS = str.maketrans("", "", "aeiouywh")
_VOWELS = str.maketrans({"o": "u", "w": "u", "e": "i", "y": "i", "a": "", "h": ""})
_COARSE = str.maketrans("rf", "lb")
_REPEATED = re.compile(r"(.)\1+")
_NOT_LETTERS = re.compile("[^a-z]")
_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف", "ك")
_SCRIPTS = (
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
    ("latin", re.compile("[a-z]")),
    ("greek", re.compile("[\u0370-\u03ff]")),
    ("hebrew", re.compile("[\u0590-\u05ff]")),
    ("devanagari", re.compile("[\u0900-\u097f]")),
    ("asian", re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")),
)
SCRIPTS = (*(name for name, _ in _SCRIPTS), "other")
_HAN_RUN = re.compile("[\u3400-\u9fff]{3,}")
# A name in Chinese characters is in a run without spaces; it has as many characters as this.
_HAN_NAME = range(3, 7)


@lru_cache(maxsize=20_000)
def script(text: str) -> str:
    """The script that most letters of a normalised text are in, or "other"."""
    name, letters = max(
        ((name, len(pattern.findall(text))) for name, pattern in _SCRIPTS), key=lambda pair: pair[1]
    )
    return name if letters else "other"


@lru_cache(maxsize=20_000)
def keys(word: str) -> frozenset[str]:
    """The keys of a normalised word, of Arabic words also without their prefix."""
    forms = [word]
    written = script(word)
    if written == "arabic":
        prefix = next((prefix for prefix in _ARABIC_PREFIXES if word.startswith(prefix)), "")
        if prefix and len(word) - len(prefix) >= SHORTEST_KEY:
            forms.append(word[len(prefix) :])
    if "в" in word:  # also stands for a W that other scripts drop
        forms.append(word.replace("в", "у"))
    if written == "latin" and "w" in word:  # German and Polish write it for V
        forms.append(word.replace("w", "v"))
    return frozenset(key for form in forms for key in _keys(form, written))


def written_names(text: str) -> list[str]:
    """The normalised words of `text` that may be names: where capitals are written, those that have
    one. Of Chinese, which writes no spaces, also every run of characters as long as a name."""
    folded = normalise(text)
    capitals = any(letter.isupper() for letter in text[1:])
    found = [
        name
        for word in _WORD.findall(text)
        if not (capitals and word[0].islower())
        for name in _WORD.findall(normalise(word))
    ]
    return found + [
        run.group()[start : start + length]
        for run in _HAN_RUN.finditer(folded)
        for length in reversed(_HAN_NAME)
        for start in range(len(run.group()) - length + 1)
    ]


def _keys(word: str, written: str) -> list[str]:
    romanised = anyascii(word).lower()
    for pair, letter in _DIGRAPHS:
        romanised = romanised.replace(pair, letter)
    merged = _NOT_LETTERS.sub("", romanised).translate(_MERGED)
    consonants = _REPEATED.sub(r"\1", merged.translate(_CONSONANTS))
    found = []
    if len(consonants) >= _SHORTEST_COARSE:
        found.append("~" + consonants.translate(_COARSE))
    if written == "asian":
        return found
    if len(consonants) >= SHORTEST_KEY:
        found.append(consonants)
    elif len(consonants) == SHORTEST_KEY - 1:
        voiced = _REPEATED.sub(r"\1", merged.translate(_VOWELS))
        if len(voiced) >= _SHORTEST_WITH_VOWELS:
            found.append("'" + voiced)
    return found
