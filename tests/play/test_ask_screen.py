"""Asking in a real browser: in Arabic and English, on a phone and on a desk, by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from bot.local_telegram.world import USERNAME
from bot.play.page import page_words
from tests.play.pages import FLIGHTS, Client
from tests.play.screens import needs_browser, readers, screen, sound

pytestmark = needs_browser

ARABIC = "كم رحلة أسبوعية ستسيرها نوردويند بين موسكو وبيونغ يانغ؟"
QUESTIONS = {"ar": ARABIC, "en": FLIGHTS}
# Everything that moves after somebody has pressed a key or clicked counts too.
_SHIFTS = """() => {
  window.shifts = [];
  const seen = (list) => window.shifts.push(...list.getEntries().map((each) => each.value));
  new PerformanceObserver(seen).observe({ type: "layout-shift", buffered: true });
}"""


async def _shifts(page: Page) -> float:
    return float(await page.evaluate("window.shifts.reduce((sum, each) => sum + each, 0)"))


@readers
async def test_a_question_is_asked_and_a_button_pressed(
    chromium: Browser, client: Client, language: str, size: str
) -> None:
    words, question = page_words(language), QUESTIONS[language]
    async with screen(chromium, client, language, size) as page:
        await page.goto("")
        direction = await page.evaluate("getComputedStyle(document.body).direction")
        assert direction == ("rtl" if language == "ar" else "ltr")
        await page.evaluate(_SHIFTS)
        field = page.get_by_label(words.say("ask_label"))
        await field.fill(question)
        await page.get_by_role("button", name=words.say("send")).click()
        answer = page.locator(".message.in blockquote").first
        await expect(answer).to_be_visible()
        await expect(field).to_have_value("")
        await page.get_by_role("button", name=words.say("button_context")).first.click()
        await expect(page.locator(".message.in").nth(1)).to_be_visible()
        assert await _shifts(page) < 0.01
        await sound(page)


async def test_the_keyboard_is_enough(chromium: Browser, client: Client) -> None:
    async with screen(chromium, client, "en", "desk") as page:
        await page.goto("")
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        field = page.get_by_label(page_words("en").say("ask_label"))
        for _ in range(30):
            if await field.evaluate("each => each === document.activeElement"):
                break
            await page.keyboard.press("Tab")
        await page.keyboard.type(FLIGHTS)
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.in blockquote").first).to_be_visible()
        # back to the first button under the answer
        thumb = page.locator(".message.in button.key").last
        for _ in range(30):
            if await thumb.evaluate("each => each === document.activeElement"):
                break
            await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".toast")).to_be_visible()


async def test_the_language_changes_with_what_is_shown(chromium: Browser, client: Client) -> None:
    async with screen(chromium, client, "en", "phone") as page:
        await page.goto("?q=flights")
        await page.get_by_role("link", name="العربية").click()
        assert await page.evaluate("document.documentElement.dir") == "rtl"
        assert "q=flights" in page.url


async def test_a_reply_in_the_group(chromium: Browser, client: Client) -> None:
    words = page_words("en")
    async with screen(chromium, client, "en", "desk") as page:
        await page.goto("?chat=group")
        field = page.get_by_label(words.say("ask_label"))
        await expect(field).to_have_value(f"@{USERNAME} ")
        await field.fill(f"@{USERNAME} {FLIGHTS}")
        await page.keyboard.press("Enter")
        await page.locator(".message.in").first.wait_for()
        await page.get_by_role("link", name=words.say("reply"), exact=True).first.click()
        await expect(page.locator(".replying")).to_be_visible()
        await field.fill("and when?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.in")).to_have_count(2)
        await expect(page.locator(".replying")).to_be_hidden()


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_without_scripts(chromium: Browser, client: Client, language: str) -> None:
    words = page_words(language)
    async with screen(chromium, client, language, "phone", scripts=False) as page:
        await page.goto("")
        await page.get_by_role("button", name=words.say("chat_start")).click()
        await expect(page.locator(".message.in")).to_have_count(1)
        await page.get_by_label(words.say("ask_label")).fill(QUESTIONS[language])
        await page.get_by_role("button", name=words.say("send")).click()
        await expect(page.locator(".message.in blockquote").first).to_be_visible()


async def test_messages_hang_out_of_their_list_nowhere(chromium: Browser, client: Client) -> None:
    async with screen(chromium, client, "en", "phone") as page:
        await page.goto("")
        height = "document.documentElement.scrollHeight"
        empty = await page.evaluate(height)
        field = page.locator("#text")
        for _ in range(2):
            await field.fill(FLIGHTS)
            await field.press("Enter")
            await expect(page.locator(".typing")).to_have_class(re.compile("still"))
        await expect(page.locator(".message.in")).to_have_count(2)
        assert await page.evaluate(height) == empty  # the list scrolls, the page does not
        # the question's answer begins where the eye is, once the list has moved
        await page.wait_for_function(
            """() => {
              const answer = [...document.querySelectorAll(".message.in")].at(-1);
              const [one, list] = [answer, answer.parentElement].map(
                each => each.getBoundingClientRect().top);
              return 0 <= one - list && one - list < 400;
            }"""
        )


async def test_words_in_the_journal_stay_whole_on_a_phone(
    chromium: Browser, client: Client
) -> None:
    async with screen(chromium, client, "en", "phone") as page:
        await page.goto("coverage/changes")
        who = page.locator("td:nth-child(2) bdi").first
        assert await who.evaluate("(e) => e.getClientRects().length") <= 2  # "command line"
        await sound(page)
