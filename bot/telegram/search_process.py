"""Questions answered in a process of their own: in the bot's they and the event loop would wait for
each other at the interpreter's lock."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from typing import Any

from bot.allocator import returning_freed_memory
from corpus.processes import processes
from corpus.store import Coverage
from retrieval.answer.arrivals import Followed, News
from retrieval.answer.check.verdict import Verdict
from retrieval.engine import Engine
from retrieval.types import Answer, Filters

log = logging.getLogger(__name__)

_engines: Mapping[str, Engine] = {}
_memory = ExitStack()  # as long as the process


class Searcher:
    """The process with the engines that `open_engines` opens there; started when it is needed. That
    must be a function of a module, or a `partial` of one."""

    def __init__(self, open_engines: Callable[[], Mapping[str, Engine]]) -> None:
        self._open = open_engines
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._running = ExitStack()

    def process(self) -> ProcessPoolExecutor:
        """It, started if there is none."""
        with self._lock:
            if self._pool is None:
                self._pool = self._running.enter_context(processes(1, _begin, self._open))
            return self._pool

    def leave(self, pool: ProcessPoolExecutor) -> None:
        """Give up a process, unless another thread did."""
        with self._lock:
            if self._pool is pool:
                self._running.close()
                self._pool = None

    def close(self) -> None:
        """End the process, once it has answered."""
        with self._lock:
            self._running.close()
            self._pool = None


class SearchProcess:
    """An engine whose questions the one of the same event in another process answers. Should that
    process end, the engine here answers what it was asked, and a new process the next question.
    What is no search is done here."""

    def __init__(self, engine: Engine, searcher: Searcher, event: str = "") -> None:
        self._engine = engine
        self._searcher = searcher
        self._event = event

    @property
    def coverage(self) -> Coverage:
        return self._engine.coverage

    def verify(self, text: str) -> Verdict:
        return self._engine.verify(text)

    def ask(
        self,
        question: str,
        *,
        limit: int = 3,
        filters: Filters | None = None,
        today: date | None = None,
    ) -> Answer:
        """As `Engine.ask`."""
        asked = {"limit": limit, "filters": filters, "today": today}
        pool = self._searcher.process()
        try:
            return pool.submit(_ask, self._event, question, asked).result()
        except BrokenProcessPool:
            self._searcher.leave(pool)
            log.warning("the process that searches has ended; another is started")
            return self._engine.ask(question, limit=limit, filters=filters, today=today)

    def newest(self) -> int:
        """As `Engine.newest`."""
        try:
            return self._searcher.process().submit(_newest, self._event).result()
        except BrokenProcessPool:
            return self._engine.newest()

    def news(self, followed: Sequence[Followed], *, today: date | None = None) -> News:
        """As `Engine.news`; should the process end meanwhile, that is done here."""
        pool = self._searcher.process()
        try:
            return pool.submit(_news, self._event, followed, today).result()
        except BrokenProcessPool:
            self._searcher.leave(pool)
            return self._engine.news(followed, today=today)


@contextmanager
def searching(
    engine: Engine, open_engine: Callable[[], Engine] | None = None
) -> Iterator[Engine | SearchProcess]:
    """An engine ready to answer: with `open_engine` in a process that runs until this is left."""
    opened = partial(_alone, open_engine) if open_engine else None
    with searching_all({"": engine}, opened) as ready:
        yield ready[""]


@contextmanager
def searching_all(
    engines: Mapping[str, Engine], open_engines: Callable[[], Mapping[str, Engine]] | None = None
) -> Iterator[Mapping[str, Engine | SearchProcess]]:
    """The engines of several events ready to answer: with `open_engines` in one process that runs
    until this is left."""
    if open_engines is None:
        settle(engines)
        yield engines
        return
    searcher = Searcher(open_engines)
    processes = {key: SearchProcess(each, searcher, key) for key, each in engines.items()}
    try:
        for each in processes.values():
            each.ask("news", limit=1)
        gc.freeze()
        yield processes
    finally:
        searcher.close()


def settle(engines: Mapping[str, Engine]) -> None:
    """Read what a first question reads. It stays as long as the process, so the garbage collector
    need not go through it again and again, which took a tenth of every answer."""
    for engine in engines.values():
        engine.ask("news", limit=1)
    gc.collect()
    gc.freeze()


def _alone(open_engine: Callable[[], Engine]) -> dict[str, Engine]:
    return {"": open_engine()}


def _begin(open_engines: Callable[[], Mapping[str, Engine]]) -> None:
    global _engines
    _engines = open_engines()
    settle(_engines)
    _memory.enter_context(returning_freed_memory())


def _ask(event: str, question: str, asked: dict[str, Any]) -> Answer:
    return _engines[event].ask(question, **asked)


def _newest(event: str) -> int:
    return _engines[event].newest()


def _news(event: str, followed: Sequence[Followed], today: date | None) -> News:
    return _engines[event].news(followed, today=today)
