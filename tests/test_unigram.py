"""Pieces found here are those that `tokenizers` finds."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from corpus.demo.coverage import demo_articles, demo_questions
from retrieval.models.embed import embedded_folder
from retrieval.models.unigram import Unigram

WRITTEN = (embedded_folder() / "tokenizer.json").read_text(encoding="utf-8")

_TEXTS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.text("abوصلоΣσ12.«»\u0301\u064b\u00a0\x1cﷺ½가 \n[]▁元", max_size=16),
        st.sampled_from(["[UNK]", "[PAD]", "[[PAD]]", "[", "]", "UNK", " "]),
    ),
    max_size=5,
).map("".join)


@cache
def unigram() -> Unigram:
    found = Unigram.of(json.loads(WRITTEN))
    assert found
    return found


@cache
def whole() -> Tokenizer:
    return Tokenizer.from_str(WRITTEN)


def toy(**changes: Any) -> dict[str, Any]:
    pieces = [["?", 0.0], ["a", -1.0], ["ab", -1.5], ["b", -1.0], ["abc", -9.0], ["c", -1.0]]
    special = {"id": 6, "content": "<s>", "special": True}
    ways = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    model = {"type": "Unigram", "unk_id": 0, "vocab": pieces, "byte_fallback": False}
    parts = dict.fromkeys(("normalizer", "pre_tokenizer", "post_processor", "decoder"))
    added = [special | ways | changes.pop("added", {})]
    return {"version": "1.0", "added_tokens": added, **parts, "model": model | changes}


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_any_text_has_the_pieces_that_tokenizers_finds(text: str) -> None:
    assert unigram().encode(text) == whole().encode(text, add_special_tokens=False).ids


def test_words_of_articles_and_questions_have_the_same_pieces() -> None:
    texts = [str(case["question"]) for case in demo_questions()]
    texts += [file.read_text(encoding="utf-8") for file in Path(demo_articles()).rglob("*.*")]
    words = sorted({word for text in texts for word in text.split()})
    assert len(words) > 1000
    expected = [each.ids for each in whole().encode_batch(words, add_special_tokens=False)]
    assert [unigram().encode(word) for word in words] == expected


def test_the_whole_model_is_the_one_that_was_read() -> None:
    assert unigram().whole().to_str() == whole().to_str()
    assert unigram().get_vocab_size() == whole().get_vocab_size()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ab", [2]),  # -1.5 and not -2
        ("abc", [2, 5]),  # -2.5 and not -9
        ("xyab", [0, 2]),  # what is unknown is one piece
        ("xax", [0, 1, 0]),
        ("a<s>b<<s>", [1, 6, 3, 0, 6]),
        ("", []),
    ],
)
def test_a_model_worked_out_by_hand(text: str, pieces: list[int]) -> None:
    made = Unigram.of(toy())
    assert made
    assert made.encode(text) == pieces
    written = json.dumps(toy())
    assert Tokenizer.from_str(written).encode(text, add_special_tokens=False).ids == pieces


def test_a_mark_before_the_text_alone_is_left_to_tokenizers() -> None:
    metaspace = {"type": "Metaspace", "replacement": "▁", "split": True}
    assert Unigram.of(toy() | {"pre_tokenizer": metaspace | {"prepend_scheme": "first"}}) is None
    always = toy() | {"pre_tokenizer": metaspace | {"prepend_scheme": "always"}}
    written = json.dumps(always)
    made = Unigram.of(always)
    assert made
    expected = Tokenizer.from_str(written).encode("ab<s>ab", add_special_tokens=False).ids
    assert made.encode("ab<s>ab") == expected


def test_all_special_pieces_are_counted() -> None:
    made = Unigram.of(toy())
    assert made
    assert made.get_vocab_size() == Tokenizer.from_str(json.dumps(toy())).get_vocab_size() == 7


@pytest.mark.parametrize(
    "changes",
    [
        *({"byte_fallback": True}, {"unk_id": None}, {"type": "BPE"}),
        {"added": {"normalized": True}},
        {"added": {"id": 9}},  # `tokenizers` makes a 6 of it
        {"vocab": [["?", 0.0], ["a", -1.0], ["a", -2.0]]},
    ],
)
def test_other_models_are_left_to_tokenizers(changes: dict[str, Any]) -> None:
    assert Unigram.of(toy(**changes)) is None
