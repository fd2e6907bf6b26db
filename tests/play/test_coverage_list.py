"""The list of articles and the pages beside it, as a browser without scripts sees them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.words import LANGUAGES
from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import update_index
from retrieval.models.embed import StaticEmbedder
from tests.play.opened import Page, Pages, opened

PAGES = (
    "/coverage",
    "/coverage?words=Lavrov&sort=outlet",
    "/coverage?only=removed",
    "/coverage/copies",
    "/coverage/timeline",
    "/coverage/timeline?q=Lavrov",
    "/coverage/compare",
    "/coverage/compare?q=Lavrov+Kim",
    "/coverage/sources",
    "/coverage/changes",
)
HOSTILE = "\u202e<script>alert(1)</script>\u2066 \"onload='x' </title></p>{{ 7777*7777 }}"


@pytest.fixture
async def pages(home: Path, embedded: StaticEmbedder) -> AsyncIterator[Pages]:
    async with opened(home, embedded) as served:
        yield served


def headlines(page: Page) -> list[str]:
    return page.said("//ol[@class='articles']/li/h2")


def total(page: Page) -> int:
    return int(re.sub(r"\D", "", page.said("//p[@class='total']")[0].split("·")[0]) or 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
async def test_every_page_in_every_language(pages: Pages, path: str, language: str) -> None:
    page = await pages.get(path, language)
    assert page.status == 200, page.main
    assert page.tree.get("lang") == language
    assert page.tree.get("dir") == ("rtl" if language == "ar" else "ltr")
    assert page.said("//h1")
    assert page.said("//title")
    assert not page.tree.xpath("//@style | //style | //script[not(@src)] | //@onclick")
    assert not re.search(r"\{\w*\}|coverage_", page.tree.text_content())


async def test_articles_with_what_is_known_and_unknown(pages: Pages) -> None:
    page = await pages.get("/coverage")
    assert total(page) == len(headlines(page)) == 16
    assert "3 undated" in page.main
    known = next(each for each in page.said("//ol/li") if each.startswith("Lavrov lands in"))
    assert "July 11, 2025 · The Meridian Ledger (demo) · signed by Madar Agency" in known
    assert known.endswith("read from: Published Friday, July 11, 2025, 6:02 pm")
    unknown = [each for each in page.said("//ol/li") if "day not known" in each]
    assert len(unknown) == 3
    assert page.said("//ol/li")[-3:] == unknown  # at the end
    assert any("1 copy" in each for each in page.said("//ol/li"))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?outlet=Harbour Post (demo)", 2),
        ("?outlet=?", 0),
        ("?since=2025-07-13", 5),
        ("?since=2025-07-11&until=2025-07-11", 5),
        ("?since=11 July 2025&until=11 July 2025", 5),
        ("?language=fr", 2),
        ("?agency=وكالة المدار (تجريبية)", 4),
        ("?only=undated", 3),
        ("?only=removed", 0),
        ("?words=ferries", 0),
        ("?words=resort", 1),
        ("?words=لافروف+وونسان", 7),
        ("?words=“seaside+resort”", 1),
        ("?words=Lavrov&language=en&outlet=Harbour Post (demo)", 2),
    ],
)
async def test_filter(pages: Pages, query: str, count: int) -> None:
    page = await pages.get(f"/coverage{quote(query, safe='?=&+')}")
    assert page.status == 200
    assert (total(page), len(headlines(page))) == (count, count)
    assert bool(page.tree.xpath("//a[@href='/coverage' and not(@aria-current)]"))


async def test_the_form_keeps_what_was_chosen(pages: Pages) -> None:
    page = await pages.get("/coverage?words=a%22b&outlet=Harbour+Post+(demo)&since=2025-07-12")
    form = page.tree.xpath("//form[@role='search']")[0]
    fields = {name: value for name, value in form.form_values() if value}
    assert fields == {
        "words": 'a"b',
        "outlet": "Harbour Post (demo)",
        "since": "2025-07-12",
        "sort": "newest",
    }


async def test_a_day_that_is_none_is_told(pages: Pages) -> None:
    page = await pages.get("/coverage?since=whenever")
    assert "“whenever” is not a date" in page.said("//*[@role='alert']")[0]
    assert total(page) == 16


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=x", "?page=99999999", "?sort=x"])
async def test_addresses_that_make_no_sense(pages: Pages, query: str) -> None:
    page = await pages.get(f"/coverage{query}")
    assert page.status == 200
    assert total(page) == 16


async def test_bars_lead_to_their_days(pages: Pages) -> None:
    page = await pages.get("/coverage")
    links = page.tree.xpath("//figure//a")
    assert links[0].get("aria-label") == "July 11, 2025: 5 articles"
    day = await pages.get(links[0].get("href"))
    assert total(day) == 5


async def test_pages_of_many(home: Path, embedded: StaticEmbedder, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(90):
        text = f"Quay number {n} opened\n\nThe harbour office opened quay number {n} on Monday.\n"
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")
    take(home, embedded, folder)
    async with opened(home, embedded) as pages:
        first = await pages.get("/coverage?words=harbour+office&sort=headline")
        assert (total(first), len(headlines(first))) == (90, 50)
        [after] = first.tree.xpath("//a[@rel='next']/@href")
        second = await pages.get(after)
        assert len(headlines(second)) == 40
        assert not set(headlines(first)) & set(headlines(second))
        assert not second.tree.xpath("//a[@rel='next']")
        assert (await pages.get(second.tree.xpath("//a[@rel='prev']/@href")[0])).text == first.text


async def test_a_receipt_leads_to_its_quote(pages: Pages) -> None:
    answer = pages.room.engine.ask("When did Lavrov arrive in Wonsan?")
    from retrieval.answer.check.receipt import receipt_of

    quoted = answer.quotes[0]
    page = await pages.get(f"/coverage?words={receipt_of(quoted)}")
    assert page.path == f"/coverage/article/{quoted.article.id}"
    marked = "".join(each.text_content() for each in page.tree.xpath("//mark"))
    assert re.sub(r"\s", "", marked) == re.sub(r"\s", "", quoted.text)
    assert (await pages.get("/coverage/receipt/aaaaaaaaaaaaaaaa")).status == 404


async def test_text_of_an_article_is_data(
    home: Path, embedded: StaticEmbedder, tmp_path: Path
) -> None:
    file = tmp_path / "hostile.txt"
    lines = [f"The harbour office opened a quay on Monday {HOSTILE}, it said.", "x" * 20_000]
    file.write_text(f"{HOSTILE}\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    known = take(home, embedded, file, outlet=HOSTILE)
    async with opened(home, embedded) as pages:
        await pages.sign_in()
        before = await pages.get("/coverage/changes")
        paths = ["/coverage", f"/coverage/article/{known}", f"/coverage/article/{known}/copies"]
        for path in (*paths, "/coverage/changes", "/coverage?words=" + quote(HOSTILE)):
            page = await pages.get(path)
            assert page.status == 200
            assert not page.tree.xpath("//main//script | //@onload | //@style")
            assert str(7777 * 7777) not in page.said("//h1")[0]
            assert len(page.tree.xpath("//main")) == 1
        assert "alert(1)" in (await pages.get(paths[1])).main
        assert len(before.tree.xpath("//script")) == 0


async def test_no_coverage(tmp_path: Path, home: Path, embedded: StaticEmbedder) -> None:
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        coverage.remove(coverage.article_ids())
    async with opened(home, embedded) as pages:
        assert "There are no articles yet." in (await pages.get("/coverage")).main
        assert total(await pages.get("/coverage?only=removed")) == 16
        assert (await pages.get("/coverage/timeline")).status == 200


def take(home: Path, embedder: StaticEmbedder, file: Path, outlet: str | None = None) -> str:
    """Take a file in; the id of its last article."""
    from corpus.types import Source

    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        report = ingest(
            [str(file)],
            coverage,
            given=Source(path="", outlet=outlet),
            today=date(2025, 8, 1),
        )
        update_index(home, coverage, embedder)
    assert report.articles, report.rejected
    return report.articles[-1]
