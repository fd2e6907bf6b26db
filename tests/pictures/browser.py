"""The browser that draws the pictures: Chromium as the system has it, nothing is downloaded."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

from tests.pictures.phone import WIDTH

REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
"""Whether a missing browser or font is a failure rather than a reason to skip."""

SCALE = 2
"""Pixels of the screen for one of CSS."""

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_MILLISECONDS = 60_000
# With other fonts lines break elsewhere, and the pictures would be others.
_FONTS = {
    "Noto Sans": "fonts-noto-core",
    "Noto Sans Arabic": "fonts-noto-core",
    "Noto Color Emoji": "fonts-noto-color-emoji",
}


def find() -> str | None:
    """Where the browser is."""
    return next((path for path in map(shutil.which, _NAMES) if path), None)


def lacking() -> str | None:
    """What is missing here to draw with, in words; `None` where nothing is."""
    if find() is None:
        return "Chromium is not installed (Debian: chromium)"
    if shutil.which("fc-list") is None:
        return "fontconfig is not installed (Debian: fontconfig)"
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, timeout=60)
    known = {name for line in listed.stdout.splitlines() for name in line.split(",")}
    missing = [name for name in _FONTS if name not in known]
    return f"no font {missing[0]} (Debian: {_FONTS[missing[0]]})" if missing else None


@asynccontextmanager
async def open_page() -> AsyncIterator[Page]:
    """An empty page of a phone's width without a network, where nothing is `lacking`."""
    async with started() as browser:
        context = await browser.new_context(
            viewport={"width": WIDTH, "height": 200}, device_scale_factor=SCALE, offline=True
        )
        context.set_default_timeout(_MILLISECONDS)
        yield await context.new_page()


@asynccontextmanager
async def open_context(
    browser: Browser, language: str, size: tuple[int, int]
) -> AsyncIterator[Page]:
    """An empty page of this language whose window has this width and height."""
    async with await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=SCALE,
        locale=language,
        reduced_motion="reduce",
    ) as context:
        context.set_default_timeout(_MILLISECONDS)
        yield await context.new_page()


@asynccontextmanager
async def started() -> AsyncIterator[Browser]:
    """The browser, without a page, where nothing is `lacking`."""
    # as root, as in most containers, Chromium's sandbox cannot be set up; only pages of our own are
    # shown
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find(), args=arguments, timeout=_MILLISECONDS
        )
        yield browser
        await browser.close()


async def show(page: Page, html: str) -> None:
    """Put a page in place of the one before, drawn to the end."""
    await page.set_content(html)
    await page.evaluate("document.fonts.ready")
