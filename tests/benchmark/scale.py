"""An index many times as large as that of a home: how long it takes to build, its size, and how
long a question's search takes. Run by hand: python tests/benchmark/scale.py HOME QUESTIONS TIMES

The passages of the home are repeated, each vector a little changed; no articles are made, so a
question is understood and ranked, and nothing is quoted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import INDEX_FOLDER
from retrieval.index.dense import DenseIndex
from retrieval.index.generation import open_current
from retrieval.index.index import Index, Kept, Part
from retrieval.models.embed import load
from retrieval.models.vectors import unit
from retrieval.question.understand import understand
from retrieval.search.rank import rank

_CHANGED = 0.02
_RUN = 1000


def varied(index: DenseIndex, before: DenseIndex, first: int, last: int) -> None:
    """Vectors taken over with a little noise."""
    noise = np.random.default_rng(len(index._cells))
    vectors = before.vectors(np.arange(first, last))
    index.add(unit(vectors + noise.normal(0, _CHANGED, vectors.shape).astype(np.float32)))


def main() -> None:
    DenseIndex.keep = varied  # type: ignore[assignment, method-assign]
    home, file, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    questions = file.read_text(encoding="utf-8").splitlines()[:200]
    embedder = load("embedded", Path())
    coverage = Coverage.open(home / COVERAGE_FILE)
    before = open_current(home / INDEX_FOLDER, embedder, coverage).index
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "index"
        folder.mkdir()
        started = time.perf_counter()
        part = Part.build(_repeated(before, times), embedder, embedder, folder=folder)
        built = time.perf_counter()
        part.save(folder)
        size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
        print(
            f"{len(part)} passages, {len(part.sentences)} sentences, vectors taken over:"
            f" built in {built - started:.0f} s, {size / 1e9:.2f} GB"
        )
        print(f"recall of the cells {part.passages.recall():.3f}", flush=True)
        del part
        opening = time.perf_counter()
        part = Part.open(folder, embedder.dimensions, embedder)
        opened = Index([part], np.arange(len(part)), embedder)
        _asked(questions[0], opened)
        print(f"opened, and a first question answered, in {time.perf_counter() - opening:.1f} s")
        took = [_asked(question, opened) for question in questions]
        wall, own = np.array(took).T * 1000
        print(
            f"understood and ranked: p50 {np.median(wall):.0f} ms,"
            f" p99 {np.percentile(wall, 99):.0f} ms; processor time p50 {np.median(own):.0f} ms"
        )


def _repeated(before: Index, times: int) -> Iterator[Kept]:
    for part in before.parts * times:
        for first in range(0, len(part), _RUN):
            yield Kept(part, first, min(first + _RUN, len(part)))


def _asked(question: str, index: Index) -> tuple[float, float]:
    wall, own = time.perf_counter(), time.process_time()
    rank(understand(question, index, index.aligner), index)
    return time.perf_counter() - wall, time.process_time() - own


if __name__ == "__main__":
    main()
