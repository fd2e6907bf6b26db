"""Coverage, index and model together, ready to answer; safe to use from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from corpus.errors import IndexDamaged, IndexMissing
from corpus.store import Coverage
from retrieval.answer.ask import ask
from retrieval.answer.silence import Threshold
from retrieval.embed import Embedder
from retrieval.generation import Generation, build, current_name, open_current
from retrieval.types import Answer, Filters

COVERAGE_FILE = "coverage.sqlite"
INDEX_FOLDER = "index"


class Engine:
    """Answers questions from the generation in service, and follows it when a newer one is."""

    def __init__(
        self,
        coverage: Coverage,
        folder: Path,
        embedder: Embedder,
        threshold: Threshold | None = None,
    ) -> None:
        self.coverage = coverage
        self.embedder = embedder
        self._folder = folder
        self._threshold = threshold
        self._lock = threading.Lock()
        self._generation: Generation | None = None

    @classmethod
    def open(cls, home: Path, embedder: Embedder, threshold: Threshold | None = None) -> Engine:
        """Open the coverage and index of `home`. Raises `HomeError`, `IndexMissing` or
        `IndexDamaged`."""
        current_name(home / INDEX_FOLDER)
        engine = cls(Coverage.open(home / COVERAGE_FILE), home / INDEX_FOLDER, embedder, threshold)
        engine.generation()
        return engine

    def generation(self) -> Generation:
        """The generation in service now."""
        with self._lock:
            name = current_name(self._folder)
            if self._generation is None or self._generation.name != name:
                self._generation = open_current(self._folder, self.embedder, self.coverage)
            return self._generation

    def ask(self, question: str, *, limit: int = 3, filters: Filters | None = None) -> Answer:
        """At most `limit` quotes, or an absence. Raises `InputError` for an unusable question."""
        return ask(
            question,
            self.generation(),
            self.embedder,
            self.coverage,
            limit=limit,
            filters=filters,
            threshold=self._threshold,
        )


def update_index(
    home: Path,
    coverage: Coverage,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Generation:
    """Bring the index of `home` up to date with `coverage`, if it is not already."""

    folder = home / INDEX_FOLDER
    if not rebuild:
        try:
            generation = open_current(folder, embedder, coverage)
            if generation.manifest.revision == coverage.revision:
                return generation
        except (IndexMissing, IndexDamaged):
            pass
    return build(folder, coverage, embedder, rebuild=rebuild, step=step)
