"""The lexical channel: BM25 over the terms of `analyse`, kept by bm25s.

Scores are shares: the BM25 of a passage divided by what a passage carrying every term of the
question without end would get, so that they mean the same for every question and corpus size.
A term that no passage carries counts against all.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt

from corpus.errors import IndexDamaged
from retrieval.analyse import terms

Scores = npt.NDArray[np.float32]

# Robertson and Zaragoza (2009); these two after the development sets (docs/evaluation.md).
K1 = 0.9
B = 0.4


class LexicalIndex:
    """BM25 scores of every term in every passage, as a sparse matrix."""

    def __init__(self, matrix: Any, passages: int) -> None:
        self._matrix = matrix
        self._passages = passages

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """Index `texts`; row numbers are their order."""
        vocabulary: dict[str, int] = {}
        rows = [
            [vocabulary.setdefault(term, len(vocabulary)) for term in terms(text)] for text in texts
        ]
        matrix = bm25s.BM25(k1=K1, b=B, method="lucene")
        if not vocabulary:  # punctuation only: BM25 has no average length to divide by
            vocabulary, rows = {"": 0}, [[0] for _ in rows]
        matrix.index((rows, vocabulary), create_empty_token=False, show_progress=False)
        return cls(matrix, len(rows))

    def save(self, folder: Path) -> None:
        self._matrix.save(folder, show_progress=False)

    @classmethod
    def open(cls, folder: Path, passages: int) -> LexicalIndex:
        """Memory-map a saved index. Raises `IndexDamaged`."""
        try:
            matrix = bm25s.BM25.load(folder, mmap=True, show_progress=False)
            held = int(matrix.scores["num_docs"])
            consistent = _consistent(matrix, held)
        except Exception as error:  # truncated arrays and JSON raise many kinds
            raise IndexDamaged(f"the lexical index in {folder} cannot be read: {error}") from error
        if held != passages or not consistent:
            raise IndexDamaged(f"the lexical index in {folder} does not fit its manifest")
        return cls(matrix, passages)

    def scores(self, question: str) -> Scores:
        """The share of every passage, float32 (passages,), 0 to 1; zeros without a known term."""
        found = list(dict.fromkeys(terms(question)))
        known = [term for term in found if term in self._matrix.vocab_dict]
        if not known:
            return np.zeros(self._passages, dtype=np.float32)
        best = sum(self.rarity(term) for term in found)
        scores: Scores = self._matrix.get_scores(known)
        return scores / np.float32(best)

    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term; largest for one that stands nowhere."""
        carried = 0
        if term in self._matrix.vocab_dict:
            offsets = self._matrix.scores["indptr"]
            number = self._matrix.vocab_dict[term]
            carried = int(offsets[number + 1] - offsets[number])
        return float(np.log1p((self._passages - carried + 0.5) / (carried + 0.5)))


def _consistent(matrix: Any, passages: int) -> bool:
    """Whether the arrays of a compressed sparse matrix point only inside one another."""
    data, rows, offsets = (matrix.scores[name] for name in ("data", "indices", "indptr"))
    numbers = matrix.vocab_dict.values()
    return bool(
        len(data) == len(rows)
        and offsets[0] == 0
        and offsets[-1] == len(data)
        and (np.diff(offsets) >= 0).all()
        and (len(rows) == 0 or (rows.min() >= 0 and rows.max() < passages))
        and np.isfinite(data).all()
        and all(0 <= number < len(offsets) - 1 for number in (min(numbers), max(numbers)))
    )
