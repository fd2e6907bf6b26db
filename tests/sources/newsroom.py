"""A newsroom's site on the loopback: a feed, its articles, and a poller with a clock of its own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from corpus.fetch import Fetcher, Limits
from corpus.ingest import Report, take
from corpus.sources.book import SourceBook
from corpus.sources.poll import Poller
from corpus.sources.visits import Visits
from corpus.store import Coverage
from corpus.types import RawDocument
from tests.web import Answer, Web, page

TODAY = date(2025, 7, 11)
_PLACES = ("harbour", "station", "market", "museum", "bridge", "school", "hospital", "theatre")
_DOINGS = ("opened", "closed", "moved", "repaired", "extended", "painted", "sold", "rented")


def story(number: int, corrected: int = 0) -> str:
    """A page whose text no other number has. Each correction changes a figure in it."""
    drawn = random.Random(number)
    names = [
        "".join(drawn.choice(("ka", "lo", "mi", "ru", "te", "vo", "sa")) for _ in range(4)).title()
        for _ in range(4)
    ]
    place, doing = drawn.choice(_PLACES), drawn.choice(_DOINGS)
    return page(
        f"The {place} of {names[0]} and story {number}",
        f"The {place} of {names[0]} was {doing} in {names[1]} after {corrected + 2} years of work.",
        f"Mayor {names[2]} told reporters in {names[3]} that number {number} would be the last.",
        f"Nobody in {names[1]} had expected the {place} to be {doing} so soon, {names[2]} said.",
        head='<meta property="article:published_time" content="2025-07-10T08:00:00Z">',
    )


def feed(web: Web, numbers: Sequence[int], corrected: dict[int, int] | None = None) -> str:
    """An RSS feed of these stories."""
    items = "".join(
        f"<item><title>Story {n}</title><link>{web.url(f'/story/{n}')}</link>"
        f"<description>{(corrected or {}).get(n, 0)}</description>"
        "<pubDate>Thu, 10 Jul 2025 08:00:00 GMT</pubDate></item>"
        for n in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


@dataclass
class Clock:
    """The time, which a test moves on."""

    now: float = 1_752_200_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Desk:
    """What the poller hands over, kept in a real coverage."""

    coverage: Coverage
    flags: list[tuple[str, str | None]] = field(default_factory=list)

    def take(self, documents: Sequence[RawDocument]) -> Report:
        return take(documents, self.coverage, today=TODAY)

    def withdraw(self, article: str, evidence: str | None) -> None:
        self.flags.append((article, evidence))
        self.coverage.mark_withdrawn(article, evidence)


def poller(book: SourceBook, desk: Desk, clock: Clock, **limits: float) -> Poller:
    fetcher = Fetcher(Limits(seconds=limits.get("seconds", 2.0)), allow_private=True)
    visits = Visits(fetcher, 0.0, clock=clock)
    return Poller(book, visits, desk.take, desk.withdraw, clock=clock)


def serve(web: Web, numbers: Sequence[int]) -> None:
    """Stories and a feed of them, each under an ETag."""
    for number in numbers:
        web.routes[f"/story/{number}"] = Answer(story(number), etag=f'"{number}.0"')
    web.routes["/feed"] = Answer(feed(web, numbers), type="application/rss+xml", etag='"1"')
