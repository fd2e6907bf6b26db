"""Why, replay and verify in a real browser, as a person uses them: by touch, mouse and keys, in
Arabic and English, on a phone and on a desk, and without JavaScript."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright

from bot.desk import PINNED
from bot.play.page import page_words
from bot.replay.cases import read
from retrieval.engine import Engine
from tests.pictures.browser import REQUIRED, find, lacking
from tests.play.pages import FLIGHTS, Client

MISSING = lacking()
pytestmark = pytest.mark.skipif(bool(MISSING) and not REQUIRED, reason=MISSING or "")

ARABIC = "كم رحلة أسبوعية ستسيرها نوردويند بين موسكو وبيونغ يانغ؟"
QUESTIONS = {"ar": ARABIC, "en": FLIGHTS}
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
READERS = [(language, size) for language in QUESTIONS for size in SIZES]
readers = pytest.mark.parametrize(("language", "size"), READERS)


@asynccontextmanager
async def screen(
    client: Client, language: str, size: str, *, scripts: bool = True
) -> AsyncIterator[Page]:
    """A page of a browser that fails where one logs an error or asks another host."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    faults: list[str] = []
    width, height = SIZES[size]
    home = f"http://{client.host}:{client.port}/"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=arguments)
        context = await browser.new_context(
            base_url=home,
            locale=language,
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(20_000)
        page = await context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(home) else faults.append(asked.url),
        )
        yield page
        await browser.close()
    assert not faults


async def sound(page: Page) -> None:
    """Nothing hangs out of the page, and axe finds no fault with it."""
    hangs = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert hangs <= 0
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@readers
async def test_a_question_is_explained_kept_and_replayed(
    client: Client, home: Path, engine: Engine, language: str, size: str
) -> None:
    words, question = page_words(language), QUESTIONS[language]
    best = engine.ask(question).quotes[0].text
    async with screen(client, language, size) as page:
        await page.goto("why")
        await page.get_by_label(words.say("why_question")).fill(question)
        await page.get_by_role("button", name=words.say("why_explain")).click()
        first = page.locator(".candidates > li").first
        await first.wait_for()
        marked = " ".join(await first.locator("mark").all_inner_texts())
        assert " ".join(marked.split()) == " ".join(best.split())
        direction = await page.evaluate(
            "getComputedStyle(document.querySelector('main')).direction"
        )
        assert direction == ("rtl" if language == "ar" else "ltr")
        # what speaks for it grows from the line to where the language reads
        zero = await first.locator("svg .zero").first.bounding_box()
        favour = await first.locator("svg .favour").first.bounding_box()
        assert zero
        assert favour
        assert (favour["x"] < zero["x"]) == (language == "ar")
        await first.locator("summary").click()
        assert await first.locator("table").first.is_visible()
        await sound(page)
        await first.get_by_role("button", name=words.say("why_right")).click()
        await page.locator("[role=status]").wait_for()
        (case,) = read(home / PINNED)
        assert case.expect.contains == (best,)
        await page.get_by_role("link", name=words.say("cases_title")).click()
        await page.get_by_role("button", name=words.say("cases_run")).click()
        await page.locator("strong.passed").wait_for()
        await page.get_by_role("button", name=words.say("cases_bless")).click()
        await page.locator("strong.outcome.same").wait_for()
        await page.locator(".cases summary").click()
        await sound(page)
        await page.get_by_role("link", name=question).click()
        await page.locator(".candidates > li").first.wait_for()


@readers
async def test_a_draft_is_checked_and_taken_home(
    client: Client, engine: Engine, tmp_path: Path, language: str, size: str
) -> None:
    words = page_words(language)
    quote = engine.ask(QUESTIONS[language]).quotes[0].text
    invented = {
        "ar": "ولم يذكر أحد هنا المناطيد قط.",
        "en": "Nobody ever mentioned zeppelins here.",
    }
    changed = quote.replace("two flights", "nine flights").replace("رحلتين", "تسع رحلات")
    assert changed != quote
    async with screen(client, language, size) as page:
        await page.goto("verify")
        draft = page.locator("textarea")
        await draft.fill(f"{quote}\n\n{invented[language]}\n\n{changed}")
        await page.get_by_role("button", name=words.say("check_submit"), exact=True).click()
        await page.locator(".sentences > li").first.wait_for()
        kinds = [each.split()[0] for each in await page.locator("strong.kind").all_inner_texts()]
        assert kinds == ["✓", "✗", "≠"]
        assert "verify" in page.url
        assert "?" not in page.url
        assert await page.locator(".diff del").count() == 1
        aligned = await page.evaluate(
            "getComputedStyle(document.querySelector('.given')).direction"
        )
        assert aligned == ("rtl" if language == "ar" else "ltr")
        await sound(page)
        async with page.expect_download() as waiting:
            await page.get_by_role("button", name=words.say("check_sheet")).click()
        download = await waiting.value
        await download.save_as(tmp_path / "sheet.txt")
        sheet = (tmp_path / "sheet.txt").read_text(encoding="utf-8")
        assert invented[language] in sheet
        assert "{+" in sheet


async def test_keys_alone(client: Client, home: Path) -> None:
    async with screen(client, "en", "desk") as page:
        await page.goto("why")

        async def reach(selector: str) -> None:
            for _ in range(200):
                await page.keyboard.press("Tab")
                if await page.evaluate("s => document.activeElement.matches(s)", selector):
                    outline = await page.evaluate(
                        "getComputedStyle(document.activeElement).outlineStyle"
                    )
                    assert outline != "none"
                    return
            raise AssertionError(f"no key leads to {selector}")

        await reach("#q")
        await page.keyboard.type(FLIGHTS)
        await page.keyboard.press("Enter")
        await page.locator(".candidates").wait_for()
        await reach(".candidates summary")
        await page.keyboard.press("Enter")
        assert await page.locator(".candidates table").first.is_visible()
        await reach(".candidates button[name=right]")
        await page.keyboard.press("Enter")
        await page.locator("[role=status]").wait_for()
        assert read(home / PINNED)
        await page.goto("verify")
        await reach("textarea")
        await page.keyboard.type("Nobody ever mentioned zeppelins here.")
        await reach("form.draft button")
        await page.keyboard.press("Space")
        await page.locator(".sentences").wait_for()


async def test_without_scripts_a_replay_is_followed_to_its_end(client: Client) -> None:
    async with screen(client, "en", "desk", scripts=False) as page:
        await page.goto("why")
        await page.locator("#q").fill(FLIGHTS)
        await page.locator("form.asking button").click()
        await page.locator("button[name=right]").first.click()
        await page.locator("[role=status]").wait_for()
        await page.goto("why/cases")
        await page.locator("form[action='/why/cases/replay'] button").click()
        await page.locator("strong.passed").wait_for()
        await page.goto("verify")
        await page.locator("textarea").fill("Nobody ever mentioned zeppelins here.")
        await page.locator("form.draft button").first.click()
        await page.locator("strong.kind.absent").wait_for()
