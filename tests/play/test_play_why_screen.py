"""Why, replay and verify in a real browser, as a person uses them: by touch, mouse and keys, in
Arabic and English, on a phone and on a desk, and without JavaScript."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser

from bot.desk import PINNED
from bot.play.page import page_words
from bot.replay.cases import read
from retrieval.engine import Engine
from tests.play.pages import FLIGHTS, Client
from tests.play.screens import needs_browser, readers, screen, sound

pytestmark = needs_browser

ARABIC = "كم رحلة أسبوعية ستسيرها نوردويند بين موسكو وبيونغ يانغ؟"
QUESTIONS = {"ar": ARABIC, "en": FLIGHTS}


@readers
async def test_a_question_is_explained_kept_and_replayed(
    chromium: Browser, client: Client, home: Path, engine: Engine, language: str, size: str
) -> None:
    words, question = page_words(language), QUESTIONS[language]
    best = engine.ask(question).quotes[0].text
    async with screen(chromium, client, language, size) as page:
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
    chromium: Browser, client: Client, engine: Engine, tmp_path: Path, language: str, size: str
) -> None:
    words = page_words(language)
    quote = engine.ask(QUESTIONS[language]).quotes[0].text
    invented = {
        "ar": "ولم يذكر أحد هنا المناطيد قط.",
        "en": "Nobody ever mentioned zeppelins here.",
    }
    changed = quote.replace("two flights", "nine flights").replace("رحلتين", "تسع رحلات")
    assert changed != quote
    async with screen(chromium, client, language, size) as page:
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


async def test_keys_alone(chromium: Browser, client: Client, home: Path) -> None:
    async with screen(chromium, client, "en", "desk") as page:
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


async def test_without_scripts_a_replay_is_followed_to_its_end(
    chromium: Browser, client: Client
) -> None:
    async with screen(chromium, client, "en", "desk", scripts=False) as page:
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
