"""Memory that is free goes back to the system.

glibc keeps what was freed between blocks still in use: after a thousand questions over a million
passages, 60 MB. To make it keep less at all times (`mallopt`) costs a question 40 % more time, for
every large array is then asked of the system anew. So it is told to give back what is free now and
then, which takes a few milliseconds.
"""

from __future__ import annotations

import ctypes
import threading
from contextlib import AbstractContextManager, suppress

from bot.background import working

SECONDS = 10.0


def return_freed_memory() -> None:
    """Give free memory back, where the system's allocator is glibc's; elsewhere do nothing."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def returning_freed_memory(seconds: float = SECONDS) -> AbstractContextManager[None]:
    """Inside, free memory is given back once in so many seconds."""

    def give_back(stop: threading.Event) -> None:
        while not stop.wait(seconds):
            return_freed_memory()

    return working("freed memory", give_back)
