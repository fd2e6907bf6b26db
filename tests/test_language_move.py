"""The tables that were moved into the files of languages, merged, are what they were before.

The digests are of the tables by topic as they were. Taken out once words are added to them.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import pytest

from corpus.language.languages import merged
from corpus.language.phrases import phrases

# The section of the files of languages → the digest of the table that stood beside the code.
BEFORE: dict[str, str] = {}


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
