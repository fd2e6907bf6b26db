"""Connections to checked addresses.

A name is looked up once, every answer is checked, and the connection goes to one of the answers, so
a name that changes in between changes nothing. `ssrfguard` does the check: IANA's registries of
special addresses, and the IPv4 addresses inside IPv6 ones.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore
from ssrfguard import Address, BlockedAddressError, Policy, Resolver, Target, connect, resolve

from corpus.errors import FetchError
from corpus.fetch.address import not_public


class Deadline:
    """A time by which all of a fetch must be done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left. Raises `TimeoutError` when there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to `target`, whatever name it is asked for, by `deadline`."""

    def __init__(
        self,
        shown: str,
        target: Target,
        rules: Policy,
        deadline: Deadline,
        resolver: Resolver | None = None,
    ) -> None:
        self._shown = shown
        self._target = target
        self._rules = rules
        self._deadline = deadline
        self._resolver = resolver

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises `FetchError` if the name leads to an address that may not be reached or to none,
        `OSError` where nobody answers there."""
        addresses = self._looked_up()
        tried = min(len(addresses), self._rules.max_connection_attempts)
        opened = connect(
            addresses,
            policy=self._rules,
            timeout=self._deadline.left / tried,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        return _Stream(opened, self._deadline)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        raise FetchError("it is no web address", address=self._shown)

    def _looked_up(self) -> tuple[Address, ...]:
        """The checked addresses. A look-up cannot be ended: a late one is left to itself."""
        found: list[tuple[Address, ...] | Exception] = []

        def look_up() -> None:
            try:
                found.append(resolve(self._target, policy=self._rules, resolver=self._resolver))
            except Exception as error:  # handed to the caller, in its thread
                found.append(error)

        thread = threading.Thread(target=look_up, name="look-up", daemon=True)
        thread.start()
        thread.join(self._deadline.left)
        if not found:
            raise TimeoutError
        if isinstance(found[0], BlockedAddressError):
            raise FetchError(not_public(_brief(found[0].reason)), address=self._shown) from None
        if isinstance(found[0], UnicodeError | socket.gaierror):
            raise FetchError(
                f"there is no host {self._target.host}; check the address, and the network",
                address=self._shown,
                later=True,
            ) from None
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]


class _Stream(httpcore.NetworkStream):
    """A socket of which each step ends by the deadline: a server that sends a byte a second does
    not hold it open."""

    def __init__(self, opened: socket.socket, deadline: Deadline) -> None:
        self._socket = opened
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._socket.settimeout(self._deadline.left)
        return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._socket.settimeout(self._deadline.left)
        self._socket.sendall(buffer)

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(self._deadline.left)
            wrapped = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        return _Stream(wrapped, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._socket if info == "socket" else None


def _brief(reason: str) -> str:
    return reason.partition(". A name")[0]
