"""Arrays of integers of numpy as PostgreSQL reads them, made at once and not number by number."""

from __future__ import annotations

from typing import Any

import numpy as np
from psycopg.adapt import Dumper, PyFormat
from psycopg.pq import Format

# The oids of an array and of its numbers, by their bytes.
_TYPES = {4: (1007, 23), 8: (1016, 20)}


class IntegersDumper(Dumper):
    """An array int32 or int64 (n,) as an array of the same in the database."""

    format = Format.BINARY

    def get_key(self, obj: Any, format: PyFormat) -> Any:
        return self.cls, obj.dtype.itemsize

    def upgrade(self, obj: Any, format: PyFormat) -> Dumper:
        made = IntegersDumper(self.cls)
        made.oid = _TYPES[obj.dtype.itemsize][0]
        return made

    def dump(self, obj: Any) -> bytes:
        size = obj.dtype.itemsize
        # dimensions, whether there are NULLs, the type, how many, and the number of the first
        head = np.array([1, 0, _TYPES[size][1], len(obj), 1], dtype=">i4")
        held = np.empty(len(obj), dtype=[("size", ">i4"), ("number", f">i{size}")])
        held["size"], held["number"] = size, obj
        return head.tobytes() + held.tobytes()
