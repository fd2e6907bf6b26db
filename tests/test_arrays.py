"""Arrays on disk: what is written is read, and what does not fit is refused."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from retrieval.index import arrays

KINDS = (np.int64, np.int32, np.uint32, np.float16)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(KINDS), st.lists(st.integers(0, 2000)), st.sampled_from([None, 1, 3]))
def test_what_is_written_is_read(
    kind: npt.DTypeLike, values: list[int], columns: int | None
) -> None:
    array: npt.NDArray[np.generic] = np.array(values, dtype=kind)
    if columns:
        array = array[: len(array) // columns * columns].reshape(-1, columns)
    with TemporaryDirectory() as name:
        file = Path(name) / "numbers"
        arrays.write(file, array)
        assert file.read_bytes() == array.tobytes()
        found = arrays.read(file, kind, columns)
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, array)


def test_rows_that_do_not_lie_together_are_written_in_order(tmp_path: Path) -> None:
    array = np.arange(12, dtype=np.int64).reshape(3, 4)[:, ::2]
    arrays.write(tmp_path / "numbers", array)
    np.testing.assert_array_equal(arrays.read(tmp_path / "numbers", np.int64, 2), array)


def test_what_is_appended_stands_behind(tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    arrays.append(file, np.zeros(0, dtype=np.int64))
    assert file.read_bytes() == b""
    for first in (0, 3, 5):
        arrays.append(file, np.arange(first, first + 3, dtype=np.int64))
    assert arrays.read(file, np.int64).tolist() == [0, 1, 2, 3, 4, 5, 5, 6, 7]


def test_what_is_read_cannot_be_changed(tmp_path: Path) -> None:
    arrays.write(tmp_path / "numbers", np.arange(4))
    found = arrays.read(tmp_path / "numbers", np.int64)
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 7


@pytest.mark.parametrize("length", [1, 7, 12, 20])
def test_a_length_that_does_not_fit_is_refused(tmp_path: Path, length: int) -> None:
    (tmp_path / "numbers").write_bytes(bytes(length))
    with pytest.raises(IndexDamaged, match=r"numbers is truncated"):
        arrays.read(tmp_path / "numbers", np.int64)


def test_rows_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    arrays.write(tmp_path / "numbers", np.arange(8))
    with pytest.raises(IndexDamaged, match="numbers"):
        arrays.read(tmp_path / "numbers", np.int64, 3)


@pytest.mark.parametrize("place", ["missing", "folder"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, place: str) -> None:
    if place == "folder":
        (tmp_path / place).mkdir()
    with pytest.raises(IndexDamaged, match=place):
        arrays.read(tmp_path / place, np.int64)


# ---------------------------------------------------------------- read when asked for


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))), st.sampled_from([None, 3]))
def test_runs_of_rows_are_read_one_after_the_other(
    wanted: list[tuple[int, int]], columns: int | None
) -> None:
    shape = (9, columns) if columns else (9,)
    array = np.arange(9 * (columns or 1), dtype=np.int32).reshape(shape)
    runs = [(min(each), max(each)) for each in wanted]
    with TemporaryDirectory() as name:
        arrays.write(Path(name) / "numbers", array)
        filed = arrays.Filed(Path(name) / "numbers", np.int32, columns)
        assert len(filed) == len(array)
        found = filed.runs([first for first, _ in runs], [last for _, last in runs])
        expected = [array[first:last] for first, last in runs]
        np.testing.assert_array_equal(found, np.concatenate([array[:0], *expected]))
        np.testing.assert_array_equal(filed[2:5], array[2:5])
        np.testing.assert_array_equal(filed[:], array)


def test_no_runs_of_an_empty_file(tmp_path: Path) -> None:
    arrays.write(tmp_path / "numbers", np.zeros(0, dtype=np.int64))
    filed = arrays.Filed(tmp_path / "numbers", np.int64)
    assert len(filed) == 0
    assert filed[:].tolist() == []
    assert filed.runs([], []).tolist() == []


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (3, 2), (0, 5), (4, 9)])
def test_rows_that_are_not_there_are_refused(tmp_path: Path, first: int, last: int) -> None:
    arrays.write(tmp_path / "numbers", np.arange(4))
    with pytest.raises(IndexDamaged, match="numbers"):
        arrays.Filed(tmp_path / "numbers", np.int64).runs([first], [last])


def test_a_file_cut_short_under_a_reader_is_said(tmp_path: Path) -> None:
    arrays.write(tmp_path / "numbers", np.arange(4))
    filed = arrays.Filed(tmp_path / "numbers", np.int64)
    (tmp_path / "numbers").write_bytes(bytes(8))
    with pytest.raises(IndexDamaged, match="numbers was cut short"):
        filed.runs([0], [4])


def test_a_reader_goes_on_when_the_file_is_pruned(tmp_path: Path) -> None:
    arrays.write(tmp_path / "numbers", np.arange(4))
    filed = arrays.Filed(tmp_path / "numbers", np.int64)
    (tmp_path / "numbers").unlink()
    assert filed[:].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("spoil", ["missing", "odd", "folder"])
def test_a_file_that_cannot_be_read_row_by_row_is_refused(tmp_path: Path, spoil: str) -> None:
    file = tmp_path / "numbers"
    if spoil == "odd":
        file.write_bytes(bytes(12))
    elif spoil == "folder":
        file.mkdir()
    with pytest.raises(IndexDamaged, match="numbers"):
        arrays.Filed(file, np.int64).runs([0], [1])
