"""Index generations: each a folder with its manifest, one of them in service.

    home/index/CURRENT        the name of the generation in service, replaced atomically
    home/index/g000007/       manifest.json, vectors.faiss, lexical/, passages.npy

A generation is written under a temporary name beside the one in service, read back, and only then
named in CURRENT. A process killed at any instant leaves the last good one in service.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import HomeError, IndexDamaged, IndexMissing
from corpus.store import Coverage
from retrieval.dense import DenseIndex, Rows
from retrieval.embed import Embedder, Vectors
from retrieval.lexical import K1, B, LexicalIndex

FORMAT = 1
REBUILD = "run `pullquote index --rebuild`"

_CURRENT = "CURRENT"
_BATCH = 2048


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from and with; `files` are sizes in bytes and SHA-256 digests."""

    format: int
    model: str
    model_digest: str
    dimensions: int
    coverage: str
    revision: int
    passages: int
    parameters: dict[str, float]
    files: dict[str, tuple[int, str]]


class Generation:
    """An opened index: both channels and the passage each row stands for."""

    def __init__(
        self,
        name: str,
        manifest: Manifest,
        dense: DenseIndex,
        lexical: LexicalIndex,
        passages: npt.NDArray[np.int64],
    ) -> None:
        self.name = name
        self.manifest = manifest
        self.dense = dense
        self.lexical = lexical
        self.passages = passages
        # passages sorted, and the row of each: a passage id is looked up in log n
        self._order = np.argsort(passages)

    def rows(self, passages: npt.NDArray[np.int64]) -> Rows:
        """The rows of these passage ids; ids that are not indexed are left out."""
        sorted_ids = self.passages[self._order]
        places = np.searchsorted(sorted_ids, passages)
        inside = places < len(sorted_ids)
        places, passages = places[inside], passages[inside]
        rows: Rows = self._order[places[sorted_ids[places] == passages]]
        return rows


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


def open_current(folder: Path, embedder: Embedder, coverage: Coverage) -> Generation:
    """The generation in service. Raises `IndexMissing`, or `IndexDamaged` with what mends it."""
    name = current_name(folder)
    generation = _open(folder / name)
    manifest = generation.manifest
    if (manifest.model_digest, manifest.dimensions) != (embedder.digest, embedder.dimensions):
        raise IndexDamaged(
            f"the index was built with the model {manifest.model}, the settings name"
            f" {embedder.name}: {REBUILD}"
        )
    if manifest.coverage != coverage.id:
        raise IndexDamaged(f"the index was built from another coverage database: {REBUILD}")
    return generation


def build(
    folder: Path,
    coverage: Coverage,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Generation:
    """Index all passages of `coverage` as a new generation and put it in service.

    Vectors of passages that the generation in service already holds are taken over, unless
    `rebuild` asks for all to be made anew. `step(done, total)` is told of passages embedded.
    """
    before = None if rebuild else _usable(folder, embedder, coverage)
    served = _served(folder)
    revision = coverage.revision
    passages = list(coverage.passages())
    if not passages:
        raise IndexMissing("there is nothing to index: ingest some articles first")
    ids = np.array([passage.id for passage in passages], dtype=np.int64)
    texts = [passage.text for passage in passages]
    vectors = _vectors(ids, texts, embedder, before, step)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = _next_name(folder)
        made = folder / f".{name}"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        DenseIndex.build(vectors).save(made / "vectors.faiss")
        LexicalIndex.build(texts).save(made / "lexical")
        np.save(made / "passages.npy", ids)
        manifest = Manifest(
            format=FORMAT,
            model=embedder.name,
            model_digest=embedder.digest,
            dimensions=embedder.dimensions,
            coverage=coverage.id,
            revision=revision,
            passages=len(ids),
            parameters={"k1": K1, "b": B},
            files=_files(made),
        )
        (made / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1))
        _open(made)
        made.rename(folder / name)
        _put_in_service(folder, name)
    except OSError as error:
        raise HomeError(
            f"cannot write the index in {folder}: {error}; the last good one stays in service"
        ) from error
    _prune(folder, {name, served})
    return _open(folder / name)


def check(folder: Path, embedder: Embedder, coverage: Coverage) -> list[str]:
    """What is wrong with the generation in service, a line each; empty when all is well."""
    try:
        generation = open_current(folder, embedder, coverage)
    except (IndexMissing, IndexDamaged) as error:
        return [str(error)]
    found = []
    found += [
        f"{file} has changed since it was written: {REBUILD}"
        for file in _changed(folder, generation)
    ]
    if generation.manifest.revision != coverage.revision:
        found.append("the index is older than the coverage: run `pullquote index`")
    elif sorted(generation.passages.tolist()) != coverage.passage_ids():
        found.append(f"the index does not hold the coverage's passages: {REBUILD}")
    return found


def _vectors(
    ids: npt.NDArray[np.int64],
    texts: list[str],
    embedder: Embedder,
    before: Generation | None,
    step: Callable[[int, int], None],
) -> Vectors:
    vectors = np.empty((len(ids), embedder.dimensions), dtype=np.float32)
    missing = np.ones(len(ids), dtype=bool)
    if before:
        missing = ~np.isin(ids, before.passages)
        vectors[~missing] = before.dense.vectors(before.rows(ids[~missing]))
    rows = np.flatnonzero(missing)
    for first in range(0, len(rows), _BATCH):
        batch = rows[first : first + _BATCH]
        vectors[batch] = embedder.embed_passages([texts[row] for row in batch])
        step(first + len(batch), len(rows))
    return vectors


def _usable(folder: Path, embedder: Embedder, coverage: Coverage) -> Generation | None:
    """The generation in service, if its vectors can be taken over: damage must not be."""
    try:
        generation = open_current(folder, embedder, coverage)
    except (IndexMissing, IndexDamaged):
        return None
    return None if _changed(folder, generation) else generation


def _changed(folder: Path, generation: Generation) -> list[Path]:
    """The files that are not what the manifest says."""
    here = folder / generation.name
    return [
        here / file
        for file, (_, digest) in generation.manifest.files.items()
        if sha256((here / file).read_bytes()).hexdigest() != digest
    ]


def _open(folder: Path) -> Generation:
    manifest = _manifest(folder)
    for file, (size, _) in manifest.files.items():
        try:
            held = (folder / file).stat().st_size
        except OSError:
            raise IndexDamaged(f"{folder / file} is missing: {REBUILD}") from None
        if held != size:
            raise IndexDamaged(f"{folder / file} has {held} bytes instead of {size}: {REBUILD}")
    try:
        dense = DenseIndex.open(folder / "vectors.faiss", manifest.passages, manifest.dimensions)
        lexical = LexicalIndex.open(folder / "lexical", manifest.passages)
        passages = _read_passages(folder / "passages.npy")
    except IndexDamaged as error:
        raise IndexDamaged(f"{error}: {REBUILD}") from error
    if passages.shape != (manifest.passages,) or passages.dtype != np.int64:
        raise IndexDamaged(f"{folder / 'passages.npy'} does not fit its manifest: {REBUILD}")
    return Generation(folder.name, manifest, dense, lexical, passages)


def _read_passages(file: Path) -> npt.NDArray[np.int64]:
    try:
        with file.open("rb") as content:
            return np.lib.format.read_array(content, allow_pickle=False)
    except Exception as error:  # a damaged header raises what the parsers of Python raise
        raise IndexDamaged(f"{file} is truncated or garbage") from error


def _manifest(folder: Path) -> Manifest:
    file = folder / "manifest.json"
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        if fields["format"] != FORMAT:
            raise IndexDamaged(f"{folder} has the index format {fields['format']}: {REBUILD}")
        files = {str(name): (int(size), str(sha)) for name, (size, sha) in fields["files"].items()}
        return Manifest(**{**fields, "files": files})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"{file} cannot be read ({error}): {REBUILD}") from error


def _files(folder: Path) -> dict[str, tuple[int, str]]:
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            found[str(file.relative_to(folder))] = (len(content), sha256(content).hexdigest())
    return found


def _next_name(folder: Path) -> str:
    numbers = [int(made.name[1:]) for made in folder.glob("g[0-9]*") if made.name[1:].isdigit()]
    return f"g{max(numbers, default=0) + 1:06}"


def _put_in_service(folder: Path, name: str) -> None:
    written = folder / f".{_CURRENT}"
    with written.open("w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    written.replace(folder / _CURRENT)


def _served(folder: Path) -> str | None:
    """The name of the generation in service, if there is one."""
    try:
        return current_name(folder)
    except (IndexMissing, IndexDamaged):
        return None


def _prune(folder: Path, kept: set[str | None]) -> None:
    """Drop all generations but those in `kept`, the new one and the one that served before it,
    which readers may still hold; and unfinished ones."""
    for made in [*folder.glob("g[0-9]*"), *folder.glob(".g[0-9]*")]:
        if made.name not in kept:
            shutil.rmtree(made, ignore_errors=True)
