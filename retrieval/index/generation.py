"""Index generations: each a folder with its manifest, one of them in service.

    home/index/CURRENT        the name of the generation in service, replaced atomically
    home/index/g000007/       manifest.json, ids, order, and a folder for each part of the index,
                              named after the generation that it was made for

A generation is written under a temporary name next to the one in service, read back, and only then
named in CURRENT. A process killed at any instant leaves the last good one in service. Parts that
stay as they are are hard links, where the file system has them, and their digests are carried over.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from corpus.errors import HomeError, IndexDamaged, IndexMissing
from corpus.store import Coverage
from retrieval.index import arrays
from retrieval.index.annotations import Annotate, Annotating
from retrieval.index.growth import grown
from retrieval.index.index import Index, Kept, Part, Text
from retrieval.index.lexical import K1, B
from retrieval.index.manifest import FILE as MANIFEST
from retrieval.index.manifest import FORMAT, REBUILD, Files, Manifest, changed, files_of, write
from retrieval.models.embed import aligner_for
from retrieval.types import Embedder, Rows

__all__ = ["REBUILD", "Generation", "build", "check", "current_name", "manifest_of"]
__all__ += ["Generations", "drop", "files_in", "measured_recall", "open_current"]

_CURRENT = "CURRENT"


class Generation:
    """An opened index and the id of the passage that each row stands for."""

    def __init__(
        self, name: str, manifest: Manifest, index: Index, passages: npt.NDArray[np.int64]
    ) -> None:
        self.name = name
        self.manifest = manifest
        self.index = index
        self.passages = passages
        # sorted passage ids, and the row of each: an id is found in log n
        self._order = np.argsort(passages)
        self._sorted = passages[self._order]

    def __len__(self) -> int:
        """The number of passages."""
        return len(self.passages)

    @property
    def newest(self) -> int:
        """The largest passage id; 0 if there is none."""
        return int(self.passages.max(initial=0))

    def ids(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The ids of the passages of these rows."""
        return self.passages[rows]

    def after(self, since: int) -> npt.NDArray[np.int64]:
        """The passage ids above `since`, ascending."""
        return np.sort(self.passages[self.passages > since])

    def rows(self, passages: npt.NDArray[np.int64]) -> Rows:
        """The rows of these passage ids; ids that are not indexed are left out."""
        places = np.searchsorted(self._sorted, passages)
        inside = places < len(self._sorted)
        places, passages = places[inside], passages[inside]
        rows: Rows = self._order[places[self._sorted[places] == passages]]
        return rows

    def places(self, passages: npt.NDArray[np.int64]) -> Rows:
        """The places of these passage ids in all parts; -1 for ids that are not indexed."""
        found = np.minimum(np.searchsorted(self._sorted, passages), len(self._sorted) - 1)
        rows = self._order[found]
        places: Rows = np.where(self._sorted[found] == passages, self.index.order[rows], -1)
        return places


class Generations:
    """The generation in service, reopened when another one replaces it; safe to use from several
    threads."""

    def __init__(self, folder: Path, embedder: Embedder, coverage: Coverage) -> None:
        self._folder = folder
        self._embedder = embedder
        self._coverage = coverage
        self._lock = Lock()
        self._opened: Generation | None = None

    def current(self) -> Generation:
        """Raises `IndexMissing` or `IndexDamaged`."""
        with self._lock:
            name = current_name(self._folder)
            if self._opened is None or self._opened.name != name:
                self._opened = open_current(self._folder, self._embedder, self._coverage)
            return self._opened


def current_name(folder: Path) -> str:
    """The name of the generation in service. Raises `IndexMissing`."""
    try:
        return (folder / _CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise IndexMissing(
            "there is no index yet: ingest some articles first, `pullquote ingest FOLDER`"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{folder / _CURRENT} cannot be read ({error}): {REBUILD}") from error


def changed_at(folder: Path) -> float:
    """When the generation in service was put there, in seconds since the epoch. Raises
    `OSError`."""
    return (folder / _CURRENT).stat().st_mtime


def manifest_of(folder: Path) -> Manifest:
    """The manifest of the generation in service. Raises `IndexMissing` or `IndexDamaged`."""
    return Manifest.read(folder / current_name(folder))


def files_in(folder: Path, name: str) -> list[str]:
    """The files of a generation, including the manifest. Raises `IndexDamaged`."""
    return [MANIFEST, *Manifest.read(folder / name).files]


def open_current(folder: Path, embedder: Embedder, coverage: Coverage) -> Generation:
    """The generation in service. Raises `IndexMissing`, or `IndexDamaged` with the command that
    fixes it."""
    name = current_name(folder)
    generation = _open(folder / name, embedder)
    manifest = generation.manifest
    made_with = (manifest.model_digest, manifest.dimensions, manifest.aligner_digest)
    if made_with != (embedder.digest, embedder.dimensions, aligner_for(embedder).digest):
        other = (
            f"the model {embedder.name} has changed since the index was built with it"
            if manifest.model == embedder.name
            else f"the index was built with the model {manifest.model}, the settings name"
            f" {embedder.name}"
        )
        raise IndexDamaged(f"{other}: {REBUILD}")
    if manifest.coverage != coverage.id:
        raise IndexDamaged(f"the index was built from another coverage database: {REBUILD}")
    return generation


def build(
    folder: Path,
    coverage: Coverage,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    purge: bool = False,
    annotating: Annotating | None = None,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Generation:
    """Index all passages of `coverage` as a new generation and put it in service.

    What the current generation already has is reused, unless `rebuild` is set. With `purge`,
    nothing remains of passages that are no longer in the coverage, in the parts or in the previous
    generation. `annotating` is called with the number of passages and returns what annotates
    sentences. `step(done, total)` is called with the number of passages embedded.
    """
    before = None if rebuild else _usable(folder, embedder, coverage)
    served = _served(folder)
    revision = coverage.revision
    ids = np.array(coverage.passage_order(), dtype=np.int64)
    if not len(ids):
        raise IndexMissing("there is nothing to index: ingest some articles first")
    growth = grown(before.index.parts, before.places(ids), left_whole=purge) if before else None
    if before and growth and _spoilt(folder, before, growth.taken):
        before = None
    if before is None or growth is None:
        growth = grown((), np.full(len(ids), -1))
    name = _next_name(folder)
    made = folder / f".{name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        parts, files = _linked(folder, before, growth.stay, made)
        if len(growth.added):
            articles, total = growth.articles(ids, coverage), growth.fresh
            with annotating(total) if annotating else nullcontext() as annotate:
                parts[name] = _add_part(
                    made / name, articles, embedder, lambda done: step(done, total), annotate
                )
        arrays.write(made / "ids", ids)
        arrays.write(made / "order", growth.order)
        manifest = Manifest(
            format=FORMAT,
            model=embedder.name,
            model_digest=embedder.digest,
            dimensions=embedder.dimensions,
            aligner_digest=aligner_for(embedder).digest,
            coverage=coverage.id,
            revision=revision,
            passages=len(ids),
            parameters={"k1": K1, "b": B},
            parts=parts,
            files=files | files_of(made, files),
        )
        manifest.write(made)
        _open(made, embedder)
        made.rename(folder / name)
        _put_in_service(folder, name)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)  # it may be what fills the disk
        raise HomeError(
            f"cannot write the index in {folder}: {error}; the last good one stays in service"
        ) from error
    _prune(folder, {name} if purge else {name, served})
    return _open(folder / name, embedder)


def drop(folder: Path) -> None:
    """Delete the index, when the coverage has lost its last passage."""
    (folder / _CURRENT).unlink(missing_ok=True)
    _prune(folder, set())


def check(
    folder: Path, embedder: Embedder, coverage: Coverage, *, digests: bool = True
) -> list[str]:
    """The faults of the generation in service, one per line; empty if there are none. Without
    `digests` the files are not read, which takes long for a large index."""
    try:
        generation = open_current(folder, embedder, coverage)
    except (IndexMissing, IndexDamaged) as error:
        return [str(error)]
    found = []
    if digests:
        found += [
            f"{file} has changed since it was written: {REBUILD}"
            for file in changed(folder / generation.name, generation.manifest.files)
        ]
    if generation.manifest.revision != coverage.revision:
        found.append("the index is older than the coverage: run `pullquote index`")
    elif sorted(generation.passages.tolist()) != coverage.passage_ids():
        found.append(f"the index does not hold the coverage's passages: {REBUILD}")
    return found


def measured_recall(folder: Path) -> float:
    """The share of the nearest passages that the dense channel finds, as measured when its parts
    were built; 1 while it searches exhaustively. Raises `IndexMissing` or `IndexDamaged`."""
    manifest = manifest_of(folder)
    sizes = [manifest.files.get(f"{part}/spans", (0, ""))[0] for part in manifest.parts]
    return float(np.average(list(manifest.parts.values()), weights=sizes)) if any(sizes) else 1.0


def _usable(folder: Path, embedder: Embedder, coverage: Coverage) -> Generation | None:
    """The generation in service, if its parts can be reused."""
    try:
        return open_current(folder, embedder, coverage)
    except (IndexMissing, IndexDamaged):
        return None


def _spoilt(folder: Path, before: Generation, taken: Iterable[int]) -> bool:
    """Whether files of these parts, which would be reused, have changed since they were written."""
    names = list(before.manifest.parts)
    files = before.manifest.of({names[number] for number in taken})
    return bool(changed(folder / before.name, files))


def _linked(
    folder: Path, before: Generation | None, stay: Iterable[int], made: Path
) -> tuple[dict[str, float], Files]:
    """Link the parts of the previous generation that stay into the new one; returns what its
    manifest says about them and their files."""
    if before is None:
        return {}, {}
    names = list(before.manifest.parts)
    parts = {names[number]: before.manifest.parts[names[number]] for number in stay}
    files = before.manifest.of(parts)
    for file in files:
        (made / file).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(folder / before.name / file, made / file)
        except OSError:  # some file systems have no links
            shutil.copyfile(folder / before.name / file, made / file)
    return parts, files


def _add_part(
    folder: Path,
    articles: Iterable[Text | Kept],
    embedder: Embedder,
    step: Callable[[int], None],
    annotate: Annotate | None,
) -> float:
    """Build a part of these articles in `folder`; returns the recall of its dense channel."""
    folder.mkdir()
    part = Part.build(articles, embedder, aligner_for(embedder), step, folder, annotate)
    part.save(folder)
    return part.passages.recall()


def _open(folder: Path, embedder: Embedder) -> Generation:
    manifest = Manifest.read(folder)
    if misfit := manifest.misfit(folder):
        raise IndexDamaged(f"{misfit}: {REBUILD}")
    try:
        aligner = aligner_for(embedder)
        parts = [Part.open(folder / name, manifest.dimensions, aligner) for name in manifest.parts]
        ids = arrays.read(folder / "ids", np.int64)
        index = Index(parts, arrays.read(folder / "order", np.int64), aligner, ids)
    except IndexDamaged as error:
        raise IndexDamaged(f"{error}: {REBUILD}") from error
    if not parts or not len(ids) == len(index) == manifest.passages:
        raise IndexDamaged(f"{folder / 'ids'} does not fit its manifest: {REBUILD}")
    return Generation(folder.name, manifest, index, ids)


def _next_name(folder: Path) -> str:
    numbers = [int(made.name[1:]) for made in folder.glob("g[0-9]*") if made.name[1:].isdigit()]
    return f"g{max(numbers, default=0) + 1:06}"


def _put_in_service(folder: Path, name: str) -> None:
    written = folder / f".{_CURRENT}"
    write(written, name)
    written.replace(folder / _CURRENT)


def _served(folder: Path) -> str | None:
    """The name of the generation in service, or `None`."""
    try:
        return current_name(folder)
    except (IndexMissing, IndexDamaged):
        return None


def _prune(folder: Path, kept: set[str | None]) -> None:
    """Delete all generations except those in `kept`, which are the new one and its predecessor,
    still open in some readers; and unfinished ones."""
    for made in [*folder.glob("g[0-9]*"), *folder.glob(".g[0-9]*")]:
        if made.name not in kept:
            shutil.rmtree(made, ignore_errors=True)
