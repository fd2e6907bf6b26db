"""Drafts checked over HTTP and without JavaScript."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from retrieval.answer.check.verify import MOST_CHARACTERS
from retrieval.engine import Engine
from tests.play.pages import FLIGHTS, Browser, said, why

Pullquote = Callable[..., CompletedProcess[str]]


async def test_a_draft_is_checked_sentence_by_sentence(browser: Browser, engine: Engine) -> None:
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


async def test_own_words_around_a_quote_are_told_apart(browser: Browser, engine: Engine) -> None:
    quote = engine.ask(FLIGHTS).quotes[0].text
    draft = f"Our reporter has looked it up. “{quote}”"
    page = await browser.send(await browser.get("/verify"), "/verify", text=draft)
    assert said(page, "strong.kind") == ["✎ your own words", "✓ word for word"]
    assert said(page, ".outcomes li") == ["✓ word for word: 1", "✎ your own words: 1"]
    assert said(page, "[role=status]")[0].startswith("✓ The quote is word for word")


async def test_attributions_are_checked(browser: Browser, engine: Engine) -> None:
    text = engine.ask(FLIGHTS).quotes[0].text
    for line, told in (
        ("The Meridian Ledger (demo), 11 July 2025", ["✓ The source is right", "✓ The date"]),
        ("Harbour Post (demo), 3 May 2024", ["≠ The source is not", "≠ The date is not"]),
    ):
        page = await browser.send(await browser.get("/verify"), "/verify", text=f"{text}\n— {line}")
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
