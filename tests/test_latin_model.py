"""The small model tells languages as the one of py3langid does."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from corpus.demo.coverage import demo_articles, demo_questions
from corpus.language.latin_model import Moves, latin_model

LANGUAGES = ("en", "fr", "es", "de", "tr", "it", "pt")


@cache
def whole() -> Any:
    return LanguageIdentifier.from_model_file(MODEL_FILE)


def expected(text: str) -> list[str]:
    return [code for code, _ in whole().rank(text) if code in LANGUAGES]


def ranked(text: str) -> list[str]:
    return [code for code, _ in latin_model(LANGUAGES).rank(text)]


def test_every_state_is_followed_by_the_same_states() -> None:
    rows = np.asarray(whole().tk_nextmove, dtype=np.uint32).reshape(-1, 256)
    row_of = np.asarray(whole().tk_row, dtype=np.uint32)
    moves = Moves(rows, row_of)
    states = np.random.default_rng(1).permutation(len(row_of))[:400].tolist()
    for state in (0, *states):
        assert [moves[(state << 8) + byte] for byte in range(256)] == rows[row_of[state]].tolist()


def test_texts_are_told_as_by_the_whole_model() -> None:
    texts = [str(case["question"]) for case in demo_questions()]
    for file in Path(demo_articles()).rglob("*.*"):
        texts += file.read_text(encoding="utf-8").splitlines()
    words = [" ".join(text.split()[:3]) for text in texts]
    for text in filter(None, texts + words):
        assert ranked(text) == expected(text), text


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(max_codepoint=0x24F), max_size=40))
def test_any_latin_text_is_told_alike(text: str) -> None:
    # without anything found all are alike
    scores = dict(whole().rank(text))
    if len({scores[code] for code in LANGUAGES}) == len(LANGUAGES):
        assert ranked(text) == expected(text)
