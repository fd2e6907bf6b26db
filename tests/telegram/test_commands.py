"""/start, /help, /sources and the menus."""

import re
from datetime import date
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.telegram.client import App
from bot.words import LANGUAGES, words

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


async def test_menus_in_every_language_and_scope(tg: LocalTelegram, bot: App) -> None:
    state = await tg.until(tg.state, lambda state: len(state["commands"]) == 15)
    menus = state["commands"]
    assert set(menus) == {
        f"{scope}//{language}"
        for scope in ("default", "all_private_chats", "all_group_chats")
        for language in ("", *LANGUAGES)
    }
    assert menus["all_group_chats//"] == menus["all_group_chats//en"]
    private = {item["command"]: item["description"] for item in menus["all_private_chats//ar"]}
    assert set(private) == {"ask", "sources", "help", "start"}
    assert private["ask"] == words("ar").say("command_ask")
    assert "start" not in [item["command"] for item in menus["all_group_chats//ru"]]


async def test_menus_that_cannot_be_set_are_one_line(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await tg.fault("flood", "setMyCommands", 15, retry_after=30)
    async with serve(canned):
        await tg.ready()
        assert await tg.user().say("x")
    assert len([r for r in caplog.records if "menus" in r.message]) == 1
