"""The catalogues of interface text, one TOML file a language.

A value is a sentence with `{names}` to fill in, or a table of plural forms by CLDR category.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from corpus.language.detect import is_open

LANGUAGES = ("ar", "en", "ru", "fr")
"""The languages that have a catalogue."""

FALLBACK = "en"

Forms = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """The interface in one language."""

    language: str
    sentences: Mapping[str, str]
    plurals: Mapping[str, Forms]

    @property
    def right_to_left(self) -> bool:
        return _locale(self.language).text_direction == "rtl"

    def say(self, key: str, **values: str) -> str:
        """The sentence `key` with its names filled in. Raises `KeyError` for a key or name that is
        not there."""
        return self.sentences[key].format_map(values)

    def count(self, key: str, number: int) -> str:
        """The plural form of `key` that belongs to `number`, with `{n}` filled in."""
        category = _locale(self.language).plural_form(number)
        return self.plurals[key][category].format(n=self.number(number))

    def number(self, number: int) -> str:
        """A whole number in the digits and grouping of the language."""
        return str(format_decimal(number, locale=self.language))

    def date(self, day: date) -> str:
        """A day, its month written out."""
        return str(format_date(day, "long", locale=self.language))


@cache
def words(language: str) -> Words:
    """The catalogue of one of `LANGUAGES`. Raises `ValueError` for another code."""
    if language not in LANGUAGES:
        raise ValueError(f"no words in {language!r}, only in {', '.join(LANGUAGES)}")
    return _read(language, [files("bot.words").joinpath(f"{language}.toml")])


@cache
def extended(language: str, package: str) -> Words:
    """The same with what the files `TOPIC.LANGUAGE.toml` of a package add. Raises `ValueError` for
    another code."""
    base, ending = words(language), f".{language}.toml"
    topics = [each for each in files(package).iterdir() if each.name.endswith(ending)]
    more = _read(language, sorted(topics, key=lambda each: each.name))
    return Words(language, {**base.sentences, **more.sentences}, {**base.plurals, **more.plurals})


def _read(language: str, catalogues: Sequence[Traversable]) -> Words:
    sentences: dict[str, str] = {}
    plurals: dict[str, Forms] = {}
    for file in catalogues:
        for key, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if isinstance(value, str):
                sentences[key] = value
            elif isinstance(value, dict):
                plurals[key] = value
            else:
                raise ValueError(f"{file.name}: {key} is neither a sentence nor plural forms")
    return Words(language, sentences, plurals)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def for_question(question: str | None, detected: str | None, *readers: str | None) -> Words:
    """The words in the language `detected` of a question; where nothing in the question shows it,
    or there are no words in it, in the first language of its readers."""
    shown = None if question and is_open(question) else detected
    return words(choose(shown, *readers))


def choose(*codes: str | None) -> str:
    """The first of `codes` that has a catalogue, else English.

    Codes are ISO 639-1 with or without a region ("fr", "fr-CA"), best first; `None` is passed over.
    """
    for code in codes:
        primary = (code or "").replace("_", "-").partition("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    return FALLBACK
