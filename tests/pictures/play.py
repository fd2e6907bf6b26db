"""The pictures of the pages of play, over the demo coverage."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from playwright.async_api import Page

from bot.desk import Desk
from bot.play.app import application, listening
from bot.play.room import Room
from bot.play.visitor import Visitors
from retrieval.engine import Engine
from tests.embedders import embedder
from tests.pictures.browser import open_context, started

DESK, PHONE = (1100, 800), (390, 844)

# What is another one with each start: secrets, where the bot's record stands, times.
_OTHER = re.compile(r'(name="token" value|data-mark|data-version)="[^"]*"')


@dataclass(frozen=True, slots=True)
class Scene:
    """A page in a language on a screen of this size; `asked` is typed into it."""

    name: str
    language: str
    size: tuple[int, int]
    path: str = "/"
    asked: str = ""


SCENES = (
    Scene("play-en", "en", DESK, asked="How many flights a week between Moscow and Pyongyang?"),
    Scene("play-ar", "ar", PHONE, asked="كم رحلة أسبوعية ستسيرها نوردويند بين موسكو وبيونغ يانغ؟"),
    Scene("play-coverage-en", "en", DESK, "/coverage"),
    Scene(
        "play-why-en",
        "en",
        DESK,
        "/why?" + urlencode({"q": "How many flights a week will Nordwind operate?"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture of a page, and the HTML that it shows."""

    name: str
    png: bytes
    html: str


async def pages(home: Path) -> AsyncIterator[Taken]:
    """A picture of every scene; the coverage in `home` is that of the demo."""
    engine = Engine.open(home, embedder())
    room = Room(home, engine, Desk(home, engine, ZoneInfo("UTC")), ZoneInfo("UTC"))
    async with (
        listening(application(room, Visitors()), "127.0.0.1", 0) as address,
        started() as browser,
    ):
        for scene in SCENES:
            async with open_context(browser, scene.language, scene.size) as page:
                yield await _taken(page, address.rstrip("/"), scene)
    room.close()
    engine.coverage.close()


async def _taken(page: Page, address: str, scene: Scene) -> Taken:
    await page.goto(address + scene.path)
    if scene.asked:
        await page.locator("#text").fill(scene.asked)
        await page.locator(".composer button").click()
        await page.locator(".message.in blockquote").first.wait_for()
        await page.locator(".typing.still").wait_for(state="attached")
    await page.evaluate("document.fonts.ready")
    html = await page.locator("main").evaluate("main => main.outerHTML")
    return Taken(scene.name, await page.screenshot(), _OTHER.sub("", html))
