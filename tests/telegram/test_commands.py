"""/start, /help, /sources, /latest, /verify and the menus."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.state import ChatSettings, State
from bot.telegram.client import App
from bot.words import LANGUAGES, words
from corpus.types import Article
from retrieval.answer.check.receipt import receipt_of
from retrieval.engine import Engine

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"

ISOLATES = re.compile("[\u2066-\u2069]")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["start", "help"])
async def test_text_is_localised(tg: LocalTelegram, bot: App, language: str, command: str) -> None:
    [reply] = await tg.user(language_code=language).say(f"/{command}")
    expected = words(language).say(command, bot="@NewsQuoteBot")
    assert ISOLATES.sub("", reply.text) == expected.strip()


async def test_group_is_told_how_to_ask(tg: LocalTelegram, bot: App) -> None:
    group = await tg.group(-1001)
    [reply] = await tg.user().say("/start", chat=group)
    assert reply.text == words("en").say("start_group", bot="@NewsQuoteBot").strip()


async def test_other_languages_get_english(tg: LocalTelegram, bot: App) -> None:
    [reply] = await tg.user(language_code="pt-br").say("/help")
    assert reply.text.startswith("Every quote")


async def test_sources_are_listed(
    tg: LocalTelegram, bot: App, canned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlets = [("Harbour Post", 2, date(2025, 7, 14)), (None, 3, None), ("أفق", 1, None)]
    monkeypatch.setattr(type(canned.coverage), "outlets", lambda self: outlets)
    monkeypatch.setattr(type(canned.coverage), "span", lambda self: (None, None, 4))
    [reply] = await tg.user(language_code="en").say("/sources")
    lines = reply.text.splitlines()
    assert lines[0] == "I search 6 articles from 2 outlets:"
    assert lines[2] == "• Harbour Post – 2 articles · newest: July 14, 2025"
    assert lines[3] == "• outlet unknown – 3 articles · undated"
    assert lines[4] == "• \u2068أفق\u2069 – 1 article · undated"
    assert lines[-1] == "4 undated"
    [reply] = await tg.user(language_code="ar").say("/sources")
    assert "• \u2066Harbour Post\u2069 – مقالان · الأحدث: 14 يوليو 2025" in reply.text


async def test_sources_of_an_empty_coverage(tg: LocalTelegram, bot: App) -> None:
    [reply] = await tg.user(language_code="ru").say("/sources")
    assert reply.text == words("ru").say("coverage_empty")


async def test_newest_articles_first_and_each_text_once(
    tg: LocalTelegram, serve: Any, engine: Engine, state: State
) -> None:
    async with serve(engine) as application:
        await tg.ready()
        user = tg.user(language_code="fr")
        [reply] = await user.say("/latest")
        days = [one.source.published for one in engine.coverage.newest(30)]
        assert days == sorted((day for day in days if day), reverse=True)
        expected = _texts(engine, engine.coverage.newest(30))[:10]
        title, *entries = ISOLATES.sub("", reply.text).split("\n\n")
        assert title == words("fr").say("latest_title")
        unknown = words("fr").say("no_headline")
        last = entries.index(words("fr").say("latest_undated"))
        assert [entry.splitlines()[0] for entry in entries[:last]] == [
            one.source.headline or unknown for one in expected
        ]
        assert {one.source.url for one in expected if one.source.url} <= set(reply.links)
        outlet = expected[-1].source.outlet or ""
        state.set_chat(application.bot.id, user.id, ChatSettings(outlets=(outlet,)))
        [reply] = await user.say("/latest")
        entries = ISOLATES.sub("", reply.text).split("\n\n")[1:]
        assert entries
        undated = words("fr").say("latest_undated")
        assert all(outlet in entry for entry in entries if entry != undated)


def _texts(engine: Engine, articles: list[Article]) -> list[Article]:
    """One article of each text."""
    kept: list[Article] = []
    for article in articles:
        copies = engine.coverage.copies([article.id])[article.id]
        if not {one.id for one in kept} & set(copies):
            kept.append(article)
    return kept


async def test_latest_of_an_empty_coverage(tg: LocalTelegram, bot: App) -> None:
    [reply] = await tg.user(language_code="ar").say("/latest")
    assert reply.text == words("ar").say("latest_none")


@pytest.fixture
async def demo(serve: Any, engine: Engine, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


async def test_verify_of_an_exact_quote(tg: LocalTelegram, demo: App, engine: Engine) -> None:
    quote = engine.ask(FLIGHTS).quotes[0]
    user = tg.user(language_code="en")
    [reply] = await user.say(f"/verify {quote.text}")
    assert reply.quotes == [quote.text]
    assert words("en").say("verify_exact") in reply.text
    assert (quote.article.source.outlet or "?") in reply.text
    [by_receipt] = await user.say(f"/verify {receipt_of(quote)}")
    assert by_receipt.quotes == [quote.text]
    # in reply to the message that holds it, also as a picked out part, also in a group
    await tg.group(-1001)
    said = await user.send(f"Is it so? {quote.text}", chat=-1001)
    number = said["message"]["message_id"]
    [reply] = await user.say("/verify", chat=-1001, reply_to=number, quote=quote.text)
    assert reply.quotes == [quote.text]


async def test_verify_of_a_quote_in_ones_own_text(
    tg: LocalTelegram, demo: App, engine: Engine
) -> None:
    quote = engine.ask("كم يومًا تستمر الزيارة؟").quotes[0].text
    own = "We have looked it up ourselves."
    [reply] = await tg.user(language_code="en").say(f"/verify {own} “{quote}”")
    interface = words("en")
    assert interface.say("verify_quoted") in reply.text
    assert interface.say("verify_part_own", place=f"0–{len(own)}") in reply.text
    assert reply.quotes == [quote]


async def test_verify_of_an_altered_quote_shows_what_differs(
    tg: LocalTelegram, demo: App, engine: Engine
) -> None:
    quote = engine.ask(FLIGHTS).quotes[0]
    [before, after] = quote.text.split(" two ", 1)
    [reply] = await tg.user(language_code="en").say(f"/verify {before} seven {after}")
    assert words("en").say("verify_altered") in reply.text
    assert reply.spans("strikethrough") == ["seven"]
    assert reply.spans("underline") == ["two"]
    assert reply.quotes == [quote.text]


async def test_verify_of_what_is_not_there(tg: LocalTelegram, demo: App) -> None:
    user = tg.user(language_code="ru")
    [reply] = await user.say("/verify Nobody in these articles ever wrote this sentence about bees")
    assert reply.text == words("ru").say("verify_absent")
    assert reply.quotes == []
    [hint] = await user.say("/verify")
    assert hint.text == words("ru").say("verify_hint")


async def test_menus_in_every_language_and_scope(tg: LocalTelegram, bot: App) -> None:
    now = await tg.until(tg.state, lambda now: len(now["commands"]) == 20)
    menus = now["commands"]
    assert set(menus) == {
        f"{scope}//{language}"
        for scope in (
            "default",
            "all_private_chats",
            "all_group_chats",
            "all_chat_administrators",
        )
        for language in ("", *LANGUAGES)
    }
    assert menus["all_group_chats//"] == menus["all_group_chats//en"]
    private = {item["command"]: item["description"] for item in menus["all_private_chats//ar"]}
    assert set(private) == {
        *("ask", "timeline", "compare", "latest", "sources", "verify"),
        *("follow", "following", "dossier", "settings", "help", "privacy", "new", "start"),
    }
    assert private["ask"] == words("ar").say("command_ask")
    members = {item["command"] for item in menus["all_group_chats//ru"]}
    assert not members & {"start", "settings"}
    administrators = {item["command"] for item in menus["all_chat_administrators//ru"]}
    assert administrators == members | {"follow", "following", "settings"}


async def test_menus_that_cannot_be_set_are_one_line(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await tg.fault("flood", "setMyCommands", 20, retry_after=30)
    async with serve(canned):
        await tg.ready()
        assert await tg.user().say("x")
    assert len([r for r in caplog.records if "menus" in r.message]) == 1
