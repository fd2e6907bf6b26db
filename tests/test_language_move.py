"""The tables that were moved into the files of languages, merged, are what they were before.

The digests are of the tables by topic as they were. Taken out once words are added to them.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import pytest

from corpus.language.languages import merged, table
from corpus.language.phrases import phrases

# The section of the files of languages → the digest of the table that stood beside the code.
BEFORE: dict[str, str] = {
    "filters.relative": "0741036aa352a298",
    "numbers.words": "0428143d96eb6742",
    "numbers.doubled": "c738a60342946089",
    "numbers.scales": "6af223c30b6c162d",
    "numbers.bound": "e0421654d0346e20",
    "numbers.round": "2aa8917d10e65dc5",
    "numbers.parts": "f4de9e779440c6d0",
    "numbers.joined": "8f57b8add20d239a",
    "numbers.about": "58b421bc54a32b5b",
    "numbers.withdrawn": "298f1231473d803d",
    "counted.measures": "416b6d9cb26f4ff3",
    "counted.things": "6856c7a5f61fee94",
    "counted.fates": "225991d35dcad295",
    "counted.rates": "7b96a568e4360c38",
    "days.weekdays": "07adbc2e044297b4",
    "days.relative": "4159bce0c030cbcd",
    "days.not_day": "1be7663d5996fce8",
    "days.month": "7d25cc7310f1ae14",
    "days.last": "8f82251d17bd7257",
    "days.next": "6d1136c28c9d01f9",
    "days.year": "cbb6d79d1bdaf26b",
    "days.range": "79d018b5f2b3fc76",
    "days.bounds": "d8ebb8772bf35650",
    "days.future": "6dd01cf7d671419c",
    "pasted": "1ab8702587223d96",
    "kinds": "db4d9028c8c1116b",
}
# The lexicon of a language, which is not merged → the digest of its file.
LEXICA = {
    "de": "c0d6313f137aac48",
    "tr": "54d7a9a3a51b2b5c",
    "fa": "7b47c7a6bef6a4b5",
}


def phrase_sets(table: Any) -> Any:
    """A table with its phrases sorted, whatever they were parted by."""
    if isinstance(table, dict):
        return {key: phrase_sets(value) for key, value in sorted(table.items())}
    if isinstance(table, list):
        return sorted({each for entry in table for each in phrases(str(entry))})
    return sorted(set(phrases(table))) if isinstance(table, str) else table


def digest(table: Any) -> str:
    text = json.dumps(phrase_sets(table), ensure_ascii=False)
    return blake2b(text.encode(), digest_size=8).hexdigest()


@pytest.mark.parametrize("section", BEFORE)
def test_merged_as_before(section: str) -> None:
    assert digest(merged(section)) == BEFORE[section]


@pytest.mark.parametrize("language", LEXICA)
def test_a_lexicon_as_before(language: str) -> None:
    assert digest(table(language, "lexicon")) == LEXICA[language]
