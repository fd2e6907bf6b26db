"""The dense channel: unit vectors in FAISS, searched by inner product (the cosine).

FAISS reads the number of OpenMP threads when it loads, and only then for threads started later, so
it is set here, before the import: one thread a query leaves the other cores to other questions.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import faiss
import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from retrieval.embed import Vectors

Rows = npt.NDArray[np.int64]


class DenseIndex:
    """Half-precision vectors, searched exhaustively. Rows are numbered from 0."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index unit vectors, float32 (n, dimensions)."""
        index = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    def save(self, file: Path) -> None:
        faiss.write_index(self._index, str(file))

    @classmethod
    def open(cls, file: Path, passages: int, dimensions: int) -> DenseIndex:
        """Memory-map a saved index. Raises `IndexDamaged`."""
        try:
            index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except Exception as error:  # FAISS raises RuntimeError, SWIG other kinds
            raise IndexDamaged(f"the vectors in {file} are truncated or garbage") from error
        if index.ntotal != passages or index.d != dimensions:
            raise IndexDamaged(f"the vectors in {file} do not fit their manifest")
        return cls(index)

    def search(self, query: Vectors, k: int, allowed: Rows | None = None) -> tuple[Rows, Vectors]:
        """The rows nearest to one query, float32 (dimensions,), and their cosines, best first.

        With `allowed` only these rows are searched. Fewer than `k` where there are fewer.
        """
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(allowed)
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        wanted = min(k, self._index.ntotal)
        if wanted == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        scores, rows = self._index.search(query[None, :], wanted, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def cosines(self, query: Vectors, rows: Rows) -> Vectors:
        """The cosines of one query with the vectors of `rows`. Raises `IndexDamaged`."""
        vectors = self.vectors(rows)
        if not np.isfinite(vectors).all():
            raise IndexDamaged("the index holds numbers that are none: `pullquote index --rebuild`")
        return vectors @ query

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of `rows`, float32 (len(rows), dimensions)."""
        if not len(rows):
            return np.zeros((0, self._index.d), dtype=np.float32)
        stored: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows))
        return stored
