"""Processes that work for this one, on every core."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

MOST = 8


def cores() -> int:
    """How many processes there is room for."""
    # not every system says which cores a process may use
    known = hasattr(os, "sched_getaffinity")
    return min(len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1, MOST)


class _Process(SpawnProcess):
    """A process that Ctrl-C does not reach: not while it starts, for it would say how far it has
    come, and not after."""

    def start(self) -> None:
        if not hasattr(signal, "pthread_sigmask"):
            super().start()
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Context(SpawnContext):
    Process = _Process


@contextmanager
def processes(
    count: int, start: Callable[..., None] | None = None, *values: Any
) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes, each of which calls `start(*values)` first, a function of a module. What
    they have not begun when this ends is dropped; they end with the process that started them,
    however it ends."""
    # forking would take along the locks of threads that are not
    pool = ProcessPoolExecutor(count, _Context(), _begin, (start, values))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(start: Callable[..., None] | None, values: tuple[Any, ...]) -> None:
    # Ctrl-C is for the process that started this one, which ends it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if start is not None:
        start(*values)


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
