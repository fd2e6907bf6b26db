"""A round of polling: sources that are due are asked what they list, pages that are due are
fetched, and what they hold is taken in, in batches. Killed at any instant, a round loses nothing:
what was not stored is due still, and what was taken in is recognised."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial

from corpus.errors import FetchError, InputError
from corpus.fetch.address import host_of
from corpus.ingest import Report
from corpus.read import is_url, read
from corpus.sources import items as became
from corpus.sources.asking import listed
from corpus.sources.book import Followed, SourceBook
from corpus.sources.fetching import SideBySide
from corpus.sources.items import Item, State, pause
from corpus.sources.page import PassedOver, documents, kept, refusal
from corpus.sources.visits import Visits
from corpus.sources.wanted import unwanted
from corpus.types import RawDocument, Rejection, Source

MOST_OF_HOST = 60
"""Pages of one host in a round: at a page a second the round is over in a minute or two, and other
sources get their turn."""

BATCH = 50
"""Pages that are taken in together; the index is brought up to date after each batch."""

BATCH_SECONDS = 15.0
"""Where pages come slowly, what has come is taken in after so long."""

# A host is left alone for the rest of a round after so many faults in a row.
_MOST_FAULTS = 3

Take = Callable[[Sequence[RawDocument]], Report]
Withdraw = Callable[[str, str | None], None]


@dataclass(slots=True)
class Tally:
    """What a round did, in articles; how many sources were asked and how many of their `pages`
    fetched; `problems` are sources that could not be asked, each with its reason."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    passed: int = 0
    refused: int = 0
    withdrawn: int = 0
    failed: int = 0
    asked: int = 0
    pages: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many articles are new, changed or withdrawn."""
        return self.added + self.updated + self.withdrawn

    def __iadd__(self, other: Tally) -> Tally:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        return self


@dataclass(frozen=True, slots=True)
class _Page:
    """What was found at an item: documents and reasons, that it is unchanged, that it is not there,
    or a fault; nothing where its host was left alone."""

    documents: tuple[RawDocument | Rejection, ...] = ()
    alone: bool = False
    unchanged: bool = False
    missing: str | None = None
    fault: str | None = None
    wait: float | None = None
    later: bool = True
    etag: str | None = None
    modified: str | None = None


class Poller:
    """Polls the sources of a `book`. `take` takes documents in, `withdraw` flags an article, with
    why, or takes the flag away; both are called in the thread that polls. `every` is the seconds
    between two questions to a source."""

    def __init__(
        self,
        book: SourceBook,
        visits: Visits,
        take: Take,
        withdraw: Withdraw,
        *,
        every: float = 300.0,
        clock: Callable[[], float] = time.time,
        stop: threading.Event | None = None,
    ) -> None:
        self._book = book
        self._visits = visits
        self._take = take
        self._withdraw = withdraw
        self._every = every
        self._clock = clock
        self._stop = stop or threading.Event()
        self._faults: Counter[str] = Counter()

    def round(self, names: Sequence[str] = (), *, now: bool = False) -> Tally:
        """Poll what is due, of these sources or all; `now`: whether due or not. Raises
        `InputError` for a name that is none, and what `take` raises."""
        tally = Tally()
        sources = [each for each in self._book.sources(names) if not each.paused]
        self._faults.clear()
        self._ask([each for each in sources if now or each.next <= self._clock()], tally)
        self._fetch({source.name: source for source in sources}, tally)
        return tally

    def poll(self, names: Sequence[str] = (), *, now: bool = False) -> Tally:
        """Rounds until nothing is due; raises as `round` does."""
        tally = self.round(names, now=now)
        while not self._stop.is_set():
            more = self.round(names)
            tally += more
            if not more.pages and not more.asked:
                break
        return tally

    def idle_until(self) -> float | None:
        """When a source or a page is due next; `None` if nothing is followed."""
        sources = [each for each in self._book.sources() if not each.paused]
        times = [source.next for source in sources]
        if (item := self._book.next_due([source.name for source in sources])) is not None:
            times.append(item)
        return min(times, default=None)

    def _ask(self, sources: Sequence[Followed], tally: Tally) -> None:
        """Ask sources what they list."""
        jobs = SideBySide(
            sources,
            lambda each: host_of(each.url),
            partial(listed, visits=self._visits),
            self._stop,
        )
        for source, found in jobs:
            tally.asked += 1
            now = self._clock()
            if isinstance(found, FetchError | InputError):
                failures = source.failures + 1
                reason = found.reason if isinstance(found, FetchError) else str(found)
                tally.problems.append((source.name, reason))
                self._book.save(
                    replace(
                        source,
                        failures=failures,
                        problem=reason,
                        next=now + max(self._every, pause(failures)),
                    )
                )
                continue
            known, listing = found
            known = replace(known, polled=now, next=now + self._every, failures=0, problem=None)
            if listing is None:
                self._book.save(known)
            else:
                self._book.listed(known, listing)

    def _fetch(self, sources: dict[str, Followed], tally: Tally) -> None:
        """Fetch what is due and take it in."""
        due = self._book.due(list(sources), self._clock())
        work = partial(self._page, sources)
        batch: list[tuple[Item, _Page]] = []
        begun = time.monotonic()
        for item, page in SideBySide(_some_of_each(due), _host, work, self._stop):
            if page is None:
                continue  # told to stop
            tally.pages += 1
            batch.append((item, page))
            if len(batch) >= BATCH or time.monotonic() - begun > BATCH_SECONDS:
                self._settle(batch, tally)
                batch, begun = [], time.monotonic()
        self._settle(batch, tally)

    def _page(self, sources: dict[str, Followed], item: Item) -> _Page | None:
        """What is found at an item; `None` once told to stop."""
        source = sources[item.source]
        given = Source(path=item.url, outlet=source.outlet)
        keep = partial(unwanted, source)
        if not is_url(item.url):
            return _Page(tuple(kept(each, keep) for each in read(item.url, given)))
        host = _host(item)
        if self._faults[host] >= _MOST_FAULTS:
            return _Page(alone=True)
        # what has to be looked at in full is asked for in full
        known = (None, None) if item.state is State.WAITING else (item.etag, item.modified)
        try:
            found = self._visits.fetch(item.url, etag=known[0], last_modified=known[1])
        except FetchError as error:
            if self._stop.is_set():
                return None
            self._faults[host] += error.later
            return _Page(fault=refusal(error, item.url), later=error.later)
        busy = found.status >= 500 or found.status in (408, 425, 429)
        self._faults[host] = self._faults[host] + 1 if busy else 0
        if busy:
            return _Page(fault=found.refusal, wait=found.wait)
        if found.is_gone:
            return _Page(missing=found.refusal)
        made = () if found.is_unchanged else tuple(documents(found, given, item.said, keep))
        return _Page(
            made,
            unchanged=found.is_unchanged,
            etag=item.etag if found.is_unchanged else found.etag,
            modified=item.modified if found.is_unchanged else found.last_modified,
        )

    def _settle(self, batch: Sequence[tuple[Item, _Page]], tally: Tally) -> None:
        """Take in what a batch holds, then store what became of its items."""
        if not batch:
            return
        found = [each for _, page in batch for each in page.documents]
        raw = [each for each in found if isinstance(each, RawDocument)]
        report = self._take(raw) if raw else Report()
        tally.added += report.added
        tally.updated += report.updated
        tally.unchanged += report.unchanged
        whys = {each.source: each.reason for each in report.rejected}
        settled = []
        for item, page in batch:
            after = self._after(item, page, report, whys)
            if after.state is State.WITHDRAWN and item.state is not State.WITHDRAWN:
                tally.withdrawn += 1
                self._withdraw(item.article or "", became.evidence(after, self._clock()))
            elif item.state is State.WITHDRAWN and after.state is State.TAKEN and item.article:
                self._withdraw(item.article, None)
            tally.passed += after.state is State.PASSED
            tally.refused += after.state is State.REFUSED
            tally.failed += page.alone or (bool(page.fault) and after.next is not None)
            settled.append(after)
        self._book.settle(settled)

    def _after(self, item: Item, page: _Page, report: Report, whys: dict[str, str]) -> Item:
        """The item, with what was found of it."""
        now = self._clock()
        if page.alone:
            return replace(item, next=now + became.FIRST_PAUSE)
        if page.fault is not None:
            if page.later:
                return became.failed(item, page.fault, now, page.wait)
            return became.refused(item, page.fault, now)
        if page.missing is not None:
            return became.missing(item, page.missing, now)
        item = replace(item, etag=page.etag, modified=page.modified)
        if page.unchanged:
            return became.unchanged(item, now)
        for found in page.documents:
            path = found.given.path if isinstance(found, RawDocument) else found.source
            if article := report.at.get(path):
                changed = article in report.changed
                return became.taken(item, article, now, changed=changed)
        over = next((each for each in page.documents if isinstance(each, PassedOver)), None)
        if over:
            return became.passed(item, over.reason)
        reasons = [each.reason for each in page.documents if isinstance(each, Rejection)]
        reasons += [why for path, why in whys.items() if path.startswith(item.url)]
        return became.refused(item, reasons[0] if reasons else "it holds nothing", now)


def _some_of_each(due: Sequence[Item]) -> Iterator[Item]:
    """As many items of each host as a round takes; all files."""
    taken: Counter[str] = Counter()
    for item in due:
        host = _host(item)
        taken[host] += 1
        if taken[host] <= MOST_OF_HOST or not host:
            yield item


def _host(item: Item) -> str:
    return host_of(item.url) if is_url(item.url) else ""
