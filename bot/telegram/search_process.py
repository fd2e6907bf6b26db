"""Questions answered in a process of their own: in the bot's they and the event loop would wait for
each other at the interpreter's lock."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

from corpus.processes import processes
from corpus.store import Coverage
from retrieval.answer.arrivals import Followed, News
from retrieval.answer.check.verdict import Verdict
from retrieval.engine import Engine
from retrieval.types import Answer, Filters

log = logging.getLogger(__name__)

_engine: Engine | None = None


class SearchProcess:
    """An engine whose questions another process answers: the one that `open_engine` opens there.
    It must be a function of a module, or a `partial` of one. Should that process end, the engine
    here answers what it was asked, and a new process the next question. What is no search is done
    here."""

    def __init__(self, engine: Engine, open_engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._open = open_engine
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._running = ExitStack()

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
        pool = self._process()
        try:
            return pool.submit(_ask, question, asked).result()
        except BrokenProcessPool:
            self._leave(pool)
            log.warning("the process that searches has ended; another is started")
            return self._engine.ask(question, limit=limit, filters=filters, today=today)

    def newest(self) -> int:
        """As `Engine.newest`."""
        try:
            return self._process().submit(_newest).result()
        except BrokenProcessPool:
            return self._engine.newest()

    def news(self, followed: Sequence[Followed], *, today: date | None = None) -> News:
        """As `Engine.news`; should the process end meanwhile, that is done here."""
        pool = self._process()
        try:
            return pool.submit(_news, followed, today).result()
        except BrokenProcessPool:
            self._leave(pool)
            return self._engine.news(followed, today=today)

    def _process(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = self._running.enter_context(processes(1, _begin, self._open))
            return self._pool

    def _leave(self, pool: ProcessPoolExecutor) -> None:
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


@contextmanager
def searching(
    engine: Engine, open_engine: Callable[[], Engine] | None = None
) -> Iterator[Engine | SearchProcess]:
    """An engine ready to answer: with `open_engine` in a process that runs until this is left."""
    if open_engine is None:
        settle(engine)
        yield engine
        return
    process = SearchProcess(engine, open_engine)
    try:
        process.ask("news", limit=1)
        gc.freeze()
        yield process
    finally:
        process.close()


def settle(engine: Engine) -> None:
    """Read what a first question reads. It stays as long as the process, so the garbage collector
    need not go through it again and again, which took a tenth of every answer."""
    engine.ask("news", limit=1)
    gc.collect()
    gc.freeze()


def _begin(open_engine: Callable[[], Engine]) -> None:
    global _engine
    _engine = open_engine()
    settle(_engine)


def _ask(question: str, asked: dict[str, Any]) -> Answer:
    assert _engine
    return _engine.ask(question, **asked)


def _newest() -> int:
    assert _engine
    return _engine.newest()


def _news(followed: Sequence[Followed], today: date | None) -> News:
    assert _engine
    return _engine.news(followed, today=today)
