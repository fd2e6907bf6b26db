"""The tables of each language: `ar.toml`, `en.toml` and so on, a file a language.

A file holds whatever the rules need to know of its language, a section a topic; CONTRIBUTING says
how to add one. Words of further languages, which no rule knows well, are in `other.toml`: what
counts for one of them alone under its code (`[uk.endings]`), the rest together. Rules that know the
language of a text ask for its table (`table`); those that don't, of all languages together
(`merged`). The tables of a section are not to be changed.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from corpus.language.phrases import phrases

LANGUAGES = ("ar", "en", "ru", "fr", "es", "de", "tr", "fa", "zh")
"""The languages with a file of their own, as ISO 639-1 codes, in the order of merged tables."""
OTHER = "other"

Table = dict[str, Any]


@cache
def table(language: str, section: str) -> Table:
    """A section, by a dotted name, of one language; empty where the language lacks it."""
    known = language in (*LANGUAGES, OTHER)
    held: Any = _file(language) if known else _file(OTHER).get(language, {})
    for name in section.split("."):
        held = held.get(name, {})
    assert isinstance(held, dict), f"{section} of {language} is a value, not a section"
    return held


@cache
def by_language(section: str) -> dict[str, Table]:
    """A section of each language that has it, in the order of `LANGUAGES`, the others last."""
    every = {language: table(language, section) for language in (*LANGUAGES, OTHER)}
    return {language: held for language, held in every.items() if held}


@cache
def merged(section: str) -> Table:
    """A section of all languages as one table.

    Under the same key phrases (text) are put one below another, lists one after another without
    repetitions, and tables are merged in turn. Raises `ValueError` where other values differ.
    """
    made: Table = {}
    for language, held in by_language(section).items():
        _merge(made, held, f"{section} of {language}")
    return made


def _merge(made: Table, held: Table, where: str) -> None:
    for key, value in held.items():
        before = made.get(key)
        if isinstance(value, dict):
            _merge(made.setdefault(key, {}), value, f"{where}.{key}")
        elif before is None:
            made[key] = list(value) if isinstance(value, list) else value
        elif isinstance(value, str) and isinstance(before, str):
            made[key] = f"{before}\n{value}"
        elif isinstance(value, list) and isinstance(before, list):
            before += [each for each in value if each not in before]
        elif value != before:
            raise ValueError(f"{where}: {key} is {value!r}, elsewhere {before!r}")


@cache
def _file(language: str) -> Table:
    file = files("corpus.language").joinpath(f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def extent() -> dict[str, dict[str, int]]:
    """How much each language has: of each section, by its name, how many words and phrases, for
    every language of `LANGUAGES`."""
    files_of = {language: _file(language) for language in LANGUAGES}
    sections = dict.fromkeys(section for held in files_of.values() for section in held)
    return {
        section: {language: _entries(held.get(section, {})) for language, held in files_of.items()}
        for section in sections
    }


def _entries(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_entries, value.values()))
    if isinstance(value, list):
        return len(value)
    if isinstance(value, str):
        return len(phrases(value) if "|" in value else value.split())
    return 1
