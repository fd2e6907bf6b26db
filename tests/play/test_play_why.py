"""Why an answer is what it is, over HTTP and without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.desk import Desk
from bot.play.app import application
from bot.play.page import page_words
from bot.play.room import Room
from bot.play.visitor import Visitors
from bot.words import LANGUAGES
from retrieval.answer.explain.explanation import How, Where
from retrieval.answer.judge.kinds import WANTS
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.homes import indexed
from tests.play.pages import FLIGHTS, HOSTILE, IRAN, Browser, Client, replayed, said, why

EXACT = "Russian aviation authority Rosaviatsia has licensed the carrier Nordwind"


async def test_the_page_says_what_ask_explain_says(browser: Browser, engine: Engine) -> None:
    page = await browser.get(why(FLIGHTS))
    told = engine.explain(FLIGHTS).explanation
    titles = said(page, ".candidates h3")
    assert len(titles) == len(told.candidates)
    for title, each in zip(titles, told.candidates, strict=True):
        assert (title == f"Quote {each.shown}") == bool(each.shown)
    marked = said(page, ".candidates li:first-child mark")
    assert " ".join(marked) == " ".join(told.candidates[0].quote.text.split())
    words = said(page, ".candidates li:first-child mark u")
    assert {"Nordwind", "flights", "week"} <= set(words)
    assert "The question asks for a number." in said(page, ".decided p")
    first = page.cssselect(".candidates li")[0]
    sizes = said(first, "table.numbers:nth-of-type(1) .number span")
    weights = [int(each.removesuffix(" %")) for each in sizes if each.endswith("%")]
    assert 97 <= sum(weights) <= 103
    parts = [float(each.replace("−", "-")) for each in sizes if not each.endswith("%")]
    best = told.candidates[0]
    judged = sum(part.part for part in best.judge_parts)
    assert judged
    assert sum(parts) == pytest.approx(best.score + judged + best.weighed.evidence, abs=0.1)


async def test_the_texts_around_a_candidate_are_those_of_its_article(
    browser: Browser, engine: Engine
) -> None:
    page = await browser.get(why(FLIGHTS))
    for item, each in zip(
        page.cssselect(".candidates > li"),
        engine.explain(FLIGHTS).explanation.candidates,
        strict=True,
    ):
        body = each.quote.article.body
        paragraphs = [one.text_content() for one in item.cssselect(".text p:not(.cut)")]
        assert paragraphs
        assert all(one in body for one in paragraphs)
        for mark in item.cssselect("mark"):
            assert mark.text_content() in each.quote.text


async def test_what_is_missing_is_said(browser: Browser) -> None:
    page = await browser.get(why(IRAN))
    assert page.cssselect(".decided.no")
    assert any("The coverage does not mention Iran." in each for each in said(page, "dd"))
    assert said(page, "tr.missing th") == ["Iran"] or "Iran" in said(page, "tr.missing th")
    assert {"what somebody said", "Lavrov"} <= set(said(page, "dd"))


async def test_other_scripts_are_shown(browser: Browser) -> None:
    page = await browser.get(why("Когда Лавров прибыл в Вонсан?"))
    assert any("→" in each and "لافروف" in each for each in said(page, "dd"))


async def test_limits_are_kept_and_shown(browser: Browser) -> None:
    page = await browser.get(why(FLIGHTS, outlet="The Meridian Ledger (demo)", since="2025-07-01"))
    assert any("The Meridian Ledger (demo)" in each for each in said(page, "dd"))
    assert page.xpath("//option[@selected]/@value") == ["The Meridian Ledger (demo)"]
    assert not page.xpath("//button[@name='right']")  # a case has no limits
    assert any("outside the limits" in each for each in said(page, ".reason"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (why("?!"), "There are no words here"),
        (why("long " * 500), "too long for a question"),
        (why(FLIGHTS, since="soon"), "soon is not a date"),
        (why(FLIGHTS, since="2025-07-12", until="2025-07-01"), "Swap them"),
    ],
)
async def test_what_cannot_be_asked_is_said(browser: Browser, address: str, words: str) -> None:
    page = await browser.get(address, status=400)
    (error,) = said(page, "[role=alert]")
    assert words in error


async def test_a_question_is_data(browser: Browser) -> None:
    for question in (HOSTILE, f"Lavrov {HOSTILE}"):
        page = await browser.get(why(question))
        assert page.xpath("//input[@id='q']/@value") == [question]
        assert not page.xpath("//main//script | //main//img")
        assert not page.xpath("//main//*[@onerror]")


async def test_an_article_full_of_scripts_changes_nothing(
    tmp_path: Path, embedded: StaticEmbedder
) -> None:
    article = tmp_path / "quay.txt"
    sentence = f"The harbour master said {HOSTILE} that the second quay opened on Monday."
    article.write_text(
        f"The quay {HOSTILE} opened\n\n{sentence}\nFerries from four towns will use it, he said.\n",
        encoding="utf-8",
    )
    home = indexed(tmp_path / "home", embedded, article)
    engine = Engine.open(home, embedded)
    zone = ZoneInfo("UTC")
    room = Room(home, engine, Desk(home, engine, zone), zone)
    async with TestClient(TestServer(application(room, Visitors()))) as client:
        browser = Browser(client)
        page = await browser.get(why("When did the second quay open?"))
        assert "alert(1)" in page.text_content()
        pages = [page, await browser.send(page, "/why/keep", right="")]
        await browser.send(await browser.get("/why/cases"), "/why/cases/replay")
        pages.append(await replayed(browser))
        start = await browser.get("/verify")
        pages.append(
            await browser.send(start, "/verify", text=sentence.replace("Monday", "Sunday"))
        )
        assert "alert(1)" in pages[-1].text_content()
        for shown in pages:
            assert not shown.xpath("//main//script | //main//img | //main//*[@onerror]")
            assert str(7777 * 7777) not in shown.text_content()
    room.close()
    engine.coverage.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_language(client: Client, language: str, home: Path) -> None:
    browser = Browser(client, language)
    page = await browser.get(why(FLIGHTS))
    words = page_words(language)
    assert page.get("dir") == ("rtl" if words.right_to_left else "ltr")
    assert said(page, "h1") == [words.say("why_title")]
    start = await browser.get("/verify")
    shown = await browser.send(start, "/verify", text=EXACT)
    assert said(shown, "strong.kind") == [f"✓ {words.say('check_exact')}"]
    await browser.send(page, "/why/keep", right="")
    await browser.send(await browser.get("/why/cases"), "/why/cases/replay")
    assert said(await replayed(browser), "strong.failed") == [f"✗ {words.say('cases_not_passed')}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_place_has_words(language: str) -> None:
    words, english = page_words(language), page_words("en")
    keys = [f"why_kind_{each}" for each in WANTS]
    keys += [f"why_where_{each}" for each in (*How, *Where) if each != Where.QUOTE]
    keys += [f"why_known_{each}" for each in (How.FORM, How.NAME, "nowhere")]
    assert all(words.say(key).strip() for key in keys)
    assert set(words.sentences) == set(english.sentences)
    for key, sentence in english.sentences.items():
        names = set(re.findall(r"{(\w+)}", sentence))
        assert set(re.findall(r"{(\w+)}", words.sentences[key])) == names, key
