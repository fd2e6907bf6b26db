"""How many replay cases a second a large coverage takes, through the engine and through the whole
bot; printed, nothing here is a test. Run: python -m tests.benchmark.replay HOME [--cases 1000]

The cases are the coverage's own headlines as questions, spread over it. Beside each rate stands
that of one question after another."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from bot.replay.apart import run_apart
from bot.replay.cases import Case, Expectation
from bot.replay.chat import run_chats
from bot.replay.run import Result, run, run_alone
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import Engine
from retrieval.models.embed import load

# One after another takes long.
_ALONE = 200


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--cases", type=int, default=1000)
    given = arguments.parse_args()
    cases = _cases(given.home, given.cases)
    opened = partial(_engine, given.home)
    engine = opened()
    engine.ask(cases[0].question)
    _measure("engine, one after another", lambda: run_alone(cases[:_ALONE], engine))
    _measure("engine, in threads", lambda: run(cases, engine))
    _measure("engine, processes and their start", lambda: run_apart(cases, opened, run_alone))
    _measure("telegram, one bot", lambda: run_chats(cases[:_ALONE], engine))
    _measure("telegram, processes and their start", lambda: run_apart(cases, opened, run_chats))


def _engine(home: Path) -> Engine:
    return Engine.open(home, load("embedded", Path()))


def _cases(home: Path, count: int) -> list[Case]:
    """Headlines of enough words, every so many articles."""
    coverage = Coverage.open(home / COVERAGE_FILE)
    told = [
        (article.id, headline)
        for article in coverage.articles()
        if (headline := article.source.headline) and 5 <= len(headline.split()) <= 20
    ]
    coverage.close()
    every = max(1, len(told) // count)
    expected = Expectation(answered=True)
    # without a question mark the bot takes a long one for a quote
    return [Case(id=of, question=f"{said}?", expect=expected) for of, said in told[::every][:count]]


def _measure(name: str, replay: Callable[[], list[Result]]) -> None:
    began = time.perf_counter()
    results = replay()
    seconds = time.perf_counter() - began
    passed = sum(result.passed for result in results)
    took = median(result.seen.took_ms for result in results)
    print(
        f"{name}: {len(results)} cases in {seconds:.1f} s, {len(results) / seconds:.0f} a second;"
        f" median {took:.0f} ms; {passed} passed",
        flush=True,
    )


if __name__ == "__main__":
    main()
