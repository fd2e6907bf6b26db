"""What editors do on the pages, and that nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.play import acts
from corpus.fetch import Fetcher, Limits
from corpus.sources.book import FILE, Followed, SourceBook
from corpus.store import Act, Coverage
from retrieval.models.embed import StaticEmbedder
from tests.play.opened import Page, Pages, opened
from tests.web import Answer, Web, page

BODY = (
    "The harbour authority opened a second quay on Monday after two years of work.",
    "It will take ferries from four towns along the coast, the authority said.",
)
FERRIES = "Where will ferries from four towns land?"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        server.routes["/story"] = Answer(page("A second quay", *BODY))
        server.routes["/feed"] = Answer(
            '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>'
        )
        yield server


@pytest.fixture
async def pages(home: Path, embedded: StaticEmbedder) -> AsyncIterator[Pages]:
    fetcher = Fetcher(Limits(seconds=2, bytes=100_000), allow_private=True)
    async with opened(home, embedded, fetcher) as served:
        await served.sign_in("Desk")
        yield served


@pytest.fixture
async def one(pages: Pages) -> str:
    """An article of the demo whose day is not known."""
    shown = await pages.get("/coverage?only=undated")
    address: str = shown.tree.xpath("//ol/li/h2/a/@href")[0]
    return address.rpartition("/")[2]


def coverage_of(pages: Pages) -> Coverage:
    return pages.room.engine.coverage


async def settled(pages: Pages, shown: Page) -> Page:
    """The page of an act once it is over."""
    for _ in range(200):
        if not shown.tree.xpath("//*[@data-reload]"):
            return shown
        await asyncio.sleep(0.05)
        shown = await pages.get(shown.path)
    raise AssertionError(shown.main)


async def test_a_link_is_quoted_at_once(pages: Pages, web: Web) -> None:
    links = f"{web.url('/story')}\n{web.url('/feed')} {web.url('/none')}"
    done = await settled(
        pages, await pages.post("/coverage/add/links", "/coverage/add", links=links)
    )
    assert "1 article added" in done.main
    assert "is a list of articles" in done.main
    assert "none : " in done.main
    answer = pages.room.engine.ask(FERRIES)
    assert "ferries from four towns" in answer.quotes[0].text
    [entry] = coverage_of(pages).journal(answer.quotes[0].article.id)
    assert (entry.act, entry.actor) == (Act.ADDED, "page: Desk")
    changes = await pages.get("/coverage/changes")
    assert "Desk, on the page added: A second quay" in " ".join(changes.main.split())


async def test_a_file_with_what_is_known_of_it(pages: Pages) -> None:
    text = "A second quay\n\n" + "\n".join(BODY) + "\n"
    form = pages.client  # multipart: a field that holds a file
    seen = await pages.get("/coverage/add")
    token = seen.tree.xpath("//main//input[@name='token']/@value")[0]
    from aiohttp import FormData

    data = FormData(quote_fields=False)
    data.add_field("token", token)
    data.add_field("outlet", "Meridian")
    data.add_field("published", "2025-07-12")
    data.add_field("url", "")
    data.add_field("file", text.encode(), filename="C:\\desk\\..\\quay.txt")
    sent = await form.post("/coverage/add/file", data=data)
    assert sent.status == 200
    article = pages.room.engine.ask(FERRIES).quotes[0].article
    assert (article.source.outlet, str(article.source.published)) == ("Meridian", "2025-07-12")
    assert article.source.path.endswith("/quay.txt")
    assert Path(article.source.path).is_relative_to(pages.room.home / "received")


async def test_a_correction_is_shown_with_who_made_it(pages: Pages, one: str) -> None:
    address = f"/coverage/article/{one}"
    shown = await pages.post(
        f"{address}/correct",
        address,
        outlet="Meridian",
        published="2025-07-09",
        url="",
        headline="",
    )
    shown = await settled(pages, shown)
    shown = await pages.get(address)
    assert "Outlet Meridian (by hand," in " ".join(shown.said("//dl"))
    assert "Published July 9, 2025" in " ".join(shown.said("//dl"))
    changes = shown.said("//section[h2[@id='journal']]//tbody/tr")
    assert "Desk, on the page" in changes[0]
    assert "Day of publication: not known → 2025-07-09" in changes[0]
    listed = await pages.get("/coverage?since=2025-07-09&until=2025-07-09")
    assert len(listed.said("//ol/li")) == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Nothing was filled in."),
        ({"outlet": "   "}, "Nothing was filled in."),
        ({"published": "soon"}, "“soon” is not a date"),
        ({"published": "2999-01-01"}, "January 1, 2999 is in the future."),
        ({"url": "javascript:alert(1)"}, "“javascript:alert(1)” is not an address"),
    ],
)
async def test_a_correction_that_cannot_be(
    pages: Pages, one: str, fields: dict[str, str], told: str
) -> None:
    address = f"/coverage/article/{one}"
    entered = {"outlet": "", "published": "", "url": "", "headline": "Kept"} if fields else {}
    entered |= fields
    if entered.get("headline") and not any(value.strip() for value in fields.values()):
        entered["headline"] = ""
    shown = await pages.post(f"{address}/correct", address, **entered)
    assert shown.status == 400
    assert told in shown.said("//*[@role='alert']")[0]
    kept = shown.tree.xpath("//form[contains(@action, 'correct')]//input[@name='headline']/@value")
    assert kept == [entered.get("headline", "")]
    assert coverage_of(pages).corrections(one) == {}


async def test_removed_and_restored(pages: Pages, one: str) -> None:
    address = f"/coverage/article/{one}"
    shown = await settled(pages, await pages.post(f"{address}/remove", address))
    assert "Removed." in shown.main
    assert coverage_of(pages).removed([one])
    listed = await pages.get("/coverage?only=removed")
    assert listed.tree.xpath("//ol/li/h2/a/@href") == [address]
    shown = await pages.get(address)
    assert "has been removed" in shown.main
    shown = await settled(pages, await pages.post(f"{address}/restore", address))
    assert "Restored." in shown.main
    acts_done = [entry.act for entry in coverage_of(pages).journal(one)]
    assert acts_done[:2] == [Act.RESTORED, Act.REMOVED]


async def test_sources_and_their_state(pages: Pages, home: Path) -> None:
    with SourceBook.open(home / FILE) as book:
        book.add(Followed("wire", "https://wire.example/feed", "Wire", "ar", ("ميناء",)))
        [source] = book.sources()
        from dataclasses import replace

        book.save(replace(source, problem="the server answers 503", failures=3, polled=1.0))
    shown = await pages.get("/coverage/sources")
    assert "the server answers 503" in shown.main
    assert "failed 3 times in a row" in shown.main
    shown = await pages.post("/coverage/sources/pause", "/coverage/sources", name="wire")
    assert "paused" in (await pages.get("/coverage/sources")).main
    with SourceBook.open(home / FILE) as book:
        assert book.sources()[0].paused
    await pages.post("/coverage/sources/resume", "/coverage/sources", name="wire")
    with SourceBook.open(home / FILE) as book:
        assert not book.sources()[0].paused
    found = [(each.act, each.source, each.actor) for each in coverage_of(pages).journal(limit=2)]
    assert found == [
        (Act.RESUMED, "wire", "page: Desk"),
        (Act.PAUSED, "wire", "page: Desk"),
    ]
    assert (await pages.get("/coverage/sources/entries?name=wire")).status == 200
    assert (await pages.get("/coverage/sources/entries?name=none")).status == 404
    none = await settled(
        pages, await pages.post("/coverage/sources/pause", "/coverage/sources", name="none")
    )
    assert "no source none" in none.main


async def test_an_act_that_takes_its_time(
    pages: Pages, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "SOON", 0.0)
    address = f"/coverage/article/{one}"
    shown = await pages.post(f"{address}/remove", address)
    assert shown.path.startswith("/coverage/acts/")
    shown = await settled(pages, shown)
    assert "Removed." in shown.main
    assert (await pages.get("/coverage/acts/none")).status == 404


async def test_nobody_else(home: Path, embedded: StaticEmbedder) -> None:
    async with opened(home, embedded) as stranger:
        listed = await stranger.get("/coverage?only=undated")
        [address, *_] = listed.tree.xpath("//ol/li/h2/a/@href")
        shown = await stranger.get(address)
        assert not shown.tree.xpath("//main//form[@method='post'] | //a[@href='/coverage/add']")
        assert (await stranger.get("/coverage/add")).status == 403
        entrance = await stranger.get("/enter")
        token = entrance.tree.xpath("//input[@name='token']/@value")[0]
        before = stranger.room.engine.coverage.journal()
        for path in (
            f"{address}/remove",
            f"{address}/restore",
            f"{address}/correct",
            "/coverage/add/links",
            "/coverage/add/file",
            "/coverage/sources/pause",
        ):
            sent = await stranger.client.post(path, data={"token": token, "outlet": "x"})
            assert sent.status == 403, path
        assert stranger.room.engine.coverage.journal() == before


async def test_a_form_from_elsewhere(pages: Pages, one: str) -> None:
    sent = await pages.client.post(f"/coverage/article/{one}/remove", data={"token": "x"})
    assert sent.status == 403
    assert not coverage_of(pages).removed([one])


async def test_an_index_that_cannot_be_written_is_told(
    pages: Pages, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus.errors import HomeError

    def full(*_: object, **__: object) -> None:
        raise HomeError("the disk is full")

    monkeypatch.setattr("bot.desk.update_index", full)
    address = f"/coverage/article/{one}"
    shown = await settled(
        pages,
        await pages.post(
            f"{address}/correct", address, outlet="Meridian", published="", url="", headline=""
        ),
    )
    assert "could not be done: the disk is full" in shown.main


def test_the_journal_outlives_the_pages(home: Path) -> None:
    with closing(Coverage.open(home / "coverage.sqlite")) as coverage:
        assert {entry.act for entry in coverage.journal()} == {Act.ADDED}
