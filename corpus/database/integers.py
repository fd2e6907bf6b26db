"""Arrays of integers of numpy as PostgreSQL reads them, made at once and not number by number."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg.adapt import Dumper, PyFormat
from psycopg.pq import Format

# The oids of an array and of its numbers, by their bytes.
_TYPES = {4: (1007, 23), 8: (1016, 20)}


class IntegersDumper(Dumper):
    """An array of integers (n,) as an array int4 or int8 in the database. Raises `TypeError` for
    other arrays, and for numbers that may be larger."""

    format = Format.BINARY

    def get_key(self, obj: Any, format: PyFormat) -> Any:
        return self.cls, _size(obj)

    def upgrade(self, obj: Any, format: PyFormat) -> Dumper:
        made = IntegersDumper(self.cls)
        made.oid = _TYPES[_size(obj)][0]
        return made

    def dump(self, obj: Any) -> bytes:
        size = _size(obj)
        # dimensions, whether there are NULLs, the type, how many, and the number of the first
        head = np.array([1, 0, _TYPES[size][1], len(obj), 1], dtype=">i4")
        held = np.empty(len(obj), dtype=[("size", ">i4"), ("number", f">i{size}")])
        held["size"], held["number"] = size, obj
        return head.tobytes() + held.tobytes()


def _size(array: npt.NDArray[Any]) -> int:
    """The bytes of the smallest of the types that has all numbers of an array's."""
    if array.ndim == 1 and array.dtype.kind in "iu":
        for size in _TYPES:
            if np.can_cast(array.dtype, f"i{size}"):
                return size
    raise TypeError(f"integers in one dimension are needed, not {array.dtype} {array.shape}")
