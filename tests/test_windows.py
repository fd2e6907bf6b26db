"""Windows cover a text to its last piece, and none is too long."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from corpus.errors import ModelError
from retrieval.models.embed import embedded_folder
from retrieval.models.windows import OVERLAP, Pieces, Span, windows

_WORDS = (
    "وصل",
    "الوزير",
    "negotiations",
    "Вонсан",
    "a",
    "...",
    "部长星期五抵达元山",
    "🕊️",
    "x" * 40,
)
_GAPS = (" ", "  ", "\n\n", "\u00a0", "")

words = st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(_GAPS)), max_size=60)


def joined(parts: list[tuple[str, str]]) -> str:
    return "".join(word + gap for word, gap in parts)


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(embedded_folder() / "tokenizer.json"))


@cache
def pieces() -> Pieces:
    return Pieces(tokenizer())


class NoOffsets:
    """A tokenizer that says which pieces a text has and not where: letters in threes."""

    def tokenize(self, text: str) -> list[str]:
        return [text[at : at + 3] for at in range(0, len(text), 3)]


def threes(text: str) -> list[Span]:
    """Each run of three letters as a piece; spaces are none."""
    found: list[Span] = []
    end = 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        found += [(at, min(at + 3, end)) for at in range(start, end, 3)]
    return found


@given(words, st.integers(1, 40))
def test_every_piece_stands_whole_in_a_window(parts: list[tuple[str, str]], capacity: int) -> None:
    text = joined(parts)
    found = threes(text)
    spans = windows(text, found, capacity)
    assert (spans[0][0], spans[-1][1]) == (0, len(text))
    for start, end in found:
        assert any(first <= start and end <= last for first, last in spans)
    for first, last in spans:
        assert sum(first <= start and end <= last for start, end in found) <= capacity


@given(words, st.integers(1, 40))
def test_windows_go_forward(parts: list[tuple[str, str]], capacity: int) -> None:
    text = joined(parts)
    spans = windows(text, threes(text), capacity)
    for (first, last), (then, after) in pairwise(spans):
        assert first < then
        assert last < after
        assert not text[last:then].strip()


def test_windows_overlap_and_keep_words_whole() -> None:
    text = "seven letters in each and every one of these words " * 20
    found = threes(text)
    capacity = 5 * OVERLAP
    spans = windows(text, found, capacity)
    assert len(spans) > 3
    for start, end in spans[1:]:
        assert text[start - 1].isspace() or text[start].isspace()
        assert end == len(text) or text[end - 1].isspace() or text[end].isspace()
    for (_, last), (then, _) in pairwise(spans):
        shared = sum(then <= start and end <= last for start, end in found)
        assert shared >= capacity // OVERLAP


def test_a_word_longer_than_a_window_is_split_inside() -> None:
    text = "x" * 100
    assert windows(text, threes(text), 10)[0] == (0, 30)


def test_what_fits_is_one_window() -> None:
    assert windows("  a b ", [(2, 3), (4, 5)], 2) == [(0, 6)]
    assert windows("", [], 5) == [(0, 0)]
    with pytest.raises(ValueError, match="at least one piece"):
        windows("a b", [(0, 1), (2, 3)], 0)


@settings(max_examples=60, deadline=None)
@given(words, st.integers(8, 40), st.sampled_from(["", "query: ", "ask:"]))
def test_no_window_has_more_pieces_than_there_is_room(
    parts: list[tuple[str, str]], room: int, prompt: str
) -> None:
    text = joined(parts)
    (spans,) = pieces().split([text], room, "m", prompt)
    (before,) = pieces().counts([prompt])
    for start, end in spans:
        assert pieces().counts([prompt + text[start:end]])[0] - before <= room
    assert (spans[0][0], spans[-1][1]) == (0, len(text))
    for (_, last), (then, _) in pairwise(spans):
        assert not text[last:then].strip()


def test_texts_that_fit_stay_whole() -> None:
    texts = ["peace", "", "peace " * 50, "war"]
    split = pieces().split(texts, 20, "m")
    assert [spans == [(0, len(text))] for spans, text in zip(split, texts, strict=True)] == [
        *(True, True, False, True)
    ]


def test_the_models_own_tokenizer_is_left_as_it_is() -> None:
    own = Tokenizer.from_str(tokenizer().to_str())
    own.enable_truncation(4)
    assert Pieces(own).counts(["peace and war " * 20])[0] > 4
    assert len(own.encode("peace and war " * 20).ids) == 4


@given(words, st.integers(1, 40))
def test_a_tokenizer_without_offsets_is_split_by_words(
    parts: list[tuple[str, str]], room: int
) -> None:
    text = joined(parts)
    made = Pieces(NoOffsets())
    (spans,) = made.split([text], room, "m")
    assert (spans[0][0], spans[-1][1]) == (0, len(text))
    for start, end in spans:
        assert sum(len(NoOffsets().tokenize(word)) for word in text[start:end].split()) <= room


def test_no_room_is_refused_in_words() -> None:
    with pytest.raises(ModelError, match="the model m reads too few pieces"):
        pieces().split(["peace"], 0, "m")
