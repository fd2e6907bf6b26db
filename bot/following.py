"""Following sources: the book of the home, polled into its coverage and index. It blocks: it is
work for a thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from filelock import FileLock, Timeout

from bot.background import working
from bot.fetching import open_fetcher
from bot.leading import Leads, always
from bot.settings import FollowedSource, Settings
from bot.writer import writing
from corpus.attribution.aliases import FILE as ALIASES_FILE
from corpus.attribution.aliases import Aliases
from corpus.database import postgres
from corpus.database.lease import Lease
from corpus.errors import HomeError, PullquoteError
from corpus.ingest import Report, take
from corpus.read import is_url
from corpus.sources.book import FILE, Followed, SourceBook
from corpus.sources.poll import Poller, Tally
from corpus.sources.visits import Visits
from corpus.store import FOLLOWED, Act, Coverage
from corpus.types import RawDocument
from retrieval.engine import update_index
from retrieval.types import Embedder

log = logging.getLogger(__name__)

LOCK = "sources.lock"
_LOCK_SECONDS = 5.0
_PAUSE_SECONDS = 0.2
# How long the bot waits where nothing is due: `source add` may bring something.
_LOOK_SECONDS = 5.0
_LONGEST_PAUSE = 300.0
_END_SECONDS = 5.0


def open_book(settings: Settings) -> SourceBook:
    """The book of the home, with the sources of the settings. Raises `HomeError`."""
    book = SourceBook.open(settings.place(FILE))
    book.configure(_followed(source, settings) for source in settings.sources)
    return book


def _followed(source: FollowedSource, settings: Settings) -> Followed:
    place = source.url if is_url(source.url) else str(settings.beside / source.url)
    return Followed(source.name, place, source.outlet, source.language, source.words)


def pause(
    book: SourceBook, coverage: Coverage, names: Sequence[str], actor: str, *, paused: bool
) -> None:
    """Do not ask these sources for now, or ask them again, and enter it in the journal. Raises
    `InputError` for a name that is none."""
    book.pause(names, paused=paused)
    coverage.record_sources(actor, Act.PAUSED if paused else Act.RESUMED, names)


class Follower:
    """Polls the sources of `book`. `embedder` is asked for once something is to be indexed."""

    def __init__(
        self,
        settings: Settings,
        book: SourceBook,
        coverage: Coverage,
        embedder: Callable[[], Embedder],
        *,
        stop: threading.Event | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._coverage = coverage
        self._embedder = embedder
        fetch = settings.fetch
        visits = Visits(open_fetcher(fetch), fetch.pace_s, stop=stop)
        self._poller = Poller(
            book,
            visits,
            self._take,
            self._withdraw,
            every=fetch.poll_s,
            clock=clock,
            stop=stop,
        )

    def round(self) -> Tally:
        """One round, see `Poller`. Raises `HomeError` if another process is polling."""
        with _only_one(self._settings):
            return self._poller.round()

    def poll(self, names: Sequence[str] = (), *, now: bool = False) -> Tally:
        """Rounds until nothing is due; raises as `round` does."""
        with _only_one(self._settings):
            return self._poller.poll(names, now=now)

    def idle_until(self) -> float | None:
        """When something is due next; `None` if nothing is followed."""
        return self._poller.idle_until()

    def _take(self, documents: Sequence[RawDocument]) -> Report:
        home = self._settings.home
        with writing(home):
            report = take(
                documents,
                self._coverage,
                today=datetime.now(self._settings.zone).date(),
                aliases=Aliases.read(home / ALIASES_FILE),
                actor=FOLLOWED,
            )
            if report.usable:
                update_index(home, self._coverage, self._embedder())
        return report

    def _withdraw(self, article: str, evidence: str | None) -> None:
        with writing(self._settings.home):
            self._coverage.mark_withdrawn(article, evidence)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    taken = HomeError(
        f"another pullquote polls the sources of {settings.home} at the moment: a bot that runs"
        " does so by itself"
    )
    if settings.store:
        lease = Lease(postgres.connected(settings.event_store), LOCK)
        try:
            until = time.monotonic() + _LOCK_SECONDS
            while not lease.mine():
                if time.monotonic() > until:
                    raise taken
                time.sleep(_PAUSE_SECONDS)
            yield
        finally:
            lease.close()
        return
    lock = FileLock(settings.home / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=_LOCK_SECONDS)
    except Timeout:
        raise taken from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def following(
    settings: Settings,
    coverage: Coverage,
    embedder: Callable[[], Embedder],
    leads: Leads = always,
) -> Iterator[None]:
    """While entered, a thread polls what is due, in the process that `leads`. It is told to stop
    when left, and what it does then may be cut anywhere: a round survives that. Raises `HomeError`
    if the book cannot be used."""
    with open_book(settings):
        pass  # told now, and not by a thread

    def follow(stop: threading.Event) -> None:
        try:
            with open_book(settings) as book:
                _follow(Follower(settings, book, coverage, embedder, stop=stop), stop, leads)
        except PullquoteError as error:
            log.warning("the sources are not polled: %s", error)

    with working("sources", follow, _END_SECONDS):
        yield


def _follow(follower: Follower, stop: threading.Event, leads: Leads) -> None:
    """Poll again and again. A round that fails is told once and tried again."""
    failures, trouble = 0, ""
    told: dict[str, str] = {}
    while not stop.is_set():
        pause = _LOOK_SECONDS
        try:
            due = follower.idle_until() if leads() else None
            if due is not None and due <= time.time():
                _tell(follower.round(), told)
                pause = 0.1
            failures, said = 0, ""
        except PullquoteError as error:
            failures, said = failures + 1, str(error)
        except Exception as error:  # whatever it was, the next round may be in order
            failures, said = failures + 1, f"unexpected {type(error).__name__}: {error}"
        if said and said != trouble:
            log.warning("the sources could not be polled: %s", said)
        trouble = said
        stop.wait(min(_LOOK_SECONDS * 2.0**failures, _LONGEST_PAUSE) if failures else pause)


def _tell(tally: Tally, told: dict[str, str]) -> None:
    """Log what a round changed, and the trouble with a source once."""
    if tally.changed:
        log.info(
            "sources: %d articles added, %d updated, %d withdrawn by their outlets",
            tally.added,
            tally.updated,
            tally.withdrawn,
        )
    for name, reason in tally.problems:
        if told.get(name) != reason:
            log.warning("the source %s could not be asked: %s", name, reason)
    told.clear()
    told.update(tally.problems)
