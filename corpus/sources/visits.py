"""Visits to hosts as a polite guest makes them: at a pace, as robots.txt allows, and not while a
server asks to be left alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego

from corpus.errors import FetchError
from corpus.fetch import Fetched, Fetcher, shown
from corpus.fetch.address import host_of
from corpus.fetch.client import AGENT

# A day, as RFC 9309 says; the part of a file that has to be read; the longest pace that is kept.
_ROBOTS_SECONDS = 86_400.0
_ROBOTS_BYTES = 500_000
_LONGEST_PACE = 30.0
_BUSY = frozenset((429, 503))
_BUSY_SECONDS = 60.0


@dataclass(slots=True)
class _Host:
    """What is known of a host: from when on it may be asked again, and its robots.txt."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    free: float = 0.0
    robots: Protego | None = None
    read: float | None = None


class Visits:
    """Fetches for those who follow sources. Several threads may use it; those that ask one host
    wait for each other. `pace` is the seconds between two requests to a host."""

    def __init__(
        self,
        fetcher: Fetcher,
        pace: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        stop: threading.Event | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._pace = pace
        self._clock = clock
        self._stop = stop or threading.Event()
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """What is at `url`, in its turn, if robots.txt allows it. Raises `FetchError`."""
        host = self._host(url)
        with host.turn:
            robots = self._robots(url, host)
            if robots and not robots.can_fetch(url, AGENT):
                raise FetchError("robots.txt of the site asks not to fetch it", address=shown(url))
            return self._fetch(url, host, etag, last_modified)

    def fetch_named(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """The same for an address that an editor gave, as a browser would; robots.txt is for those
        who find addresses by themselves."""
        host = self._host(url)
        with host.turn:
            return self._fetch(url, host, etag, last_modified)

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that robots.txt of the host of `url` names."""
        host = self._host(url)
        with host.turn:
            robots = self._robots(url, host)
            return list(robots.sitemaps) if robots else []

    def _host(self, url: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host_of(url), _Host())

    def _fetch(
        self, url: str, host: _Host, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        wait = host.free - self._clock()
        if wait > _LONGEST_PACE:
            raise FetchError(
                f"the server asks to be left alone for {wait:.0f} s", address=shown(url), later=True
            )
        if wait > 0 and self._stop.wait(wait):
            raise FetchError("stopped", address=shown(url), later=True)
        try:
            found = self._fetcher.fetch(url, etag=etag, last_modified=last_modified)
        finally:
            host.free = self._clock() + self._pace_of(host)
        if found.status in _BUSY:
            host.free = self._clock() + (_BUSY_SECONDS if found.wait is None else found.wait)
        return found

    def _pace_of(self, host: _Host) -> float:
        asked = host.robots.crawl_delay(AGENT) if host.robots else None
        return max(self._pace, min(float(asked or 0), _LONGEST_PACE))

    def _robots(self, url: str, host: _Host) -> Protego | None:
        """The rules of a host, read once a day; `None` if it has none. Raises `FetchError` if it
        cannot be told, for then nothing may be fetched."""
        if host.read is not None and self._clock() - host.read < _ROBOTS_SECONDS:
            return host.robots
        split = urlsplit(url)
        try:
            found = self._fetch(f"{split.scheme}://{split.netloc}/robots.txt", host)
            why = found.refusal if found.status >= 500 or found.status == 429 else None
        except FetchError as error:
            why = error.reason
        if why:
            raise FetchError(
                f"its robots.txt cannot be read: {why}", address=shown(url), later=True
            )
        host.robots = None
        if found.status == 200:
            text = found.content[:_ROBOTS_BYTES].decode("utf-8-sig", "replace")
            host.robots = Protego.parse(text)
        host.read = self._clock()
        return host.robots
