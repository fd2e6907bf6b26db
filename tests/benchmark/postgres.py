"""Questions to an index in PostgreSQL and to the one in files, over the same passages, printed.

Run: python -m tests.benchmark.postgres HOME URI QUESTIONS MADE [--times 15] [--count 1000]

    [--exhaustive]      also files whose every vector is compared

The coverage and index of HOME are repeated in the folder MADE, and loaded into the schema that the
URI names, where they are not there yet. Both engines then answer the same questions one after the
other in turn, in one thread; the articles are read from the same SQLite file. Printed are times,
memory, and how often both quote the same three first.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np

import bot.telegram.service  # noqa: F401 - the memory is that of a bot
from bot.allocator import return_freed_memory, returning_freed_memory
from corpus.database import postgres
from corpus.errors import IndexMissing
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.answer.judge.network import judge_for
from retrieval.engine import Engine, calibration_for
from retrieval.index import arrays, dense
from retrieval.index.features import Indexed, Service
from retrieval.index.generation import Generation
from retrieval.index.manifest import Manifest
from retrieval.index.postgres import update
from retrieval.index.postgres.served import Served, State
from retrieval.index.postgres.written import write
from retrieval.models.embed import load
from tests.benchmark.bots import resident
from tests.benchmark.repeated import opened, repeat_coverage, repeat_index


class _Opened:
    """A service of one index that stays."""

    def __init__(self, indexed: Indexed) -> None:
        self._indexed = indexed

    def current(self) -> Indexed:
        return self._indexed


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("store")
    arguments.add_argument("questions", type=Path)
    arguments.add_argument("made", type=Path)
    arguments.add_argument("--times", type=int, default=15)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--exhaustive", action="store_true")
    arguments.add_argument("--only", choices=["files", "exhaustive", "postgres"])
    given = arguments.parse_args()
    if given.only:
        print(json.dumps(_answers(given)))
        return
    _make(given)
    found = {}
    names = ("files", "exhaustive", "postgres") if given.exhaustive else ("files", "postgres")
    for name in names:
        command = [sys.executable, "-m", "tests.benchmark.postgres", *sys.argv[1:], "--only", name]
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ}
        )
        found[name] = json.loads(done.stdout)
        took, memory = found[name]["took"], found[name]["memory"]
        p50, p90, p99 = np.percentile(took, [50, 90, 99])
        print(
            f"{name}: p50 {p50:.0f} ms, p90 {p90:.0f} ms, p99 {p99:.0f} ms; processor time p50"
            f" {np.median(found[name]['own']):.0f} ms; {np.median(memory):.0f} MB resident, at most"
            f" {max(memory)}, {found[name]['left']} once freed memory is given back", flush=True
        )  # fmt: skip
    for one, other in combinations(names, 2):
        pairs = list(zip(found[one]["quotes"], found[other]["quotes"], strict=True))
        same = np.mean([a == b for a, b in pairs])
        first = np.mean([a[:1] == b[:1] for a, b in pairs])
        print(f"{one} and {other}: the same three on {same:.3f}, the same first on {first:.3f}")


def _make(given: argparse.Namespace) -> None:
    embedder = load("embedded", Path())
    part = given.made / "part"
    if not part.exists():
        repeat_index(given.home, part, given.times, embedder)
    if not (given.made / COVERAGE_FILE).exists():
        repeat_coverage(given.home, given.made, given.times)
    store = postgres.connected(given.store)
    update.prepare(store)
    try:
        State.served(store)
    except IndexMissing:
        begun = time.perf_counter()
        index = opened(part, embedder)
        with Coverage.open(given.made / COVERAGE_FILE) as coverage, store.transaction():
            number = update.create(store, coverage.id, embedder)
            write(store, number, index.parts[0], arrays.read(part / "ids", np.int64))
        written = time.perf_counter()
        with store.transaction():
            update.grow_graph(store, number)
            update.serve(store, number, 0)
        ended = time.perf_counter()
        print(f"written in {written - begun:.0f} s, graph in {ended - written:.0f} s", flush=True)


def _answers(given: argparse.Namespace) -> dict[str, object]:
    embedder = load("embedded", Path())
    coverage = Coverage.open(given.made / COVERAGE_FILE)
    service: Service
    if given.only == "postgres":
        service = Served(postgres.connected(given.store), embedder, lambda: coverage.id)
    else:
        index = opened(given.made / "part", embedder)
        ids = arrays.read(given.made / "part" / "ids", np.int64)
        if given.only == "exhaustive":
            passages = index.parts[0].passages
            passages._searched = dense._exhaustive(passages._vectors[:], embedder.dimensions)
        manifest = Manifest(0, "", "", 0, "", "", 0, 0, {}, {}, {})
        service = _Opened(Generation("g1", manifest, index, ids))
    calibration = calibration_for(given.made, embedder)
    judge = judge_for(embedder.digest)
    engine = Engine(coverage, service, embedder, calibration, judge=judge)
    questions = given.questions.read_text(encoding="utf-8").splitlines()[: given.count]
    engine.ask(questions[-1])
    took, own, quotes, memory = [], [], [], []
    with returning_freed_memory():
        for question in questions:
            begun, worked = time.perf_counter(), time.process_time()
            answer = engine.ask(question)
            took.append((time.perf_counter() - begun) * 1000)
            own.append((time.process_time() - worked) * 1000)
            quotes.append([[each.article.id, each.start, each.end] for each in answer.quotes[:3]])
            memory.append(resident())
    return_freed_memory()
    return {"took": took, "own": own, "quotes": quotes, "memory": memory, "left": resident()}


if __name__ == "__main__":
    main()
