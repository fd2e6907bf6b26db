"""The coverage in a real browser, as people use it: by mouse, finger and keyboard, in Arabic and
English, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.play.app import application, listening
from bot.play.visitor import Visitors
from retrieval.models.embed import StaticEmbedder
from tests.pictures.browser import REQUIRED, lacking
from tests.play.opened import room_of
from tests.play.test_coverage_list import HOSTILE, take

LACKING = lacking()
pytestmark = pytest.mark.skipif(
    LACKING is not None and not REQUIRED, reason=LACKING or "there is a browser"
)

DESK, PHONE = (1280, 800), (390, 800)
COPIED = "kh6kj5of6a"
"""An article of the demo that shares text with others."""


@dataclass
class Seen:
    """A page on a screen, what went wrong on it and which hosts it asked."""

    page: Page
    address: str
    visitors: Visitors
    faults: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    async def go(self, path: str) -> None:
        await self.page.goto(self.address.rstrip("/") + path)

    async def sign_in(self) -> None:
        await self.go(f"/enter/{self.visitors.invitation}")
        await self.page.fill("input[name=name]", "Desk")
        await self.page.click("main button")
        await expect(self.page.locator(".who")).to_contain_text("Desk")

    async def fits(self) -> bool:
        """Whether nothing stands beyond the edge of the screen."""
        return bool(
            await self.page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        )


@asynccontextmanager
async def screen(
    chromium: Browser,
    home: Path,
    embedded: StaticEmbedder,
    language: str,
    size: tuple[int, int],
    *,
    scripts: bool = True,
) -> AsyncIterator[Seen]:
    """The browser before the pages of a home; nothing may go wrong, and nobody else is asked."""
    room, visitors = room_of(home, embedded), Visitors()
    async with (
        listening(application(room, visitors), "127.0.0.1", 0) as address,
        await chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            java_script_enabled=scripts,
            has_touch=size == PHONE,
        ) as context,
    ):
        context.set_default_timeout(20_000)
        seen = Seen(await context.new_page(), address, visitors)
        seen.page.on("console", lambda said: seen.faults.append(f"{said.type}: {said.text}"))
        seen.page.on("pageerror", lambda error: seen.faults.append(str(error)))
        seen.page.on("dialog", lambda shown: seen.faults.append(f"dialog: {shown.message}"))
        seen.page.on("request", lambda asked: seen.hosts.add(urlsplit(asked.url).netloc))
        yield seen
    room.close()
    assert seen.faults == []
    assert seen.hosts == {urlsplit(address).netloc}


async def test_an_article_is_found_and_understood(
    chromium: Browser, home: Path, embedded: StaticEmbedder
) -> None:
    async with screen(chromium, home, embedded, "en", DESK) as seen:
        page = seen.page
        await seen.go("/coverage")
        await page.get_by_label("Words").fill("seaside resort")
        await page.get_by_label("Outlet").select_option(label="Harbour Post (demo) (2)")
        await page.get_by_role("button", name="Show").click()
        await expect(page.get_by_role("status")).to_have_text("1 article")
        await page.get_by_role("link", name="Kim hosts Lavrov").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Kim hosts Lavrov")
        cut = page.locator("details.cut").first
        await cut.locator("summary").click()
        await expect(cut.locator(".rule").first).to_be_visible()
        await page.get_by_role("link", name="Passage 1", exact=True).click()
        await expect(page.locator("mark#chosen")).to_be_visible()
        receipt = await page.locator(".chosen code").inner_text()
        await seen.go("/coverage")
        await page.get_by_label("Words").fill(receipt)
        await page.keyboard.press("Enter")
        await expect(page.locator("mark#chosen")).to_be_visible()


async def test_in_arabic_on_a_phone(
    chromium: Browser, home: Path, embedded: StaticEmbedder
) -> None:
    async with screen(chromium, home, embedded, "ar", PHONE) as seen:
        page = seen.page
        await seen.go("/coverage")
        assert await page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        assert await seen.fits()
        await page.get_by_label("كلمات").fill("لافروف")
        await page.get_by_role("button", name="اعرض").tap()
        await expect(page.get_by_role("status")).to_contain_text("مقالات")
        await page.get_by_role("link", name="التسلسل الزمني").tap()
        await page.wait_for_url("**/coverage/timeline")
        assert await seen.fits()
        day = page.locator("table.matrix td a").first
        goal = str(await day.get_attribute("href"))
        await day.tap()
        await expect(page.locator(f"section{goal}")).to_be_in_viewport()
        await page.locator(f"section{goal}").get_by_role("link", name="افتح المقال").first.tap()
        await expect(page.locator("mark#chosen").first).to_be_in_viewport()
        assert await seen.fits()


async def test_by_keyboard_alone(chromium: Browser, home: Path, embedded: StaticEmbedder) -> None:
    async with screen(chromium, home, embedded, "en", DESK) as seen:
        page = seen.page
        await seen.go("/coverage")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")  # to the content
        await tab_to(page, "#f-words")
        await page.keyboard.type("لافروف")
        await page.keyboard.press("Enter")
        await expect(page.locator("ol.articles > li").first).to_be_visible()
        await seen.go(f"/coverage/article/{COPIED}/copies")
        await tab_to(page, "svg.graph a")
        there = str(await page.evaluate("document.activeElement.getAttribute('href')"))
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**{there}")
        await tab_to(page, "details summary")
        await page.keyboard.press("Enter")
        await expect(page.locator("details[open]")).to_have_count(1)


async def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something of this selector has the focus."""
    for _ in range(80):
        if await page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_editor_adds_corrects_removes_and_restores(
    chromium: Browser, home: Path, embedded: StaticEmbedder, tmp_path: Path, scripts: bool
) -> None:
    file = tmp_path / "quay.txt"
    file.write_text(
        "A second quay opened\n\n"
        "The harbour authority opened a second quay on Monday after two years of work.\n"
        "It will take ferries from four towns along the coast, the authority said.\n",
        encoding="utf-8",
    )
    async with screen(chromium, home, embedded, "en", DESK, scripts=scripts) as seen:
        page = seen.page
        await seen.sign_in()
        await page.get_by_role("link", name="Add articles").click()
        await page.get_by_label("File").set_input_files(file)
        await page.get_by_label("Outlet").fill("Meridian")
        await page.get_by_role("button", name="Add the file").click()
        await over(page)
        await expect(page.locator("#act")).to_contain_text("1 article added")
        await page.get_by_role("link", name="A second quay opened").click()
        article = urlsplit(page.url).path
        await page.get_by_label("Day of publication").fill("2025-07-14")
        await page.get_by_role("button", name="Save the correction").click()
        await over(page)
        await seen.go(article)
        await expect(page.locator("aside")).to_contain_text("July 14, 2025")
        await page.get_by_role("button", name="Remove the article").click()
        await over(page)
        await seen.go("/coverage?only=removed")
        await page.get_by_role("link", name="A second quay opened").click()
        await page.get_by_role("button", name="Restore the article").click()
        await over(page)
        await page.get_by_role("link", name="Changes").first.click()
        rows = await page.locator("tbody tr").all_inner_texts()
        for row, done in zip(rows, ("restored", "removed", "corrected", "added"), strict=False):
            assert "Desk, on the page" in row
            assert done in row


async def over(page: Page) -> None:
    """Wait for the end of an act, as a person does: without scripts by looking again."""
    for _ in range(40):
        if await page.locator("[data-reload]").count() == 0:
            return
        if await page.get_by_role("link", name="Look again").count():
            await page.wait_for_timeout(300)
            await page.reload()
    raise AssertionError(await page.inner_text("main"))


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("ar", PHONE)])
async def test_everybody_can_use_it(
    chromium: Browser, home: Path, embedded: StaticEmbedder, language: str, size: tuple[int, int]
) -> None:
    """What axe-core finds: contrast, names, labels, order of headings, tables. Darkness changes
    only the contrast."""
    dark = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    async with screen(chromium, home, embedded, language, size) as seen:
        await seen.sign_in()
        paths = (
            "/coverage",
            f"/coverage/article/{COPIED}?passage=1",
            f"/coverage/article/{COPIED}/copies",
            "/coverage/copies",
            "/coverage/timeline",
            "/coverage/compare?q=Lavrov+Kim",
            "/coverage/sources",
            "/coverage/changes",
            "/coverage/add",
        )
        for path in paths if language == "en" else paths[::2]:
            await seen.page.emulate_media(color_scheme="light", reduced_motion="reduce")
            await seen.go(path)
            for details in await seen.page.locator("details > summary").all():
                await details.click()
            found = await Axe().run(seen.page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            assert await seen.fits(), path
            await seen.page.emulate_media(color_scheme="dark")
            found = await Axe().run(seen.page, options=dark)
            assert found.violations_count == 0, f"{path}, dark: {found.generate_report()}"


async def test_text_of_an_article_is_data(
    chromium: Browser, home: Path, embedded: StaticEmbedder, tmp_path: Path
) -> None:
    file = tmp_path / "hostile.txt"
    lines = [f"The harbour office opened a quay on Monday {HOSTILE}, it said.", "x" * 20_000]
    file.write_text(f"{HOSTILE}\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    name = take(home, embedded, file, outlet=HOSTILE)
    async with screen(chromium, home, embedded, "en", PHONE) as seen:
        for path in ("/coverage", f"/coverage/article/{name}", "/coverage/changes"):
            await seen.go(path)
            assert await seen.fits(), path
            await expect(seen.page.locator("header.top")).to_be_visible()
            direction = "getComputedStyle(document.querySelector('main')).direction"
            assert await seen.page.evaluate(direction) == "ltr"
