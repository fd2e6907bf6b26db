"""Links taken in: the page's text, its address, its day, and what is no article."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from corpus.fetch import Fetched, Fetcher, Limits
from corpus.sources.charset import as_utf8
from corpus.sources.page import documents, fetched
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate
from tests.web import Answer, Web, page

BODY = (
    "The harbour authority opened a second quay on Monday after two years of work.",
    "It will take ferries from four towns along the coast, the authority said.",
)
ARABIC = (
    "افتتحت هيئة المرفأ رصيفا ثانيا يوم الاثنين بعد عامين من العمل المتواصل.",
    "وقالت الهيئة إن الرصيف سيستقبل العبّارات القادمة من أربع مدن على الساحل.",
)
DAY = "Fri, 11 Jul 2025 22:30:00 GMT"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture
def private(monkeypatch: pytest.MonkeyPatch, bare: Path) -> None:
    monkeypatch.setenv("PULLQUOTE_FETCH__ALLOW_PRIVATE", "true")


Pullquote = Callable[..., CompletedProcess[str]]


def read(web: Web, path: str, **given: Any) -> RawDocument | Rejection:
    fetcher = Fetcher(Limits(seconds=2.0), allow_private=True)
    [one] = fetched(fetcher, web.url(path), Source(path="", **given))
    return one


def address(web: Web, path: str) -> str | None:
    found = read(web, path)
    assert isinstance(found, RawDocument), found
    return found.given.url


def why(web: Web, path: str) -> str:
    found = read(web, path)
    assert isinstance(found, Rejection), found
    assert found.source == web.url(path)
    return found.reason


def test_ingest_a_link(web: Web, pullquote: Pullquote, private: None, tmp_path: Path) -> None:
    home = tmp_path / "home"
    head = '<meta property="article:published_time" content="2025-07-10T08:00:00Z">'
    web.routes["/old"] = Answer(status=301, headers={"Location": "/story"})
    answer = Answer(page("A second quay", *BODY, head=head), headers={"Last-Modified": DAY})
    web.routes["/story"] = answer
    ran = pullquote("ingest", web.url("/old"), "--json", home=home)
    assert ran.returncode == 0, ran.stderr
    [article] = json.loads(ran.stdout)["articles"]
    assert article["url"] == web.url("/story")
    assert article["source"] == web.url("/old")
    assert article["published"] == "2025-07-10"
    assert {"kind": "page", "value": "2025-07-11", "evidence": f"Last-Modified: {DAY}"} in article[
        "dates"
    ]
    shown = json.loads(pullquote("show", article["id"], "--json", home=home).stdout)
    assert BODY[0] in shown["body"]
    ran = pullquote("ask", "Where will ferries from four towns land?", "--json", home=home)
    assert BODY[1] in json.loads(ran.stdout)["quotes"][0]["text"]
    # asked for again it is the same article, and a corrected one a version of it
    ran = pullquote("ingest", web.url("/old"), home=home)
    assert ran.stdout.startswith("0 added, 0 updated, 1 unchanged")
    answer.body = page("A second quay", BODY[0].replace("Monday", "Tuesday"), BODY[1], head=head)
    ran = pullquote("ingest", web.url("/story"), home=home)
    assert ran.stdout.startswith("0 added, 1 updated")
    assert len(json.loads(pullquote("articles", "--json", home=home).stdout)) == 1


def test_links_beside_files_and_links_that_fail(
    web: Web, pullquote: Pullquote, private: None, tmp_path: Path, article: Path
) -> None:
    web.routes["/story"] = Answer(page("A second bridge", *BODY))
    links = (web.url("/story"), web.url("/none"), web.url("/gone"))
    web.routes["/gone"] = Answer(status=410)
    ran = pullquote("ingest", article, *links, home=tmp_path / "home")
    assert ran.stdout.startswith("2 added, 0 updated, 0 unchanged, 2 not taken")
    told = ran.stderr.splitlines()
    assert f"{links[1]}: the server answers 404: there is no such page" in told[2]
    assert f"{links[2]}: the server answers 410: the page has been taken down" in told[3]


def test_dry_run_stores_nothing(
    web: Web, pullquote: Pullquote, private: None, tmp_path: Path
) -> None:
    web.routes["/story"] = Answer(page("A second quay", *BODY))
    ran = pullquote("ingest", web.url("/story"), "--dry-run", home=tmp_path / "home")
    assert f"url: {web.url('/story')}" in ran.stdout
    assert not (tmp_path / "home" / "coverage.sqlite").exists()


def test_the_address_a_page_calls_its_own(web: Web) -> None:
    def with_link(href: str) -> Answer:
        head = f'<link rel="canonical" href="{href}">'
        return Answer(page("A second quay", *BODY, head=head))

    web.routes["/a"] = with_link(web.url("/story"))
    assert address(web, "/a?utm_source=x") == web.url("/story")
    web.routes["/b"] = with_link("/story")
    assert address(web, "/b") == web.url("/story")
    for elsewhere in ("https://other.example/story", "javascript:1", "", web.url("/"), "http://["):
        web.routes["/c"] = with_link(elsewhere)
        assert address(web, "/c") == web.url("/c"), elsewhere
    given = read(web, "/a", url="https://outlet.example/said")
    assert isinstance(given, RawDocument)
    assert given.given.url == "https://outlet.example/said"


@pytest.mark.parametrize(
    ("encoding", "said", "meta"),
    [
        ("windows-1256", "windows-1256", ""),
        ("windows-1256", "utf-8", ""),
        ("windows-1256", "iso-8859-1", "windows-1256"),
        ("iso-8859-6", "ISO-8859-6", ""),
        ("utf-8", "windows-1256", ""),
        ("utf-8", "no-such-thing", ""),
        ("utf-16", "utf-8", ""),
    ],
)
def test_a_wrong_charset(web: Web, encoding: str, said: str, meta: str) -> None:
    html = page("رصيف ثان", *(each.replace("ّ", "") for each in ARABIC), language="ar")
    html = html.replace('charset="utf-8"', f'charset="{meta}"' if meta else "")
    web.routes["/a"] = Answer(html.encode(encoding), type=f"text/html; charset={said}")
    found = read(web, "/a")
    assert isinstance(found, RawDocument), found
    assert ARABIC[0] in found.text


@pytest.mark.parametrize("charset", ["idna", "punycode", "unicode_escape", "utf-7", "zip"])
def test_a_charset_that_is_none(charset: str) -> None:
    content = "café".encode("latin-1")
    assert as_utf8(Fetched("a", "a", 200, content, charset=charset)) == content


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "text/plain", ""])
def test_a_wrong_content_type(web: Web, kind: str) -> None:
    web.routes["/a"] = Answer(page("A second quay", *BODY), type=kind)
    assert isinstance(read(web, "/a"), RawDocument)


def test_what_is_no_article_is_said_to_be_what_it_is(web: Web) -> None:
    web.routes["/feed"] = Answer(
        '<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>'
    )
    web.routes["/map"] = Answer("<urlset><url><loc>https://a.example/</loc></url></urlset>")
    web.routes["/data"] = Answer('{"text": "x"}', type="text/html")
    web.routes["/picture"] = Answer(b"\x89PNG\r\n\x1a\n", type="text/html")
    web.routes["/empty"] = Answer("")
    for path, what in (("/feed", "feed"), ("/map", "sitemap")):
        said = why(web, path)
        assert said.startswith(f"it is a {what}, which lists articles")
        assert f"pullquote source add {web.url(path)}" in said
    assert why(web, "/data") == "it holds data, not a page or text"
    assert "a picture" in why(web, "/picture")
    assert "empty" in why(web, "/empty")


def test_a_front_page_names_its_feed(web: Web) -> None:
    line = '<li><a href="/{0}">A headline of seven words, number {0}</a>'
    links = "".join(line.format(number) for number in range(30))
    feeds = (
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
        '<link rel="alternate" type="application/rss+xml" href="feed.xml">'
    )
    front = f"<html><head>{feeds}</head><body><ul>{links}</ul></body></html>"
    web.routes["/news/"] = Answer(front)
    said = why(web, "/news/")
    assert said.endswith(
        f"; its feed is {web.url('/news/feed.xml')}:"
        f" `pullquote source add {web.url('/news/feed.xml')}`"
    )


def test_a_page_without_a_date_is_dated_by_who_listed_it(web: Web) -> None:
    listed = Source("", dates=(SourceDate(DateKind.PUBLISHED, date(2025, 7, 9), "pubDate"),))
    dated = '<meta property="article:published_time" content="2025-07-10T08:00:00Z">'
    fetcher = Fetcher(Limits(seconds=2.0), allow_private=True)
    for head, days in (("", [date(2025, 7, 9)]), (dated, [])):
        web.routes["/a"] = Answer(page("A second quay", *BODY, head=head))
        [found] = documents(fetcher.fetch(web.url("/a")), Source("a"), listed)
        assert isinstance(found, RawDocument)
        assert [day.value for day in found.given.dates] == days
