"""Plain arrays on disk: only the bytes, so nothing can be misread.

The manifest of the index has their sizes and digests.
"""

from __future__ import annotations

import os
import weakref
from itertools import repeat
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged


def write(file: Path, array: npt.NDArray[Any]) -> None:
    with file.open("wb") as opened:
        _put(opened, array)


def append(file: Path, array: npt.NDArray[Any]) -> None:
    """Append an array to `file`, which is created if necessary."""
    with file.open("ab") as opened:
        _put(opened, array)


def _put(opened: BinaryIO, array: npt.NDArray[Any]) -> None:
    # ndarray.tofile does not report a full disk, and may even lose the last bytes silently
    opened.write(np.ascontiguousarray(array).data)


def read(file: Path, kind: npt.DTypeLike, columns: int | None = None) -> npt.NDArray[Any]:
    """The array in `file`, (n,) or (n, columns), memory-mapped, read only. Raises
    `IndexDamaged`."""
    try:
        if size(file) == 0:
            array: npt.NDArray[Any] = np.zeros(0, dtype=kind)
        else:
            # A plain array over the mapping: indexing np.memmap itself is several times slower.
            array = np.asarray(np.memmap(file, dtype=kind, mode="r"))
        return array if columns is None else array.reshape(-1, columns)
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{file} is truncated or garbage") from error


def size(file: Path) -> int:
    """The bytes of `file`. Raises `IndexDamaged`."""
    try:
        if file.is_dir():
            raise IsADirectoryError(str(file))
        return file.stat().st_size
    except OSError as error:
        raise IndexDamaged(f"{file} cannot be read: {error.strerror or 'a folder'}") from error


def runs(
    stored: npt.NDArray[Any] | Filed, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
) -> npt.NDArray[Any]:
    """These half-open runs of rows, concatenated, of an array in memory or in a file."""
    if isinstance(stored, Filed):
        return stored.runs(first, last)
    found: npt.NDArray[Any] = stored[places(first, last)[0]]
    return found


def places(
    first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The numbers in these half-open runs, concatenated, and where each run begins among them; the
    last entry is the total."""
    lengths = last - first
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return np.repeat(first - starts[:-1], lengths) + np.arange(starts[-1]), starts


class Filed:
    """An array in a file, (n,) or (n, columns), whose rows are read on request and not kept in
    memory. If the file is truncated under a running process, reading raises an error; a memory map
    would crash the process."""

    def __init__(self, file: Path, kind: npt.DTypeLike, columns: int | None = None) -> None:
        """Raises `IndexDamaged`."""
        self._file = file
        self._kind = np.dtype(kind)
        self._columns = columns
        self._bytes = self._kind.itemsize * (columns or 1)
        try:
            self._descriptor = os.open(file, os.O_RDONLY)
            weakref.finalize(self, os.close, self._descriptor)
            size = os.fstat(self._descriptor).st_size
        except OSError as error:
            raise IndexDamaged(f"{file} cannot be read") from error
        self._rows, rest = divmod(size, self._bytes)
        if rest:
            raise IndexDamaged(f"{file} is truncated or garbage")

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, run: slice) -> npt.NDArray[Any]:
        first, last, _ = run.indices(self._rows)
        return self._read([first * self._bytes], [max(last - first, 0) * self._bytes])

    def rows(self, wanted: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """These rows, in the given order; neighbouring rows are read together. Raises
        `IndexDamaged`."""
        return self.runs(wanted, wanted + 1)

    def runs(self, first: npt.ArrayLike, last: npt.ArrayLike) -> npt.NDArray[Any]:
        """The rows of these half-open runs, concatenated. Raises `IndexDamaged`."""
        starts = np.asarray(first, dtype=np.int64)
        lengths = np.asarray(last, dtype=np.int64) - starts
        if len(starts) and (
            starts.min() < 0 or lengths.min() < 0 or (starts + lengths).max() > self._rows
        ):
            raise IndexDamaged(f"{self._file} has not the rows it should have")
        broken = np.ones(len(starts), dtype=bool)  # where a run does not continue the one before
        broken[1:] = starts[1:] != (starts + lengths)[:-1]
        places = np.concatenate([[0], np.cumsum(lengths)])
        sizes = np.diff(np.append(places[:-1][broken], places[-1])) * self._bytes
        return self._read((starts[broken] * self._bytes).tolist(), sizes.tolist())

    def _read(self, starts: list[int], sizes: list[int]) -> npt.NDArray[Any]:
        """The bytes at these places, of these sizes."""
        descriptor = self._descriptor
        try:
            runs = list(map(os.pread, repeat(descriptor), sizes, starts))
            for number, (start, size) in enumerate(zip(starts, sizes, strict=True)):
                while len(runs[number]) < size:  # a read may return less than requested
                    done = len(runs[number])
                    more = os.pread(descriptor, size - done, start + done)
                    if not more:
                        raise IndexDamaged(f"{self._file} was cut short")
                    runs[number] += more
        except OSError as error:
            raise IndexDamaged(f"{self._file} cannot be read: {error}") from error
        array = np.frombuffer(runs[0] if len(runs) == 1 else b"".join(runs), dtype=self._kind)
        return array if self._columns is None else array.reshape(-1, self._columns)
