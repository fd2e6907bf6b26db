"""Killed with SIGKILL at any instant, a home opens, serves, has lost nothing, and is completed.

`KILLS=50 pytest tests/test_durability.py -k killed` kills fifty times.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from typing import IO, Any, NamedTuple

import pytest
from filelock import FileLock

from corpus import ingest as ingesting
from corpus.demo.coverage import DEMO_DAY, demo_articles
from corpus.ingest import ingest
from corpus.parts import passages_of
from corpus.store import COVERAGE_FILE, Coverage, Selection
from corpus.types import Article
from retrieval.engine import INDEX_FOLDER, Engine, update_index
from retrieval.index.generation import check
from retrieval.models.embed import EMBEDDED, StaticEmbedder, embedded_folder

Pullquote = Callable[..., CompletedProcess[str]]

KILLS = int(os.environ.get("KILLS", "8"))
# Seconds after which a busy machine is spared all but one kill of each command.
ENOUGH = 15.0 if "KILLS" not in os.environ else float("inf")
QUESTION = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
OLDER = "the index is older than the coverage: run `pullquote index`"
CORRECTION = b"\n\nAn earlier form of this article gave another hour for the landing.\n"
LINKS = (
    "SELECT a.article, b.article, equal FROM copy_link JOIN copy_text AS a ON a.number = one"
    " JOIN copy_text AS b ON b.number = other ORDER BY 1, 2"
)
COMMANDS = {
    "ingest": ("ingest", "articles"),
    "index": ("index",),
    "remove": ("remove", "REMOVED"),
    "swap": ("index", "--rebuild"),
}


class State(NamedTuple):
    """What a home holds: the newest versions, the passages of each, which are removed, and how
    many words each has in common with another."""

    articles: dict[str, Article]
    passages: dict[str, list[tuple[str, int, int]]]
    removed: frozenset[str]
    links: list[tuple[str, str, int]]


class Prepared(NamedTuple):
    """A command, the home it works on, what that holds before and after, and what `index --check`
    says then; `lasts` is in seconds from the first instant at which it may be killed until it says
    what it did."""

    command: tuple[str, ...]
    home: Path
    before: State
    after: State
    problems: list[str]
    lasts: float


class Nursery:
    """A process that has imported everything and runs commands in forks of itself, so that an
    instant is one of the command's work and not of its start."""

    def __init__(self, folder: Path) -> None:
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"},
        )

    def run(
        self, home: Path, *command: str, swap: bool = False, kill: float | None = None
    ) -> dict[str, Any]:
        """Run a command, and kill it `kill` seconds after it began its work, or with `swap` after
        it first renamed something."""
        sent, received = self._process.stdin, self._process.stdout
        assert sent
        assert received
        asked = {"arguments": ["--home", str(home), *command], "swap": swap, "kill": kill}
        print(json.dumps(asked), file=sent, flush=True)
        done: dict[str, Any] = json.loads(received.readline())
        return done

    def close(self) -> None:
        self._process.communicate()


def state(home: Path) -> State:
    coverage = Coverage.open(home / COVERAGE_FILE)
    removed = {each.id: each for each in coverage.articles(Selection(removed=True))}
    articles = {each.id: each for each in coverage.articles()} | removed
    coverage.close()
    spans: dict[str, list[tuple[str, int, int]]] = {each: [] for each in articles}
    for article, *span in rows(home, 'SELECT article, version, start, "end" FROM passage'):
        spans[article].append(tuple(span))
    ordered = {each: sorted(found) for each, found in spans.items()}
    return State(articles, ordered, frozenset(removed), rows(home, LINKS))


def rows(home: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(home / COVERAGE_FILE)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def nursery(folder: Path, homes: dict[str, Path]) -> Iterator[Nursery]:
    assert homes
    made = Nursery(folder)
    yield made
    made.close()


@pytest.fixture(scope="module")
def homes(folder: Path, embedded: StaticEmbedder) -> dict[str, Path]:
    """A home with half of the demo coverage, indexed; and one to which the rest was added, which
    the index does not know yet. In `articles` lies the whole, with two articles corrected."""
    here = folder / "articles"
    shutil.copytree(demo_articles(), here)
    files = sorted(file for file in here.rglob("*") if file.is_file())
    later = {file: file.read_bytes() for file in files[1::2]}
    for file in later:
        file.unlink()
    corrected = {file: file.read_bytes() + CORRECTION for file in files[:5:4]}
    half, whole = folder / "half", folder / "whole"
    coverage = Coverage.open(half / COVERAGE_FILE)
    ingest([str(here)], coverage, today=DEMO_DAY)
    update_index(half, coverage, embedded)
    coverage.close()
    for file, content in (later | corrected).items():
        file.write_bytes(content)
    shutil.copytree(half, whole)
    coverage = Coverage.open(whole / COVERAGE_FILE)
    ingest([str(here)], coverage, today=DEMO_DAY)
    coverage.close()
    return {"ingest": half, "index": whole, "remove": half, "swap": half}


@pytest.fixture(scope="module", params=list(COMMANDS))
def prepared(
    request: pytest.FixtureRequest,
    folder: Path,
    homes: dict[str, Path],
    nursery: Nursery,
    embedded: StaticEmbedder,
) -> Prepared:
    """A command that was also run undisturbed."""
    home = homes[request.param]
    before = state(home)
    removed = sorted(before.articles)[:3]
    command = [removed if each == "REMOVED" else [each] for each in COMMANDS[request.param]]
    words = tuple(word for each in command for word in each)
    lasts = []
    for number in range(2):
        undisturbed = folder / f"{request.param}-{number}"
        shutil.copytree(home, undisturbed)
        done = nursery.run(undisturbed, *words, swap=request.param == "swap")
        assert done["status"] == 0, done
        lasts.append(done["lasted"])
    found = problems(undisturbed, embedded)
    # the least: on a busy machine most kills would come when all is done
    return Prepared(words, home, before, state(undisturbed), found, min(lasts))


def problems(home: Path, embedder: StaticEmbedder) -> list[str]:
    coverage = Coverage.open(home / COVERAGE_FILE)
    try:
        return check(home / INDEX_FOLDER, embedder, coverage)
    finally:
        coverage.close()


def answers(home: Path, embedder: StaticEmbedder) -> int:
    """How many quotes the index in service gives; each is a slice of what is stored."""
    engine = Engine.open(home, embedder)
    answer = engine.ask(QUESTION)
    for quote in answer.quotes:
        stored = engine.coverage.article(quote.article.id)
        assert stored
        assert quote.text == stored.body[quote.start : quote.end]
    engine.coverage.close()
    return len(answer.quotes)


def assert_whole(home: Path) -> None:
    """Every article has its raw document and its passages, and nothing hangs loose."""
    assert rows(home, "PRAGMA integrity_check") == [("ok",)]
    assert rows(home, "PRAGMA foreign_key_check") == []
    held = state(home)
    for article in held.articles.values():
        spans = passages_of(article)
        assert spans
        own = [span[1:] for span in held.passages[article.id] if span[0] == article.version]
        assert own == sorted(spans)
    lost = "SELECT article FROM version WHERE raw NOT IN (SELECT digest FROM raw)"
    assert rows(home, lost) == []


@pytest.mark.parametrize("number", range(max(KILLS // len(COMMANDS), 1)))
def test_killed_at_a_random_instant(
    number: int,
    prepared: Prepared,
    nursery: Nursery,
    embedded: StaticEmbedder,
    pullquote: Pullquote,
    folder: Path,
    tmp_path: Path,
) -> None:
    if number and time.monotonic() > nursery.began + ENOUGH:
        pytest.skip("the machine is busy: one kill of this command was enough")
    home = tmp_path / "home"
    shutil.copytree(prepared.home, home)
    swap = "--rebuild" in prepared.command
    # the swap is at the beginning of its time, and short
    kill = prepared.lasts * random.random() ** (4 if swap else 1)
    done = nursery.run(home, *prepared.command, swap=swap, kill=kill)

    assert_whole(home)
    held, before, after = state(home), prepared.before, prepared.after
    assert before.articles.keys() <= held.articles.keys() <= after.articles.keys()
    for each, article in held.articles.items():
        assert article in (before.articles.get(each), after.articles[each])
        assert held.passages[each] in (before.passages.get(each), after.passages[each])
    assert held.removed in (before.removed, after.removed)
    assert problems(home, embedded) in ([], [OLDER])
    assert answers(home, embedded)
    if done["said"]:  # what was reported stays
        assert held == after

    os.chdir(folder)
    assert pullquote(*prepared.command, home=home).returncode == 0
    assert state(home) == after
    assert problems(home, embedded) == prepared.problems
    left = {each.name for each in (home / INDEX_FOLDER).iterdir() if each.name.startswith(".")}
    assert left <= {".CURRENT"}


def test_a_second_writer_waits_for_the_first(
    pullquote: Pullquote, home: Path, article: Path
) -> None:
    held = FileLock(home / "writer.lock", thread_local=False)
    held.acquire()
    first = threading.Timer(0.5, held.release)
    first.start()
    began = time.monotonic()
    ran = pullquote("ingest", article, home=home)
    first.join()
    assert (ran.returncode, ran.stderr.count("\n")) == (0, 1)
    assert ran.stderr.startswith(f"pullquote: taken: {article}: ")
    assert time.monotonic() > began + 0.4
    assert pullquote("index", "--check", home=home).returncode == 0


@pytest.mark.parametrize("page", range(0, 50, 5))
def test_a_torn_database_is_told_in_words(pullquote: Pullquote, home: Path, page: int) -> None:
    """What a plain copy of a home in use may be."""
    database = home / COVERAGE_FILE
    content = bytearray(database.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    database.write_bytes(content)
    for command in (("ask", QUESTION), ("articles",), ("index", "--check")):
        ran = pullquote(*command, home=home)
        assert ran.returncode in (0, 1, 2)
        assert "fault of pullquote" not in ran.stderr, ran.stderr
        if ran.returncode == 2:
            assert ran.stderr.count("\n") == 1


# ------------------------------------------------------------------- the nursery


def serve(requests: IO[str]) -> None:
    """Run what is asked for, a JSON object a line, each in a process of its own."""
    from bot.cli.main import main

    ingesting.BATCH = 3
    embedder = StaticEmbedder.read(embedded_folder(), EMBEDDED)
    StaticEmbedder.read = lambda *_, **__: embedder  # type: ignore[method-assign]
    with suppress(SystemExit), redirect_stdout(StringIO()):
        main(["--home", "scratch", "ingest", "articles"])
    for line in requests:
        asked = json.loads(line)
        mark, marked = os.pipe()
        heard, said = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(mark)
            os.dup2(said, 1)
            _mark(marked, asked["swap"])
            main(asked["arguments"])
        os.close(marked)
        os.close(said)
        with os.fdopen(mark, "rb") as reached, os.fdopen(heard, "rb") as told:
            reached.read(1)
            began = time.perf_counter()
            if asked["kill"] is not None:
                time.sleep(asked["kill"])
                os.kill(child, signal.SIGKILL)
            text = told.read(1)
            lasted = time.perf_counter() - began
            text += told.read()
            _, status = os.waitpid(child, 0)
        answer = {"status": status, "lasted": lasted, "said": text.decode()}
        print(json.dumps(answer), flush=True)


def _mark(marked: int, swap: bool) -> None:
    """Say that the work begins, or that something is renamed for the first time."""
    reached: list[str] = []

    def hook(event: str, _: object) -> None:
        if event == "os.rename" and not reached:
            reached.append(event)
            os.write(marked, b".")

    if swap:
        sys.addaudithook(hook)
    else:
        os.write(marked, b".")


if __name__ == "__main__":
    serve(sys.stdin)
