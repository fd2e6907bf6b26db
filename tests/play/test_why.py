"""The pages that say why, keep cases, replay them and check drafts, over HTTP as a browser without
JavaScript uses them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient, TestServer
from lxml import html as lxml_html  # type: ignore[import-untyped]

from bot.desk import PINNED, Desk, pinned_id
from bot.play.app import application
from bot.play.page import page_words
from bot.play.room import Room
from bot.play.visitor import Visitors
from bot.replay.cases import Case, Expectation, keep, read
from bot.replay.last import BASELINE, LastReplay
from bot.words import LANGUAGES
from corpus.demo.coverage import questions_shown
from retrieval.answer.check.verify import MOST_CHARACTERS
from retrieval.answer.explain.explanation import How, Reason, Where
from retrieval.answer.judge.kinds import WANTS
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.homes import indexed

Pullquote = Callable[..., CompletedProcess[str]]

FLIGHTS = questions_shown()[2]
IRAN = "What did Lavrov say about Iran?"
ELSEWHERE = "Qui a remporté la finale de la Ligue des champions ?"
EXACT = "Russian aviation authority Rosaviatsia has licensed the carrier Nordwind"
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7 * 7 }}\u202eevil'


class Browser:
    """A browser without JavaScript: it keeps cookies and sends the forms of pages."""

    def __init__(self, client: TestClient, language: str = "en") -> None:
        self._client = client
        self._headers = {"Accept-Language": language}

    async def get(self, address: str, status: int = 200) -> lxml_html.HtmlElement:
        answer = await self._client.get(address, headers=self._headers)
        assert answer.status == status, await answer.text()
        return lxml_html.document_fromstring(await answer.text())

    async def send(
        self, page: lxml_html.HtmlElement, action: str, status: int = 200, **fields: str
    ) -> lxml_html.HtmlElement:
        """Send the form of a page with its hidden fields."""
        text = await self.send_for_text(page, action, status, **fields)
        return lxml_html.document_fromstring(text)

    async def send_for_text(
        self, page: lxml_html.HtmlElement, action: str, status: int = 200, **fields: str
    ) -> str:
        forms = page.xpath(f"//form[@action='{action}' or .//*[@formaction='{action}']]")
        assert forms, action
        hidden = {each.name: each.value for each in forms[0].xpath(".//input[@type='hidden']")}
        answer = await self._client.post(action, data={**hidden, **fields}, headers=self._headers)
        text = await answer.text()
        assert answer.status == status, text
        return text


@pytest.fixture
async def engine(home: Path, embedded: StaticEmbedder) -> AsyncIterator[Engine]:
    opened = Engine.open(home, embedded)
    yield opened
    opened.coverage.close()


@pytest.fixture
async def client(home: Path, engine: Engine) -> AsyncIterator[TestClient]:
    room = Room(home, engine, Desk(home, engine, ZoneInfo("UTC")), ZoneInfo("UTC"))
    async with TestClient(TestServer(application(room, Visitors()))) as opened:
        yield opened
    room.close()


@pytest.fixture
def browser(client: TestClient) -> Browser:
    return Browser(client)


def why(question: str, **limits: str) -> str:
    return f"/why?{urlencode({'q': question, **limits})}"


def said(page: lxml_html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in page.cssselect(path)]


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
    score, evidence = told.candidates[0].score, told.candidates[0].weighed.evidence
    assert sum(parts) == pytest.approx(score + evidence, abs=0.1)


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
        (why(FLIGHTS, since="2025-07-12", until="2025-07-01"), "Exchange them"),
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
    client: TestClient, browser: Browser, home: Path
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


async def replayed(browser: Browser) -> lxml_html.HtmlElement:
    """The page after the replay that runs."""
    for _ in range(200):
        page = await browser.get("/why/cases")
        if not page.cssselect("progress"):
            return page
        await asyncio.sleep(0.05)
    raise AssertionError("the replay does not end")


async def test_a_replay_from_the_page_and_against_its_baseline(
    browser: Browser, client: TestClient, home: Path
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


async def test_a_worse_answer_stands_first(
    browser: Browser, home: Path, engine: Engine
) -> None:
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


async def test_a_draft_is_checked_sentence_by_sentence(
    browser: Browser, engine: Engine
) -> None:
    quote = engine.ask(FLIGHTS).quotes[0]
    altered = quote.text.replace("two flights a week", "nine flights a week")
    assert altered != quote.text
    draft = f"{quote.text}\n\nNobody here ever mentioned zeppelins or bananas.\n\n{altered}"
    page = await browser.send(await browser.get("/verify"), "/verify", text=draft)
    assert said(page, "strong.kind") == ["✓ word for word", "✗ not in the coverage", "≠ altered"]
    assert said(page, ".outcomes li") == [
        "✓ word for word: 1",
        "≠ altered: 1",
        "✗ not in the coverage: 1",
    ]
    assert said(page, ".diff del") == ["nine"]
    assert said(page, ".diff ins") == ["two"]
    (original,) = page.cssselect("blockquote")
    assert original.text_content() in quote.text
    assert "two flights a week" in original.text_content()
    assert page.xpath("//textarea")[0].text.strip() == draft
    citation = said(page, ".citation")[0]
    assert "The Meridian Ledger (demo)" in citation
    assert "receipt: " in citation
    assert not page.xpath("//a[contains(@href, 'zeppelins')]")


async def test_attributions_are_checked(browser: Browser, engine: Engine) -> None:
    text = engine.ask(FLIGHTS).quotes[0].text
    for line, told in (
        ("The Meridian Ledger (demo), 11 July 2025", ["✓ The source is right", "✓ The date"]),
        ("Harbour Post (demo), 3 May 2024", ["≠ The source is not", "≠ The date is not"]),
    ):
        page = await browser.send(
            await browser.get("/verify"), "/verify", text=f"{text}\n— {line}"
        )
        claimed = said(page, ".claimed")
        assert len(claimed) == 2
        assert all(one.startswith(start) for one, start in zip(claimed, told, strict=True))


async def test_the_sheet_is_that_of_the_command_line(
    browser: Browser, home: Path, engine: Engine, pullquote: Pullquote
) -> None:
    quote = engine.ask(FLIGHTS).quotes[0].text
    draft = f"{quote} Nobody here ever mentioned zeppelins.\n\n{quote.replace('two', 'nine')}"
    page = await browser.send(await browser.get("/verify"), "/verify", text=draft)
    crossing = draft.replace("\n", "\r\n")  # as browsers send it
    sheet = await browser.send_for_text(page, "/verify/sheet", text=crossing)
    ran = await asyncio.to_thread(pullquote, "verify", "-", home=home, stdin=draft)
    assert sheet == ran.stdout
    assert "{+nine+}" in sheet


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There are no words here"),
        ("  ?! ", "There are no words here"),
        ("word " * (MOST_CHARACTERS // 5 + 1), "50,000 can be checked at a time"),
    ],
)
async def test_what_cannot_be_checked_is_said(browser: Browser, text: str, words: str) -> None:
    for action in ("/verify", "/verify/sheet"):
        start = await browser.get("/verify")
        page = await browser.send(start, "/verify", status=400, text=text)
        assert words in said(page, "[role=alert]")[0], action


async def test_a_receipt_is_checked(browser: Browser, engine: Engine) -> None:
    page = await browser.get(why(FLIGHTS))
    receipt = page.xpath("//button[@name='right']/@value")[0]
    start = await browser.get("/verify")
    shown = await browser.send(start, "/verify", text=receipt)
    assert said(shown, "strong.kind") == ["✓ word for word"]
    assert "Nordwind" in said(shown, "blockquote")[0]
    other = "b" if receipt[-1] != "b" else "c"
    shown = await browser.send(start, "/verify", status=400, text=receipt[:-1] + other)
    assert "mistyped" in said(shown, "[role=alert]")[0]


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
            assert "49" not in shown.text_content()
    room.close()
    engine.coverage.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_language(client: TestClient, language: str, home: Path) -> None:
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
    assert said(await replayed(browser), "strong.failed") == [
        f"✗ {words.say('cases_not_passed')}"
    ]


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
    assert Reason  # its words are tested with the terminal's


def test_kept_cases_are_those_of_the_schema(home: Path, engine: Engine) -> None:
    case = Desk(home, engine, ZoneInfo("UTC")).keep_case(FLIGHTS, "two flights a week")
    (line,) = (home / PINNED).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] == case.id
    assert set(json.loads(line)) == {"id", "question", "expect"}
