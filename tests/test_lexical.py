from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from retrieval.index.lexical import K1, B, LexicalIndex, Postings

# Words of up to three letters have one term each: the word itself.
TEXTS = ("sun sea sun", "sea", "sky", "")
AVERAGE = 5 / 4


def idf(carried: int, passages: int = 4) -> float:
    return log(1 + (passages - carried + 0.5) / (carried + 0.5))


def bm25(frequency: int, length: int) -> float:
    """One term's part of the score, without its rarity."""
    return frequency / (frequency + K1 * (1 - B + B * length / AVERAGE))


def saved(folder: Path, texts: Sequence[str] = TEXTS) -> Path:
    """The folder of the only part of an index of these texts."""
    (part,) = LexicalIndex.build(texts).parts
    part.save(folder / "lexical")
    return folder / "lexical"


def opened(folder: Path, passages: int = len(TEXTS)) -> LexicalIndex:
    return LexicalIndex([Postings.open(folder, passages)], np.arange(passages))


@pytest.fixture(params=["built", "saved"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> LexicalIndex:
    return LexicalIndex.build(TEXTS) if request.param == "built" else opened(saved(tmp_path))


def test_rarities(index: LexicalIndex) -> None:
    made = index.rarities(["=sun", "=sea", "=sky", "=war", "=sea"])
    assert made == pytest.approx([idf(carried) for carried in (1, 2, 1, 0, 2)], rel=1e-6)
    assert index.rarities([]) == []


def test_one_term(index: LexicalIndex) -> None:
    expected = [bm25(1, 3), bm25(1, 1), 0, 0]
    np.testing.assert_allclose(index.scores("sea"), expected, rtol=1e-4)


def test_a_term_that_stands_twice(index: LexicalIndex) -> None:
    np.testing.assert_allclose(index.scores("sun"), [bm25(2, 3), 0, 0, 0], rtol=1e-4)


def test_two_terms_are_weighed_by_rarity(index: LexicalIndex) -> None:
    total = idf(1) + idf(2)
    first = (idf(1) * bm25(2, 3) + idf(2) * bm25(1, 3)) / total
    np.testing.assert_allclose(
        index.scores("Sun, SEA!"), [first, idf(2) * bm25(1, 1) / total, 0, 0], rtol=1e-4
    )


def test_a_term_that_stands_nowhere_counts_against_all(index: LexicalIndex) -> None:
    expected = idf(1) * bm25(1, 1) / (idf(1) + idf(0))
    np.testing.assert_allclose(index.scores("sky war"), [0, 0, expected, 0], rtol=1e-4)


def test_a_word_said_twice_counts_once(index: LexicalIndex) -> None:
    np.testing.assert_array_equal(index.scores("sea sea sun"), index.scores("sea sun"))


@pytest.mark.parametrize("question", ["", "war", "؟!", "\u200f"])
def test_without_a_known_term_nothing_scores(index: LexicalIndex, question: str) -> None:
    assert index.scores(question).tolist() == [0, 0, 0, 0]


def test_spellings_of_one_word_meet() -> None:
    made = LexicalIndex.build(["وَصَلَ الوزيرُ", "غادر"])
    found, other = made.scores("والوزير").tolist()
    assert found > 0.25
    assert other == 0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["sun", "sea", "sky", "talks", "war"]), max_size=6), min_size=1
    ),
    st.lists(st.sampled_from(["sun", "sea", "talks", "peace"]), max_size=6),
)
def test_scores_are_shares(texts: list[list[str]], question: list[str]) -> None:
    scores = LexicalIndex.build([" ".join(text) for text in texts]).scores(" ".join(question))
    assert scores.dtype == np.float32
    assert scores.shape == (len(texts),)
    assert (scores >= 0).all()
    assert (scores <= 1).all()
    for text, score in zip(texts, scores.tolist(), strict=True):
        assert not set(text) & set(question) or score > 0


@pytest.mark.parametrize("texts", [["", ""], ["?!", "…"], [""]])
def test_texts_without_words(texts: list[str], tmp_path: Path) -> None:
    made = opened(saved(tmp_path, texts), len(texts))
    assert made.scores("sun sea").tolist() == [0] * len(texts)
    assert made.scores("").tolist() == [0] * len(texts)


def test_another_number_of_passages_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    with pytest.raises(IndexDamaged, match="does not fit its manifest"):
        opened(tmp_path / "lexical", 3)


def test_each_missing_or_shortened_file_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    for file in sorted((tmp_path / "lexical").iterdir()):
        content = file.read_bytes()
        for spoiled in (None, b"", content[: len(content) // 2], b"garbage"):
            file.unlink()
            if spoiled is not None:
                file.write_bytes(spoiled)
            with pytest.raises(IndexDamaged):
                opened(tmp_path / "lexical")
            file.write_bytes(content)
    opened(tmp_path / "lexical")


@pytest.mark.parametrize("filled", [b"\xff", b"\x7f", b"\x00", b"\x03"])
def test_garbage_of_the_same_length_is_refused_or_gives_numbers(
    tmp_path: Path, filled: bytes
) -> None:
    saved(tmp_path)
    for file in sorted((tmp_path / "lexical").iterdir()):
        content = file.read_bytes()
        file.write_bytes(filled * len(content))
        with suppress(IndexDamaged):
            scores = opened(tmp_path / "lexical").scores("sun sea")
            assert np.isfinite(scores).all()
        file.write_bytes(content)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="nowhere"):
        opened(tmp_path / "nowhere")


# ---------------------------------------------------------------- parts

_TEXTS = st.lists(
    st.lists(st.sampled_from(["sun", "sea", "sky", "talks", "war"]), max_size=6).map(" ".join),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=4), st.data())
def test_parts_score_as_one_index_of_what_is_left(
    texts: list[list[str]], data: st.DataObject
) -> None:
    every = [text for part in texts for text in part]
    order = data.draw(st.permutations(range(len(every))))
    order = order[: data.draw(st.integers(1, len(every)))]
    parts = [LexicalIndex.build(part).parts[0] for part in texts]
    grown = LexicalIndex(parts, np.array(order))
    whole = LexicalIndex.build([every[at] for at in order])
    for question in ("sun sea", "talks peace", "sky sun war"):
        np.testing.assert_array_equal(grown.scores(question), whole.scores(question))
    carried = ("=sun", "talk", "=peace")
    assert grown.rarities(carried) == whole.rarities(carried)
