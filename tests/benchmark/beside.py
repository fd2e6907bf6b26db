"""What a user could take instead, over the same passages and vectors, in one thread: FAISS flat
search, a plain bm25s index of words, both glued by reciprocal ranks (Cormack et al., 2009), and,
where it is installed, txtai's hybrid search. Run by speed.py: python tests/benchmark/beside.py HOME
QUESTIONS (a file, one a line)."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import bm25s
import faiss
import numpy as np

from corpus.language.tokens import words
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import INDEX_FOLDER
from retrieval.index.generation import open_current
from retrieval.models.embed import load
from retrieval.types import Embedder, Vectors

_FOUND = 100
_RANKS = 60


def main() -> None:
    home, questions = (Path(given) for given in sys.argv[1:3])
    asked = questions.read_text(encoding="utf-8").splitlines()
    for line in beside(home, load("embedded", Path()), asked):
        print(f"beside it, {line}")


def beside(home: Path, embedder: Embedder, questions: Sequence[str]) -> list[str]:
    """A line for each alternative: the median and the 99th percentile of the milliseconds."""
    coverage = Coverage.open(home / COVERAGE_FILE)
    index = open_current(home / INDEX_FOLDER, embedder, coverage).index
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatIP(embedder.dimensions)
    for first in range(0, len(index), 1 << 16):
        flat.add(index.passages.vectors(np.arange(first, min(len(index), first + (1 << 16)))))
    spoken = [words(passage.text) for passage in coverage.passages()]
    began = time.perf_counter()
    matrix = bm25s.BM25()
    matrix.index(spoken, show_progress=False)
    built = time.perf_counter() - began

    def dense(question: str) -> None:
        flat.search(embedder.embed_queries([question]), _FOUND)

    def lexical(question: str) -> None:
        known = [word for word in words(question) if word in matrix.vocab_dict]
        if known:
            np.argpartition(matrix.get_scores(known), -_FOUND)

    def glued(question: str) -> None:
        near = flat.search(embedder.embed_queries([question]), _FOUND)[1][0].tolist()
        known = [word for word in words(question) if word in matrix.vocab_dict]
        scores = matrix.get_scores(known) if known else np.zeros(0)
        best: list[int] = np.argpartition(scores, -_FOUND)[-_FOUND:].tolist() if known else []
        carrying = sorted(best, key=lambda row: -scores[row])
        ranks: Counter[int] = Counter()
        for order in (near, carrying):
            ranks.update({row: 1 / (_RANKS + at) for at, row in enumerate(order)})
        ranks.most_common(_FOUND)

    return [
        f"FAISS flat, the question's vector included: {_said(dense, questions)}",
        f"bm25s over whole words, built in {built:.0f} s: {_said(lexical, questions)}",
        f"the two glued by ranks: {_said(glued, questions)}",
        _txtai(coverage, embedder, questions),
    ]


def _txtai(coverage: Coverage, embedder: Embedder, questions: Sequence[str]) -> str:
    """txtai's hybrid search over the same passages and vectors, its other settings as they come."""
    try:
        from txtai import Embeddings
    except ImportError:
        return "txtai: not installed"

    def vectors(texts: Sequence[str]) -> Vectors:
        return embedder.embed_passages(list(texts))

    began = time.perf_counter()
    hybrid = Embeddings(hybrid=True, method="external", transform=vectors)
    hybrid.index((row, passage.text, None) for row, passage in enumerate(coverage.passages()))
    built = time.perf_counter() - began
    said = _said(lambda question: hybrid.search(question, _FOUND), questions)
    return f"txtai hybrid, built in {built:.0f} s: {said}"


def _said(ask: Callable[[str], None], questions: Sequence[str]) -> str:
    took, worked = [], []
    for question in questions:
        begun, own = time.perf_counter(), time.process_time()
        ask(question)
        took.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - own) * 1000)
    return (
        f"p50 {median(took):.1f} ms, p99 {np.percentile(took, 99):.1f} ms;"
        f" processor time p50 {median(worked):.1f} ms"
    )


if __name__ == "__main__":
    main()
