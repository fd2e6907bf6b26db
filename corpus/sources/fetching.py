"""Pages of many hosts, fetched side by side, those of one host one after the other."""

from __future__ import annotations

import queue
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

THREADS = 8
AHEAD = 32
"""Results that wait to be taken."""

_LOOK_SECONDS = 0.2

Work = TypeVar("Work")
Result = TypeVar("Result")


class SideBySide(Generic[Work, Result]):
    """Does `work` on each of `jobs` in threads, by the hosts that `host` names; iterating gives
    each job with its result as it comes, and raises what `work` raises. Threads end with the
    process: a server that hangs does not keep it alive."""

    def __init__(
        self,
        jobs: Iterable[Work],
        host: Callable[[Work], str],
        work: Callable[[Work], Result],
        stop: threading.Event,
        *,
        threads: int = THREADS,
        ahead: int = AHEAD,
    ) -> None:
        by_host: defaultdict[str, deque[Work]] = defaultdict(deque)
        for job in jobs:
            by_host[host(job)].append(job)
        self._hosts: deque[deque[Work]] = deque(by_host.values())
        self._left = sum(map(len, self._hosts))
        self._work = work
        self._stop = stop
        self._ended = threading.Event()
        # what is fetched and not yet taken waits in memory, and is lost by a kill
        self._done: queue.Queue[tuple[Work, Result] | BaseException] = queue.Queue(ahead)
        for _ in range(min(threads, len(self._hosts))):
            threading.Thread(target=self._run, name="fetch", daemon=True).start()

    def __iter__(self) -> Iterator[tuple[Work, Result]]:
        try:
            while self._left and not self._is_over:
                with suppress(queue.Empty):
                    done = self._done.get(timeout=_LOOK_SECONDS)
                    if isinstance(done, BaseException):
                        raise done
                    self._left -= 1
                    yield done
        finally:
            self._ended.set()

    @property
    def _is_over(self) -> bool:
        return self._ended.is_set() or self._stop.is_set()

    def _run(self) -> None:
        while True:
            try:
                jobs = self._hosts.popleft()
            except IndexError:
                return
            for job in jobs:
                if self._is_over:
                    return
                try:
                    done: tuple[Work, Result] | BaseException = (job, self._work(job))
                except BaseException as error:  # raised again where results are waited for
                    done = error
                if not self._hand_over(done):
                    return

    def _hand_over(self, done: tuple[Work, Result] | BaseException) -> bool:
        """Whether there was room before all was told to stop."""
        while not self._is_over:
            try:
                self._done.put(done, timeout=_LOOK_SECONDS)
                return not isinstance(done, BaseException)
            except queue.Full:
                continue
        return False
