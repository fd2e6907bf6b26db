"""One article: its text and what cleaning cut, its dates, texts, copies and receipts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.words import LANGUAGES
from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.answer.check.verdict import VerdictKind
from retrieval.engine import update_index
from retrieval.models.embed import StaticEmbedder
from tests.play.opened import Pages, opened

FIRST = "The harbour office opened the second quay on Friday morning, after four years of work."
THEN = "Ferries from three islands call there every day now, the office said in a statement."
MORE = "A third quay is to follow next year, the office said."
FURNITURE = "Share on Facebook"


@pytest.fixture
def ids(home: Path, embedded: StaticEmbedder, tmp_path: Path) -> dict[str, str]:
    """An article that has had two texts, and one that carries its text."""
    quay, copy = tmp_path / "quay.txt", tmp_path / "copy.txt"
    head = "A second quay opened\n\nPublished: 11 July 2025\n\n"
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:

        def take(file: Path, text: str) -> str:
            file.write_text(text, encoding="utf-8")
            [taken] = ingest([str(file)], coverage, today=date(2025, 8, 1)).articles
            return taken

        first = take(quay, f"{head}{FIRST}\n{FURNITURE}\n{THEN}\n")
        same = take(quay, f"{head}{FIRST}\n{FURNITURE}\n{THEN.replace('three', 'five')}\n{MORE}\n")
        assert first == same
        other = take(copy, f"Islands get a quay\n\n{FIRST}\n{THEN.replace('three', 'five')}\n")
        update_index(home, coverage, embedded)
    return {"quay": first, "copy": other}


@pytest.fixture
async def pages(home: Path, embedded: StaticEmbedder, ids: dict[str, str]) -> AsyncIterator[Pages]:
    async with opened(home, embedded) as served:
        yield served


async def test_text_with_the_lines_that_were_cut(pages: Pages, ids: dict[str, str]) -> None:
    page = await pages.get(f"/coverage/article/{ids['quay']}")
    assert page.said("//h1") == ["A second quay opened"]
    body = page.tree.xpath("//div[@class='body']")[0]
    order = [each.tag for each in body]
    assert order == ["details", "p", "details", "p", "p"]
    assert page.said("//div[@class='body']/p") == [
        f"1 {FIRST}",
        "2 " + THEN.replace("three", "five"),
        MORE,
    ]
    assert page.said("//details/ul/li") == [
        "headline, kept apart A second quay opened",
        "date line Published: 11 July 2025",
        f"share buttons {FURNITURE}",
    ]
    assert "3 lines were cut in cleaning" in page.main


async def test_dates_and_what_is_unknown(pages: Pages, ids: dict[str, str]) -> None:
    page = await pages.get(f"/coverage/article/{ids['quay']}")
    facts = page.said("//dl")
    assert "Outlet not known" in facts[0]
    assert facts[1] == "Published July 11, 2025 read from: Published: 11 July 2025"
    undated = await pages.get(f"/coverage/article/{ids['copy']}")
    assert "No date was found." in undated.main


async def test_the_texts_it_has_had_and_what_changed(pages: Pages, ids: dict[str, str]) -> None:
    page = await pages.get(f"/coverage/article/{ids['quay']}")
    assert len(page.said("//ol[@class='versions']/li")) == 2
    [old, *_] = page.tree.xpath("//ol[@class='versions']//a/@href")
    before = await pages.get(old)
    assert THEN in before.main
    assert MORE not in before.main
    assert "This is an earlier version of the article" in before.main
    [changes] = [
        each for each in page.tree.xpath("//ol[@class='versions']//a/@href") if "from=" in each
    ]
    diff = await pages.get(changes)
    assert diff.said("//div[@class='diff']//del") == ["three"]
    assert diff.said("//div[@class='diff']//ins") == ["five", ".", MORE.rstrip(".")]
    assert FIRST not in diff.main or "…" not in diff.main


async def test_who_carries_the_text(pages: Pages, ids: dict[str, str]) -> None:
    page = await pages.get(f"/coverage/article/{ids['quay']}")
    [copy] = page.said("//ul[@class='copies']/li")
    assert copy.startswith("Islands get a quay")
    graph = await pages.get(f"/coverage/article/{ids['quay']}/copies")
    links = graph.tree.xpath("//*[local-name()='svg']//*[local-name()='a']/@href")
    assert links == [f"/coverage/article/{ids[each]}" for each in ("quay", "copy")]
    assert len(graph.tree.xpath("//*[local-name()='path' and @marker-end]")) == 1
    assert "88% of its words are in" in graph.main
    groups = await pages.get("/coverage/copies")
    assert any("A second quay opened" in each for each in groups.said("//ol/li"))
    side = await pages.get(f"/coverage/article/{ids['quay']}/beside/{ids['copy']}")
    assert side.said("//div[@class='diff'][last()]//del")[-1] == MORE


async def test_a_passage_has_a_receipt_that_holds(pages: Pages, ids: dict[str, str]) -> None:
    page = await pages.get(f"/coverage/article/{ids['quay']}?passage=1")
    [receipt] = page.said("//code[1]")[:1]
    verdict = pages.room.engine.verify(receipt)
    assert verdict.kind is VerdictKind.EXACT
    marked = "".join(each.text_content() for each in page.tree.xpath("//mark"))
    assert re.sub(r"\s", "", marked) == re.sub(r"\s", "", verdict.matches[0].text)
    assert page.tree.xpath("//@id[. = 'chosen']") == ["chosen"]
    for wrong in ("0", "99", "x", "-1"):
        assert (await pages.get(f"/coverage/article/{ids['quay']}?passage={wrong}")).status == 200


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_in_every_language(
    pages: Pages, ids: dict[str, str], language: str
) -> None:
    await pages.sign_in()
    one, other = ids["quay"], ids["copy"]
    for path in (one, f"{one}?passage=1", f"{one}/copies", f"{one}/beside/{other}"):
        page = await pages.get(f"/coverage/article/{path}", language)
        assert page.status == 200, page.main
        assert page.tree.get("lang") == language
        assert not re.search(r"\{\w*\}|coverage_", page.tree.text_content())


async def test_articles_that_are_not_there(pages: Pages, ids: dict[str, str]) -> None:
    name = ids["quay"]
    assert (await pages.get("/coverage/article/none")).status == 404
    assert (await pages.get(f"/coverage/article/{name}?version=none")).status == 404
    assert (await pages.get("/coverage/article/none/copies")).status == 404
    assert (await pages.get(f"/coverage/article/{name}/beside/none")).status == 404
    pages.room.engine.coverage.remove([name])
    page = await pages.get(f"/coverage/article/{name}")
    assert page.status == 410
    assert FIRST not in page.text
    pages.room.engine.coverage.purge([ids["copy"]], date(2025, 8, 1))
    gone = await pages.get(f"/coverage/article/{ids['copy']}")
    assert gone.status == 410
    assert "was deleted for good on August 1, 2025" in gone.main
