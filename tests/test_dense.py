from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexDamaged
from retrieval.dense import DenseIndex
from retrieval.embed import Vectors

#                     row: 0       1       2           3        4 (an empty text)
VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0], [0, 0]], dtype=np.float32)


def query(x: float, y: float) -> Vectors:
    return np.array([x, y], dtype=np.float32)


def rows(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


@pytest.fixture(params=["built", "saved"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> DenseIndex:
    made = DenseIndex.build(VECTORS)
    if request.param == "built":
        return made
    made.save(tmp_path / "vectors.faiss")
    return DenseIndex.open(tmp_path / "vectors.faiss", 5, 2)


def test_the_nearest_come_first(index: DenseIndex) -> None:
    found, cosines = index.search(query(1, 0), 3)
    assert found.tolist() == [0, 2, 1] or found.tolist() == [0, 2, 4]
    np.testing.assert_allclose(cosines, [1, 0.6, 0], atol=1e-3)


def test_asking_for_more_than_there_are(index: DenseIndex) -> None:
    found, cosines = index.search(query(0, 1), 100)
    assert sorted(found.tolist()) == [0, 1, 2, 3, 4]
    assert found.tolist()[:2] == [1, 2]
    assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)


def test_asking_for_none(index: DenseIndex) -> None:
    found, cosines = index.search(query(1, 0), 0)
    assert found.shape == cosines.shape == (0,)


@pytest.mark.parametrize(
    ("allowed", "found"), [((1, 3), [1, 3]), ((3,), [3]), ((2, 1, 0), [0, 2, 1]), ((), [])]
)
def test_only_allowed_rows_are_searched(
    index: DenseIndex, allowed: tuple[int, ...], found: list[int]
) -> None:
    nearest, cosines = index.search(query(1, 0), 5, rows(*allowed))
    assert nearest.tolist() == found
    assert len(cosines) == len(found)


def test_the_best_of_the_allowed_rows(index: DenseIndex) -> None:
    assert index.search(query(1, 0), 1, rows(1, 2, 3))[0].tolist() == [2]


def test_cosines_of_rows(index: DenseIndex) -> None:
    np.testing.assert_allclose(
        index.cosines(query(0.6, 0.8), rows(3, 2, 4)), [-0.6, 1, 0], atol=1e-3
    )
    assert index.cosines(query(1, 0), rows()).shape == (0,)


def test_vectors_of_rows(index: DenseIndex) -> None:
    np.testing.assert_allclose(index.vectors(rows(2, 0)), [[0.6, 0.8], [1.0, 0.0]], atol=1e-3)
    assert index.vectors(rows()).shape == (0, 2)


def test_stored_vectors_are_stored_again_unchanged(index: DenseIndex) -> None:
    stored = index.vectors(np.arange(5, dtype=np.int64))
    again = DenseIndex.build(stored).vectors(np.arange(5, dtype=np.int64))
    np.testing.assert_array_equal(again, stored)


@pytest.mark.parametrize("spoil", ["missing", "empty", "truncated", "garbage", "folder"])
def test_a_damaged_file_is_refused(tmp_path: Path, spoil: str) -> None:
    file = tmp_path / "vectors.faiss"
    DenseIndex.build(VECTORS).save(file)
    content = file.read_bytes()
    file.unlink()
    if spoil == "folder":
        file.mkdir()
    elif spoil != "missing":
        written = {"empty": b"", "truncated": content[:-9], "garbage": b"garbage" * 50}
        file.write_bytes(written[spoil])
    with pytest.raises(IndexDamaged, match=r"vectors\.faiss"):
        DenseIndex.open(file, 5, 2)


@pytest.mark.parametrize(("passages", "dimensions"), [(4, 2), (5, 3), (6, 2)])
def test_a_file_that_is_another_index_is_refused(
    tmp_path: Path, passages: int, dimensions: int
) -> None:
    DenseIndex.build(VECTORS).save(tmp_path / "vectors.faiss")
    with pytest.raises(IndexDamaged, match="do not fit their manifest"):
        DenseIndex.open(tmp_path / "vectors.faiss", passages, dimensions)


def test_vectors_that_are_no_numbers_are_refused() -> None:
    vectors = np.eye(3, dtype=np.float32)
    vectors[1, 1] = np.nan
    index = DenseIndex.build(vectors)
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        index.cosines(vectors[0], np.array([0, 1]))
