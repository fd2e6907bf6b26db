"""Speed and memory, printed; nothing here is a test. Run: python tests/benchmark/speed.py

    [--articles FILE.jsonl[.gz]] [--count 1000]
    --home HOME [--questions FILE]

Without --articles the demo coverage is repeated with changes until there are enough articles. With
--home nothing is made: a home that is there is asked the questions of a file, one a line.
Every figure stands beside something a user could measure against in the same run, because machines
differ and are shared.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from itertools import cycle
from pathlib import Path
from statistics import median

from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import update_index
from retrieval.models.embed import load

QUESTIONS = ("متى وصل لافروف إلى وونسان؟", "How many flights a week?", "Кого принял Ким?")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--articles", type=Path)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--home", type=Path)
    arguments.add_argument("--questions", type=Path)
    given = arguments.parse_args()
    asked = given.questions.read_text(encoding="utf-8").splitlines() if given.questions else None
    if given.home:
        _serving(given.home, asked or _rounds())
        _whole_process(given.home)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        records = Path(folder) / "articles.jsonl"
        with records.open("w", encoding="utf-8") as file:
            for record in _records(given.articles, given.count):
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        _ingest(home, records, given.count)
        _serving(home, asked or _rounds())
        _whole_process(home)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak:.0f} MB")


def _ingest(home: Path, records: Path, count: int) -> None:
    coverage = Coverage.open(home / COVERAGE_FILE)
    embedder = load("embedded", Path())
    started = time.perf_counter()
    report = ingest([str(records)], coverage, today=date.today())
    read = time.perf_counter()
    update_index(home, coverage, embedder)
    indexed = time.perf_counter()
    again = ingest([str(records)], coverage, today=date.today())
    unchanged = time.perf_counter()
    _, passages = coverage.count()
    coverage.close()
    rate = report.added / (indexed - started)
    print(
        f"ingest: {report.added} of {count} articles, {passages} passages:"
        f" {rate:.0f} articles/s (reading {read - started:.1f} s, indexing {indexed - read:.1f} s)"
    )
    print(f"the same again: {again.unchanged} unchanged in {unchanged - indexed:.1f} s")


def _serving(home: Path, questions: list[str]) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write("\n".join(questions))
        file.flush()
        threads = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        print(f"{len(questions)} questions, to a process of their own:")
        for script in ("serve.py", "beside.py"):
            command = [sys.executable, str(Path(__file__).with_name(script)), str(home), file.name]
            done = subprocess.run(command, check=True, capture_output=True, text=True, env=threads)
            print(done.stdout.strip())


def _rounds() -> list[str]:
    return [question for question, _ in zip(cycle(QUESTIONS), range(300), strict=False)]


def _whole_process(home: Path) -> None:
    command = str(Path(sys.executable).with_name("pullquote"))
    ask = [command, "--home", str(home), "ask", QUESTIONS[0], "--json"]
    bare = [sys.executable, "-c", "import numpy, faiss, tokenizers"]
    asked = median(_worked(ask) for _ in range(7))
    imported = median(_worked(bare) for _ in range(7))
    print(
        f"`pullquote ask`, whole process, processor time: {asked:.2f} s;"
        f" a process that imports numpy, faiss, tokenizers: {imported:.2f} s;"
        f" ratio {asked / imported:.1f}"
    )


def _records(file: Path | None, count: int) -> Iterator[dict[str, str]]:
    if file is None:
        yield from _repeated(count)
        return
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for line, _ in zip(lines, range(count), strict=False):
            yield json.loads(line)


def _repeated(count: int) -> Iterator[dict[str, str]]:
    folder = Path(str(files("corpus"))) / "demo" / "articles"
    bodies = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.txt"))]
    for number, body in zip(range(count), cycle(bodies), strict=False):
        text = "\n".join(f"{line} ({number})" for line in body.splitlines() if len(line) > 80)
        yield {"url": f"https://repeated.example/{number}", "body": text}


def _worked(command: list[str]) -> float:
    """The processor time of a process, in seconds."""
    written = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    before = os.times()
    subprocess.run(command, check=False, capture_output=True, env=written)
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


if __name__ == "__main__":
    main()
