"""Threads for the search, which is CPU work and must not hold up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class Busy(Exception):  # noqa: N818 - a state, not a fault
    """As many questions wait as may wait."""


class Workers:
    """`threads` at work, and at most `waiting` pieces of work in line for them."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._threads = threads
        self._most = threads + waiting
        self._held = 0
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="question")

    @property
    def waiting(self) -> int:
        """How much work waits for a thread."""
        return max(0, self._held - self._threads)

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of `work`, done in a thread. Raises `Busy` at once where the line is full."""
        if self._held >= self._most:
            raise Busy
        self._held += 1
        done = asyncio.get_running_loop().run_in_executor(self._pool, work)
        # a caller that is cancelled leaves its work, and so its place, behind
        done.add_done_callback(lambda _: self._leave())
        return await asyncio.shield(done)

    def _leave(self) -> None:
        self._held -= 1

    def close(self) -> None:
        """Drop what waits; what is at work ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
