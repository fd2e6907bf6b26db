"""The real application over HTTP against the local Telegram."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.local_telegram import TOKEN, LocalTelegram
from bot.state import State
from bot.telegram.answers import Answering
from bot.telegram.app import Options, serving
from bot.telegram.client import App
from bot.telegram.events import Event
from bot.telegram.send_limits import Limits
from corpus.store import Coverage
from corpus.types import Article, DateKind, Source, SourceDate
from retrieval.answer.arrivals import Followed, News
from retrieval.answer.check.verdict import Verdict, VerdictKind
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Absence, Answer, Filters, Quote
from tests.benchmark.running import Bot
from tests.in_postgres import Stores
from tests.second_client import SecondClient
from tests.two_events import both_events, two_homes

# Most tests send several messages to one chat, and Telegram's pace is tested by itself.
FREE = Limits(private=(100, 1.0), group=(100, 1.0), overall=(1000, 1.0))

Serve = Callable[..., AbstractAsyncContextManager[App]]
Start = Callable[..., AbstractAsyncContextManager[Bot]]


def _quote_of(body: str, *, language: str = "en", copies: int = 0, **source: Any) -> Quote:
    day = source.pop("published", None)
    matches = source.pop("matches", ())
    dates = (SourceDate(DateKind.PUBLISHED, day, str(day)),) if day else ()
    article = Article("a", "v", Source("a.txt", dates=dates, **source), language, body, ())
    return Quote(article, 0, len(body), 1.0, tuple(matches), (article,) * copies)


def _answer_of(*quotes: Quote, question: str = "?", language: str = "en") -> Answer:
    day = date(2025, 7, 11)
    absence = None if quotes else Absence(16, 10, day, date(2025, 7, 14), 3, None)
    return Answer(question, language, quotes, absence, Filters(), (), "index", 1.0)


def _echo(question: str) -> Answer:
    return _answer_of(_quote_of(f"They said: {question}", outlet="Meridian"), question=question)


@dataclass
class Canned:
    """An engine that answers with what it is given, after `delay` seconds."""

    coverage: Coverage
    answer: Callable[[str], Answer] = _echo
    delay: float = 0.0
    asked: list[str] = field(default_factory=list)
    filters: list[Filters | None] = field(default_factory=list)

    def ask(
        self,
        question: str,
        *,
        limit: int,
        filters: Filters | None = None,
        today: date | None = None,
    ) -> Answer:
        self.asked.append(question)
        self.filters.append(filters)
        time.sleep(self.delay)
        return self.answer(question)

    def verify(self, text: str) -> Verdict:
        return Verdict(VerdictKind.ABSENT, ())

    def newest(self) -> int:
        return 0

    def news(self, followed: Sequence[Followed], *, today: date | None = None) -> News:
        return News(0, (None,) * len(followed))


@pytest.fixture(scope="session")
def engine(demo_home: Path, embedded: StaticEmbedder) -> Engine:
    """Answers over the demo coverage."""
    return Engine.open(demo_home, embedded)


@pytest.fixture(scope="session")
def event_homes(
    tmp_path_factory: pytest.TempPathFactory, embedded: StaticEmbedder
) -> tuple[Path, Path]:
    """The homes of two events, to be read alone."""
    return two_homes(tmp_path_factory.mktemp("events"), embedded)


@pytest.fixture
def events(event_homes: tuple[Path, Path], embedded: StaticEmbedder) -> list[Event]:
    """Two events, to be read alone."""
    return both_events(event_homes, embedded)


@pytest.fixture
def quote_of() -> Callable[..., Quote]:
    """quote_of(body, outlet=..., published=..., matches=..., copies=n): a whole body as a quote."""
    return _quote_of


@pytest.fixture
def answer_of() -> Callable[..., Answer]:
    """answer_of(*quotes, language="en"): an answer with these quotes; without any an absence."""
    return _answer_of


@pytest.fixture
def canned(tmp_path: Path) -> Canned:
    return Canned(Coverage.open(tmp_path / "coverage.sqlite"))


@pytest.fixture
async def tg(
    second_client: SecondClient, request: pytest.FixtureRequest
) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram() as local:
        yield local
        # whatever a test is about, the server had nothing to mend in what it was sent
        assert [(call, call.warnings) for call in await local.calls() if call.warnings] == []
        # and another client understands all of it
        if not request.node.get_closest_marker("malformed"):
            assert await second_client.complaints_of(local) == []


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(tmp_path / "chats.sqlite") as opened:
        yield opened


@pytest.fixture
def serve(tg: LocalTelegram, state: State) -> Serve:
    """serve(engine, **options) runs the application against `tg` while it is entered; options are
    the arguments of `serving` and the fields of `Options`."""

    def serve(engine: Answering, **options: Any) -> AbstractAsyncContextManager[App]:
        given: dict[str, Any] = {
            "token": tg.token,
            "base_url": tg.base_url,
            "base_file_url": tg.base_file_url,
            "state": state,
        }
        given |= {key: options.pop(key) for key in given.keys() & options.keys()}
        chosen: dict[str, Any] = {"limits": FREE} | options
        return serving(engine, **given, options=Options(**chosen))

    return serve


@pytest.fixture
async def bot(serve: Serve, canned: Canned, tg: LocalTelegram) -> AsyncIterator[App]:
    """The application with the canned engine, polling."""
    async with serve(canned) as application:
        await tg.ready()
        yield application


@pytest.fixture
def start(
    tg: LocalTelegram,
    demo_home: Path,
    tmp_path: Path,
    copied: Callable[[Path, Path], Path],
    stores: Stores | None,
) -> Start:
    """start(url=, token=, home=, **settings) runs `pullquote run` on a copy of the demo coverage
    while it is entered."""

    @asynccontextmanager
    async def start(
        url: str = "", token: str = TOKEN, home: str = "home", **settings: str
    ) -> AsyncIterator[Bot]:
        if not (tmp_path / home).exists():
            copied(demo_home, tmp_path / home)
        store = stores.uri(tmp_path / home) if stores else ""
        log = tmp_path / "log"
        process = Bot(tmp_path / home, url or tg.url, log, token, settings, store=store)
        await process.start()
        try:
            yield process
        finally:
            await process.kill()

    return start
