"""How long it takes to find which followed questions new articles answer, printed; nothing here is
a test. Run: python tests/benchmark/alerts.py ARTICLES.jsonl.gz QUESTIONS...

    [--followed 1000] [--new 500] [--single 20]

ARTICLES is what is taken in, the last `--new` of it at once as new, then `--single` one by one;
QUESTIONS are files of JSON lines with `q`, of which as many are followed, again with another
beginning where there are too few.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.answer.arrivals import Followed
from retrieval.engine import Engine, update_index
from retrieval.models.embed import load

# Questions that are looked at between two that people ask, as the bot does.
_AT_ONCE = 8
_TODAY = date(2025, 8, 1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("articles", type=Path)
    arguments.add_argument("questions", type=Path, nargs="+")
    arguments.add_argument("--followed", type=int, default=1000)
    arguments.add_argument("--new", type=int, default=500)
    arguments.add_argument("--single", type=int, default=20)
    given = arguments.parse_args()
    questions = _questions(given.questions, given.followed)
    with gzip.open(given.articles, "rt", encoding="utf-8") as lines:
        records = [line for line in lines if line.strip()]
    before = len(records) - given.new - given.single
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _take(home, records[:before])
        engine = Engine.open(home, load("embedded", Path()))
        since = engine.newest()
        _ask(engine, questions, since)
        _take(home, records[before : before + given.new])
        started = time.perf_counter()
        found = _ask(engine, questions, since)
        took = time.perf_counter() - started
        pairs = len(questions) * given.new
        print(
            f"{len(questions)} questions, {given.new} new articles beside {before}:"
            f" {took:.1f} s, {took / pairs * 1000:.3f} ms a pair, {found} alerts"
        )
        each: list[float] = []
        for record in records[before + given.new :]:
            since = engine.newest()
            _take(home, [record])
            engine.news([Followed(questions[0], since)], today=_TODAY)
            for question in questions:
                started = time.perf_counter()
                engine.news([Followed(question, since)], today=_TODAY)
                each.append((time.perf_counter() - started) * 1000)
        if each:
            print(
                f"{given.single} articles that come one by one: median {median(each):.2f} ms"
                f" a question, .95 {quantiles(each, n=20)[-1]:.2f} ms"
            )


def _ask(engine: Engine, questions: Sequence[str], since: int) -> int:
    found = 0
    for first in range(0, len(questions), _AT_ONCE):
        some = [Followed(question, since) for question in questions[first : first + _AT_ONCE]]
        found += sum(each is not None for each in engine.news(some, today=_TODAY).found)
    return found


def _take(home: Path, records: Sequence[str]) -> None:
    file = home / f"taken-{time.monotonic_ns()}.jsonl"
    file.write_text("".join(records), encoding="utf-8")
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        ingest([str(file)], coverage, today=_TODAY)
        update_index(home, coverage, load("embedded", Path()))


def _questions(files: Sequence[Path], wanted: int) -> list[str]:
    held = [
        str(json.loads(line)["q"])
        for file in files
        for line in file.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]
    made: list[str] = []
    for number in count():
        made += [question if not number else f"{number}. {question}" for question in held]
        if len(made) >= wanted:
            return made[:wanted]
    raise AssertionError


if __name__ == "__main__":
    main()
