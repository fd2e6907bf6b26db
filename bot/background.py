"""Threads that work beside what a process does, until it is done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def working(
    name: str, work: Callable[[threading.Event], None], end_seconds: float | None = None
) -> Iterator[None]:
    """While entered, a thread of this name works. It is told to stop by an event when left, which
    waits for its end, no longer than `end_seconds` if these are given."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=[stop], name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(end_seconds)
