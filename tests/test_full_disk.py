"""On a full disk a command says so in one line, the last good index serves, and nothing is lost.

The disk is a small one in memory, mounted where only a process of this test sees it; where that is
not allowed, files that may not grow past a limit.
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.cli.main import main
from corpus.demo.coverage import demo_articles
from retrieval.models.embed import EMBEDDED, StaticEmbedder, embedded_folder

QUESTION = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
OLDER = "pullquote: the index is older than the coverage: run `pullquote index`\n"
FULL = re.compile(
    r"pullquote: cannot (use the coverage database|write the index in|back up) .*"
    r"(No space left on device|is full|File too large|disk I/O error).*\n"
)
NEW = 30
SIZES = {"disk": [80, 600], "limit": [48, 240]}  # KiB that are left, or that a file has
DISK = "32m"


class Ran(NamedTuple):
    status: int
    out: str
    error: str


Told = dict[str, Ran]


def told(folder: Path, how: str, sizes: list[int], *before: str) -> list[Told]:
    """What the commands of `_scenario` say, for each size, in a process of its own."""
    done = subprocess.run(
        [*before, sys.executable, __file__, how, *map(str, sizes)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [
        {name: Ran(*ran) for name, ran in json.loads(line).items()}
        for line in done.stdout.splitlines()
    ]


def assert_said_and_mended(ran: Told) -> None:
    for name in ("ingest", "backup"):
        assert ran[name].status == 2, ran
        assert FULL.fullmatch(ran[name].error), ran[name].error
        assert ran[name].out == ""
    assert ran["ask"].status == 0, ran["ask"]
    assert json.loads(ran["ask"].out)["answered"]
    assert (ran["check"].status, ran["check"].error) in ((0, ""), (1, OLDER))
    assert ran["left"].out == ""
    assert ran["again"].status == 0, ran["again"]
    taken = json.loads(ran["again"].out)
    assert taken["added"] + taken["unchanged"] == NEW
    assert ran["complete"].status == 0, ran["complete"]
    assert f"{NEW + 16} articles" in ran["complete"].out


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """What a command is run under to be allowed to mount a disk that only it sees."""
    under = ("unshare", "--map-root-user", "--mount")
    mount = ("mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs")
    here = str(tmp_path_factory.mktemp("room"))
    if (
        not shutil.which("unshare")
        or subprocess.run([*under, *mount, here], capture_output=True, check=False).returncode
    ):
        pytest.skip("no small disk can be mounted here; the files with a limit are tested")
    return under


def test_a_full_disk(small_disk: tuple[str, ...], tmp_path: Path) -> None:
    nothing, *runs = told(tmp_path, "disk", [0, *SIZES["disk"]], *small_disk)
    assert_said_and_mended(nothing)
    assert nothing["elsewhere"].status == 0, nothing["elsewhere"]
    assert len(runs) == len(SIZES["disk"])
    for ran in runs:
        assert_said_and_mended(ran)
    assert {ran["check"].status for ran in runs} == {0, 1}  # in the database, and in the index


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    runs = told(tmp_path, "limit", SIZES["limit"])
    assert len(runs) == len(SIZES["limit"])
    for ran in runs:
        assert_said_and_mended(ran)
    assert {ran["check"].status for ran in runs} == {0, 1}


# ------------------------------------------------------------------ the process


def _scenario(room: Path, full: Callable[[int], AbstractContextManager[None]], size: int) -> Told:
    home = room / "home"
    shutil.copytree("base", home)
    with full(size):
        ran = {
            "ingest": _run(home, "ingest", "articles"),
            "ask": _run(home, "ask", QUESTION, "--json"),
            "check": _run(home, "index", "--check"),
            "backup": _run(home, "backup", str(room / "home.tar")),
            "elsewhere": _run(home, "backup", "home.tar", "--force"),
        }
        left = [each.name for each in (home / "index").glob(".*")]
        left += [each.name for each in room.glob("*home.tar*")]
        ran["left"] = Ran(0, " ".join(left), "")
    ran["again"] = _run(home, "ingest", "articles", "--json")
    ran["complete"] = _run(home, "index", "--check")
    shutil.rmtree(home)
    return ran


def _run(home: Path, *arguments: str) -> Ran:
    out, error = StringIO(), StringIO()
    status = None
    with redirect_stdout(out), redirect_stderr(error):
        try:
            main(["--home", str(home), *arguments])
        except SystemExit as left:
            status = left.code
    gc.collect()  # a command that has ended has no database open
    assert isinstance(status, int)
    return Ran(status, out.getvalue(), error.getvalue())


@contextmanager
def _filled(size: int) -> Iterator[None]:
    """The disk at `room` with so many KiB left."""
    free = os.statvfs("room").f_bavail * os.statvfs("room").f_frsize
    filling = Path("room", "filling")
    filling.write_bytes(bytes(free - size * 1024))
    yield
    filling.unlink()


@contextmanager
def _limited(size: int) -> Iterator[None]:
    """No file can grow past so many KiB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _serve(how: str, sizes: list[int]) -> Iterator[Any]:
    embedder = StaticEmbedder.read(embedded_folder(), EMBEDDED)
    StaticEmbedder.read = lambda *_, **__: embedder  # type: ignore[method-assign]
    room, articles = Path("room"), Path("articles")
    room.mkdir()
    articles.mkdir()
    for number in range(NEW):
        text = f"The harbour opened quay {number} on Monday after {number} years of slow work.\n"
        (articles / f"{number}.txt").write_text(text)
    if how == "disk":
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", "room"]
        subprocess.run(mount, check=True)
    assert _run(Path("base"), "ingest", demo_articles()).status == 0
    for size in sizes:
        yield _scenario(room, _filled if how == "disk" else _limited, size)


if __name__ == "__main__":
    for told_of in _serve(sys.argv[1], [int(size) for size in sys.argv[2:]]):
        print(json.dumps(told_of), flush=True)
