"""Asking in processes of their own: in one process the threads of many questions mostly wait for
each other."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import ceil
from multiprocessing import get_context

from bot.replay.cases import Case
from bot.replay.run import Result
from retrieval.engine import Engine

MANY = 250
"""From so many cases on, what the processes save is more than what it takes to start them."""

_MOST_PROCESSES = 8
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
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    size = max(1, ceil(len(cases) / (processes * _ROUNDS)))
    runs = [cases[first : first + size] for first in range(0, len(cases), size)]
    results = []
    # forking would take along the locks of threads that are not
    spawning = get_context("spawn")
    with ProcessPoolExecutor(processes, spawning, _open, (open_engine,)) as pool:
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
