"""The coverage and the index of a home many times over, with changes, for measuring at size.

Every copy has words of its own: one of three is written backwards, in the articles and in the
index, so that copies are neither the same text nor found by the same words; and every vector is a
little moved. Used by postgres.py.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np

from corpus.language.tokens import words
from corpus.store import COVERAGE_FILE, Coverage
from corpus.types import Article
from retrieval.engine import INDEX_FOLDER
from retrieval.index import arrays
from retrieval.index.annotations import Annotations
from retrieval.index.dense import DenseIndex
from retrieval.index.generation import open_current
from retrieval.index.index import Index
from retrieval.index.part import Kept, Part
from retrieval.index.word_builder import Numbers, WordTable
from retrieval.index.word_index import WordIndex
from retrieval.models.vectors import unit
from retrieval.types import Embedder, Rows

_MOVED = 0.02
_CHANGED = 3
_WORD = re.compile(r"\w+")
_RUN = 1000
_COLUMNS = "number, path, outlet, via, agency, byline, standfirst, url, published, language"


@lru_cache(maxsize=1 << 20)
def changed(word: str, copy: int) -> str:
    """A word as a copy has it."""
    spelled = "".join(words(word)) or word
    if not copy or spelled.isdigit() or crc32(f"{spelled} {copy}".encode()) % _CHANGED:
        return word
    return word[::-1]


def repeat_coverage(home: Path, made: Path, times: int) -> None:
    """The articles of a home so many times in another one."""
    made.mkdir(parents=True, exist_ok=True)
    file = made / COVERAGE_FILE
    shutil.copyfile(home / COVERAGE_FILE, file)
    Coverage.open(file).close()
    database = sqlite3.connect(file)
    step = step_of(database)

    def text(written: str | None, copy: int) -> str | None:
        return written and _WORD.sub(lambda found: changed(found.group(), copy), written)

    database.create_function("changed", 2, text, deterministic=True)
    database.execute("PRAGMA synchronous = OFF")
    with database:
        database.execute("CREATE TEMP TABLE first AS SELECT * FROM article WHERE NOT removed")
        for copy in range(1, times):
            database.execute(
                "INSERT INTO article SELECT id || '-' || ?, place, version, 0 FROM first", [copy]
            )
            database.execute(
                f"INSERT INTO version (article, version, raw, {_COLUMNS}, headline, body,"
                " sentences, cuts, parts, entries, flags, pages, digest)"
                f" SELECT article || '-' || ?1, version.version, raw, {_COLUMNS},"
                " changed(headline, ?1), changed(body, ?1), sentences, cuts, parts, entries, flags,"
                " pages, digest || ?1 FROM version JOIN first ON first.id = article"
                " AND first.version = version.version",
                [copy],
            )
            database.execute(
                "INSERT INTO passage SELECT passage.id + ?1 * ?2, article || '-' || ?1,"
                ' passage.version, start, "end" FROM passage JOIN first ON first.id = article'
                " AND first.version = passage.version",
                [copy, step],
            )
    database.close()


def step_of(database: sqlite3.Connection) -> int:
    """By how much the ids of the passages of two copies differ."""
    ((most,),) = database.execute("SELECT max(id) FROM passage").fetchall()
    return int(most) + 1


def repeat_index(home: Path, folder: Path, times: int, embedder: Embedder) -> Rows:
    """The index of a home so many times as one part in a folder; the ids of its passages."""
    coverage = Coverage.open(home / COVERAGE_FILE)
    before = open_current(home / INDEX_FOLDER, embedder, coverage)
    with sqlite3.connect(home / COVERAGE_FILE) as database:
        step = step_of(database)
    ids = np.empty(len(before), dtype=np.int64)
    ids[before.index.order] = before.passages
    folder.mkdir(parents=True)
    kept, keep = DenseIndex.keep, WordTable.keep
    DenseIndex.keep = _moved  # type: ignore[method-assign, assignment]
    WordTable.keep = _respelled  # type: ignore[method-assign, assignment]
    try:
        part = Part.build(
            _repeated(before.index, times), embedder, embedder, folder=folder, annotate=_nothing
        )
    finally:
        DenseIndex.keep, WordTable.keep = kept, keep  # type: ignore[method-assign]
    part.save(folder)
    every = np.concatenate([ids + copy * step for copy in range(times)])
    arrays.write(folder / "ids", every)
    coverage.close()
    return every


def opened(folder: Path, embedder: Embedder) -> Index:
    """The index that `repeat_index` made."""
    part = Part.open(folder, embedder.dimensions, embedder)
    ids = arrays.read(folder / "ids", np.int64)
    return Index([part], np.arange(len(part)), embedder, ids)


def _nothing(articles: Sequence[Article]) -> Callable[[], Annotations]:
    raise AssertionError("all sentences are annotated already")


_copy = 0


def _repeated(before: Index, times: int) -> Iterator[Kept]:
    global _copy
    for copy in range(times):
        for part in before.parts:
            for first in _starts(part):
                # what is taken over of a copy is respelled when it is taken
                _copy = copy
                yield Kept(part, first, _end(part, first))


def _starts(part: Part) -> list[int]:
    """Where runs of whole articles begin, about a thousand passages each."""
    own = part.spans[:, 2]
    new = np.flatnonzero(np.append(True, own[1:] != own[:-1]))
    chosen = np.unique(np.searchsorted(new, np.arange(0, len(part), _RUN)))
    return [int(new[at]) for at in chosen.tolist() if at < len(new)]


def _end(part: Part, first: int) -> int:
    later = [start for start in _starts(part) if start > first]
    return later[0] if later else len(part)


def _moved(index: DenseIndex, before: DenseIndex, first: int, last: int) -> None:
    """Vectors taken over with a little noise."""
    noise = np.random.default_rng(len(index._cells))
    vectors = before.vectors(np.arange(first, last))
    moved = noise.normal(0, _MOVED, vectors.shape).astype(np.float32) if _copy else 0
    index.add(unit(vectors + moved))


_numbers: dict[tuple[int, int], Numbers] = {}


def _respelled(table: WordTable, before: WordIndex, first: int, last: int) -> None:
    """Words taken over as the copy has them; what is known of them is worked out anew."""
    key = id(before), _copy
    if key not in _numbers:
        _numbers.clear()
        every = (changed(word, _copy) for word in before.vocabulary())
        found = (table._numbers.setdefault(word, len(table._numbers)) for word in every)
        _numbers[key] = np.fromiter(found, dtype=np.uint32, count=len(before))
    held, lengths = before.held(np.arange(first, last))
    table._held.frombytes(_numbers[key][held].tobytes())
    table._lengths.frombytes(lengths.tobytes())
