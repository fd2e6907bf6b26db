"""Answers over the demo coverage, as they arrive in a chat."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.render.telegram_text import sanitise
from bot.telegram.answers import Answering
from bot.telegram.client import App
from bot.words import words


@pytest.fixture
async def demo(serve: Any, engine: Answering, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


async def test_sources_of_the_demo_coverage(
    tg: LocalTelegram, demo: App, engine: Answering
) -> None:
    [reply] = await tg.user(language_code="fr").say("/sources")
    assert reply.text.count("•") == len(engine.coverage.outlets())
    assert words("fr").count("undated_articles", engine.coverage.span()[2]) in reply.text


@pytest.mark.parametrize(
    "body",
    [
        '<b>5 < 6 && 7 > 3</b> &nbsp; &lt; "quoted" </blockquote>',
        "NUL\0 tab\t vertical\v CR\r\n LF \x1f end",
        "Family 👨‍👩‍👧 flag 🇰🇵 math 𝒜𝒷 " * 30,
        "\u202eevil\u202c \u2067mixed\u2069 \u200f\u200eعربي e\u030a",
        "@NewsQuoteBot /start #tag https://a.example/?x=<y>&z a@b.com " * 20,
        "<" * 5_000,
        "&" * 9_000,
        "😀" * 5_000,
        "\n\n".join(['قال <الوزير> & "غيره".'] * 400),
    ],
)
async def test_hostile_text_is_never_refused(
    tg: LocalTelegram, bot: App, canned: Any, quote_of: Any, answer_of: Any, body: str
) -> None:
    matches = tuple((n, n + 3) for n in range(0, len(body), 7))
    hostile = quote_of(
        body, outlet=body[:300], via=body, agency="\0", matches=matches, url='https://a.b/"><i>'
    )
    canned.answer = lambda question: answer_of(hostile, hostile, language="ar")
    user = tg.user()
    sent = await user.send("x")
    [first, *rest] = await tg.wait(sent["mark"], user.id, settle=0.15)
    assert [call for call in await tg.calls("sendMessage") if not call.ok] == []
    quotes = "".join(quote for reply in (first, *rest) for quote in reply.quotes)
    # runs of direction marks are joined by the server
    shown = re.sub(r"[\s\u200c-\u200f]", "", sanitise(body) * 2)
    assert re.sub(r"[\s\u200c-\u200f]", "", quotes) == shown
