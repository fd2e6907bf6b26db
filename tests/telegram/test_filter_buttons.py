"""What was read in a question is a button that drops it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent
from bot.telegram.answers import Answering
from bot.telegram.client import App
from bot.words import words
from retrieval.engine import Engine
from retrieval.types import Dropped, Filters

EN = words("en")
ABSENT = "According to Reuters, when did Lavrov arrive in North Korea?"
DATED = "What was published on 12 July about Lavrov's arrival in North Korea?"


@pytest.fixture
async def demo(serve: Any, engine: Answering, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


def _labels(message: Sent) -> list[str]:
    return [button["text"] for button in message.buttons]


async def test_an_agency_that_leaves_nothing_is_dropped_by_a_button(
    tg: LocalTelegram, demo: App, engine: Engine
) -> None:
    user = tg.user(language_code="en")
    [absence] = await user.say(ABSENT)
    assert absence.quotes == []
    assert "✕ Reuters" in _labels(absence)
    [answer, *_], query = await user.press(absence, "✕ Reuters")
    assert query["answered"]
    dropped = engine.ask(ABSENT, limit=3, filters=Filters(dropped=(Dropped.SOURCES,)))
    assert answer.quotes[0] == dropped.quotes[0].text
    assert not any("✕" in label for label in _labels(answer))


async def test_a_day_is_dropped_and_more_goes_on_without_it(
    tg: LocalTelegram, demo: App, engine: Engine
) -> None:
    user = tg.user(language_code="en")
    [answer] = await user.say(DATED)
    assert "✕ July 12, 2025" in _labels(answer)
    whole = engine.ask(DATED, limit=9, filters=Filters(dropped=(Dropped.DAYS,)))
    assert len(whole.quotes) > 3
    [wider], _ = await user.press(answer, "✕ July 12, 2025")
    assert wider.quotes == [each.text for each in whole.quotes[:3]]
    [further], _ = await user.press(wider, "More")
    assert further.quotes[0] == whole.quotes[3].text


async def test_pressed_twice_it_is_sent_once(tg: LocalTelegram, demo: App) -> None:
    user = tg.user(language_code="en")
    [absence] = await user.say(ABSENT)
    await user.press(absence, data="q:d:s")
    _, query = await user.press(absence, data="q:d:s", n=0, settle=0.3)
    assert query["text"] == EN.say("already_shown")


@pytest.mark.parametrize("data", ["q:d:", "q:d:ds", "q:d:x", "q:m:3:", "q:m:3:ds"])
async def test_forged_data_does_nothing(tg: LocalTelegram, demo: App, data: str) -> None:
    user = tg.user(language_code="en")
    [absence] = await user.say(ABSENT)
    _, query = await user.press(absence, data=data, n=0, settle=0.3)
    assert query["text"] == EN.say("button_stale")


async def test_the_nearest_miss_can_be_seen_in_its_context(tg: LocalTelegram, demo: App) -> None:
    user = tg.user(language_code="en")
    [absence] = await user.say("How many tonnes of bananas did Lavrov bring to Wonsan?")
    assert EN.say("nearest") in absence.text
    [around], query = await user.press(absence, "Context")
    assert query["answered"]
    assert around.text.startswith(EN.say("context_title"))


async def test_the_chats_own_outlets_are_no_words_of_the_question(
    tg: LocalTelegram, demo: App, state: Any, engine: Engine
) -> None:
    from bot.state import ChatSettings

    user = tg.user(language_code="en")
    outlets = tuple(engine.coverage.outlet_names())
    state.set_chat(demo.bot.id, user.id, ChatSettings(outlets=outlets))
    [answer, *_] = await user.say(DATED)
    assert [label for label in _labels(answer) if "✕" in label] == ["✕ July 12, 2025"]
