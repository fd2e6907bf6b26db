"""Answers over the demo coverage, as they arrive in a chat."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent
from bot.render.telegram_text import sanitise
from bot.telegram.answers import Answering
from bot.telegram.client import App
from bot.words import words
from corpus.types import Article

QUESTIONS = {
    "ar": "متى وصل لافروف إلى كوريا الشمالية في زيارة رسمية؟",
    "en": "Who was the first foreign guest at the new resort in Wonsan?",
    "ru": "Какая российская авиакомпания получила допуск на рейсы из Москвы в Пхеньян?",
    "fr": "Contre quoi Lavrov a-t-il mis en garde Washington, Séoul et Tokyo ?",
}
ISOLATE = re.compile("[\u2066-\u2068]([^\u2066-\u2069]*)\u2069")


@pytest.fixture
async def demo(serve: Any, engine: Answering, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


def _sources(engine: Answering, quote: str) -> list[Article]:
    """The articles whose text, as the server would show it, holds the quote."""
    return [one for one in engine.coverage.articles() if quote in sanitise(one.body)]


def _around(reply: Sent) -> str:
    text = reply.text
    for quote in reply.quotes:
        text = text.replace(quote, "", 1)
    return text


@pytest.mark.parametrize("language", QUESTIONS)
async def test_quotes_are_exact_and_attributed(
    tg: LocalTelegram, demo: App, engine: Answering, language: str
) -> None:
    [reply] = await tg.user(language_code="en").say(QUESTIONS[language])
    assert reply.quotes
    assert reply.params["parse_mode"] == "HTML"
    interface = words(language)
    *lines, footer = [line for line in _around(reply).splitlines() if line]
    assert interface.date(date(2025, 7, 14)) in footer
    assert len(lines) == len(reply.quotes)
    for number, (quote, line) in enumerate(zip(reply.quotes, lines, strict=True)):
        articles = _sources(engine, quote)
        assert articles
        assert line[:2] == ("— " if len(lines) == 1 else f"{'①②③'[number]} ")
        bare = re.sub("[\u2066-\u2069]", "", line)
        unknown = interface.say("outlet_unknown")
        articles = [one for one in articles if (one.source.outlet or unknown) in bare]
        assert articles
        days = [one.source.published for one in articles]
        said = {interface.date(day) if day else interface.say("undated") for day in days}
        assert any(day in line for day in said)
        urls = {one.source.url for one in articles if one.source.url}
        assert not urls or urls & set(reply.links)


async def test_latin_names_in_an_arabic_answer_are_isolated(tg: LocalTelegram, demo: App) -> None:
    [reply] = await tg.user().say("أين التقى Lavrov and Rubio Kuala Lumpur قبل زيارة Pyongyang")
    around = _around(reply)
    assert ISOLATE.search(around)
    assert not re.search("[A-Za-z]", ISOLATE.sub("", around))
    assert not re.search("[\u2066-\u2069]", ISOLATE.sub("", around))
    assert not any(re.search("[\u2066-\u2069]", quote) for quote in reply.quotes)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("كم سعر غرام الذهب عيار 21 اليوم؟", "ar"),
        ("What is the price of bitcoin?", "en"),
        ("Какая погода будет завтра?", "ru"),
        ("Qui a remporté la finale ?", "fr"),
    ],
)
async def test_no_evidence_is_a_refusal_without_a_quote(
    tg: LocalTelegram, demo: App, question: str, language: str
) -> None:
    [reply] = await tg.user().say(question)
    assert reply.text.startswith(words(language).say("nothing_found"))
    assert reply.quotes == []
    assert words(language).count("articles", 16) in reply.text


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
