"""Asking in separate processes: within one process the threads of many questions mostly wait for
each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil

from bot.replay.cases import Case
from bot.replay.run import Result
from corpus.processes import cores, processes
from retrieval.engine import Engine

MANY = 250
"""From so many cases on, what the processes save is more than what it takes to start them."""

# How often a process is handed cases: often enough that none is long at work alone.
_ROUNDS = 4

Ask = Callable[[Sequence[Case], Engine], list[Result]]

_engine: Engine | None = None


def run_apart(
    cases: Sequence[Case],
    open_engine: Callable[[], Engine],
    ask: Ask,
    step: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """The result of every case, in order: each process has `ask` ask the engine that `open_engine`
    opens there. Both must be functions of a module."""
    count = cores()
    size = max(1, ceil(len(cases) / (count * _ROUNDS)))
    runs = [cases[first : first + size] for first in range(0, len(cases), size)]
    results = []
    with processes(count, _open, open_engine) as pool:
        for found in pool.map(partial(_ask, ask), runs):
            for result in found:
                step(result)
            results += found
    return results


def _open(open_engine: Callable[[], Engine]) -> None:
    global _engine
    _engine = open_engine()


def _ask(ask: Ask, cases: Sequence[Case]) -> list[Result]:
    assert _engine
    return ask(cases, _engine)
