"""Languages whose words are read as English ones: `[lexicon]` of their files says which.

So the tables and rules of numbers serve them as well; a word that is not in it stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from corpus.language import cldr
from corpus.language.languages import by_language, merged, table
from corpus.language.phrases import phrases
from corpus.language.scripts import has_han
from corpus.language.text import normalise

_LONGEST = 5
# The shortest noun that may take an ending or close a compound, and the longest ending.
_SHORTEST, _ENDING = 4, 5
# A beginning that fits hardly any other word, even without its diacritics.
_LONG = 6
_HAN_NUMBER = "[〇零一二两兩三四五六七八九十百千万萬亿億]+"
_HAN_POINT = "点"
_HAN_FRACTION = f"{_HAN_POINT}[〇零一二三四五六七八九]+"


@dataclass(frozen=True)
class Lexicon:
    """The phrases of a language with the English words that they stand for. `endings`: nouns take
    endings; `compounds`, `compound_numbers`: nouns, or numbers, are written together;
    `ordinal_point`: a point after digits may make an ordinal of them."""

    words: dict[str, tuple[str, ...]]
    nouns: dict[str, tuple[str, ...]]
    asks: frozenset[str]
    endings: bool = False
    compounds: bool = False
    compound_numbers: bool = False
    ordinal_point: bool = False

    def english(self, said: Sequence[str], written: str) -> tuple[int, tuple[str, ...]]:
        """How many of these words the longest phrase takes that they begin with, and what it stands
        for: a word of which nothing is known for itself. `written` is the first of them with its
        diacritics, which tell «öldü» from «oldu»."""
        for length in range(min(_LONGEST, len(said)), 0, -1):
            phrase = " ".join(said[:length])
            exact = self.words.get(written) if length == 1 else self._begun(said[:length])
            if found := exact or self.words.get(phrase) or self.nouns.get(phrase):
                return length, found
        return 1, self._inflected(said[0], written)

    def _begun(self, said: Sequence[str]) -> tuple[str, ...] | None:
        """What a phrase stands for of which the last word has begun."""
        *first, last = said
        before = " ".join(first)
        begun = (self.words.get(f"{before} {last[:end]}-") for end in range(len(last), 2, -1))
        return next(filter(None, begun), None)

    def _inflected(self, word: str, written: str) -> tuple[str, ...]:
        """What a word stands for of which a part is known."""
        for end in range(len(written), 2, -1):
            if found := self.words.get(written[:end] + "-"):
                return found
        for end in range(len(word), 2, -1):
            known = self.endings and end >= _SHORTEST and len(word) - end <= _ENDING
            if known and (found := self.nouns.get(word[:end])):
                return found
        if self.compound_numbers and len(parts := self._split(word)) > 1:
            return tuple(self._each(parts))
        if not self.compounds:
            return (word,)
        ends = (self.nouns.get(word[at:]) for at in range(1, len(word) - _SHORTEST + 1))
        return next(filter(None, ends), (word,))

    def _each(self, said: list[str]) -> Iterator[str]:
        while said:
            length, english = self.english(said, said[0])
            yield from english
            said = said[length:]

    def _split(self, word: str) -> list[str]:
        """The words of numbers that a word is made of; none of another word."""
        for end in range(len(word), 1, -1):
            if word[:end] in self._number_words:
                rest = self._split(word[end:]) if end < len(word) else []
                if rest or end == len(word):
                    return [word[:end], *rest]
        return []

    @cached_property
    def _number_words(self) -> frozenset[str]:
        known = {"and", *phrases(merged("counted.things")["time"])}
        for section in ("words", "scales", "parts"):
            every_form = merged(f"numbers.{section}").values()
            known.update(word for forms in every_form for word in phrases(forms))
        every = {**self.nouns, **self.words}
        return frozenset(word for word, english in every.items() if known.issuperset(english))

    @cached_property
    def segment(self) -> re.Pattern[str]:
        """A number, a known word or a name of a Chinese text; a number has a known word after."""
        names = {normalise(name) for name in cldr.names("zh") if len(name) > 1}
        known = sorted({*self.words, *self.nouns, *names}, key=lambda each: (-len(each), each))
        words = _any_beginning(known)
        share = rf"(?<=百分之){_HAN_NUMBER}(?:{_HAN_FRACTION})?"
        number = (
            rf"(?P<number>{share}|{_HAN_NUMBER}(?:{_HAN_FRACTION})?(?!几)(?={words})"
            rf"|{_HAN_NUMBER}{_HAN_NUMBER}$)"
        )
        return re.compile(rf"[第数几上成]{_HAN_NUMBER}|{number}|{words}")


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a lexicon, as ISO 639-1 codes."""
    return tuple(by_language("lexicon"))


@cache
def lexicon(language: str) -> Lexicon | None:
    """The words of a language by its ISO 639-1 code; none if it has no lexicon."""
    held = table(language, "lexicon")
    if not held:
        return None
    flags = {
        name: True
        for name in ("endings", "compounds", "compound_numbers", "ordinal_point")
        if name in held
    }
    words, nouns = (_read(held[section]) for section in ("words", "nouns"))
    words = {each: (each,) for each in _normalised(held.get("itself", ""))} | words
    return Lexicon(words, nouns, frozenset(_normalised(held["asks"])), **flags)


def language_asking(asking: str) -> str | None:
    """The language of a word that asks for a number, if it is one of these."""
    if has_han(asking):
        return "zh"
    known = ((language, lexicon(language)) for language in languages())
    return next((name for name, found in known if found and asking in found.asks), None)


def _any_beginning(words: Sequence[str]) -> str:
    """A pattern for any of some words, the longest first, told apart by their first letter: far
    quicker than one after another."""
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    every = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())
    return f"(?:{'|'.join(every)})"


def related(one: str, other: str, language: str) -> bool:
    """Whether one of two words is the other with an ending, or a compound of it."""
    found = lexicon(language)
    short, long = sorted((one, other), key=len)
    if not found:
        return False
    if has_han(short[:1]):  # what is after a noun may belong to it or not
        return shared(one, other) > 1
    if len(short) < _SHORTEST:
        return False
    ends = found.endings and len(long) - len(short) <= _ENDING and long.startswith(short)
    return ends or (found.compounds and long.endswith(short))


def shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    differ = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))


def han_values(run: str) -> list[float]:
    """The value of a number in Chinese characters; both of «三四», which are one or the other."""
    run, _, fraction = run.partition(_HAN_POINT)
    values = [unicodedata.numeric(sign, 2) for sign in run]  # 2 is that of 两, which Unicode lacks
    if len(values) == 2 and not fraction and values[1] == values[0] + 1 < 10:
        return values
    total = section = digit = 0.0
    for value in values:
        if value >= 10**8:
            total, section, digit = (total + section + digit) * value, 0.0, 0.0
        elif value >= 10**4:
            total, section, digit = total + (section + digit) * value, 0.0, 0.0
        elif value >= 10:
            section, digit = section + (digit or 1) * value, 0.0
        else:
            digit = digit * 10 + value
    tenths = "".join(str(int(unicodedata.numeric(sign))) for sign in fraction)
    return [float(f"{total + section + digit:.0f}.{tenths or 0}")]


def _read(section: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The phrases of a section, normalised and as they are written: of two that normalise alike,
    the one that does not change stays. Of a short beginning that would fit too much."""
    written = {
        phrase: tuple(english.split())
        for english, forms in section.items()
        for phrase in phrases(forms)
    }
    alike = {
        normalise(each): words
        for each, words in written.items()
        if each[-1] != "-" or len(each) > _LONG
    }
    return alike | written


def _normalised(forms: str) -> list[str]:
    return [form for phrase in phrases(forms) if (form := normalise(phrase).strip())]
