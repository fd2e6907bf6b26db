"""Visits: a pace for each host, what robots.txt asks, and servers that want to be left alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from corpus.errors import FetchError
from corpus.fetch import Fetcher, Limits
from corpus.sources.visits import Visits
from tests.sources.newsroom import Clock
from tests.web import Answer, Web

FETCHER = Fetcher(Limits(seconds=2.0), allow_private=True)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        server.routes |= {"/a": Answer("a"), "/b": Answer("b"), "/private/c": Answer("c")}
        yield server


def test_two_requests_to_a_host_are_apart(web: Web) -> None:
    visits = Visits(FETCHER, 0.3)
    begun = time.monotonic()
    for path in ("/a", "/b"):
        assert visits.fetch(web.url(path)).status == 200
    assert web.paths() == ["/robots.txt", "/a", "/b"]
    assert time.monotonic() - begun >= 0.6


def test_hosts_do_not_wait_for_each_other_and_threads_of_one_do(web: Web) -> None:
    with Web() as other:
        other.routes["/a"] = Answer("a")
        visits = Visits(FETCHER, 0.4)
        urls = [web.url("/a"), web.url("/b"), other.url("/a")]
        times: dict[str, float] = {}
        begun = time.monotonic()

        def fetch(url: str) -> None:
            visits.fetch(url)
            times[url] = time.monotonic() - begun

        threads = [threading.Thread(target=fetch, args=[url]) for url in urls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert max(times[url] for url in urls[:2]) >= 0.8
        assert times[urls[2]] < max(times[url] for url in urls[:2])


def test_robots(web: Web) -> None:
    web.routes["/robots.txt"] = Answer(
        "User-agent: *\nDisallow: /\n\nUser-agent: pullquote\nDisallow: /private/\n"
        f"Sitemap: {web.url('/map.xml')}\n"
    )
    visits = Visits(FETCHER, 0.0)
    assert visits.fetch(web.url("/a")).status == 200
    with pytest.raises(FetchError, match=r"robots\.txt of the site asks not to fetch it"):
        visits.fetch(web.url("/private/c"))
    assert visits.fetch_named(web.url("/private/c")).status == 200
    assert visits.sitemaps(web.url("/")) == [web.url("/map.xml")]
    assert web.paths().count("/robots.txt") == 1


def test_robots_asks_for_a_pace(web: Web) -> None:
    web.routes["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 0.4\n")
    visits = Visits(FETCHER, 0.0)
    begun = time.monotonic()
    for path in ("/a", "/b"):
        visits.fetch(web.url(path))
    assert time.monotonic() - begun >= 0.4


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_host_without_robots_asks_for_nothing(web: Web, status: int) -> None:
    web.routes["/robots.txt"] = Answer(status=status)
    assert Visits(FETCHER, 0.0).fetch(web.url("/a")).status == 200


def test_a_host_whose_robots_cannot_be_read_is_not_fetched_from(web: Web) -> None:
    clock = Clock()
    visits = Visits(FETCHER, 0.0, clock=clock)
    web.routes["/robots.txt"] = Answer(status=500)
    with pytest.raises(FetchError, match=r"its robots\.txt cannot be read") as raised:
        visits.fetch(web.url("/a"))
    assert raised.value.later
    assert "/a" not in web.paths()
    web.routes["/robots.txt"] = Answer("")
    assert visits.fetch(web.url("/a")).status == 200
    web.routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /a")
    assert visits.fetch(web.url("/a")).status == 200
    clock.pass_(86_401)
    with pytest.raises(FetchError, match="asks not to fetch"):
        visits.fetch(web.url("/a"))


@pytest.mark.parametrize("body", [b"\xff\xfe\0", b"<html>not robots</html>", b"\n" * 600_000])
def test_robots_that_are_none(web: Web, body: bytes) -> None:
    web.routes["/robots.txt"] = Answer(body)
    assert Visits(FETCHER, 0.0).fetch(web.url("/a")).status == 200


def test_a_server_that_asks_to_be_left_alone(web: Web) -> None:
    clock = Clock()
    visits = Visits(FETCHER, 0.0, clock=clock)
    web.routes["/a"] = Answer(status=429, headers={"Retry-After": "90"})
    assert visits.fetch(web.url("/a")).wait == 90
    asked = len(web.asked)
    with pytest.raises(FetchError, match="left alone for 90 s") as raised:
        visits.fetch(web.url("/b"))
    assert raised.value.later
    assert len(web.asked) == asked
    clock.pass_(91)
    assert visits.fetch(web.url("/b")).status == 200


def test_who_is_told_to_stop_does_not_wait(web: Web) -> None:
    stop = threading.Event()
    visits = Visits(FETCHER, 20.0, stop=stop)
    visits.fetch_named(web.url("/a"))
    threading.Timer(0.2, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(FetchError, match="stopped"):
        visits.fetch_named(web.url("/b"))
    assert time.monotonic() - begun < 5
