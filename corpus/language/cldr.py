"""Names that no romanising joins: states, nationalities, languages, months, days, capitals.

كوريا الشمالية, North Korea, Северная Корея and 朝鲜 are one group. The names come from the Unicode
CLDR, with additions of our own; `corpus.language.cldr_build` makes the table that is shipped.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from corpus.language.name_finder import FoundName, NameTable, read_row

# Languages of a script, as codes of the table.
SCRIPTS = {
    "arabic": ("ar", "fa", "ur"),
    "cyrillic": ("ru", "uk"),
    "latin": ("en", "fr", "es", "de", "tr", "it", "pt", "id", "pl", "nl", "sv"),
    "han": ("zh", "ja"),
    "hangul": ("ko",),
    "hebrew": ("he",),
    "greek": ("el",),
    "devanagari": ("hi",),
}


# Groups that do not tell where: months, days, languages, organisations; and cities, for a capital
# often stands for its state.
NO_PLACE = ("m-", "d-", "l-", "x-", "c-")


@lru_cache(maxsize=64)
def found(text: str) -> tuple[FoundName, ...]:
    """The names in `text`, in order, none overlapping another."""
    return tuple(_table().find(text))


@lru_cache(maxsize=4096)
def forms(group: str, language_or_script: str) -> tuple[str, ...]:
    """The spellings of a group in a language (ISO 639-1) or a script; the usual one first.

    Empty for a group or a language that the table does not have.
    """
    codes = SCRIPTS.get(language_or_script, (language_or_script,))
    held = [read_row(row) for row in _groups().get(group, "").splitlines()]
    return tuple(
        dict.fromkeys(name.text for code in codes for name in held if code in name.languages)
    )


@cache
def names(language: str) -> frozenset[str]:
    """The names of places, nationalities and languages, as a language spells them."""
    return frozenset(
        name.text
        for group, rows in _groups().items()
        if not group.startswith(("m-", "d-"))
        for name in map(read_row, rows.splitlines())
        if language in name.languages
    )


@cache
def calendar() -> frozenset[str]:
    """The names of months and days of the week, as all languages spell them."""
    return frozenset(
        read_row(row).text
        for group, rows in _groups().items()
        if group.startswith(("m-", "d-"))
        for row in rows.splitlines()
    )


@cache
def _lines() -> list[str]:
    return files("corpus.language").joinpath("cldr.tsv").read_text(encoding="utf-8").splitlines()


@cache
def _table() -> NameTable:
    return NameTable(_lines())


@cache
def _groups() -> dict[str, str]:
    """The rows of each group, a line each; without lists, as in `NameTable`."""
    groups: dict[str, str] = {}
    for line in _lines():
        _, row = line.split("\t", 1)
        _, group, _ = row.split("\t", 2)
        held = groups.get(group)
        groups[group] = row if held is None else f"{held}\n{row}"
    return groups
