"""The client: one address at a time, within limits of time, size and redirects."""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property

import certifi
import httpcore
from ssrfguard import Resolver, Target

from corpus.errors import FetchError
from corpus.fetch.address import joined, policy, requested, shown, target, tidied
from corpus.fetch.connection import Deadline, PinnedBackend
from corpus.fetch.unpack import Broken, TooMuch, unpacked, unzipped

# Its records hold whole addresses and headers.
logging.getLogger("httpcore").setLevel(logging.WARNING)

AGENT = "pullquote"
"""The name that robots.txt knows it by."""

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PERMANENT = frozenset((301, 308))
_UNCHANGED = 304
_ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,"
    "application/feed+json,application/xml;q=0.9,*/*;q=0.5"
)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_LONGEST_WAIT = 7 * 86_400
_OF_HTTP = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a fetch may take, redirects included, in seconds; how large its content may be,
    unpacked, in bytes; how many redirects are followed."""

    seconds: float = 30.0
    bytes: int = 20_000_000
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found at `asked`, and at `url`, where redirects led. `content` is empty unless
    `status` is 200. `moved` says that all redirects are permanent ones. `wait` is how many seconds
    the server asks for."""

    asked: str
    url: str
    status: int
    content: bytes = b""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved: bool = False
    wait: float | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the server says that nothing is there."""
        return self.status in (404, 410)

    @property
    def is_unchanged(self) -> bool:
        return self.status == _UNCHANGED

    @property
    def refusal(self) -> str | None:
        """Why there is no content, in words; `None` if there is some."""
        if self.status == 200:
            return None
        said = _SAID.get(self.status) or ("the server has a fault" if self.status >= 500 else "")
        return f"the server answers {self.status}" + (f": {said}" if said else "")


_SAID = {
    401: "it asks for a name and password",
    402: "it asks for payment",
    403: "it does not hand the page out",
    404: "there is no such page",
    410: "the page has been taken down",
    429: "it was asked too often; try again later",
    451: "the page is withheld for legal reasons",
}


class Fetcher:
    """Fetches addresses. Several threads may use it. With `allow_private`, addresses of private
    networks as well; `resolver` stands in for the system's own, `trust` for its certificates."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        allow_private: bool = False,
        agent: str = AGENT,
        resolver: Resolver | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._rules = policy(allow_private=allow_private)
        self._agent = agent
        self._resolver = resolver
        self._given_trust = trust

    def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """What is at `url`; with what is known of an earlier fetch, only if it has changed
        (`is_unchanged`).

        Raises `FetchError` for an address that is not public or not of the web, for a certificate
        that cannot be trusted, and where a limit is passed or nobody answers. `later` of the error
        says whether another try may help.
        """
        address = tidied(url)
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        deadline = Deadline(self.limits.seconds)
        seen: list[str] = []
        permanent = True
        while True:
            seen.append(address)
            found = self._hop(address, headers, deadline)
            if isinstance(found, Fetched):
                return replace(found, asked=url, moved=permanent and len(seen) > 1)
            location, status = found
            permanent = permanent and status in _PERMANENT
            following = joined(address, location)
            if not following:
                raise FetchError("it redirects to what is no web address", address=shown(address))
            if following in seen:
                raise FetchError("it redirects in a circle", address=shown(address))
            if len(seen) > self.limits.redirects:
                most = self.limits.redirects
                raise FetchError(f"it redirects more than {most} times", address=shown(url))
            address = following

    def _hop(
        self, address: str, headers: Mapping[str, str], deadline: Deadline
    ) -> Fetched | tuple[str, int]:
        """What is fetched from an address, or where it redirects to and with which status."""
        origin = target(address, self._rules)
        backend = PinnedBackend(shown(address), origin, self._rules, deadline, self._resolver)
        try:
            with (
                httpcore.ConnectionPool(self._trust, network_backend=backend) as pool,
                pool.stream(
                    "GET", _httpcore_url(origin, address), headers=self._headers(origin, headers)
                ) as response,
            ):
                held = _Held.of(response)
                if response.status in _REDIRECTS and held.location:
                    return held.location, response.status
                return self._read(address, response, held)
        except FetchError:
            raise
        except (TooMuch, Broken, OSError, *_OF_HTTP) as error:
            reason, later = self._reason(error)
            raise FetchError(reason, address=shown(address), later=later) from None

    def _reason(self, error: Exception) -> tuple[str, bool]:
        """Why a fetch failed, in words, and whether another try may succeed."""
        match error:
            case TooMuch():
                size = self.limits.bytes / 1_000_000
                return f"it holds more than {size:g} MB; fetch.max_bytes sets the limit", False
            case Broken():
                return str(error), False
            case ssl.SSLCertVerificationError():
                return f"its certificate cannot be trusted ({error.verify_message})", False
            case TimeoutError():
                return f"it did not answer within {self.limits.seconds:g} s", True
            case ssl.SSLError():
                why = error.reason or "no common way to encrypt"
                return f"no secure connection can be made ({why})", True
            case httpcore.ProtocolError() | httpcore.UnsupportedProtocol():
                return "it does not answer as a web server does", True
        nobody = isinstance(error, ConnectionRefusedError) or "refused" in str(error)
        why = getattr(error, "strerror", None) or "the connection was broken off"
        return f"it cannot be reached: {'nobody answers there' if nobody else why}", True

    def _read(self, address: str, response: httpcore.Response, held: _Held) -> Fetched:
        content = b""
        if response.status == 200:
            if held.length > self.limits.bytes:
                raise TooMuch
            content = unpacked(response.iter_stream(), held.encoding, self.limits.bytes)
            content = unzipped(content, self.limits.bytes)
        return Fetched(
            asked=address,
            url=address,
            status=response.status,
            content=content,
            charset=held.charset,
            etag=held.etag,
            last_modified=held.last_modified,
            wait=held.wait,
        )

    def _headers(self, origin: Target, more: Mapping[str, str]) -> list[tuple[str, str]]:
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        if origin.port != {"http": 80, "https": 443}[origin.scheme]:
            host = f"{host}:{origin.port}"
        return [
            ("Host", host),
            ("User-Agent", self._agent),
            ("Accept", _ACCEPT),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
            *more.items(),
        ]

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        if self._given_trust:
            return self._given_trust
        # the system's, which know the authorities of a private network, and those of the web
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context


@dataclass(frozen=True, slots=True)
class _Held:
    """What the headers of an answer say."""

    location: str
    encoding: str
    length: int
    charset: str | None
    etag: str | None
    last_modified: str | None
    wait: float | None

    @classmethod
    def of(cls, response: httpcore.Response) -> _Held:
        headers = {name.decode("latin-1").lower(): _text(value) for name, value in response.headers}
        length = headers.get("content-length", "")
        charset = _CHARSET.search(headers.get("content-type", ""))
        return cls(
            location=headers.get("location", ""),
            encoding=headers.get("content-encoding", ""),
            length=int(length) if length.isdecimal() and len(length) < 20 else 0,
            charset=charset[1] if charset else None,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            wait=_wait(headers.get("retry-after", "")),
        )


def _text(value: bytes) -> str:
    """A header as text: some servers write addresses in UTF-8."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _wait(written: str) -> float | None:
    """The seconds that `Retry-After` asks for, as a number or as a time."""
    if not written:
        return None
    if written.isdecimal():
        seconds = float(written)
    else:
        try:
            moment = parsedate_to_datetime(written)
        except (ValueError, TypeError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _httpcore_url(origin: Target, address: str) -> httpcore.URL:
    return httpcore.URL(
        scheme=origin.scheme.encode(),
        host=origin.host.encode(),
        port=origin.port,
        target=requested(address),
    )
