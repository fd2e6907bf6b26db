"""The behaviour to reach, each a test named after it: answers, their languages and buttons."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent
from bot.render.telegram_html import EXPANDABLE_FROM
from bot.render.telegram_text import MOST_UNITS, sanitise, units
from bot.telegram.client import App
from bot.words import words
from corpus.types import Article
from retrieval.engine import Engine

ARABIC = "ماذا قال كيم للافروف؟"
QUESTIONS = {
    "en": "When did Lavrov arrive in North Korea?",
    "ru": "Когда Лавров прибыл в Северную Корею?",
    "fr": "Quand Lavrov est-il arrivé en Corée du Nord ?",
}
UNANSWERED = {
    "ar": "كم سعر غرام الذهب عيار 21 اليوم؟",
    "en": "What is the price of bitcoin?",
    "ru": "Какая погода будет завтра?",
    "fr": "Qui a remporté la finale ?",
}
ISOLATED = re.compile("[\u2066-\u2068]([^\u2066-\u2069]*)\u2069")
MARKS = re.compile("[\u2066-\u2069]")


@pytest.fixture
async def demo(serve: Any, engine: Engine, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


def _articles(engine: Engine, quote: str) -> list[Article]:
    """The articles whose text, as the server shows it, holds the quote to the character."""
    return [one for one in engine.coverage.articles() if quote in sanitise(one.body)]


def _around(reply: Sent) -> str:
    """The text outside the blockquotes."""
    text = reply.text
    for quote in reply.quotes:
        text = text.replace(quote, "", 1)
    return text


async def test_01_blockquotes_are_the_article_to_the_byte(
    tg: LocalTelegram, demo: App, engine: Engine
) -> None:
    [reply] = await tg.user(language_code="ar").say(ARABIC)
    assert reply.quotes
    for quote in reply.quotes:
        assert _articles(engine, quote)
        assert not re.search("[\u2066-\u2069…]|^[«“\"']|—", quote)


async def test_02_every_quote_carries_outlet_date_and_link(
    tg: LocalTelegram, demo: App, engine: Engine
) -> None:
    for question in (ARABIC, *QUESTIONS.values()):
        [reply] = await tg.user().say(question)
        *lines, _ = [MARKS.sub("", line) for line in _around(reply).splitlines() if line]
        marks = "—" if len(lines) == 1 else "①②③"
        assert [line[0] for line in lines] == list(marks[: len(reply.quotes)])
        for quote, line in zip(reply.quotes, lines, strict=True):
            sources = [one.source for one in _articles(engine, quote)]
            interface = next(
                words(code)
                for code in ("ar", "en", "ru", "fr")
                if words(code).say("newest_searched", day="\0").split("\0")[0] in reply.text
            )
            assert any((one.outlet or interface.say("outlet_unknown")) in line for one in sources)
            days = {one.published for one in sources}
            assert any(
                (interface.date(day) if day else interface.say("undated")) in line for day in days
            )
            urls = {one.url for one in sources if one.url}
            assert not urls or urls & set(reply.links)


@pytest.mark.parametrize("language", QUESTIONS)
async def test_03_the_interface_speaks_the_language_of_the_question(
    tg: LocalTelegram, demo: App, engine: Engine, language: str
) -> None:
    [reply] = await tg.user(language_code="ar").say(QUESTIONS[language])
    interface = words(language)
    assert interface.say("newest_searched", day="\0").split("\0")[0] in reply.text
    assert any(interface.say("button_context") in one["text"] for one in reply.buttons)
    sources = [_articles(engine, quote) for quote in reply.quotes]
    assert sources
    assert all(sources)
    if language == "en":
        assert {one.language for found in sources for one in found} > {"en"}


async def test_figures_stand_below_the_quotes_that_report_them(
    tg: LocalTelegram, demo: App
) -> None:
    [reply] = await tg.user().say("How many shells did North Korea deliver?")
    title = words("en").say("figures")
    assert title in reply.text
    below = reply.text.split(title)[1]
    assert below.split("\n")[1] == "12,000,000"
    assert "12,000,000" in reply.spans("bold")
    assert "12 million shells" in below
    assert not any(title in quote for quote in reply.quotes)


@pytest.mark.parametrize("language", UNANSWERED)
async def test_04_without_evidence_a_refusal_and_no_blockquote(
    tg: LocalTelegram, demo: App, language: str
) -> None:
    [reply] = await tg.user().say(UNANSWERED[language])
    interface = words(language)
    named, _ = interface.say("missing_here", names="|").split("|")
    assert reply.text.startswith((interface.say("nothing_found"), named))
    assert interface.count("articles", 16) in reply.text
    assert interface.say("nearest") in reply.text
    assert reply.quotes == []


async def test_07_long_quotes_expand_and_long_answers_split_between_entities(
    tg: LocalTelegram, bot: App, canned: Any, quote_of: Any, answer_of: Any
) -> None:
    bodies = [" ".join(f"Слово 😀 {n} <b>." for n in range(60 * at)) for at in (1, 3, 5, 9)]
    matches = [(at, at + 5) for at in range(0, 400, 9)]
    quotes = [quote_of(body, outlet="Meridian", matches=matches) for body in bodies]
    canned.answer = lambda question: answer_of(*quotes, question=question)
    user = tg.user()
    sent = await user.send("x")
    replies = await tg.wait(sent["mark"], user.id, n=2, settle=0.3)
    assert len(replies) > 1
    assert all(units(reply.text) <= MOST_UNITS for reply in replies)
    shown = [entity for reply in replies for entity in reply.entities]
    kinds = {entity["type"] for entity in shown if "blockquote" in entity["type"]}
    assert kinds == {"expandable_blockquote"}
    assert all(units(body) > EXPANDABLE_FROM for body in bodies[:3])
    parts = " ".join(part for reply in replies for part in reply.quotes)
    assert parts.split() == " ".join(bodies[:3]).split()
    for reply in replies:
        assert _around(reply).count("Meridian") == sum(
            reply.text.count(f"{mark} Meridian") for mark in "①②③"
        )


async def test_09_latin_runs_in_arabic_are_isolated_and_isolates_balanced(
    tg: LocalTelegram, demo: App
) -> None:
    [reply] = await tg.user().say(ARABIC)
    around = _around(reply)
    assert ISOLATED.search(around)
    assert not re.search("[A-Za-z]", ISOLATED.sub("", around))
    assert not MARKS.search(ISOLATED.sub("", around))
    assert not any(MARKS.search(quote) for quote in reply.quotes)


async def test_17_more_is_answered_within_two_seconds(
    tg: LocalTelegram, bot: App, canned: Any, quote_of: Any, answer_of: Any
) -> None:
    quotes = [quote_of(f"Quote {n}.") for n in range(5)]
    canned.answer = lambda question: answer_of(*quotes, question=question)
    user = tg.user()
    [reply] = await user.say("x")
    canned.delay = 3
    pressed = {"chat_id": user.id, "message_id": reply.id, "button": "More"}
    done = await tg.post("callback", user=user.json, **pressed)
    query = await tg.answered(done["id"], 2)
    assert query["answered"]
    [more] = await tg.wait(done["mark"], user.id)
    assert more.quotes == ["Quote 3.", "Quote 4."]


async def test_18_stale_doubled_forged_and_inaccessible_presses_are_met_politely(
    tg: LocalTelegram, demo: App, caplog: pytest.LogCaptureFixture
) -> None:
    user = tg.user()
    [reply] = await user.say("What did Kim tell Lavrov?")
    mark = (await tg.state())["calls"]
    await user.press(reply, "More", age=3_600, timeout=2)
    _, doubled = await user.press(reply, data="q:m:3", n=0, settle=0.5)
    assert doubled["text"] == words("en").say("already_shown")
    for data in ("q:m:1000", "q:c:'; DROP TABLE answer", "q:w:", "\U0001f600"):
        _, forged = await user.press(reply, data=data, n=0, settle=0.5)
        assert forged["text"] == words("en").say("button_stale")
    _, gone = await user.press(reply, data="q:m:3", n=0, settle=0.5, inaccessible=True)
    assert gone["text"] == words("en").say("already_shown")
    assert len(await tg.calls("sendMessage", since=mark)) == 1
    assert [record for record in caplog.records if record.levelno >= 30] == []
