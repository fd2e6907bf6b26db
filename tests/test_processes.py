"""What processes on all cores do is what one does alone, in the same order; and none outlives the
process that started it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from corpus import ingest as module
from corpus.attribution.aliases import Aliases
from corpus.demo.coverage import DEMO_DAY, demo_articles
from corpus.ingest import Report, ingest
from corpus.processes import processes
from corpus.store import Coverage
from corpus.types import Source

# Long enough for a process that starts on a busy machine, short enough to tell one that hangs.
PATIENCE = 60.0

reads_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")


# ---------------------------------------------------------------- ingest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo coverage twice, the second time with a line more, and between them what is refused
    and what is known already."""
    made = tmp_path / "articles"
    made.mkdir()
    for number, file in enumerate(sorted(Path(demo_articles()).iterdir())):
        content = file.read_bytes()
        (made / f"{number:02}-a-{file.name}").write_bytes(content)
        if file.suffix == ".txt":
            more = f"\n\nThe weather office counted {number} days of rain in the month before.\n"
            (made / f"{number:02}-b-{file.name}").write_bytes(content + more.encode())
        if number % 3 == 0:
            (made / f"{number:02}-c-short.txt").write_text(f"Too short {number}.", encoding="utf-8")
        if number % 5 == 0:
            menu = "\n".join(f"Page {number} of {page}" for page in range(20))
            (made / f"{number:02}-d-menu.txt").write_text(menu, encoding="utf-8")
    return made


def take(
    file: Path, folder: Path, aliases: Aliases | None = None, outlet: str | None = None
) -> Report:
    with closing(Coverage.open(file)) as coverage:
        given = Source(path="", outlet=outlet)
        return ingest([str(folder)], coverage, given=given, today=DEMO_DAY, aliases=aliases)


def held(file: Path) -> dict[str, list[Any]]:
    """All that a coverage has in its tables, but its own name and when the journal was written."""
    with closing(sqlite3.connect(file)) as connection:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        tables = [name for (name,) in connection.execute(named)]
        found = {
            table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
            for table in tables
        }
    assert {"article", "version", "passage", "coverage"} <= found.keys()
    [(*_, revision)] = found.pop("coverage")
    assert isinstance(revision, int)
    # in which order articles of a run were noted, and at which second, may differ; a run that was
    # ended and done again goes through the texts of one article twice
    del found["sqlite_sequence"]
    found["journal"] = sorted({tuple(rest) for _, _, *rest in found["journal"]}, key=repr)
    return found | {"revision": [revision]}


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """many(cores): few documents are many; gives how many were prepared here, not elsewhere."""
    monkeypatch.setattr(module, "BATCH", 5)
    monkeypatch.setattr(module, "ALONE", 1)
    monkeypatch.setattr(module, "RUN", 2)
    real = module.prepare

    def on(cores: int) -> list[int]:
        here: list[int] = []

        def counted(*given: Any) -> Any:
            here.append(1)
            return real(*given)

        monkeypatch.setattr(module, "prepare", counted)
        monkeypatch.setattr(module, "cores", lambda: cores)
        return here

    return on


def test_processes_give_the_same_coverage(
    many: Callable[[int], list[int]], folder: Path, tmp_path: Path
) -> None:
    alone, together = tmp_path / "alone" / "c.sqlite", tmp_path / "together" / "c.sqlite"
    here = many(1)
    one = take(alone, folder)
    prepared = len(here)
    here = many(2)
    other = take(together, folder)
    assert len(here) < prepared / 2  # else nothing was prepared by the processes
    assert other == one
    assert len(one.rejected) == 10
    assert one.added > 20
    paths = [each.source for each in other.rejected]
    assert paths == sorted(paths)
    assert held(together) == held(alone)
    with closing(Coverage.open(together)) as coverage:
        assert any(coverage.copies(coverage.article_ids()).values())


def test_the_same_when_some_is_known_corrected_or_removed(
    many: Callable[[int], list[int]], folder: Path, tmp_path: Path
) -> None:
    """The id of what has been there, what was said of it, and what was withdrawn."""
    (tmp_path / "aliases.toml").write_text('[outlets]\n"Quay" = ["The Quay"]\n', encoding="utf-8")
    aliases = Aliases.read(tmp_path / "aliases.toml")
    ways = {}
    for cores in (1, 2):
        file = tmp_path / str(cores) / "c.sqlite"
        many(1)
        first = take(file, folder, aliases, outlet="The Quay")
        with closing(Coverage.open(file)) as coverage:
            coverage.remove(first.articles[3:30:4])
        ways[cores] = file
    for each in sorted(folder.glob("*-b-*"))[::2]:
        each.write_bytes(each.read_bytes() + b"\nIt rained again on the last day of the month.\n")
    reports = []
    for cores, file in ways.items():
        many(cores)
        reports.append(take(file, folder, aliases))
    assert reports[0] == reports[1]
    assert reports[0].updated > 2
    assert reports[0].unchanged > 10
    assert any("has been removed" in each.reason for each in reports[0].rejected)
    assert held(ways[1]) == held(ways[2])


# ---------------------------------------------------------------- the end


def _fails(number: int) -> int:
    if number:
        raise ValueError(f"number {number}")
    return os.getpid()


def test_what_fails_in_a_process_fails_here() -> None:
    with processes(2) as pool:
        assert pool.submit(_fails, 0).result(PATIENCE) != os.getpid()
        with pytest.raises(ValueError, match="number 7"):
            pool.submit(_fails, 7).result(PATIENCE)


_BUSY = """
import sys, time
from pathlib import Path
from corpus.processes import processes

def busy(name):
    import os
    Path(name).write_text(str(os.getpid()))
    while True:
        if {sleeps}:
            time.sleep(600)

if __name__ == "__main__":
    with processes(2) as pool:
        for number in range(2):
            pool.submit(busy, sys.argv[1] + "/pid" + str(number))
        time.sleep(600)
"""

# Slow enough at reading that it is always ended before it is done; a shell may have started the
# tests with interrupts ignored.
_INGEST = """
import signal, sys, time
from datetime import date
from corpus import ingest as module
from corpus.store import Coverage

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    module.BATCH, module.ALONE, module.RUN = 5, 1, 1
    module.cores = lambda: 2
    coverage = Coverage.open(__import__("pathlib").Path(sys.argv[2]))
    try:
        slow = lambda done, total: time.sleep(0.1)
        module.ingest([sys.argv[1]], coverage, today=date(2025, 8, 1), step=slow)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def until(reached: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := reached():
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {PATIENCE:.0f} seconds")


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def children(pid: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = each.read_text(encoding="utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(values[1]) == pid:
            found.append(int(each.parent.name))
    return found


def start(script: str, tmp_path: Path, *arguments: Path) -> subprocess.Popen[bytes]:
    file = tmp_path / "script.py"
    file.write_text(script, encoding="utf-8")
    root = str(Path(__file__).resolve().parent.parent)
    return subprocess.Popen(
        [sys.executable, file, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def end(started: subprocess.Popen[bytes]) -> None:
    """End what a test that failed has left."""
    assert started.stderr
    started.stderr.close()
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait(PATIENCE)


@reads_proc
@pytest.mark.parametrize("sleeps", [True, False], ids=["that sleep", "that work"])
def test_processes_end_with_one_that_is_killed(sleeps: bool, tmp_path: Path) -> None:
    parent = start(_BUSY.format(sleeps=sleeps), tmp_path, tmp_path)
    try:
        files = [tmp_path / "pid0", tmp_path / "pid1"]
        until(lambda: all(file.exists() and file.read_text() for file in files), "both work")
        workers = [int(file.read_text()) for file in files]
        assert all(map(runs, workers))
        others = children(parent.pid)
        assert set(workers) <= set(others)
        parent.send_signal(signal.SIGKILL)
        parent.wait(PATIENCE)
        until(lambda: not any(map(runs, others)), "all have ended")
    finally:
        end(parent)


@reads_proc
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_ingest_that_is_ended_leaves_no_process_and_can_be_done_again(
    number: signal.Signals, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "home" / "c.sqlite"
    parent = start(_INGEST, tmp_path, folder, file)
    try:
        others = until(lambda: found if len(found := children(parent.pid)) > 1 else [], "they work")
        if number is signal.SIGINT:  # Ctrl-C goes to all of them, and these just begin
            time.sleep(0.1)
            os.killpg(parent.pid, number)
            assert (parent.communicate(timeout=PATIENCE)[1], parent.returncode) == (b"", 130)
        else:
            parent.send_signal(number)
            assert parent.wait(PATIENCE) == -number
        until(lambda: not any(map(runs, others)), "all have ended")
    finally:
        end(parent)
    whole = tmp_path / "whole" / "c.sqlite"
    take(file, folder)
    take(whole, folder)
    again, once = held(file), held(whole)
    assert again | {"revision": []} == once | {"revision": []}
