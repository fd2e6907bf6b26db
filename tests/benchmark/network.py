"""Machines on one network: each a Linux network namespace of its own, on a bridge with private
addresses. Needs root and `ip`; elsewhere they are all the loopback, each with a port of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a process runs: the name of its namespace, empty where it has none, its address and a
    port that is free."""

    name: str
    address: str
    port: int

    @property
    def prefix(self) -> tuple[str, ...]:
        """The words before a command that is to run there."""
        return ("ip", "netns", "exec", self.name) if self.name else ()

    def cut_off(self, *, off: bool = True) -> None:
        """Take it off the network, or bring it back; nobody is told."""
        _ip("link", "set", self.name, "down" if off else "up")


@dataclass(frozen=True, slots=True)
class Network:
    """The machines, this machine's own address on their network, and the network as PostgreSQL
    writes it. Not `apart` where the machines are the loopback."""

    address: str
    net: str
    machines: tuple[Machine, ...]
    apart: bool


def can_be_apart() -> bool:
    """Whether this process may make namespaces."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("ip") is not None


@contextmanager
def network(count: int) -> Iterator[Network]:
    """So many machines, until this is left."""
    if not can_be_apart():
        address = "127.0.0.1"
        machines = tuple(Machine("", address, free_port()) for _ in range(count))
        yield Network(address, f"{address}/32", machines, apart=False)
        return
    number = os.getpid()
    net = f"10.{200 + number // 256 % 50}.{number % 256}"
    bridge = f"pq{number}b"
    with ExitStack() as made:
        _ip("link", "add", bridge, "type", "bridge")
        made.callback(_ip, "link", "del", bridge)
        _ip("addr", "add", f"{net}.1/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        machines = tuple(
            made.enter_context(_machine(f"pq{number}m{each}", bridge, f"{net}.{each + 10}"))
            for each in range(count)
        )
        yield Network(f"{net}.1", f"{net}.0/24", machines, apart=True)


@contextmanager
def _machine(name: str, bridge: str, address: str) -> Iterator[Machine]:
    _ip("netns", "add", name)
    try:
        _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("link", "set", name, "master", bridge, "up")
        _ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
        _ip("-n", name, "link", "set", "eth0", "up")
        _ip("-n", name, "link", "set", "lo", "up")
        yield Machine(name, address, 8080)
    finally:
        _ip("netns", "del", name)  # the pair of interfaces goes with it


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True, timeout=30)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
