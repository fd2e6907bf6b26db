"""A day of polling, simulated: feeds on local servers that fail at random, a poller in a process of
its own that is killed again and again, and what is there at the end.

`python -m tests.sources.day` prints the figures of the whole day: 20 feeds, 2,000 items.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.following import Follower, open_book
from bot.settings import Fetch, Settings
from corpus.sources.book import Followed
from corpus.sources.items import HOUR, State
from corpus.store import COVERAGE_FILE, Coverage
from corpus.store.listing import WITHDRAWN
from retrieval.engine import Engine
from retrieval.index.generation import Generation
from tests.embedders import embedder
from tests.sources.newsroom import Clock, feed, story
from tests.web import Answer, Handler, Web

HOSTS = 5
START = Clock().now
# Of all answers: a busy server, a broken connection, a fault.
FAULTS = 0.03
HOURS = (0, 1, 6, 7, 8, 12, 13, 14, 15, 37, 38, 39, 40, 61, 62, 63, 64, 65, 66, 67)
# Of one poll. A kill undoes what was fetched since the last commit, some 60 pages.
_MOST_KILLS = 200
# Each process begins with the modules imported.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.sources.day"])


@dataclass
class Day:
    """What is published where, and the requests for pages so far."""

    webs: list[Web]
    feeds: int
    drawn: random.Random = field(default_factory=lambda: random.Random(19))
    stories: dict[str, int] = field(default_factory=dict)
    corrected: dict[int, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    listed: dict[int, list[int]] = field(default_factory=dict)
    requests: int = 0

    def publish(self, each: int) -> None:
        """So many more stories in every feed."""
        for number in range(self.feeds):
            web = self.webs[number % len(self.webs)]
            stories = self.listed.setdefault(number, [])
            for _ in range(each):
                new = len(self.stories)
                self.stories[web.url(f"/story/{new}")] = new
                stories.append(new)
                web.routes[f"/story/{new}"] = partial(self._story, new)
            web.routes[f"/feed/{number}"] = partial(self._feed, number, web)

    def urls(self) -> list[str]:
        return [
            self.webs[number % len(self.webs)].url(f"/feed/{number}")
            for number in range(self.feeds)
        ]

    def _feed(self, number: int, web: Web, request: Handler) -> None:
        listed = feed(web, self.listed[number], self.corrected)
        self._answer(request, Answer(listed, type="application/rss+xml"))

    def _story(self, number: int, request: Handler) -> None:
        self._answer(request, self._page(number))

    def _page(self, number: int) -> Answer:
        self.requests += 1
        if number in self.gone:
            return Answer(status=410)
        version = self.corrected.get(number, 0)
        return Answer(story(number, version), etag=f'"{number}.{version}"')

    def _answer(self, request: Handler, answer: Answer) -> None:
        drawn = self.drawn.random()
        if drawn < FAULTS:
            answer = Answer(status=503, headers={"Retry-After": "1"})
        elif drawn < 2 * FAULTS:
            request.close_connection = True
            return
        elif drawn < 3 * FAULTS:
            answer = Answer(status=500)
        answer.send(request)


@dataclass
class Figures:
    """What the day came to."""

    kills: int = 0
    seconds: float = 0.0
    requests: int = 0


@contextmanager
def published(feeds: int) -> Iterator[Day]:
    with ExitStack() as stack:
        webs = [stack.enter_context(Web()) for _ in range(min(HOSTS, feeds))]
        yield Day(webs, feeds)


def settings_of(home: Path) -> Settings:
    return Settings(home=home, fetch=Fetch(allow_private=True, pace_s=0, timeout_s=10))


def poll(home: Path, now: float) -> None:
    """In a process of its own: poll at this time until nothing is due."""
    coverage = Coverage.open(home / COVERAGE_FILE)
    settings = settings_of(home)
    with open_book(settings) as book:
        Follower(settings, book, coverage, embedder, clock=Clock(now)).poll()


def run(home: Path, day: Day, now: float, every: int, figures: Figures) -> None:
    """Poll at `now`, killed whenever `every` more pages were asked for."""
    for _ in range(_MOST_KILLS):
        limit = day.requests + every
        process = _PROCESSES.Process(target=poll, args=(home, now))
        process.start()
        while process.is_alive() and day.requests < limit:
            process.join(0.005)
        if process.is_alive():
            process.kill()
            process.join()
            figures.kills += 1
            continue
        assert process.exitcode == 0
        return
    raise AssertionError(f"{_MOST_KILLS} kills, and nothing was left of what was fetched between")


def simulate(home: Path, feeds: int, items: int, every: int) -> tuple[Day, Figures]:
    """The day: half of the items in the morning, half at noon; a tenth corrected, a fiftieth
    withdrawn; and the days after, on which that is seen twice. Each hour what failed is tried
    again."""
    figures = Figures()
    begun = time.monotonic()
    with published(feeds) as day:
        half = items // feeds // 2
        day.publish(half)
        with open_book(settings_of(home)) as book:
            for number, url in enumerate(day.urls()):
                book.add(Followed(f"feed {number:02}", url, outlet=f"Outlet {number}"))
        for hour in HOURS:
            if hour == 6:
                day.publish(half)
            if hour == 12:
                changed = day.drawn.sample(range(items), items // 10 + items // 50)
                day.corrected = dict.fromkeys(changed[: items // 10], 1)
                day.gone = set(changed[items // 10 :])
            run(home, day, START + hour * HOUR, every, figures)
        figures.requests = day.requests
        figures.seconds = time.monotonic() - begun
        check(home, day, items)
    return day, figures


def check(home: Path, day: Day, items: int) -> None:
    """Nothing is lost, nothing doubled, each flagged and versioned as it was, and all indexed."""
    engine = Engine.open(home, embedder())
    coverage = engine.coverage
    articles = {article.source.url: article for article in coverage.articles()}
    assert len(list(coverage.articles())) == len(articles) == items
    assert set(articles) == set(day.stories)
    twice = 0
    for url, number in day.stories.items():
        article = articles[url]
        corrected = number in day.corrected
        versions = len(coverage.versions(article.id))
        assert versions <= 1 + corrected, url
        twice += versions == 2
        assert f"after {2 + corrected} years" in article.body
        withdrawn = any(flag.startswith(WITHDRAWN) for flag in article.flags)
        assert withdrawn == (number in day.gone), url
    # a few were first had when they were corrected already
    assert twice >= 0.9 * len(day.corrected)
    with open_book(settings_of(home)) as book:
        states = Counter[State]()
        for source in book.sources():
            states.update(book.counts(source.name))
    assert states == {State.TAKEN: items - len(day.gone), State.WITHDRAWN: len(day.gone)}
    generation = engine.generation()
    assert isinstance(generation, Generation)
    assert generation.manifest.revision == coverage.revision
    for number in day.drawn.sample(range(items), 20):
        answer = engine.ask(f"Who said that number {number} would be the last?", limit=3)
        found = " ".join(quote.text for quote in answer.quotes)
        assert f"number {number} would be the last" in found, number


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        _, said = simulate(Path(folder), feeds=20, items=2000, every=200)
        assert said.kills >= 2000 // 200
        print(f"20 feeds, 2,000 items: {said.requests} requests for pages, {said.kills} kills,")
        print(f"{said.seconds:.0f} s")
