"""Replay cases kept, replayed and compared, over HTTP and without JavaScript."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestClient, TestServer

from bot.desk import PINNED, Desk, pinned_id
from bot.play.app import application
from bot.play.replaying import Replaying
from bot.play.room import Room
from bot.play.visitor import Visitors
from bot.replay.cases import Case, Expectation, keep, read
from bot.replay.last import BASELINE, LastReplay
from retrieval.engine import Engine
from tests.play.pages import ELSEWHERE, FLIGHTS, Browser, Client, replayed, said, why

Pullquote = Callable[..., CompletedProcess[str]]


async def test_the_right_quote_is_kept_by_a_click(
    browser: Browser, home: Path, engine: Engine, pullquote: Pullquote
) -> None:
    page = await browser.get(why(FLIGHTS))
    candidates = engine.explain(FLIGHTS).explanation.candidates
    receipts = page.xpath("//button[@name='right']/@value")
    assert [bool(each) for each in receipts] == [True] * len(candidates) + [False]
    for at in (len(candidates) - 1, 0):  # the second one takes the place of the first
        shown = await browser.send(page, "/why/keep", right=receipts[at])
        assert said(shown, "[role=status]") == [f"Kept as replay case {pinned_id(FLIGHTS)}."]
        (case,) = read(home / PINNED)
        assert (case.question, case.expect.contains) == (FLIGHTS, (candidates[at].quote.text,))
    silent = await browser.get(why(ELSEWHERE))
    await browser.send(silent, "/why/keep", right="")
    assert [each.expect.answered for each in read(home / PINNED)] == [True, False]
    ran = await asyncio.to_thread(pullquote, "replay", home / PINNED, home=home)
    assert ran.returncode == 0, ran.stdout


async def test_a_quote_that_is_gone_is_not_kept(
    browser: Browser, home: Path, engine: Engine
) -> None:
    page = await browser.get(why(FLIGHTS))
    quote = engine.explain(FLIGHTS).explanation.candidates[0].quote
    receipt = page.xpath("//button[@name='right']/@value")[0]
    engine.coverage.remove([quote.article.id])
    for right in (receipt, "nonsense", "aaaaaaaaaaaaaaaa"):
        shown = await browser.send(page, "/why/keep", right=right)
        assert "no longer in the coverage" in said(shown, "[role=status]")[0]
    assert not (home / PINNED).exists()


async def test_without_the_token_of_a_page_nothing_is_kept(
    client: Client, browser: Browser, home: Path
) -> None:
    await browser.get(why(FLIGHTS))
    for address, fields in (
        ("/why/keep", {"q": FLIGHTS, "right": ""}),
        ("/why/cases/replay", {}),
        ("/why/cases/bless", {}),
    ):
        answer = await client.post(address, data=fields)
        assert answer.status == 403, address
    assert not (home / PINNED).exists()


async def test_only_an_editor_where_there_is_a_password(home: Path, engine: Engine) -> None:
    room = Room(home, engine, Desk(home, engine, ZoneInfo("UTC")), ZoneInfo("UTC"))
    async with TestClient(TestServer(application(room, Visitors("a long password")))) as client:
        for address in (why(FLIGHTS), "/why/cases", "/why/cases/progress", "/verify"):
            answer = await client.get(address, allow_redirects=False)
            assert answer.status == 302, address
            assert answer.headers["Location"] == "/enter"
    room.close()


async def test_a_replay_from_the_page_and_against_its_baseline(
    browser: Browser, client: Client, home: Path
) -> None:
    page = await browser.get("/why/cases")
    assert "No cases are kept yet" in page.text_content()
    await browser.send(await browser.get(why(FLIGHTS)), "/why/keep", right="")
    page = await browser.get("/why/cases")
    running = await browser.send(page, "/why/cases/replay")
    progress = await (await client.get("/why/cases/progress")).json()
    assert set(progress) == {"running", "done", "total", "said"}
    assert running.cssselect("progress") or running.cssselect(".cases")
    page = await replayed(browser)
    assert said(page, "strong.outcome") == ["not compared"]
    assert said(page, "strong.failed") == ["✗ failed"]
    assert "that the coverage doesn’t say" in said(page, ".cases details li")
    assert any("Nordwind" in each for each in said(page, ".cases q"))
    page = await browser.send(page, "/why/cases/bless")
    assert said(page, "[role=status]") == ["This replay is the baseline now."]
    assert said(page, "strong.outcome") == ["same"]
    assert (home / BASELINE).exists()
    # another expectation, which the same answer meets
    page = await browser.get(why(FLIGHTS))
    right = page.xpath("//button[@name='right']/@value")[0]
    await browser.send(page, "/why/keep", right=right)
    await browser.send(await browser.get("/why/cases"), "/why/cases/replay")
    page = await replayed(browser)
    assert said(page, "strong.outcome") == ["better"]
    assert said(page, "strong.passed") == ["✓ passed"]
    assert said(page, ".outcomes li") == ["better: 1"]
    assert said(page, ".pair h4") == ["Before", "Now"]


async def test_a_worse_answer_stands_first(browser: Browser, home: Path, engine: Engine) -> None:
    for question in (ELSEWHERE, FLIGHTS):
        quote = engine.ask(question, limit=1).quotes
        text = quote[0].text if quote else None
        expect = Expectation(answered=bool(text), contains=(text,) if text else None)
        keep(home / PINNED, Case(id=pinned_id(question), question=question, expect=expect))
    await browser.send(await browser.get("/why/cases"), "/why/cases/replay")
    await browser.send(await replayed(browser), "/why/cases/bless")
    blessed = LastReplay.read(home)
    assert blessed
    gone = {each.article for one in blessed.results for each in one.seen.quotes}
    engine.coverage.remove(sorted(gone))
    await browser.send(await browser.get("/why/cases"), "/why/cases/replay")
    page = await replayed(browser)
    assert said(page, "strong.outcome") == ["worse", "same"]
    assert said(page, "strong.failed") == ["✗ failed"]
    before, now = page.cssselect(".cases li:first-child .pair > div")
    assert "Nordwind" in before.text_content()
    assert "Nordwind" not in now.text_content() or "the right one" not in now.text_content()


async def test_cases_that_cannot_be_read_are_told(browser: Browser, home: Path) -> None:
    (home / PINNED).write_text("{broken\n", encoding="utf-8")
    page = await browser.get("/why/cases")
    (error,) = said(page, "[role=alert]")
    assert "line 1" in error


def test_kept_cases_are_those_of_the_schema(home: Path, engine: Engine) -> None:
    case = Desk(home, engine, ZoneInfo("UTC")).keep_case(FLIGHTS, "two flights a week")
    (line,) = (home / PINNED).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] == case.id
    assert set(json.loads(line)) == {"id", "question", "expect"}


async def test_a_replay_that_is_stopped_keeps_nothing(home: Path, engine: Engine) -> None:
    expect = Expectation(answered=True)
    for number in range(60):
        keep(home / PINNED, Case(id=str(number), question=FLIGHTS, expect=expect))
    replaying = Replaying(home, engine)
    replaying.start()
    while not replaying.done:
        assert replaying.running
        await asyncio.sleep(0.01)
    await replaying.stop()
    assert not replaying.running
    assert replaying.done < replaying.total == 60
    assert LastReplay.read(home) is None


async def test_why_a_replay_failed_is_said(browser: Browser, home: Path) -> None:
    await browser.send(await browser.get(why(FLIGHTS)), "/why/keep", right="")
    page = await browser.get("/why/cases")
    (home / PINNED).write_text("{broken\n", encoding="utf-8")
    await browser.send(page, "/why/cases/replay")
    (error,) = said(await replayed(browser), "[role=alert]")
    assert "line 1" in error
    assert LastReplay.read(home) is None
