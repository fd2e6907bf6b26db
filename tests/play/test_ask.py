"""The chats of the page, as a browser without JavaScript uses them: the real bot answers."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest

from bot.local_telegram.world import USERNAME
from bot.play.entities import text_html
from bot.play.page import page_words
from bot.words import LANGUAGES
from tests.play.pages import ELSEWHERE, FLIGHTS, HOSTILE, Browser, Client, said

EN = page_words("en")


async def _say(browser: Browser, text: str, chat: str = "private") -> list[str]:
    """Everything that stands in the chat after a message."""
    page = await browser.get(f"/?chat={chat}")
    page = await browser.send(page, f"/chat/{chat}", text=text)
    return said(page, ".message")


async def test_a_question_is_answered_with_its_quote(browser: Browser) -> None:
    mine, answer = await _say(browser, FLIGHTS)
    assert FLIGHTS in mine
    assert "three flights" in answer or "flights a week" in answer
    page = await browser.get("/")
    assert page.cssselect(".in blockquote")
    [link] = page.cssselect(".in a[href^='/why']")
    explained = await browser.get(link.get("href"))
    assert explained.cssselect("input[name=q]")[0].get("value") == FLIGHTS


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_bot_answers_in_the_language_of_the_page(client: Client, language: str) -> None:
    browser, words = Browser(client, language), page_words(language)
    page = await browser.get("/")
    assert page.get("lang") == language
    assert page.get("dir") == ("rtl" if language == "ar" else "ltr")
    page = await browser.send(page, "/chat/private", text="/privacy")
    [told] = said(page, ".in .text")
    others = [page_words(each).say("privacy_how")[-40:] for each in LANGUAGES if each != language]
    assert words.say("privacy_how")[-40:] in told
    assert not any(each in told for each in others)


async def test_a_button_is_pressed(browser: Browser) -> None:
    await _say(browser, FLIGHTS)
    page = await browser.get("/")
    keys = {key.text_content(): key.get("value") for key in page.cssselect("button.key[name]")}
    context = next(value for text, value in keys.items() if EN.say("button_context") in text)
    page = await browser.send(page, "/chat/private/press", press=context)
    before = len(said(page, ".message"))
    assert before >= 3
    await browser.send(page, "/chat/private/press", 400, press="9999.0")
    await browser.send(page, "/chat/private/press", 400, press="x")


async def test_a_group_hears_the_bot_only_where_it_is_named(browser: Browser) -> None:
    assert len(await _say(browser, FLIGHTS, "group")) == 1
    shown = await _say(browser, f"@{USERNAME} {FLIGHTS}", "group")
    assert len(shown) == 3
    # an answer to it is a question to it
    page = await browser.get("/?chat=group")
    number = page.cssselect(".in")[0].get("id").removeprefix("m")
    page = await browser.get(f"/?chat=group&reply={number}")
    assert page.cssselect(".replying")[0].text_content().strip()
    page = await browser.send(page, "/chat/group", text="and who said so?")
    assert len(said(page, ".message")) == 5


async def test_inline_offers_quotes_and_sends_one_to_the_group(browser: Browser) -> None:
    page = await browser.get(f"/?{urlencode({'chat': 'inline', 'q': FLIGHTS})}")
    assert page.cssselect(".offered li")
    page = await browser.send(page, "/chat/inline")
    assert page.cssselect(".out blockquote")
    assert page.cssselect("[aria-current=page]")[1].text_content() == EN.say("chat_group")


async def test_an_address_with_a_question_answers_and_changes_nothing(browser: Browser) -> None:
    page = await browser.get(f"/?{urlencode({'q': FLIGHTS})}")
    assert page.cssselect(".answered blockquote")
    page = await browser.get(f"/?{urlencode({'q': ELSEWHERE})}")
    assert not page.cssselect(".answered blockquote")
    assert said(page, ".answered")
    assert not said(await browser.get("/"), ".message")


async def test_each_browser_has_chats_of_its_own(client: Client, browser: Browser) -> None:
    await _say(browser, FLIGHTS)
    client.session.cookie_jar.clear()
    page = await browser.get("/")
    assert not said(page, ".message")
    assert EN.say("chat_empty") in said(page, ".hint")[0]


async def test_files_of_others_are_not_handed_out(client: Client, browser: Browser) -> None:
    await _say(browser, "/timeline")
    for _ in range(40):
        if pictures := (await browser.get("/")).cssselect(".in img"):
            break
        await asyncio.sleep(0.25)
    [picture] = pictures
    assert int(picture.get("width")) > 100
    address = picture.get("src")
    assert (await client.get(address)).headers["Content-Type"] == "image/png"
    client.session.cookie_jar.clear()
    assert (await client.get(address)).status == 404


async def test_what_is_hostile_stays_text(client: Client, browser: Browser) -> None:
    mine, *_ = await _say(browser, HOSTILE)
    assert "<script>alert(1)</script>" in mine
    page = await browser.get(f"/?{urlencode({'q': HOSTILE})}")
    assert "<script>alert(1)</script>" in said(page, ".out")[0]
    assert len(page.cssselect("script")) == 1
    assert not page.cssselect(".messages img")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 421),
    ],
)
async def test_other_sites_send_nothing(
    client: Client, browser: Browser, headers: dict[str, str], status: int
) -> None:
    page = await browser.get("/")
    token = page.cssselect("input[name=token]")[0].get("value")
    sent = await client.post("/chat/private", data={"token": token, "text": "x"}, headers=headers)
    assert sent.status == status
    sent = await client.post("/chat/private", data={"text": "x"})
    assert sent.status == 403


async def test_what_telegram_would_not_take_is_refused(browser: Browser) -> None:
    page = await browser.get("/")
    for text in (" ", "x" * 4_097):
        shown = await browser.send(page, "/chat/private", 400, text=text)
        assert "message is" in shown.text_content()


def test_links_lead_only_to_the_web() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "tg://user?id=1", "https://a b"):
        shown = text_html("click", [{"type": "text_link", "offset": 0, "length": 5, "url": url}])
        assert "<a" not in shown
    shown = text_html(
        "click", [{"type": "text_link", "offset": 0, "length": 5, "url": "https://a.b/?x=1&y=2"}]
    )
    assert 'href="https://a.b/?x=1&amp;y=2"' in shown
