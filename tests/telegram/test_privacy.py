"""/privacy: what is kept of somebody, and that it can be forgotten."""

import logging
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.state import ChatSettings, State
from bot.telegram.client import App
from bot.words import LANGUAGES, words
from corpus.database.moving import names

SECRET = "what did the minister of alpenglow say"
GROUP = -1001


@pytest.mark.parametrize("language", LANGUAGES)
async def test_says_what_is_kept(tg: LocalTelegram, bot: App, language: str) -> None:
    user = tg.user(language_code=language)
    [told] = await user.say("/privacy")
    assert str(user.id) in told.text
    assert words(language).say("privacy_not_logged") in told.text
    assert "/privacy forget" in told.text
    await tg.group(GROUP)
    [told] = await user.say("/privacy", chat=GROUP)
    assert str(user.id) not in told.text, "the others in a group need not read it"


async def test_forget_leaves_nothing_of_the_person(
    tg: LocalTelegram, bot: App, state: State
) -> None:
    user, other = tg.user(), tg.user()
    await tg.group(GROUP)
    me = bot.bot.id
    await user.say(SECRET)
    await user.say(f"/ask {SECRET}", chat=GROUP)
    await other.say(f"/ask {SECRET} then", chat=GROUP)
    state.set_chat(me, user.id, ChatSettings(length="short"))
    state.set_user_language(me, user.id, "fr")
    [question] = [m for m in await tg.history(user.id) if m.get("text") == SECRET]
    asked = state.asked(me, user.id, question["message_id"])
    assert asked
    state.judge(me, user.id, user.id, asked, good=False)
    state.judge(me, other.id, GROUP, asked, good=True)
    [told] = await user.say("/privacy forget")
    assert told.text == words("en").say("privacy_forgotten")
    await tg.until(tg.state, lambda now: now["acked"])
    connection = state.connection
    for table in names(State):
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        assert not [row for row in rows if user.id in row], table
        assert not [row for row in rows if table == "taken" and row[2]], "texts"
    assert connection.execute("SELECT count(*) FROM asked").fetchone() == (1,)
    assert connection.execute("SELECT user FROM feedback").fetchall() == [(other.id,)]


async def test_forgetting_is_not_done_or_told_twice(
    tg: LocalTelegram, bot: App, state: State
) -> None:
    user = tg.user()
    assert await user.say("/privacy forget")
    await tg.until(tg.state, lambda now: now["acked"])
    state.set_user_language(bot.bot.id, user.id, "fr")
    again = await tg.redeliver()
    assert await tg.wait(again["mark"], user.id, n=1, timeout=0.3) == []
    assert state.user_language(bot.bot.id, user.id) == "fr"


async def test_group_forgets_the_person_and_keeps_its_settings(
    tg: LocalTelegram, bot: App, state: State
) -> None:
    await tg.group(GROUP)
    user = tg.user()
    state.set_chat(bot.bot.id, GROUP, ChatSettings(length="full"))
    [answer] = await user.say(f"/ask {SECRET}", chat=GROUP)
    assert state.asked(bot.bot.id, GROUP, answer.id or 0)
    [told] = await user.say("/privacy forget", chat=GROUP)
    assert told.text == words("en").say("privacy_forgotten")
    assert state.asked(bot.bot.id, GROUP, answer.id or 0) is None
    assert state.chat_settings(bot.bot.id, GROUP).length == "full"


async def test_no_log_line_says_who_or_what(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    user = tg.user(user_id=712_345_678)
    await tg.group(-1_007_777_777_777)
    async with serve(canned):
        await tg.ready()
        await user.say(SECRET)
        await user.say(f"/ask {SECRET}", chat=-1_007_777_777_777)
        await user.say("/settings", chat=-1_007_777_777_777)
        canned.answer = lambda question: 1 / 0
        await user.say(SECRET)
        canned.answer = None  # not callable: a fault of another kind
        await user.say(SECRET)
        await tg.fault("error", "sendMessage", status=403, description="Forbidden: blocked")
        await user.send(SECRET)
        await user.send("/privacy forget")
        await tg.fault("reset", "sendMessage", count=1)
        await user.say("/privacy", timeout=5)
    text = caplog.text
    assert "could not be answered" in text
    assert "alpenglow" not in text
    assert "712345678" not in text
    assert "7777777777" not in text


async def test_questions_are_logged_where_that_is_asked_for(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    user = tg.user()
    async with serve(canned, log_questions=True):
        await tg.ready()
        await user.say(SECRET)
        [told] = await user.say("/privacy")
    assert f"{user.id} asks: {SECRET}" in caplog.messages
    assert words("en").say("privacy_logged") in told.text
