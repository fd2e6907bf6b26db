"""Arrays of numpy as PostgreSQL reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from psycopg.adapt import PyFormat
from psycopg.types.numeric import Int4BinaryLoader, Int8BinaryLoader

from corpus.database.integers import IntegersDumper

_LOADERS = {1007: Int4BinaryLoader, 1016: Int8BinaryLoader}
_OF = {1007: 23, 1016: 20}


def read(array: npt.NDArray[Any]) -> tuple[int, list[int]]:
    """The oid that an array is written as, and its numbers as psycopg reads them."""
    first = IntegersDumper(np.ndarray)
    first.get_key(array, PyFormat.AUTO)
    dumper = first.upgrade(array, PyFormat.AUTO)

    held = dumper.dump(array)
    assert isinstance(held, bytes)
    return dumper.oid, numbers(held, dumper.oid)


def numbers(held: bytes, oid: int) -> list[int]:
    head = np.frombuffer(held[:20], ">i4").tolist()
    assert (head[0], head[2], head[4]) == (1, _OF[oid], 1)
    size = 4 if oid == 1007 else 8
    loader = _LOADERS[oid](_OF[oid])
    found = [loader.load(held[at + 4 : at + 4 + size]) for at in range(20, len(held), 4 + size)]
    assert len(found) == head[3]
    return found


@pytest.mark.parametrize(
    ("kind", "held", "oid"),
    [
        *(("i8", [1, -(2**63), 2**63 - 1], 1016), ("i4", [1, -(2**31)], 1007), ("i8", [], 1016)),
        *(("u4", [2**32 - 1], 1016), ("i2", [-7], 1007), ("u1", [255], 1007), (">i8", [5], 1016)),
    ],
)
def test_numbers_arrive_as_they_are(kind: str, held: list[int], oid: int) -> None:
    assert read(np.array(held, dtype=kind)) == (oid, held)
    assert read(np.array(held * 2, dtype=kind)[: len(held)]) == (oid, held)


@pytest.mark.parametrize(
    "array",
    [
        *(np.array([1.5]), np.array([1], np.uint64), np.array([True]), np.array(5)),
        *(np.zeros((2, 2), np.int64), np.array([None]), np.array(["2024-05-03"], "M8[D]")),
    ],
)
def test_other_arrays_are_refused(array: npt.NDArray[Any]) -> None:
    with pytest.raises(TypeError, match="integers in one dimension"):
        read(array)
