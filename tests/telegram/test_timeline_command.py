"""/timeline and /compare, through the real application."""

import re
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.state import State
from bot.telegram.client import App
from bot.words import LANGUAGES, words
from retrieval.engine import Engine

ISOLATES = re.compile("[\u2066-\u2069]")
VISIT = "زيارة لافروف إلى كوريا الشمالية"


async def test_picture_then_quotes(tg: LocalTelegram, serve: Any, engine: Engine) -> None:
    async with serve(engine):
        await tg.ready()
        drawn, told = await tg.user(language_code="en").say(f"/timeline {VISIT}", n=2)
    assert drawn.message["photo"][0]["file_size"] > 20_000
    asked, left = drawn.message["caption"].split("\n")
    assert asked == VISIT
    assert left.startswith("بلا تاريخ: ")
    assert "الجمعة، 11 يوليو 2025" in ISOLATES.sub("", told.text)


async def test_without_a_question_all_of_it(tg: LocalTelegram, serve: Any, engine: Engine) -> None:
    async with serve(engine):
        await tg.ready()
        drawn, told = await tg.user(language_code="fr").say("/timeline", n=2)
    assert drawn.message["caption"].startswith(words("fr").say("timeline_title"))
    assert "vendredi 11 juillet 2025" in told.text


async def test_a_group_gets_the_picture_alone(
    tg: LocalTelegram, serve: Any, engine: Engine
) -> None:
    async with serve(engine):
        await tg.ready()
        await tg.group(-1001)
        replies = await tg.user().say("/timeline", chat=-1001, settle=1.0)
    assert [bool(reply.message.get("photo")) for reply in replies] == [True]


async def test_no_day_no_picture(tg: LocalTelegram, serve: Any, engine: Engine) -> None:
    async with serve(engine):
        await tg.ready()
        user = tg.user(language_code="en")
        [reply] = await user.say("/timeline Who won the tennis final?", settle=0.5)
    assert words("en").say("nothing_found") in reply.text


async def test_a_picture_is_noted_before_it_is_sent(
    tg: LocalTelegram, serve: Any, engine: Engine, state: State
) -> None:
    async with serve(engine) as application:
        await tg.ready()
        user = tg.user(language_code="en")
        drawn, told = await user.say("/timeline", n=2)
        asked = drawn.message["reply_to_message"]["message_id"]
        parts = state.answer(application.bot.id, user.id, asked)
    assert [parts[number].message for number in sorted(parts)] == [drawn.id, told.id]


async def test_an_edited_question_gets_another_picture_and_then_none(
    tg: LocalTelegram, serve: Any, engine: Engine
) -> None:
    async with serve(engine):
        await tg.ready()
        user = tg.user(language_code="en")
        first, told = await user.say(f"/timeline {VISIT}", n=2)
        asked = first.message["reply_to_message"]["message_id"]
        drawn, changed = await user.edit(asked, "/timeline Lavrov's visit to North Korea", n=2)
        assert drawn.message["photo"]
        assert drawn.id != first.id
        assert changed.id == told.id
        *_, text = await user.edit(asked, "/timeline Who won the tennis final?", n=1, settle=0.5)
        assert words("en").say("nothing_found") in text.text
        gone = {call.params["message_id"] for call in await tg.calls("deleteMessage")}
    assert {str(number) for number in gone} == {str(first.id), str(drawn.id), str(told.id)}


async def test_compare_says_who_carries_it(tg: LocalTelegram, serve: Any, engine: Engine) -> None:
    async with serve(engine):
        await tg.ready()
        user = tg.user(language_code="en")
        replies = await user.say("/compare متى وصل لافروف إلى وونسان؟", settle=0.5)
        [hint] = await user.say("/compare")
    text = ISOLATES.sub("", replies[0].text)
    assert "تنشره: أفق الصباح (تجريبي) (11 يوليو 2025)" in text
    assert "Harbour Post (demo)" in text.split("لا مقال بهذه الكلمات:")[1]
    assert hint.text == words("en").say("compare_hint")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_menus_name_them(tg: LocalTelegram, bot: App, language: str) -> None:
    menu = {one.command: one.description for one in await bot.bot.get_my_commands(None, language)}
    for command in ("timeline", "compare"):
        assert menu[command] == words(language).say(f"command_{command}")
