"""What is written on to a word and is none of it: «و», «ل», «ال» in Arabic, one set a language.

A language's file names them in `[clitics]`: conjunctions, prepositions, articles and `contracted`,
a preposition and an article in one, are before a word in this order, each once at most; one of the
pronouns after it. Before a name no conjunction is in front of a preposition that is `alone`:
«وكلاوس» is Klaus, not Laos.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from corpus.language.languages import table


@dataclass(frozen=True)
class Clitics:
    """The clitics of one language, normalised; empty where nothing is written on."""

    conjunctions: tuple[str, ...] = ()
    prepositions: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    contracted: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()

    @cached_property
    def joined(self) -> tuple[str, ...]:
        """Conjunctions and prepositions as they are before a name, the longest first."""
        after = tuple(each for each in self.prepositions if each not in self.alone)
        return _longest_first([*_products(self.conjunctions, after), *self.alone])

    @cached_property
    def definite(self) -> tuple[str, ...]:
        """An article with whatever is before it, the longest first."""
        taken = tuple(each[0] for each in self.contracted)
        apart = tuple(each for each in self.prepositions if each not in taken)
        with_article = _products(self.conjunctions, apart, self.articles, whole=True)
        contracted = _products(self.conjunctions, self.contracted, whole=True)
        return _longest_first([*with_article, *contracted])

    @cached_property
    def every(self) -> tuple[str, ...]:
        """All of them and their sequences, the longest first."""
        return _longest_first([*self.definite, *self.joined])

    @cached_property
    def conjunction(self) -> str:
        """A pattern for a conjunction or none."""
        return _optional(self.conjunctions)

    @cached_property
    def article(self) -> str:
        """A pattern for an article or none."""
        return _optional(self.articles)

    @cached_property
    def pronoun(self) -> str:
        """A pattern for a pronoun after a word, or none."""
        return _optional(self.pronouns)

    @cached_property
    def before_name(self) -> str:
        """A pattern for what may be before a name with its own article, or none."""
        return _optional(self.joined)

    @cached_property
    def before_word(self) -> str:
        """A pattern for what may be before any word, or none."""
        return _optional(self.every)

    def bare(self, word: str, shortest: int = 3) -> str:
        """`word`, normalised, without the longest clitics that leave so many letters."""
        for clitic in self.every:
            if word.startswith(clitic) and len(word) - len(clitic) >= shortest:
                return word[len(clitic) :]
        return word


@cache
def clitics(language: str) -> Clitics:
    """The clitics of a language, by its ISO 639-1 code."""
    held = table(language, "clitics")
    return Clitics(**{kind: tuple(words.split()) for kind, words in held.items()})


def _products(*kinds: tuple[str, ...], whole: bool = False) -> list[str]:
    """Sequences of one of each kind; of the last kind always one where `whole`."""
    made = [""]
    for number, kind in enumerate(kinds):
        needed = whole and number == len(kinds) - 1
        made = [before + each for before in made for each in (*kind, *(() if needed else ("",)))]
    return made


def _longest_first(found: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found) - {""}, key=lambda each: (-len(each), each)))


def _optional(found: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(map(re.escape, found))})?" if found else ""
