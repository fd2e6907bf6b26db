"""The pictures of docs/pictures, drawn by the real browser from what the bot really sends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page

from bot.render.telegram_text import sanitise
from tests.embedders import embedder
from tests.homes import indexed
from tests.pictures.browser import REQUIRED, SCALE, lacking, open_page, show
from tests.pictures.file import FOLDER, shows, size
from tests.pictures.phone import WIDTH, Screen, page
from tests.pictures.play import SCENES, pages
from tests.pictures.scenes import Asked, demo, private, screens

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = [
    f"{scene}-{language}" for scene in ("private", "group", "absence") for language in ("ar", "en")
]
ANSWERED = [name for name in NAMES if not name.startswith("absence")]

_OUTSIDE = """width => [...document.querySelectorAll("body *")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && (box.left < -0.5 || box.right > width + 0.5);
}).map(one => one.outerHTML.slice(0, 200))"""

# Its answer has a quote that is folded, and is in no picture.
LONG = Asked("en", "What did Kim tell Lavrov?")
# The bar of a quote, and where the first word of its text and the last one of its first line stand.
_QUOTES = """() => [...document.querySelectorAll("blockquote")].map(quote => {
  const style = getComputedStyle(quote);
  const walker = document.createTreeWalker(quote, NodeFilter.SHOW_TEXT);
  const letters = [];
  while (walker.nextNode()) {
    for (let at = 0; at < walker.currentNode.length; at++) {
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + 1);
      const box = range.getBoundingClientRect();
      if (box.width) letters.push(box);
    }
  }
  const line = letters.filter(box => Math.abs(box.bottom - letters[0].bottom) < 3);
  const frame = quote.getBoundingClientRect();
  return {
    text: quote.textContent,
    folded: quote.classList.contains("folded"),
    height: frame.height,
    line_height: parseFloat(style.lineHeight),
    bars: [parseFloat(style.borderLeftWidth), parseFloat(style.borderRightWidth)],
    starts_at: [letters[0].left - frame.left, frame.right - letters[0].right],
    first: letters[0].left,
    last: line.at(-1).left,
  };
})"""

# A letter that no font has is drawn as every other such letter is.
_WITHOUT_GLYPH = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  const drawn = letter => {
    pen.clearRect(0, 0, 48, 48);
    pen.font = "24px " + getComputedStyle(document.body).fontFamily;
    pen.fillText(letter, 8, 32);
    return pen.getImageData(0, 0, 48, 48).data.join();
  };
  const none = drawn("\\u{10fffd}");
  const letters = new Set(document.body.innerText.match(/[\\p{L}\\p{N}\\p{Emoji_Presentation}]/gu));
  return [letters.size, [...letters].filter(letter => drawn(letter) === none)];
}"""

_RIGHT_TO_LEFT = range(0x0590, 0x0700)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The page in the browser, the screens it can show, and the bodies of all articles."""

    page: Page
    screens: dict[str, Screen]
    bodies: tuple[str, ...]

    async def show(self, name: str) -> Page:
        await show(self.page, page(self.screens[name]))
        return self.page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drawn(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drawn]:
    missing = lacking()
    if missing and not REQUIRED:
        pytest.skip(f"what chats look like is not checked: {missing}")
    assert missing is None
    async with demo(tmp_path_factory.mktemp("pictures")) as (telegram, engine):
        bodies = tuple(sanitise(article.body) for article in engine.coverage.articles())
        shown = {name: screen async for name, screen in screens(telegram)}
        shown["long"] = await private(telegram, LONG)
    async with open_page() as empty:
        yield Drawn(empty, shown, bodies)


def _begins_right_to_left(text: str) -> bool:
    return next(ord(letter) in _RIGHT_TO_LEFT for letter in text if letter.isalpha())


async def _evaluate(drawn: Drawn, name: str, script: str, *arguments: Any) -> Any:
    return await (await drawn.show(name)).evaluate(script, *arguments)


async def test_every_picture_is_named(drawn: Drawn) -> None:
    assert sorted(drawn.screens) == sorted([*NAMES, "long"])
    assert {file.stem for file in FOLDER.glob("*.png")} == {
        *NAMES,
        *(scene.name for scene in SCENES),
        "timeline-ar",
    }


@pytest.mark.parametrize("name", NAMES)
async def test_nothing_reaches_beyond_the_phone(drawn: Drawn, name: str) -> None:
    assert await _evaluate(drawn, name, "document.documentElement.scrollWidth") == WIDTH
    assert await _evaluate(drawn, name, _OUTSIDE, WIDTH) == []


@pytest.mark.parametrize("name", ANSWERED)
async def test_what_stands_in_a_quote_is_the_text_of_an_article(drawn: Drawn, name: str) -> None:
    quotes = await _evaluate(drawn, name, _QUOTES)
    assert quotes
    for quote in quotes:
        assert any(quote["text"] in body for body in drawn.bodies)


@pytest.mark.parametrize("name", ANSWERED)
async def test_a_quote_runs_in_the_direction_of_its_own_script(drawn: Drawn, name: str) -> None:
    quotes = await _evaluate(drawn, name, _QUOTES)
    own = [quote for quote in quotes if _begins_right_to_left(quote["text"])]
    others = [quote for quote in quotes if quote not in own]
    assert own if name.endswith("ar") else others
    for quote in own:
        assert quote["bars"] == [0, 3]
        assert quote["starts_at"][1] < 20 < quote["starts_at"][0]
        assert quote["first"] > quote["last"]
    for quote in others:
        assert quote["bars"] == [3, 0]
        assert quote["starts_at"][0] < 20 < quote["starts_at"][1]
        assert quote["first"] < quote["last"]


async def test_a_long_quote_is_folded_to_three_lines_and_whole_underneath(drawn: Drawn) -> None:
    quotes = await _evaluate(drawn, "long", _QUOTES)
    folded = [quote for quote in quotes if quote["folded"]]
    whole = [quote for quote in quotes if not quote["folded"]]
    assert folded
    assert whole
    for quote in folded:
        assert len(quote["text"]) > 300
        assert quote["height"] < 3.8 * quote["line_height"]
    assert all(quote["height"] > 3.8 * quote["line_height"] for quote in whole)


@pytest.mark.parametrize("name", ["absence-ar", "absence-en"])
async def test_an_absence_shows_no_quote_and_begins_at_its_own_side(
    drawn: Drawn, name: str
) -> None:
    shown = await drawn.show(name)
    assert await shown.locator("blockquote").count() == 0
    lines = shown.locator(".in .lines").last
    box = await lines.evaluate(
        """lines => {
          const range = document.createRange();
          range.setStart(lines.firstChild, 0);
          range.setEnd(lines.firstChild, 1);
          const [letter, frame] = [range, lines].map(one => one.getBoundingClientRect());
          return [letter.left - frame.left, frame.right - letter.right];
        }"""
    )
    left, right = box
    assert (right < 2 < left) if name.endswith("ar") else (left < 2 < right)


@pytest.mark.parametrize("name", NAMES)
async def test_the_fonts_have_every_letter(drawn: Drawn, name: str) -> None:
    letters, missing = await _evaluate(drawn, name, _WITHOUT_GLYPH)
    assert letters > 20
    assert missing == []


async def test_a_letter_that_no_font_has_is_noticed(drawn: Drawn) -> None:
    shown = await drawn.show("absence-en")
    # a letter that Unicode does not have yet is in no font
    script = _WITHOUT_GLYPH.replace("p{L}", "p{L}\\p{Cn}")
    await shown.evaluate("document.querySelector('h1').textContent = 'a\\u{2fff0}'")
    _, missing = await shown.evaluate(script)
    assert missing == ["\U0002fff0"]


@pytest.mark.parametrize("name", NAMES)
async def test_the_reply_header_and_the_buttons_are_those_of_the_message(
    drawn: Drawn, name: str
) -> None:
    shown = await drawn.show(name)
    answer = drawn.screens[name].messages[-1]
    header = shown.locator(".reply").last
    assert await header.is_visible()
    asked = " ".join(answer["reply_to_message"]["text"].split())
    assert await header.locator("span").text_content() == asked
    rows = answer.get("reply_markup", {}).get("inline_keyboard", [])
    drawn_rows = [
        await row.locator(".button").all_text_contents()
        for row in await shown.locator(".in").last.locator(".row").all()
    ]
    assert drawn_rows == [[button["text"] for button in row] for row in rows]


@pytest.mark.parametrize("name", NAMES)
async def test_the_picture_shows_what_the_bot_sends_today(drawn: Drawn, name: str) -> None:
    shown = await drawn.show(name)
    height = await shown.evaluate("document.documentElement.scrollHeight")
    anew = "run python -m tests.pictures"
    assert shows(name, page(drawn.screens[name])), anew
    assert size(name) == (WIDTH * SCALE, height * SCALE), anew
    assert (FOLDER / f"{name}.png").stat().st_size < 150_000


async def test_the_pictures_of_the_pages_show_them_as_they_are_today(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    if missing := lacking():
        assert not REQUIRED, missing
        pytest.skip(f"what the pages look like is not checked: {missing}")
    home = indexed(tmp_path_factory.mktemp("pages"), embedder())
    async for taken in pages(home):
        assert shows(taken.name, taken.html), f"{taken.name}: run python -m tests.pictures"
        assert (FOLDER / f"{taken.name}.png").stat().st_size < 250_000
