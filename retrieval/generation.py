"""Index generations: each a folder with its manifest, one of them in service.

    home/index/CURRENT        the name of the generation in service, replaced atomically
    home/index/g000007/       manifest.json, ids, and what retrieval.index keeps

A generation is written under a temporary name beside the one in service, read back, and only then
named in CURRENT. A process killed at any instant leaves the last good one in service.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import HomeError, IndexDamaged, IndexMissing
from corpus.store import Coverage
from retrieval import arrays
from retrieval.dense import Rows
from retrieval.embed import Embedder, aligner_for
from retrieval.index import Index, Kept, Text
from retrieval.lexical import K1, B

FORMAT = 3
REBUILD = "run `pullquote index --rebuild`"

_CURRENT = "CURRENT"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from and with; `files` are sizes in bytes and SHA-256 digests."""

    format: int
    model: str
    model_digest: str
    dimensions: int
    aligner_digest: str
    coverage: str
    revision: int
    passages: int
    parameters: dict[str, float]
    files: dict[str, tuple[int, str]]


class Generation:
    """An opened index and the id of the passage that each row stands for."""

    def __init__(
        self, name: str, manifest: Manifest, index: Index, passages: npt.NDArray[np.int64]
    ) -> None:
        self.name = name
        self.manifest = manifest
        self.index = index
        self.passages = passages
        # passages sorted, and the row of each: a passage id is looked up in log n
        self._order = np.argsort(passages)
        self._sorted = passages[self._order]

    def rows(self, passages: npt.NDArray[np.int64]) -> Rows:
        """The rows of these passage ids; ids that are not indexed are left out."""
        places = np.searchsorted(self._sorted, passages)
        inside = places < len(self._sorted)
        places, passages = places[inside], passages[inside]
        rows: Rows = self._order[places[self._sorted[places] == passages]]
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


def manifest_of(folder: Path) -> Manifest:
    """What is in service. Raises `IndexMissing` or `IndexDamaged`."""
    return _manifest(folder / current_name(folder))


def open_current(folder: Path, embedder: Embedder, coverage: Coverage) -> Generation:
    """The generation in service. Raises `IndexMissing`, or `IndexDamaged` with what mends it."""
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
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Generation:
    """Index all passages of `coverage` as a new generation and put it in service.

    Vectors of passages that the generation in service already holds are taken over, unless
    `rebuild` asks for all to be made anew. `step(done, total)` is told of passages embedded.
    """
    before = None if rebuild else _usable(folder, embedder, coverage)
    served = _served(folder)
    revision = coverage.revision
    ids, articles, total = _articles(coverage, before)
    if not len(ids):
        raise IndexMissing("there is nothing to index: ingest some articles first")
    aligner = aligner_for(embedder)
    index = Index.build(
        articles,
        embedder,
        aligner,
        before.index if before else None,
        lambda done: step(done, total),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = _next_name(folder)
        made = folder / f".{name}"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        index.save(made)
        arrays.write(made / "ids", ids)
        manifest = Manifest(
            format=FORMAT,
            model=embedder.name,
            model_digest=embedder.digest,
            dimensions=embedder.dimensions,
            aligner_digest=aligner.digest,
            coverage=coverage.id,
            revision=revision,
            passages=len(ids),
            parameters={"k1": K1, "b": B, "recall": index.passages.recall()},
            files=_files(made),
        )
        (made / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1))
        _open(made, embedder)
        made.rename(folder / name)
        _put_in_service(folder, name)
    except OSError as error:
        raise HomeError(
            f"cannot write the index in {folder}: {error}; the last good one stays in service"
        ) from error
    _prune(folder, {name, served})
    return _open(folder / name, embedder)


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


def measured_recall(folder: Path) -> float:
    """The share of the nearest passages that the dense channel of the generation in service finds,
    as measured when it was built: 1 while it searches exhaustively. Raises `IndexMissing`,
    `IndexDamaged`."""
    return manifest_of(folder).parameters.get("recall", 1.0)


def _articles(
    coverage: Coverage, before: Generation | None
) -> tuple[npt.NDArray[np.int64], Iterator[Text | Kept], int]:
    """The ids of all passages, their articles in the same order, those that the generation before
    holds as rows of it, and how many passages have to be embedded."""
    spans = list(coverage.passage_spans())
    ids = np.array([span.id for span in spans], dtype=np.int64)
    known = np.isin(ids, before.passages) if before else np.zeros(len(ids), dtype=bool)

    def made() -> Iterator[Text | Kept]:
        first = 0
        for name, group in groupby(spans, key=lambda span: span.article):
            own = list(group)
            if before and known[first]:
                rows = before.rows(ids[first : first + len(own)])
                yield Kept(int(rows.min()), int(rows.max()) + 1)
            else:
                article = coverage.article(name, own[0].version)
                assert article, name
                places = tuple((span.start, span.end) for span in own)
                yield Text(article.body, article.sentences, places, article.source.headline)
            first += len(own)

    return ids, made(), int((~known).sum())


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


def _open(folder: Path, embedder: Embedder) -> Generation:
    manifest = _manifest(folder)
    for file, (size, _) in manifest.files.items():
        try:
            held = (folder / file).stat().st_size
        except OSError:
            raise IndexDamaged(f"{folder / file} is missing: {REBUILD}") from None
        if held != size:
            raise IndexDamaged(f"{folder / file} has {held} bytes instead of {size}: {REBUILD}")
    try:
        aligner = aligner_for(embedder)
        index = Index.open(folder, manifest.passages, manifest.dimensions, aligner)
        ids = arrays.read(folder / "ids", np.int64)
    except IndexDamaged as error:
        raise IndexDamaged(f"{error}: {REBUILD}") from error
    if len(ids) != manifest.passages:
        raise IndexDamaged(f"{folder / 'ids'} does not fit its manifest: {REBUILD}")
    return Generation(folder.name, manifest, index, ids)


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
