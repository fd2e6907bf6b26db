"""The pages in a real browser, which finds fault with what goes wrong on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.pictures.browser import REQUIRED, lacking
from tests.play.pages import Client

MISSING = lacking()
needs_browser = pytest.mark.skipif(bool(MISSING) and not REQUIRED, reason=MISSING or "")

SIZES = {"phone": (390, 844), "desk": (1280, 900)}
# Each language and each size once: a browser takes its time.
READERS = [("ar", "phone"), ("en", "desk")]
readers = pytest.mark.parametrize(("language", "size"), READERS)


@asynccontextmanager
async def screen(
    chromium: Browser, client: Client, language: str, size: str, *, scripts: bool = True
) -> AsyncIterator[Page]:
    """A page of the browser that fails where one logs an error or asks another host."""
    faults: list[str] = []
    width, height = SIZES[size]
    home = f"http://{client.host}:{client.port}/"
    async with await chromium.new_context(
        base_url=home,
        locale=language,
        viewport={"width": width, "height": height},
        has_touch=size == "phone",
        java_script_enabled=scripts,
    ) as context:
        context.set_default_timeout(20_000)
        page = await context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(home) else faults.append(asked.url),
        )
        yield page
    assert not faults


async def sound(page: Page) -> None:
    """Nothing hangs out of the page, and axe finds no fault with it."""
    hangs = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert hangs <= 0
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
