"""The client against a real server: what is fetched, and what is refused in words."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
import trustme

from corpus.errors import FetchError
from corpus.fetch import Fetched, Fetcher, Limits
from corpus.fetch.address import policy
from tests.web import Answer, Handler, Web, names, page

QUAY = page("A second quay", "The harbour authority opened a second quay on Monday.")
SMALL = Limits(seconds=1.0, bytes=100_000, redirects=3)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(SMALL, allow_private=True)


def refused(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as raised:
        fetcher.fetch(url)
    assert "\n" not in str(raised.value)
    return raised.value


def test_a_page_with_what_its_headers_say(web: Web, fetcher: Fetcher) -> None:
    day = "Fri, 11 Jul 2025 10:00:00 GMT"
    web.routes["/a"] = Answer(QUAY, headers={"Last-Modified": day}, etag='"one"')
    found = fetcher.fetch(web.url("/a#part"))
    assert found.content == QUAY.encode()
    assert (found.status, found.url, found.refusal) == (200, web.url("/a"), None)
    assert (found.etag, found.last_modified, found.charset) == ('"one"', day, "utf-8")
    [(_, headers)] = web.asked
    assert headers["User-Agent"].startswith("pullquote")
    assert headers["Host"] == f"127.0.0.1:{web.port}"
    assert "Cookie" not in headers


def test_what_has_not_changed_is_not_sent_again(web: Web, fetcher: Fetcher) -> None:
    web.routes["/a"] = Answer(QUAY, etag='"one"')
    found = fetcher.fetch(web.url("/a"), etag='"one"', last_modified="yesterday")
    assert found.is_unchanged
    assert found.content == b""
    assert web.asked[0][1]["If-Modified-Since"] == "yesterday"
    assert fetcher.fetch(web.url("/a"), etag='"two"').content


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (403, False), (503, False)])
def test_other_answers_are_no_errors(web: Web, fetcher: Fetcher, status: int, gone: bool) -> None:
    web.routes["/a"] = Answer("no", status, {"Retry-After": "120"})
    found = fetcher.fetch(web.url("/a"))
    assert (found.status, found.content, found.is_gone) == (status, b"", gone)
    assert found.wait == 120
    assert str(status) in (found.refusal or "")


def test_redirects_lead_to_the_final_address(web: Web, fetcher: Fetcher) -> None:
    web.routes["/a"] = Answer(status=301, headers={"Location": "/b?x=1"})
    web.routes["/b"] = Answer(status=308, headers={"Location": web.url("/c")})
    web.routes["/c"] = Answer(QUAY)
    found = fetcher.fetch(web.url("/a"))
    assert (found.asked, found.url, found.moved) == (web.url("/a"), web.url("/c"), True)
    web.routes["/b"] = Answer(status=302, headers={"Location": "c"})
    assert not fetcher.fetch(web.url("/a")).moved
    assert not fetcher.fetch(web.url("/c")).moved


def test_redirects_that_do_not_end(web: Web, fetcher: Fetcher) -> None:
    web.routes["/a"] = Answer(status=302, headers={"Location": "/b"})
    web.routes["/b"] = Answer(status=302, headers={"Location": "/a"})
    assert "in a circle" in str(refused(fetcher, web.url("/a")))
    for step in range(9):
        web.routes[f"/{step}"] = Answer(status=302, headers={"Location": f"/{step + 1}"})
    assert "more than 3 times" in str(refused(fetcher, web.url("/0")))
    assert web.paths().count("/4") == 0


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://a.example/", "javascript:1", "http://["]
)
def test_redirects_to_what_is_no_web_address(web: Web, fetcher: Fetcher, to: str) -> None:
    web.routes["/a"] = Answer(status=302, headers={"Location": to})
    assert "no web address" in str(refused(fetcher, web.url("/a")))


def test_a_redirect_to_the_loopback_is_not_followed(web: Web, fetcher: Fetcher) -> None:
    """The first server is as good as public: its address is the only one that is let through."""
    rules = replace(policy(allow_private=True), allowed_networks=(ip_network("127.8.8.8/32"),))
    fetcher._rules = rules
    web.routes["/"] = Answer("the inside")
    with Web(host="127.8.8.8") as public:
        for host in ("127.0.0.1", "localhost"):
            public.routes["/a"] = Answer(status=302, headers={"Location": web.url(host=host)})
            said = str(refused(fetcher, public.url("/a")))
            assert "does not lead to a public address" in said
        assert public.paths() == ["/a", "/a"]
    assert web.asked == []


def test_an_address_without_a_path_and_in_other_letters(web: Web, fetcher: Fetcher) -> None:
    web.routes["/"] = Answer(QUAY)
    assert fetcher.fetch(web.url("")).content
    web.routes["/%D8%B1%D8%B5%D9%8A%D9%81"] = Answer(QUAY)
    assert fetcher.fetch(web.url("/رصيف")).content
    assert fetcher.fetch(web.url("/%D8%B1%D8%B5%D9%8A%D9%81")).content


def test_a_packed_page(web: Web, fetcher: Fetcher) -> None:
    packed = gzip.compress(QUAY.encode())
    web.routes["/a"] = Answer(packed, headers={"Content-Encoding": "gzip"})
    web.routes["/b"] = Answer(packed, type="application/octet-stream")
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bare = raw.compress(QUAY.encode()) + raw.flush()
    web.routes["/c"] = Answer(bare, headers={"Content-Encoding": "deflate"})
    web.routes["/d"] = Answer(zlib.compress(QUAY.encode()), headers={"Content-Encoding": "deflate"})
    for path in ("/a", "/b", "/c", "/d"):
        assert fetcher.fetch(web.url(path)).content == QUAY.encode(), path


def test_a_bomb_is_not_unpacked(web: Web, fetcher: Fetcher) -> None:
    bomb = gzip.compress(b"a" * 50_000_000)
    assert len(bomb) < SMALL.bytes
    web.routes["/a"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    web.routes["/b"] = Answer(bomb, type="application/gzip")
    for path in ("/a", "/b"):
        assert "more than 0.1 MB" in str(refused(fetcher, web.url(path)))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(b"a" * 999, mtime=0)[:-20]),
        ("br", b"x"),
        ("a, b", b"x"),
    ],
)
def test_what_cannot_be_unpacked(web: Web, fetcher: Fetcher, encoding: str, body: bytes) -> None:
    web.routes["/a"] = Answer(body, headers={"Content-Encoding": encoding})
    assert str(refused(fetcher, web.url("/a"))).startswith(web.url("/a"))


def test_a_large_page_by_its_header_and_by_what_comes(web: Web, fetcher: Fetcher) -> None:
    web.routes["/a"] = Answer(b"", headers={"Content-Length": "99999999999"})

    def endless(request: Handler) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for _ in range(1000):  # far above the limit
            request.wfile.write(b"400\r\n" + b"a" * 1024 + b"\r\n")

    web.routes["/b"] = endless
    for path in ("/a", "/b"):
        error = refused(fetcher, web.url(path))
        assert "more than 0.1 MB" in str(error)
        assert not error.later


def drip(web: Web, request: Handler, text: bytes) -> None:
    for byte in text:
        if web.stopped.wait(0.1):
            return
        request.wfile.write(bytes([byte]))
        request.wfile.flush()


@pytest.mark.parametrize("part", ["silence", "headers", "body", "chunks"])
def test_a_slow_server_is_left_by_the_total_time(web: Web, fetcher: Fetcher, part: str) -> None:
    def slow(request: Handler) -> None:
        if part == "silence":
            web.stopped.wait(10)
        elif part == "headers":
            drip(web, request, b"HTTP/1.1 200 OK\r\n" + b"X-Header: 1\r\n" * 50)
        elif part == "body":
            request.send_response(200)
            request.send_header("Content-Length", "1000")
            request.end_headers()
            drip(web, request, b"a" * 1000)
        else:
            request.send_response(200)
            request.send_header("Transfer-Encoding", "chunked")
            request.end_headers()
            drip(web, request, b"1\r\na\r\n" * 100)

    web.routes["/a"] = slow
    begun = time.monotonic()
    error = refused(fetcher, web.url("/a"))
    assert time.monotonic() - begun < 4
    assert "it did not answer within 1 s" in str(error)
    assert error.later


def test_redirects_share_the_time(web: Web, fetcher: Fetcher) -> None:
    def late(request: Handler) -> None:
        web.stopped.wait(0.6)
        Answer(status=302, headers={"Location": f"{request.path}x"}).send(request)

    web.routes |= {"/a": late, "/ax": late, "/axx": late}
    assert "it did not answer within 1 s" in str(refused(fetcher, web.url("/a")))


def test_a_look_up_that_does_not_end(web: Web) -> None:
    def forever(*_: object) -> list[Any]:
        web.stopped.wait(10)
        return []

    error = refused(Fetcher(SMALL, resolver=forever), "http://slow.example/")
    assert error.later
    assert "did not answer" in str(error)


@pytest.mark.parametrize(
    "answer", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"]
)
def test_a_server_that_speaks_no_http_or_breaks_off(fetcher: Fetcher, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def once() -> None:
            opened, _ = listening.accept()
            with opened:
                opened.recv(4096)
                opened.sendall(answer)

        thread = threading.Thread(target=once)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        error = refused(fetcher, url)
        thread.join()
        assert error.later
        assert url in str(error)
    assert "nobody answers there" in str(refused(fetcher, url))


def test_a_name_that_is_none(fetcher: Fetcher) -> None:
    error = refused(Fetcher(SMALL, resolver=names()), "http://nowhere.example/")
    assert error.later
    assert "there is no host nowhere.example" in str(error)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def served(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def test_certificates(authority: trustme.CA) -> None:
    """A good one is trusted under the name in the address, though the connection is made to a
    number; one of another authority, of another name or out of date is not."""
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    resolver = names(news_example="127.0.0.1", other_example="127.0.0.1")
    fetcher = Fetcher(SMALL, allow_private=True, resolver=resolver, trust=trust)
    with Web(served(authority.issue_cert("news.example"))) as web:
        web.routes["/"] = Answer(QUAY)
        assert fetcher.fetch(web.url(host="news.example")).content == QUAY.encode()
        assert web.asked[0][1]["Host"] == f"news.example:{web.port}"
        for wrong in ("other.example", "127.0.0.1"):
            assert "cannot be trusted" in str(refused(fetcher, web.url(host=wrong)))
        error = refused(Fetcher(SMALL, allow_private=True, resolver=resolver), web.url())
        assert "cannot be trusted" in str(error)
        assert not error.later
        plain = web.url(host="news.example").replace("https", "http")
        assert refused(fetcher, plain).later
    past = datetime(2020, 1, 1, tzinfo=UTC)
    with Web(served(authority.issue_cert("news.example", not_after=past))) as web:
        assert "expired" in str(refused(fetcher, web.url(host="news.example")))
    with Web() as web:
        url = web.url(host="news.example").replace("http", "https")
        assert "no secure connection" in str(refused(fetcher, url))


def test_content_comes_only_with_success() -> None:
    assert Fetched("a", "a", 204).refusal == "the server answers 204"
