"""Memory that is free goes back to the system.

glibc keeps what was freed between blocks still in use: after a thousand questions over a million
passages, 60 MB. To make it keep less at all times (`mallopt`) costs a question 40 % more time, for
every large array is then asked of the system anew. So it is told to give back what is free now and
then, which takes a few milliseconds.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SECONDS = 10.0


def return_freed_memory() -> None:
    """Give free memory back, where the system's allocator is glibc's; elsewhere do nothing."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def returning_freed_memory(seconds: float = SECONDS) -> Iterator[None]:
    """Inside, free memory is given back once in so many seconds."""
    stop = threading.Event()

    def give_back() -> None:
        while not stop.wait(seconds):
            return_freed_memory()

    thread = threading.Thread(target=give_back, name="freed memory", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
