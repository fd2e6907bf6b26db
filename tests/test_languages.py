"""The files of languages: that each can be read, and how they are put together."""

from __future__ import annotations

import pytest

from corpus.language import languages
from corpus.language.clitics import clitics
from corpus.language.languages import LANGUAGES, OTHER, by_language, merged, table


@pytest.mark.parametrize("language", [*LANGUAGES, OTHER])
def test_each_language_has_a_file(language: str) -> None:
    assert isinstance(table(language, "clitics"), dict)


def test_a_language_without_a_file_knows_nothing() -> None:
    assert table("xx", "clitics") == {}


def test_tables_are_put_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {
        "ar": {"t": {"a": "س", "l": ["ب"], "n": {"x": "ج"}, "f": 1}},
        "en": {"t": {"a": "a", "l": ["b", "ب"], "n": {"x": "c", "y": "d"}, "f": 1}},
    }
    monkeypatch.setattr(languages, "_file", lambda language: held.get(language, {}))
    for cached in (table, by_language, merged):
        monkeypatch.setattr(languages, cached.__name__, cached.__wrapped__)
    assert list(languages.by_language("t")) == ["ar", "en"]
    assert languages.merged("t") == {
        "a": "س\na",
        "l": ["ب", "b"],
        "n": {"x": "ج\nc", "y": "d"},
        "f": 1,
    }
    held["en"]["t"]["f"] = 2
    with pytest.raises(ValueError, match="t of en: f is 2, elsewhere 1"):
        languages.merged("t")


def test_clitics_stand_in_their_order() -> None:
    held = clitics("ar")
    assert held.bare("وللصين") == "صين"
    assert held.bare("وبالصين") == "صين"
    assert held.bare("ولد") == "ولد"
    assert set(held.joined) == {
        *("و", "ف", "ب", "ل", "ك"),
        *(one + two for one in "وف" for two in "بل"),
    }
    assert clitics("en").every == ()
