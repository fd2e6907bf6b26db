"""What a small change costs beside a large home, by the commands a user gives. Run by hand:

    python tests/benchmark/incremental.py HOME [--articles 10]

The home is copied first (by links where they can be had) and left as it is. For each command: wall
and processor time and the largest memory of the process, beside those of a process that only
imports what every command needs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

TEXT = """\
The ferry number {0} left the pier of Saltbay at seven in the morning with {0} cars on its deck.

Its captain said that wheat for {0} bakeries was on board, and that the sea had been calm all week.

In the harbour of Marrow Point {0} trucks were waiting; the last of them left before the evening.
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--articles", type=int, default=10)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.home.parent) as folder:
        home = Path(folder) / "home"
        copied(given.home, home)
        new = Path(folder) / "new"
        new.mkdir()
        for number in range(given.articles):
            (new / f"{number}.txt").write_text(TEXT.format(1000 + number), encoding="utf-8")
        bare = "import retrieval.engine, corpus.ingest, bot.cli"
        print(f"imports alone: {_cost([sys.executable, '-c', bare])}", flush=True)
        command = [str(Path(sys.executable).with_name("pullquote")), "--home", str(home)]
        print(f"index, to begin with: {_cost([*command, 'index'])}", flush=True)
        print(f"index, nothing changed: {_cost([*command, 'index'])}", flush=True)
        print(f"ingest {given.articles} articles: {_cost([*command, 'ingest', str(new)])}")
        print(f"the same again: {_cost([*command, 'ingest', str(new)])}", flush=True)
        (new / "0.txt").write_text(TEXT.format(7), encoding="utf-8")
        print(f"one of them changed: {_cost([*command, 'ingest', str(new)])}", flush=True)
        print(f"remove one: {_cost([*command, 'remove', _newest(home)])}", flush=True)
        print(f"index after it: {_cost([*command, 'index'])}", flush=True)
        current = home / "index" / (home / "index" / "CURRENT").read_text().strip()
        parts = json.loads((current / "manifest.json").read_text())["parts"]
        print(f"parts: {', '.join(parts)}; index {_size(home / 'index') / 1e6:.0f} MB on disk")


def copied(home: Path, to: Path) -> None:
    """A home of its own: the index by links, the database as SQLite copies it."""
    to.mkdir()
    with (
        closing(sqlite3.connect(home / "coverage.sqlite")) as one,
        closing(sqlite3.connect(to / "coverage.sqlite")) as other,
    ):
        one.backup(other)
    shutil.copytree(home / "index", to / "index", copy_function=_link)


def _link(one: str, other: str) -> None:
    try:
        os.link(one, other)
    except OSError:
        shutil.copy2(one, other)


def _newest(home: Path) -> str:
    with closing(sqlite3.connect(home / "coverage.sqlite")) as database:
        row = database.execute("SELECT article FROM passage ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0])


def _size(folder: Path) -> int:
    """Bytes on disk; what several names stand for counts once."""
    files = {
        file.stat().st_ino: file.stat().st_size for file in folder.rglob("*") if file.is_file()
    }
    return sum(files.values())


def _cost(command: list[str]) -> str:
    started = time.perf_counter()
    child = os.posix_spawn(
        command[0],
        command,
        {**os.environ, "OMP_NUM_THREADS": "1"},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed")
    return _said(wall, used)


def _said(wall: float, used: resource.struct_rusage) -> str:
    own = used.ru_utime + used.ru_stime
    return f"{wall:.1f} s, processor {own:.2f} s, {used.ru_maxrss / 1024:.0f} MB"


if __name__ == "__main__":
    main()
