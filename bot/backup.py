"""A safe copy of a home in one file, made while a bot serves and an ingest writes.

    coverage.sqlite  chats.sqlite  sources.sqlite      each as it stood at one instant
    synonyms.txt  aliases.toml           where the editor wrote them
    pinned.jsonl  baseline.json          replay cases that were kept, the run that was blessed
    index/CURRENT  index/g000007/        the generation in service, no newer than the coverage
    index/calibration-….json

Nothing else is taken: what somebody keeps in the home besides, a token say, stays there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from bot.desk import PINNED
from bot.replay.last import BASELINE
from bot.state import FILE as CHATS_FILE
from corpus.attribution.aliases import FILE as ALIASES_FILE
from corpus.database.sqlite import connected
from corpus.errors import HomeError, IndexDamaged, IndexMissing, InputError
from corpus.sources.book import FILE as SOURCES_FILE
from corpus.store import COVERAGE_FILE
from retrieval.engine import INDEX_FOLDER
from retrieval.index.generation import current_name, files_in
from retrieval.question.synonyms import FILE as SYNONYMS_FILE

Step = Callable[[int, int], None]

_WRITTEN_BY_HAND = (SYNONYMS_FILE, ALIASES_FILE, PINNED, BASELINE)
_SUFFIXES = (".tar", ".tar.gz", ".tgz")
_PAGES = 1000  # copied between two steps of progress


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its `file` and size in bytes, how many articles it holds, the
    generation in it, and why there is none, if one was to be."""

    file: Path
    bytes: int
    articles: int
    index: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class _Held:
    """The open files of a generation: what is pruned meanwhile can still be read."""

    name: str | None = None
    files: tuple[tuple[str, BinaryIO], ...] = ()
    problem: str | None = None


def back_up(
    home: Path,
    file: Path,
    *,
    index: bool = True,
    replace: bool = False,
    step: Step = lambda done, total: None,
) -> Backup:
    """Copy `home` into `file`, a tar archive, packed where it is named so; an existing file stays
    unless `replace`. `step(done, total)` is called with the number of bytes.

    Raises `InputError` if nothing can be backed up or `file` cannot be one, `HomeError` if reading
    or writing fails; `file` is then as it was.
    """
    _refuse(home, file, replace)
    folder = file.with_name(f".{file.name}.partial")
    shutil.rmtree(folder, ignore_errors=True)  # of a backup that was killed
    try:
        folder.mkdir(mode=0o700)
        with ExitStack() as stack:
            # Before the databases: an index older than its coverage serves, a newer one does not.
            held = _generation(home / INDEX_FOLDER, stack) if index else _Held()
            meter = _meter(home, held, step)
            for name in _databases(home):
                _copy(home / name, folder / name, meter)
            articles = _count(folder / COVERAGE_FILE)
            size = _pack(folder / file.name, _members(home, folder, held, stack), meter)
        (folder / file.name).replace(file)
    except (OSError, sqlite3.Error) as error:
        raise HomeError(
            f"cannot back up {home} into {file}: {error};"
            " check permissions and free space, then run this again"
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Backup(file, size, articles, held.name, held.problem)


def _refuse(home: Path, file: Path, replace: bool) -> None:
    if not (home / COVERAGE_FILE).is_file():
        raise InputError(f"there is nothing to back up in {home}: name another --home")
    if not file.name.endswith(_SUFFIXES):
        raise InputError(f"{file} is a tar archive: end its name in {', '.join(_SUFFIXES)}")
    if not file.parent.is_dir():
        raise InputError(f"there is no folder {file.parent}: make it first")
    if file.is_dir() or (file.exists() and not replace):
        raise InputError(f"{file} is there already: name another file, or replace it with --force")


def _generation(folder: Path, stack: ExitStack) -> _Held:
    """The generation in service, opened; without one, why."""
    while True:
        try:
            name = current_name(folder)
        except (IndexMissing, IndexDamaged) as error:
            return _Held(problem=str(error))
        try:
            files = [
                (inside, stack.enter_context((folder / name / inside).open("rb")))
                for inside in files_in(folder, name)
            ]
            return _Held(name, tuple(files))
        except (OSError, IndexDamaged) as error:
            if _still(folder, name):
                return _Held(problem=str(error))


def _still(folder: Path, name: str) -> bool:
    """Whether this generation is in service, and not pruned since for newer ones."""
    try:
        return current_name(folder) == name
    except (IndexMissing, IndexDamaged):
        return True


def _databases(home: Path) -> list[str]:
    return [name for name in (COVERAGE_FILE, CHATS_FILE, SOURCES_FILE) if (home / name).is_file()]


def _copy(database: Path, copy: Path, meter: _Meter) -> None:
    """Copy a database that others may be writing to. Raises `sqlite3.Error`, or `HomeError` for one
    that is damaged."""
    with (
        closing(connected(database)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        size = source.execute("PRAGMA page_size").fetchone()[0]
        # One snapshot throughout: otherwise the copying begins again at every commit of others.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        before = meter.done
        source.backup(
            target,
            pages=_PAGES,
            progress=lambda _, left, total: meter.reach(before + (total - left) * size),
        )
        (verdict,) = target.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise HomeError(f"{database} is damaged, so would its backup be: {verdict}")


def _count(database: Path) -> int:
    """How many articles it holds; it keeps the schema of the version that wrote it."""
    with closing(sqlite3.connect(database)) as copy:
        return int(copy.execute("SELECT count(*) FROM article WHERE NOT removed").fetchone()[0])


def _members(
    home: Path, folder: Path, held: _Held, stack: ExitStack
) -> Iterator[tuple[str, BinaryIO]]:
    """What goes into the archive: names in the home and open files; databases are in `folder`."""
    for name in _databases(home):
        yield name, stack.enter_context((folder / name).open("rb"))
    calibrations = (home / INDEX_FOLDER).glob("calibration-*.json")
    by_hand = (home / name for name in _WRITTEN_BY_HAND)
    for each in (*by_hand, *sorted(calibrations)):
        if each.is_file():
            yield each.relative_to(home).as_posix(), BytesIO(each.read_bytes())
    for name, opened in held.files:
        yield f"{INDEX_FOLDER}/{held.name}/{name}", opened
    if held.name:
        yield f"{INDEX_FOLDER}/CURRENT", BytesIO(held.name.encode())


def _pack(file: Path, members: Iterator[tuple[str, BinaryIO]], meter: _Meter) -> int:
    """Write the archive and wait until it is on the disk; its size."""
    mode: Literal["w", "w:gz"] = "w" if file.suffix == ".tar" else "w:gz"
    with open(file, "xb", opener=_private) as out:
        with tarfile.open(fileobj=out, mode=mode) as archive:
            for name, content in members:
                member = tarfile.TarInfo(name)
                member.size = content.seek(0, os.SEEK_END)
                member.mode = 0o600
                member.mtime = time.time()
                content.seek(0)
                archive.addfile(member, content)
                meter.add(member.size)
        out.flush()
        os.fsync(out.fileno())
        return os.fstat(out.fileno()).st_size


def _private(path: str, flags: int) -> int:
    """Chats are nobody else's to read."""
    return os.open(path, flags, 0o600)


def _meter(home: Path, held: _Held, step: Step) -> _Meter:
    """Databases are copied, then packed."""
    copied = sum((home / name).stat().st_size for name in _databases(home))
    index = sum(os.fstat(opened.fileno()).st_size for _, opened in held.files)
    return _Meter(2 * copied + index, step)


class _Meter:
    """How many of the bytes are done."""

    def __init__(self, total: int, step: Step) -> None:
        self.done = 0
        self._total = total
        self._step = step

    def add(self, count: int) -> None:
        self.reach(self.done + count)

    def reach(self, done: int) -> None:
        self.done = done
        self._step(min(done, self._total), self._total)
