"""The dense channel: unit vectors compared by inner product (the cosine), searched by FAISS.

FAISS reads the number of OpenMP threads when it loads, and a later change affects only threads
started afterwards. So it is set here, before the import: one thread for each query leaves the other
cores to other questions. FAISS loads with the first index in files; a bot whose database searches
never loads it.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from corpus.errors import IndexDamaged
from retrieval.index import arrays
from retrieval.models.vectors import widened
from retrieval.types import Halves, Rows, Vectors

# From this many vectors on, only the nearest cells are searched: exhaustive search would take more
# than a few milliseconds.
_CELLS_FROM = 50_000
_PROBED = 48
# Vectors from which k-means learns each cell.
_TRAINED_ON = 40
# Cells are reused while they are at least this share of the number that a rebuild would make, and
# at most twice that number.
_FEWEST = 0.7
_SAMPLE = 200
_BLOCK = 1 << 16
_COMPARED = 1 << 13


@cache
def _faiss() -> Any:
    import faiss

    return faiss


class DenseIndex:
    """Vectors in half precision, float16 (n, dimensions), with rows numbered from 0.

    Once finished, they can be searched: exhaustively or, if there are many, by cells (an inverted
    file).
    """

    def __init__(
        self,
        vectors: Halves | arrays.Filed,
        dimensions: int,
        searched: Any = None,
    ) -> None:
        self._vectors = vectors
        self.dimensions = dimensions
        self._searched = searched
        self._added: list[Halves] = []
        # For each added vector its former cell, or -1, if cells are reused.
        self._cells: list[Rows] = []
        self._before: DenseIndex | None = None
        self._file: Path | None = None

    @classmethod
    def of(cls, dimensions: int, file: Path | None = None) -> DenseIndex:
        """An empty index. With a `file`, added vectors are written to it immediately."""
        made = cls(np.zeros((0, dimensions), dtype=np.float16), dimensions)
        made._file = file
        return made

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Index unit vectors, float32 (n, dimensions)."""
        made = cls.of(vectors.shape[1])
        made.add(vectors)
        made.finish()
        return made

    def add(self, vectors: Vectors) -> None:
        """Append unit vectors, float32 (n, dimensions)."""
        self._append(vectors.astype(np.float16))
        self._cells.append(np.full(len(vectors), -1))

    def keep(self, before: DenseIndex, first: int, last: int) -> None:
        """Append the vectors of these rows, half open, of an existing index. The first such index
        with cells lends them."""
        for start in range(first, last, _BLOCK):
            self._append(before._vectors[start : min(start + _BLOCK, last)])
        if before._by_cells and self._before is None:
            self._before = before
        lent = self._before is before
        self._cells.append(np.arange(first, last) if lent else np.full(last - first, -1))

    def close(self) -> None:
        """Assemble the added vectors, without making them searchable."""
        if self._file is None:
            self._vectors = np.concatenate([self._vectors[:], *self._added])
            self._added.clear()
        else:
            self._append(self._vectors[:0])  # creates the file even if nothing was added
            self._vectors = arrays.Filed(self._file, np.float16, self.dimensions)

    def _append(self, vectors: Halves) -> None:
        if self._file is None:
            self._added.append(vectors)
        else:
            arrays.append(self._file, vectors)

    def finish(self, cells_from: int = _CELLS_FROM) -> None:
        """Make the vectors searchable, by cells if there are at least `cells_from`."""
        self.close()
        if len(self) < cells_from:
            self._searched = _exhaustive(self._vectors[:], self.dimensions)
            return
        rows = np.concatenate(self._cells)
        before = self._before
        lists = int(4 * np.sqrt(len(self)))
        if before is None or not before._fits(lists):
            cells = self._empty_cells(self._centroids(lists))
            known = np.full(len(self), -1)
        else:
            cells = self._empty_cells(before._cell_centroids())
            known = np.where(rows == -1, -1, before._assigned()[rows])
        for first in range(0, len(self), _BLOCK):
            block = self._vectors[first : first + _BLOCK].astype(np.float32)
            own = known[first : first + _BLOCK].copy()
            new = np.flatnonzero(own == -1)
            if len(new):
                own[new] = cells.quantizer.search(block[new], 1)[1][:, 0]
            ids = np.arange(first, first + len(block))
            cells.add_core(
                len(block), _faiss().swig_ptr(block), _faiss().swig_ptr(ids), _faiss().swig_ptr(own)
            )
        self._searched = cells

    def save(self, file: Path) -> None:
        if file != self._file:
            arrays.write(file, self._vectors[:])
        if self._by_cells:
            cells = file.with_suffix(".cells")
            try:
                _faiss().write_index(self._searched, str(cells))
            except RuntimeError as error:
                raise OSError(f"FAISS could not write {cells}") from error

    @classmethod
    def open(
        cls, file: Path, rows: int | None, dimensions: int, *, searched: bool = True
    ) -> DenseIndex:
        """Open a stored index, of this many rows if that is known. Raises `IndexDamaged`."""
        cells_file = file.with_suffix(".cells")
        held, rest = divmod(arrays.size(file), 2 * dimensions)
        if rest or rows not in (None, held):
            raise IndexDamaged(f"the vectors in {file} do not fit their manifest")
        vectors = arrays.Filed(file, np.float16, dimensions)
        if not searched:
            return cls(vectors, dimensions)
        if not cells_file.exists():
            return cls(vectors, dimensions, _exhaustive(vectors[:], dimensions))
        try:
            # mapped unchanged: the other mode of mapping starts threads at every search
            cells = _faiss().read_index(str(cells_file), _faiss().IO_FLAG_MMAP_IFC)
        except Exception as error:  # FAISS raises RuntimeError, SWIG other kinds
            raise IndexDamaged(f"the cells in {cells_file} are truncated or garbage") from error
        if (cells.ntotal, cells.d) != (len(vectors), dimensions):
            raise IndexDamaged(f"the cells in {cells_file} do not fit their manifest")
        return cls(vectors, dimensions, cells)

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, query: Vectors, k: int, allowed: Rows | None = None) -> tuple[Rows, Vectors]:
        """The rows nearest to one query, float32 (dimensions,), and their cosines, best first.

        With `allowed`, only these rows are searched. There may be fewer than `k`.
        """
        wanted = min(k, len(self))
        if wanted == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        assert self._searched is not None, "finish first"
        selector = None if allowed is None else self._selector(allowed)
        if self._by_cells:
            parameters: Any = _faiss().SearchParametersIVF(nprobe=_PROBED, sel=selector)
        else:
            parameters = _faiss().SearchParameters(sel=selector)
        scores, rows = self._searched.search(query[None, :], wanted, params=parameters)
        found = rows[0] >= 0
        if rows[0].max(initial=-1) >= len(self):
            raise IndexDamaged("the cells point outside the index: `pullquote index --rebuild`")
        return rows[0][found], scores[0][found]

    def recall(self, k: int = 100) -> float:
        """The share of the `k` nearest rows of exhaustive search that `search` finds, on a sample;
        1 if the search is exhaustive."""
        if not self._by_cells:
            return 1.0
        rows = np.sort(np.random.default_rng(2).permutation(len(self))[:_SAMPLE])
        queries = self.vectors(rows)
        best = np.full((len(queries), k), -2, dtype=np.float32)
        exact = np.full((len(queries), k), -1)
        for first in range(0, len(self), _COMPARED):
            block = self._vectors[first : first + _COMPARED].astype(np.float32)
            scores = np.hstack([best, queries @ block.T])
            numbers = np.hstack(
                [exact, np.broadcast_to(np.arange(first, first + len(block)), scores[:, k:].shape)]
            )
            places = np.argpartition(-scores, k - 1, axis=1)[:, :k]
            best = np.take_along_axis(scores, places, axis=1)
            exact = np.take_along_axis(numbers, places, axis=1)
        found = [self.search(query, k)[0] for query in queries]
        return float(
            np.mean([np.isin(one, other).mean() for one, other in zip(exact, found, strict=True)])
        )

    def cosines(self, query: Vectors, rows: Rows) -> Vectors:
        """The cosines of one query with the vectors of `rows`. Raises `IndexDamaged`."""
        cosines: Vectors = np.dot(self.vectors(rows), query)
        return cosines

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of `rows`, float32 (len(rows), dimensions). Raises `IndexDamaged`."""
        held = self._vectors
        stored = held.rows(rows) if isinstance(held, arrays.Filed) else held[rows]
        return widened(stored)

    def _selector(self, allowed: Rows) -> Any:
        marked = np.zeros(len(self), dtype=bool)
        marked[allowed] = True
        packed = np.packbits(marked, bitorder="little")
        return _faiss().IDSelectorBitmap(packed)

    @property
    def _by_cells(self) -> bool:
        return self._searched is not None and isinstance(self._searched, _faiss().IndexIVF)

    def _fits(self, lists: int) -> bool:
        return self._by_cells and _FEWEST * lists <= self._searched.nlist <= 2 * lists

    def _centroids(self, lists: int) -> Vectors:
        chosen = np.random.default_rng(1).permutation(len(self))[: lists * _TRAINED_ON]
        kmeans = _faiss().Kmeans(self.dimensions, lists, niter=10, seed=1, spherical=True)
        kmeans.train(self.vectors(np.sort(chosen)))
        centroids: Vectors = np.asarray(kmeans.centroids)
        return centroids

    def _cell_centroids(self) -> Vectors:
        assert self._searched is not None
        centroids: Vectors = self._searched.quantizer.reconstruct_n(0, self._searched.nlist)
        return centroids

    def _assigned(self) -> Rows:
        """The cell of each vector."""
        assert self._searched is not None
        lists = self._searched.invlists
        cells = np.full(len(self), -1)
        for number in range(self._searched.nlist):
            size = lists.list_size(number)
            if size:
                cells[_faiss().rev_swig_ptr(lists.get_ids(number), size)] = number
        return cells

    def _empty_cells(self, centroids: Vectors) -> Any:
        flat: Any = _faiss().IndexFlatIP(self.dimensions)
        flat.add(centroids)
        kind = _faiss().ScalarQuantizer.QT_fp16
        cells: Any = _faiss().IndexIVFScalarQuantizer(
            flat, self.dimensions, len(centroids), kind, _faiss().METRIC_INNER_PRODUCT, False
        )
        cells.is_trained = True  # half precision needs no training, the centroids exist
        cells.own_fields = True  # the centroids live as long as the cells, unlike `flat`
        flat.this.disown()
        return cells


def _exhaustive(vectors: Halves, dimensions: int) -> Any:
    """A FAISS index over vectors in half precision, whose bytes are its codes."""
    made: Any = _faiss().IndexScalarQuantizer(
        dimensions, _faiss().ScalarQuantizer.QT_fp16, _faiss().METRIC_INNER_PRODUCT
    )
    codes = np.ascontiguousarray(vectors).view(np.uint8).ravel()
    _faiss().copy_array_to_vector(codes, made.codes)
    made.ntotal = len(vectors)
    return made
