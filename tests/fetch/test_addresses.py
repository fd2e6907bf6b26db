"""Addresses that must not be reached, in every notation there is, and names that change."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from corpus.errors import FetchError
from corpus.fetch import Fetcher, Limits, shown
from corpus.fetch.address import policy
from tests.web import Answer, Web, names

LIMITS = Limits(seconds=2.0)

# Hosts that stand for an address which is not public. Each is one way to write one.
HOSTS = [
    # this machine
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "0x7f.1", "0x7f000001",
    "0x7F.0x0.0x0.0x1", "0177.0.0.1", "0177.0.0.01", "017700000001", "2130706433", "0x7f.0.0.1",
    "127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "①②⑦.⓪.⓪.①",
    "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]",
    "[::0001]",
    # IPv4 inside IPv6
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]", "[2001:0:a00:1::1]", "[0000::ffff:c0a8:0101]",
    # private networks
    "10.0.0.1", "10.255.255.255", "10.1", "0xa.1", "012.0.0.1", "167772161", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "192.168.1", "3232235777", "0xc0a80101", "[fc00::1]",
    "[fd12:3456::1]", "100.64.0.1", "[fec0::1]",
    # where clouds hand out credentials
    "169.254.169.254", "169.254.43518", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376",
    "[fe80::1]", "[fd00:ec2::254]", "100.100.100.200", "192.0.0.192",
    # of no single machine, or of none
    "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "[ff02::1]", "192.0.2.1",
    "198.51.100.7", "203.0.113.5", "198.18.0.1", "192.88.99.1", "[2001:db8::1]", "[100::1]",
    "[3fff::1]", "[5f00::1]", "[2001:2::1]",
    # other tricks of writing
    "[::1%25lo]", "[fe80::1%25eth0]", "127.0.0.1%00.example.com", "127.0.0.1%2f", "0x7f.0x1.",
]  # fmt: skip
ADDRESSES = [
    *(f"http://{host}/" for host in HOSTS),
    "http://user@127.0.0.1/", "http://public.example@127.0.0.1/", "https://user:word@10.0.0.1/",
    "http://127.0.0.1:80\\@public.example/", "http:/\\127.0.0.1/", "http:127.0.0.1/", "http:///x",
    "file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://10.0.0.1/", "data:text/html,x", "//x/",
    "dict://127.0.0.1:11211/", "unix:///var/run/docker.sock", "http://", "http://[", "http://a b/",
    "http://public.example:22/", "http://public.example:6379/", "http://public.example:99999/",
    "http://public.example\r\nHost: x/", "http://[127.0.0.1]/", "", " ",
]  # fmt: skip


def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every connection that is tried from now on."""
    tried: list[object] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: object) -> None:
        tried.append(address)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", watched)
    return tried


def test_there_are_many() -> None:
    assert len(set(HOSTS)) == len(HOSTS) >= 60


@pytest.mark.parametrize("url", ADDRESSES)
def test_nothing_is_connected_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = opened(monkeypatch)
    with pytest.raises(FetchError) as refused:
        Fetcher(LIMITS).fetch(url)
    assert tried == []
    said = str(refused.value)
    assert "\n" not in said
    assert "word@" not in said


@pytest.mark.parametrize("host", [each for each in HOSTS if "%" not in each])
def test_nor_where_a_redirect_leads_there(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Web(host="127.8.8.8") as web:
        # a server that is as good as public, in a world where this one address is
        web.routes["/"] = Answer(status=302, headers={"Location": f"http://{host}/"})
        fetcher = Fetcher(LIMITS)
        rules = replace(policy(allow_private=True), allowed_networks=(ip_network("127.8.8.8/32"),))
        monkeypatch.setattr(fetcher, "_rules", rules)
        tried = opened(monkeypatch)
        with pytest.raises(FetchError):
            fetcher.fetch(web.url())
        assert tried == [("127.8.8.8", web.port)]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["169.254.169.254"],
        ["93.184.215.14", "127.0.0.1"], ["127.0.0.1", "93.184.215.14"], ["64:ff9b::a00:1"],
    ],
)  # fmt: skip
def test_a_name_of_such_an_address(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    tried = opened(monkeypatch)
    fetcher = Fetcher(LIMITS, resolver=names(inside_example=addresses))
    with pytest.raises(FetchError, match=r"does not lead to a public address.*allow_private"):
        fetcher.fetch("http://inside.example/")
    assert tried == []


class Changing:
    """A name that is public when it is first looked up and leads inside from then on."""

    def __init__(self, first: str, then: str) -> None:
        self.answers = [first, then]
        self.looked_up = 0

    def __call__(self, host: str, port: int, *rest: int) -> list[Any]:
        at = self.answers[min(self.looked_up, 1)]
        self.looked_up += 1
        return list(socket.getaddrinfo(at, port, *rest))


def test_a_name_that_changes_after_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look-up a connection, and the connection is made to what was checked."""
    changing = Changing("93.184.215.14", "127.0.0.1")
    tried: list[object] = []

    def nobody(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", nobody)
    fetcher = Fetcher(LIMITS, resolver=changing)
    with pytest.raises(FetchError, match="nobody answers"):
        fetcher.fetch("http://changing.example/")
    assert changing.looked_up == 1
    assert tried == [("93.184.215.14", 80)]
    with pytest.raises(FetchError, match="public address"):
        fetcher.fetch("http://changing.example/")
    assert tried == [("93.184.215.14", 80)]


def test_a_name_that_changes_before_a_redirect_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with Web(host="127.8.8.8") as web:
        web.routes["/"] = Answer(status=302, headers={"Location": "/inside"})
        changing = Changing("127.8.8.8", "127.0.0.1")
        fetcher = Fetcher(LIMITS, resolver=changing)
        rules = replace(policy(allow_private=True), allowed_networks=(ip_network("127.8.8.8/32"),))
        monkeypatch.setattr(fetcher, "_rules", rules)
        with pytest.raises(FetchError, match="public address"):
            fetcher.fetch(web.url(host="changing.example"))
        assert web.paths() == ["/"]


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        server.routes["/"] = Answer("here")
        yield server


def test_private_networks_are_open_where_that_is_set(web: Web) -> None:
    assert Fetcher(LIMITS, allow_private=True).fetch(web.url()).content == b"here"
    for url in ("http://169.254.169.254/", "http://[fe80::1]/", "http://224.0.0.1/"):
        with pytest.raises(FetchError, match="public address"):
            Fetcher(LIMITS, allow_private=True).fetch(url)


def test_no_proxy_of_the_environment_is_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert Fetcher(LIMITS, allow_private=True).fetch(web.url()).content == b"here"


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://name:word@news.example/a?token=geheim#x", "https://news.example/a?token=…"),
        ("https://news.example/a?geheim", "https://news.example/a?…"),
        ("https://news.example/a?b=1;c=2&d=", "https://news.example/a?b=…;c=…&d="),
        ("https://news.example:8443/رصيف", "https://news.example:8443/رصيف"),
        ("http://[geheim", "http://[geheim…"),
        ("http://geheim@[", "an address"),
    ],
)
def test_what_is_shown_of_an_address(url: str, fit: str) -> None:
    assert shown(url) == fit


def test_no_log_holds_a_secret(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fetcher = Fetcher(LIMITS, allow_private=True)
    fetcher.fetch(web.url("/?token=geheim"))
    for url in (web.url("/x?token=geheim"), f"http://geheim:geheim@127.0.0.1:{web.port}/"):
        try:
            said = fetcher.fetch(url).refusal or ""
        except FetchError as error:
            said = str(error)
        assert "geheim" not in said
    assert "geheim" not in caplog.text
