"""The index of a coverage, wherever it is stored: in a folder of the home, or in the database of
the coverage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.errors import IndexDamaged, IndexMissing
from corpus.store import Coverage
from retrieval.index import generation
from retrieval.index.features import Service
from retrieval.index.postgres import checks
from retrieval.index.postgres.served import Served, State
from retrieval.types import Embedder


@dataclass(frozen=True, slots=True)
class BuiltWith:
    """The model that an index was built with."""

    model: str
    digest: str
    dimensions: int


def service_of(folder: Path, coverage: Coverage, embedder: Embedder) -> Service:
    """The index in which answers are found."""
    if coverage.store:
        return Served(coverage.store, embedder, lambda: coverage.id)
    return generation.Generations(folder, embedder, coverage)


def served_name(folder: Path, coverage: Coverage) -> str:
    """The name of the index in service, which changes with its contents. Raises `IndexMissing`."""
    return State.served(coverage.store).name if coverage.store else generation.current_name(folder)


def built_with(folder: Path, coverage: Coverage) -> BuiltWith:
    """Raises `IndexMissing` or `IndexDamaged`."""
    if coverage.store:
        state = State.served(coverage.store)
        return BuiltWith(state.model, state.digest, state.dimensions)
    held = generation.manifest_of(folder)
    return BuiltWith(held.model, held.model_digest, held.dimensions)


def check(
    folder: Path, embedder: Embedder, coverage: Coverage, *, digests: bool = True
) -> list[str]:
    """The faults of the index in service, one per line; empty if there are none. Without `digests`,
    slow checks of a large index are left out."""
    if not coverage.store:
        return generation.check(folder, embedder, coverage, digests=digests)
    try:
        state = State.served(coverage.store)
        state.refuse_other(embedder, coverage.id)
    except (IndexMissing, IndexDamaged) as error:
        return [str(error)]
    return checks.problems(coverage.store, state, coverage, every_row=digests)


def measured_recall(folder: Path, coverage: Coverage) -> float:
    """The share of the nearest passages that the dense channel finds; 1 if it searches
    exhaustively. Raises `IndexMissing` or `IndexDamaged`."""
    if coverage.store:
        return checks.recall(coverage.store, State.served(coverage.store))
    return generation.measured_recall(folder)


def drop(folder: Path, coverage: Coverage) -> None:
    """Delete the index, when the coverage has lost its last passage."""
    if not coverage.store:
        generation.drop(folder)
