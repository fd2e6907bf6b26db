from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexDamaged
from retrieval.index.dense import DenseIndex
from retrieval.models.vectors import unit
from retrieval.types import Vectors

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
    made.save(tmp_path / "vectors")
    return DenseIndex.open(tmp_path / "vectors", 5, 2)


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
    file = tmp_path / "vectors"
    DenseIndex.build(VECTORS).save(file)
    content = file.read_bytes()
    file.unlink()
    if spoil == "folder":
        file.mkdir()
    elif spoil != "missing":
        written = {"empty": b"", "truncated": content[:-9], "garbage": b"garbage" * 50}
        file.write_bytes(written[spoil])
    with pytest.raises(IndexDamaged, match="vectors"):
        DenseIndex.open(file, 5, 2)


@pytest.mark.parametrize(("passages", "dimensions"), [(4, 2), (5, 3), (6, 2)])
def test_a_file_that_is_another_index_is_refused(
    tmp_path: Path, passages: int, dimensions: int
) -> None:
    DenseIndex.build(VECTORS).save(tmp_path / "vectors")
    with pytest.raises(IndexDamaged, match="do not fit their manifest"):
        DenseIndex.open(tmp_path / "vectors", passages, dimensions)


def test_vectors_that_are_no_numbers_are_refused() -> None:
    vectors = np.eye(3, dtype=np.float32)
    vectors[1, 1] = np.nan
    index = DenseIndex.build(vectors)
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        index.cosines(vectors[0], np.array([0, 1]))


# ---------------------------------------------------------------- cells

MANY = unit(np.random.default_rng(5).standard_normal((600, 8)).astype(np.float32))


@pytest.fixture(params=["built", "saved"])
def cells(request: pytest.FixtureRequest, tmp_path: Path) -> DenseIndex:
    """From some size on a search looks into the nearest cells only."""
    made = DenseIndex.of(8)
    made.add(MANY)
    made.finish(cells_from=600)
    if request.param == "built":
        return made
    made.save(tmp_path / "vectors")
    return DenseIndex.open(tmp_path / "vectors", 600, 8)


def test_a_search_by_cells_finds_what_the_exhaustive_one_finds(cells: DenseIndex) -> None:
    exact = DenseIndex.build(MANY)
    assert exact.recall() == 1
    assert cells.recall(10) > 0.8
    for row in (0, 300, 599):
        found, cosines = cells.search(MANY[row], 5)
        nearest, expected = exact.search(MANY[row], 5)
        assert found[0] == nearest[0] == row
        assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)
        np.testing.assert_allclose(cosines[0], expected[0], atol=1e-3)


def test_allowed_rows_by_cells(cells: DenseIndex) -> None:
    found, _ = cells.search(MANY[7], 5, rows(7, 8, 9))
    assert found[0] == 7
    assert set(found.tolist()) <= {7, 8, 9}
    assert cells.search(MANY[7], 5, rows())[0].tolist() == []


def test_vectors_and_cosines_are_whole_whatever_the_cells(cells: DenseIndex) -> None:
    every = np.arange(600, dtype=np.int64)
    np.testing.assert_allclose(cells.vectors(every), MANY, atol=1e-3)
    np.testing.assert_allclose(cells.cosines(MANY[3], every), MANY @ MANY[3], atol=2e-3)


def test_cells_are_the_same_every_time(cells: DenseIndex) -> None:
    again = DenseIndex.of(8)
    again.add(MANY)
    again.finish(cells_from=600)
    for row in range(0, 600, 60):
        assert again.search(MANY[row], 20)[0].tolist() == cells.search(MANY[row], 20)[0].tolist()


def test_few_vectors_have_no_cells(tmp_path: Path) -> None:
    made = DenseIndex.of(8)
    made.add(MANY)
    made.finish(cells_from=601)
    made.save(tmp_path / "vectors")
    assert [file.name for file in tmp_path.iterdir()] == ["vectors"]


@pytest.mark.parametrize("spoil", ["empty", "truncated", "garbage", "of others"])
def test_damaged_cells_are_refused(tmp_path: Path, spoil: str) -> None:
    made = DenseIndex.of(8)
    made.add(MANY)
    made.finish(cells_from=600)
    made.save(tmp_path / "vectors")
    (file,) = [each for each in tmp_path.iterdir() if each.name != "vectors"]
    content = file.read_bytes()
    file.unlink()
    if spoil == "of others":
        other = DenseIndex.of(8)
        other.add(MANY[:599])
        other.finish(cells_from=599)
        (tmp_path / "other").mkdir()
        other.save(tmp_path / "other" / "vectors")
        content = (tmp_path / "other" / file.name).read_bytes()
    written = {"empty": b"", "truncated": content[:-9], "garbage": b"garbage" * 50}
    file.write_bytes(written.get(spoil, content))
    with pytest.raises(IndexDamaged, match="vectors"):
        DenseIndex.open(tmp_path / "vectors", 600, 8)


@pytest.mark.parametrize("cells_from", [600, 601])
def test_vectors_written_as_they_come_are_the_same(tmp_path: Path, cells_from: int) -> None:
    held = DenseIndex.of(8)
    held.add(MANY)
    held.finish(cells_from=cells_from)
    (tmp_path / "held").mkdir()
    held.save(tmp_path / "held" / "vectors")
    written = DenseIndex.of(8, tmp_path / "vectors")
    for first in range(0, 600, 250):
        written.add(MANY[first : first + 250])
    written.finish(cells_from=cells_from)
    written.save(tmp_path / "vectors")
    for file in (tmp_path / "held").iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_cells_are_lent_by_what_is_kept(cells: DenseIndex) -> None:
    few = DenseIndex.build(MANY[:20])
    made = DenseIndex.of(8)
    made.keep(few, 3, 9)
    made.keep(cells, 100, 590)
    made.keep(cells, 10, 110)
    made.keep(few, 0, 4)
    made.finish(cells_from=600)
    expected = np.concatenate([MANY[3:9], MANY[100:590], MANY[10:110], MANY[:4]])
    np.testing.assert_allclose(made.vectors(np.arange(600)), expected, atol=1e-3)
    assert made.recall(10) > 0.8
    for row in (0, 200, 599):
        assert made.search(expected[row], 3)[1][0] == pytest.approx(1, abs=1e-3)
