"""What the rules know of a language: its words by kind, its patterns, the order of its sentences.

All of it is in the section `speech` of the language's file; en.toml says what the kinds are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from corpus.language import languages
from corpus.language.phrases import phrases
from corpus.language.scripts import ARABIC_SIGNS
from corpus.language.text import normalise

LANGUAGES = languages.LANGUAGES
SIGNS = f"[{ARABIC_SIGNS}\u200c]"
_WORD = rf"[^\W_]+(?:{SIGNS}+[^\W_]*)*"
TOKEN = re.compile(rf"(?<!\w)(?:[^\W\d_]\.)+(?=\s*\w)|{_WORD}(?:[-‑–·]{_WORD})*|[^\w\s'’`ʼ#\u200c]")
_STEM = 3
# Words whose class is remembered: those of a large coverage are met again and again.
REMEMBERED = 1 << 17
# The class of a word by the kind it is of, the first that holds.
CLASSES = {
    "generic": "G",
    "spokes": "S",
    "titles": "T",
    "namers": "H",
    "known": "X",
    "heads": "I",
    "parts": "M",
}


@dataclass(frozen=True, slots=True)
class PhraseSet:
    """The phrases of one kind, by their first word and the longest first, and the beginnings and
    ends of words with the lengths that they have, ascending."""

    phrases: dict[str, tuple[tuple[str, ...], ...]]
    stems: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()
    ends: tuple[str, ...] = ()

    def __contains__(self, folded: str) -> bool:
        if folded in self.phrases and (folded,) in self.phrases[folded]:
            return True
        if self.ends and folded.endswith(self.ends):
            return True
        for length in self.lengths:
            if length > len(folded):
                return False
            if folded[:length] in self.stems:
                return True
        return False

    def at(self, folded: tuple[str, ...], number: int) -> int:
        """How many tokens the longest phrase has that begins at this one."""
        for each in self.phrases.get(folded[number], ()):
            if folded[number : number + len(each)] == each:
                return len(each)
        return 0


class Kinds(dict[str, PhraseSet]):
    """The words of a language by their kind; none of a kind that it lacks."""

    def __missing__(self, kind: str) -> PhraseSet:
        return _NONE


@dataclass(frozen=True, slots=True)
class Rules:
    """How a language tells names, and where the subject of a verb of saying stands.

    Names have `capitals`, as have all nouns where `nouns` says so; else they are told by what is
    around them. A subject may stand right `behind` its verb without a mark between the two; it may
    open the sentence that its verb `closes`, or be left out (`drops`). Words are `unspaced`, or
    have `suffixes`. A lone name must be `known` from elsewhere in the article.
    """

    capitals: bool = True
    nouns: bool = False
    behind: bool = False
    closes: bool = False
    drops: bool = False
    unspaced: bool = False
    suffixes: bool = False
    known: bool = False


_NONE = PhraseSet({})


@cache
def table(language: str) -> Kinds:
    """The words by which texts of one language say who says something, by their kind."""
    held = languages.table(language, "speech")
    return Kinds({kind: _words(each) for kind, each in held.items() if isinstance(each, str)})


@cache
def asked(language: str) -> Kinds:
    """The words by which a question asks what somebody said."""
    held = languages.table(language, "speech.asked")
    return Kinds({kind: _words(entry) for kind, entry in held.items()})


@cache
def vocabulary(language: str) -> frozenset[str]:
    """The single words of all kinds."""
    return frozenset().union(*(kind.phrases for kind in table(language).values()))


@cache
def rules(language: str) -> Rules:
    return Rules(**languages.table(language, "speech.rules"))


@cache
def pattern(language: str, name: str) -> re.Pattern[str]:
    """A pattern of a language's file; one that matches nothing where the language has none."""
    return re.compile(languages.table(language, "speech.patterns").get(name, "(?!)"))


@cache
def speaking_places() -> frozenset[str]:
    """The groups of the table of places that speak, besides the states."""
    return frozenset(phrases(languages.table(languages.OTHER, "speech.places")["speak"]))


def _words(entry: str) -> PhraseSet:
    begun: dict[str, tuple[tuple[str, ...], ...]] = {}
    stems, ends = set(), []
    for written in phrases(entry):
        if written.endswith("-"):
            stems.add(normalise(written[:-1]))
        elif written.startswith("-"):
            ends.append(normalise(written[1:]))
        elif found := tuple(normalise(word) for word in TOKEN.findall(f"{written} x")[:-1]):
            others = (*begun.get(found[0], ()), found)
            begun[found[0]] = tuple(sorted(others, key=len, reverse=True))
    lengths = sorted({len(stem) for stem in stems if len(stem) >= _STEM})
    return PhraseSet(begun, frozenset(stems), tuple(lengths), tuple(ends))
