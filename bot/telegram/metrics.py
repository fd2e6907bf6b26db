"""Figures for Prometheus: numbers alone, without texts, ids or names."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from telegram.error import TelegramError

from bot.telegram.answers import Answering
from bot.telegram.workers import Busy, Result, Workers
from corpus.database import FAULTS
from corpus.errors import InputError, PullquoteError
from corpus.store import Coverage
from retrieval.answer.arrivals import Followed, News
from retrieval.answer.check.verdict import Verdict
from retrieval.index.generation import changed_at
from retrieval.index.service import served_name
from retrieval.types import Answer, Filters

PATH = "/metrics"

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What one bot counts, in a registry of its own: several may run in one process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("pullquote", "The version that runs.", registry=registry).info(
            {"version": version("pullquote")}
        )
        self.questions = Counter(
            "pullquote_questions", "Questions looked for in the coverage.", registry=registry
        )
        self.answers = Counter(
            "pullquote_answers", "Questions answered with quotes.", registry=registry
        )
        self.absences = Counter(
            "pullquote_absences", "Questions that no quote answers.", registry=registry
        )
        self.failures = Counter(
            "pullquote_failures", "Questions that could not be looked for.", registry=registry
        )
        self.turned_away = Counter(
            "pullquote_turned_away", "Questions refused as too many wait.", registry=registry
        )
        self.search = Histogram(
            "pullquote_search_seconds",
            "Time that the search for a question took.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self.waiting = Histogram(
            "pullquote_answer_seconds",
            "Time until an answer was found, waiting for a thread included.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self.telegram_errors = Counter(
            "pullquote_telegram_errors",
            "Calls of the Bot API that failed, by the kind of error.",
            ["kind"],
            registry=registry,
        )

    def failed(self, error: TelegramError) -> None:
        """Count a call of the Bot API that failed."""
        self.telegram_errors.labels(type(error).__name__).inc()

    def watch(self, queue: Callable[[], int], steady: Callable[[], bool], index: IndexAge) -> None:
        """Read these at each scrape."""
        registry = self.registry
        Gauge(
            "pullquote_queue_length", "Questions that wait for a thread.", registry=registry
        ).set_function(queue)
        Gauge(
            "pullquote_telegram_reached",
            "1 where Telegram was reached the last time, else 0.",
            registry=registry,
        ).set_function(lambda: float(steady()))
        registry.register(index)

    async def scraped(self, request: web.Request) -> web.Response:
        """All figures as they are, in the form that the server asks for."""
        encode, kind = choose_encoder(request.headers.get("Accept", ""))
        # in a thread, for the store is asked
        body = await asyncio.to_thread(encode, self.registry)
        return web.Response(body=body, headers={"Content-Type": kind})


class IndexAge(Collector):
    """How old the indexes in service are and how much they hold, of the events in these folders
    with these coverages."""

    def __init__(self, events: Sequence[tuple[Path, Coverage]]) -> None:
        self._events = events
        self._seen: dict[Path, tuple[str, float]] = {}

    def collect(self) -> Iterable[Metric]:
        """Nothing where an index is missing, or the store out of reach."""
        try:
            ages = [time.time() - self._made(*event) for event in self._events]
            articles = sum(coverage.count()[0] for _, coverage in self._events)
        except (PullquoteError, OSError, *FAULTS):
            return
        yield GaugeMetricFamily(
            "pullquote_index_age_seconds",
            "Time since the index was last changed; of several events the longest.",
            max(ages),
        )
        yield GaugeMetricFamily("pullquote_articles", "Articles of the coverage.", articles)

    def describe(self) -> Iterable[Metric]:
        """The names, so that registering asks for no index."""
        return (
            GaugeMetricFamily("pullquote_index_age_seconds", ""),
            GaugeMetricFamily("pullquote_articles", ""),
        )

    def _made(self, folder: Path, coverage: Coverage) -> float:
        """When an index was changed; in a database, when this process saw it."""
        if not coverage.store:
            return changed_at(folder)
        name = served_name(folder, coverage)
        seen = self._seen.get(folder)
        if seen is None or seen[0] != name:
            seen = self._seen[folder] = (name, time.time())
        return seen[1]


class Measured:
    """An engine whose searches are counted."""

    def __init__(self, engine: Answering, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics

    @property
    def coverage(self) -> Coverage:
        return self._engine.coverage

    def ask(
        self,
        question: str,
        *,
        limit: int,
        filters: Filters | None = None,
        today: date | None = None,
    ) -> Answer:
        """As `Engine.ask`. What holds no word to look for is not counted as a question."""
        metrics, started = self._metrics, time.perf_counter()
        try:
            answer = self._engine.ask(question, limit=limit, filters=filters, today=today)
        except InputError:
            raise
        except Exception:
            metrics.questions.inc()
            metrics.failures.inc()
            raise
        metrics.questions.inc()
        metrics.search.observe(time.perf_counter() - started)
        (metrics.answers if answer.answered else metrics.absences).inc()
        return answer

    def verify(self, text: str) -> Verdict:
        return self._engine.verify(text)

    def newest(self) -> int:
        return self._engine.newest()

    def news(self, followed: Sequence[Followed], *, today: date | None = None) -> News:
        return self._engine.news(followed, today=today)


class MeasuredWorkers(Workers):
    """Workers whose line and work are timed."""

    def __init__(self, threads: int, waiting: int, metrics: Metrics) -> None:
        super().__init__(threads, waiting)
        self._metrics = metrics

    async def run(self, work: Callable[[], Result]) -> Result:
        """As `Workers.run`."""
        started = time.perf_counter()
        try:
            result = await super().run(work)
        except Busy:
            self._metrics.turned_away.inc()
            raise
        self._metrics.waiting.observe(time.perf_counter() - started)
        return result
