"""`source` and links to feeds at the prompt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from corpus.sources.book import SourceBook
from corpus.sources.links import MOST_AT_ONCE
from tests.sources.newsroom import feed, serve, story
from tests.web import Answer, Web

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schema"
Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture(autouse=True)
def private(monkeypatch: pytest.MonkeyPatch, bare: Path) -> None:
    monkeypatch.setenv("PULLQUOTE_FETCH__ALLOW_PRIVATE", "true")
    monkeypatch.setenv("PULLQUOTE_FETCH__PACE_S", "0")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "home"


def fitting(printed: str, schema: str) -> Any:
    """What was printed, held to its schema."""
    value = json.loads(printed)
    Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(value)
    return value


def test_ingest_a_feed(web: Web, pullquote: Pullquote, here: Path) -> None:
    serve(web, range(3))
    del web.routes["/story/2"]
    web.routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /story/1")
    ran = pullquote("ingest", web.url("/feed"), "--outlet", "Post", home=here)
    assert ran.stdout.startswith("1 added, 0 updated, 0 unchanged, 2 not taken")
    assert f"{web.url('/story/1')}: robots.txt of the site asks not to fetch it" in ran.stderr
    assert f"{web.url('/story/2')}: the server answers 404" in ran.stderr
    [article] = json.loads(pullquote("articles", "--json", home=here).stdout)
    assert (article["outlet"], article["published"]) == ("Post", "2025-07-10")
    # what an editor names by itself is fetched as a browser would
    ran = pullquote("ingest", web.url("/story/1"), home=here)
    assert ran.stdout.startswith("1 added")


def test_ingest_a_feed_of_more_than_is_taken_at_once(
    web: Web, pullquote: Pullquote, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_AT_ONCE == 100
    monkeypatch.setattr("corpus.sources.links.MOST_AT_ONCE", 2)
    serve(web, range(5))
    ran = pullquote("ingest", web.url("/feed"), home=here)
    assert ran.stdout.startswith("2 added")
    assert f"3 older entries are left out; `pullquote source add {web.url('/feed')}`" in ran.stderr


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<rss version='2.0'><channel/></rss>", "it lists no articles"),
        ("<rss version='2.0'><channel><item><title>x</title></item></channel></rss>", "no link"),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'/>", "entities of its own"),
    ],
)
def test_ingest_a_feed_of_nothing(
    web: Web, pullquote: Pullquote, here: Path, body: str, why: str
) -> None:
    web.routes["/feed"] = Answer(body)
    ran = pullquote("ingest", web.url("/feed"), home=here)
    assert ran.returncode == 2
    assert why in ran.stderr


def test_one_address_for_a_feed(web: Web, pullquote: Pullquote, here: Path) -> None:
    serve(web, range(2))
    ran = pullquote("ingest", web.url("/feed"), "--url", "https://a.example/x", home=here)
    assert ran.returncode == 2
    assert "--url names one article" in ran.stderr


def test_add_poll_list_pause_remove(web: Web, pullquote: Pullquote, here: Path) -> None:
    serve(web, range(3))
    url = web.url("/feed")
    ran = pullquote("source", "add", url, "--name", "post", "--word", "story 1", home=here)
    assert ran.stdout == "post is followed; `pullquote source poll post` asks it now\n"
    ran = pullquote("source", "poll", home=here)
    assert ran.stdout.startswith("1 added, 0 updated, 0 unchanged, 2 passed over, 0 refused")
    ran = pullquote("source", "list", home=here)
    fields = ran.stdout.rstrip("\n").split("\t")
    assert fields[:3] == ["post", url, "story 1"]
    assert fields[3].startswith("asked 20")
    assert set(fields[4].split(", ")) == {"1 taken", "2 passed over"}
    [listed] = fitting(pullquote("source", "list", "--json", home=here).stdout, "source-list")
    assert listed["items"] == {"taken": 1, "passed over": 2}
    assert listed["problem"] is None
    ran = pullquote("source", "list", "--passed", home=here)
    lines = [line.split("\t") for line in ran.stdout.splitlines()]
    assert {line[2] for line in lines} == {web.url("/story/0"), web.url("/story/2")}
    assert {line[4] for line in lines} == {"it does not contain story 1"}
    ran = pullquote("source", "list", "post", "--json", home=here)
    items = fitting(ran.stdout, "source-items")
    [taken] = [item for item in items if item["state"] == "taken"]
    assert pullquote("show", taken["article"], home=here).returncode == 0
    assert pullquote("source", "pause", "post", home=here).stdout == "1 paused\n"
    assert (
        fitting(pullquote("source", "poll", "--json", home=here).stdout, "source-poll")["asked"]
        == 0
    )
    assert "paused" in pullquote("source", "list", home=here).stdout
    assert pullquote("source", "pause", "post", "--resume", home=here).stdout == "1 resumed\n"
    assert json.loads(pullquote("source", "poll", "--json", home=here).stdout)["asked"] == 1
    assert pullquote("source", "remove", "post", home=here).stdout == "1 removed\n"
    assert pullquote("source", "list", home=here).stdout == ""
    assert len(json.loads(pullquote("articles", "--json", home=here).stdout)) == 1


def test_what_is_polled_is_quoted(web: Web, pullquote: Pullquote, here: Path) -> None:
    serve(web, range(3))
    pullquote("source", "add", web.url("/feed"), home=here)
    pullquote("source", "poll", home=here)
    ran = pullquote("ask", "Who said that number 2 would be the last?", "--json", home=here)
    assert "number 2 would be the last" in json.loads(ran.stdout)["quotes"][0]["text"]
    web.routes["/story/2"] = Answer(story(2, 7))
    web.routes["/feed"] = Answer(feed(web, range(3), {2: 7}))
    name = f"127.0.0.1:{web.port}"
    assert "1 updated" in pullquote("source", "poll", name, home=here).stdout
    ran = pullquote("ask", "What was done after 9 years of work?", "--json", home=here)
    assert any("9 years" in quote["text"] for quote in json.loads(ran.stdout)["quotes"])


def test_sources_of_the_settings(
    web: Web, pullquote: Pullquote, refused: Refused, here: Path, bare: Path
) -> None:
    serve(web, range(2))
    (bare / "inbox").mkdir()
    config = bare / "config.toml"
    config.write_text(
        f'[[sources]]\nname = "post"\nurl = "{web.url("/feed")}"\noutlet = "Post"\n'
        'words = ["story"]\n\n[[sources]]\nname = "inbox"\nurl = "inbox"\n'
    )
    listed = json.loads(pullquote("source", "list", "--json", home=here).stdout)
    assert [(each["name"], each["configured"]) for each in listed] == [
        ("inbox", True),
        ("post", True),
    ]
    assert listed[0]["url"] == str(bare / "inbox")
    assert pullquote("source", "poll", home=here).stdout.startswith("2 added")
    line = refused("source", "remove", "post", home=here)
    assert "post stands in config.toml under [[sources]]: remove it there" in line
    config.write_text("")
    assert json.loads(pullquote("source", "list", "--json", home=here).stdout) == []


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('name = "a"\nurl = "b"\ncolour = "c"', "unknown setting sources.0.colour"),
        ('name = " "\nurl = "b"', "sources.0.name"),
        ('name = "a"\nurl = "b"\nlanguage = "Arabic"', "sources.0.language"),
        ('name = "a"\nurl = "b"\nwords = [" "]', "a word is blank"),
        ('name = "a"\nurl = "b"\n[[sources]]\nname = "a"\nurl = "c"', "two sources are called a"),
    ],
)
def test_bad_sources_of_the_settings(
    refused: Refused, here: Path, bare: Path, lines: str, why: str
) -> None:
    (bare / "config.toml").write_text(f"[[sources]]\n{lines}\n")
    assert why in refused("source", "list", home=here)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["add", "nowhere"], "nowhere is neither a link nor a folder"),
        (["add", "ftp://a.example/feed"], "only http and https are fetched"),
        (["add", "https://name:word@a.example/feed"], "contains a name or password"),
        (["add", "http://169.254.169.254/feed"], "does not lead to a public address"),
        (["add", "https://a.example/feed", "--word", " "], "--word is blank"),
        (["add", "https://a.example/feed", "--language", "Arabic"], "--language 'Arabic'"),
        (["poll", "none"], "no source none"),
        (["pause", "none"], "no source none"),
        (["remove", "none"], "no source none"),
        (["list", "none"], "no source none"),
    ],
)
def test_what_cannot_be_done(refused: Refused, here: Path, arguments: list[str], why: str) -> None:
    here.mkdir(exist_ok=True)
    assert why in refused("source", *arguments, home=here)


def test_a_name_and_an_address_once(pullquote: Pullquote, refused: Refused, here: Path) -> None:
    pullquote("source", "add", "https://a.example/feed", home=here)
    line = refused("source", "add", "https://a.example/feed", "--name", "b", home=here)
    assert "is followed already, as a.example" in line
    line = refused("source", "add", "https://a.example/other", home=here)
    assert "there is a source a.example already; give --name" in line


def test_a_source_that_cannot_be_asked(web: Web, pullquote: Pullquote, here: Path) -> None:
    pullquote("source", "add", web.url("/feed?key=geheim"), "--name", "post", home=here)
    ran = pullquote("source", "poll", home=here)
    assert ran.returncode == 2
    assert "not asked: post: the server answers 404" in ran.stderr
    assert "geheim" not in ran.stderr
    assert "! the server answers 404" in pullquote("source", "list", home=here).stdout


@pytest.mark.files
def test_a_book_of_a_newer_version_and_a_damaged_one(refused: Refused, here: Path) -> None:
    here.mkdir()
    with SourceBook.open(here / "sources.sqlite") as book:
        book._connection.execute("PRAGMA user_version = 99")
    assert "was written by a newer pullquote" in refused("source", "list", home=here)
    (here / "sources.sqlite").write_bytes(b"no database" * 100)
    assert "cannot use the book of sources" in refused("source", "list", home=here)
