"""Whether work grows with the size of its input, or with the square of it."""

from collections.abc import Callable
from time import thread_time

_TIMES = 16
_TRIES = 6
_TOO_SHORT = 0.004
"""Seconds below which a time says little."""


def grows_slowly(prepared: Callable[[int], Callable[[], object]], size: int) -> bool:
    """Whether 16 times the input takes less than 64 times as long; linear work takes 16, work
    that grows with the square 256 times.

    `prepared(size)` gives the work on an input of that size. Processor time of this thread
    counts, the least of up to six tries of each: whatever else the machine does makes work
    slower, never faster.
    """
    small, large = prepared(size), prepared(_TIMES * size)
    small()  # what the first run sets up counts for neither
    short = long = float("inf")
    for _ in range(_TRIES):
        short, long = min(short, _seconds(small)), min(long, _seconds(large))
        if long < _TIMES**1.5 * max(short, _TOO_SHORT):
            return True
    return False


def _seconds(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began
