"""Questions that go on with the one before, in private chats and in chains of replies."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.state import ChatSettings, State
from bot.telegram.client import App
from bot.words import words
from corpus.errors import InputError

FIRST = "When did Lavrov arrive in North Korea?"
EN = words("en")


async def _says(tg: LocalTelegram, user: Any, text: str, **kept: Any) -> Any:
    [reply] = await user.say(text, **kept)
    return reply


async def test_takes_what_is_missing_from_the_question_before_and_shows_it(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    reply = await _says(tg, user, "And who received him?")
    assert canned.asked[-1] == "Lavrov North Korea: who received him?"
    assert reply.text.startswith("↪ Lavrov, North Korea: who received him?\n")
    reply = await _says(tg, user, "and when?")
    assert canned.asked[-1] == "Lavrov North Korea received: when?"


async def test_an_arabic_follow_up_is_shown_from_right_to_left(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    reply = await _says(tg, user, "ولماذا؟")
    assert canned.asked[-1] == "Lavrov arrive North Korea: ولماذا؟"
    shown = reply.text.partition("\n")[0]
    assert shown == "↪ \u2066Lavrov, arrive, North Korea\u2069: ولماذا؟"


async def test_another_name_takes_the_place_of_the_one_before(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    reply = await _says(tg, user, "What about Kim?")
    assert canned.asked[-1] == "When did Kim arrive in North Korea?"
    assert reply.text.startswith("↪ arrive, North Korea: Kim?\n")


async def test_what_stands_by_itself_is_left_alone(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    reply = await _says(tg, user, "How many soldiers did Kim send to Russia?")
    assert canned.asked[-1] == "How many soldiers did Kim send to Russia?"
    assert "↪" not in reply.text


@pytest.mark.parametrize("text", ["and when?", "more", "المزيد", "А почему?"])
async def test_says_that_there_is_nothing_to_go_on_with(
    tg: LocalTelegram, bot: App, canned: Any, text: str
) -> None:
    reply = await _says(tg, tg.user(), text)
    assert reply.text in {words(code).say("nothing_to_follow") for code in ("en", "ar", "ru")}
    assert canned.asked == []


async def test_what_can_be_looked_for_is_looked_for_all_the_same(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    reply = await _says(tg, tg.user(), "Who received him?")
    assert reply.text.startswith(EN.say("followed_nothing"))
    assert reply.quotes == ["They said: Who received him?"]


async def test_ten_minutes_of_silence_end_it(
    tg: LocalTelegram, bot: App, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = tg.user()
    real = time.time
    monkeypatch.setattr("bot.state.asked.time.time", lambda: real() - 601)
    await _says(tg, user, FIRST)
    monkeypatch.setattr("bot.state.asked.time.time", real)
    reply = await _says(tg, user, "and when?")
    assert reply.text == EN.say("nothing_to_follow")


async def test_new_starts_afresh_and_is_no_question(
    tg: LocalTelegram, bot: App, state: State
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    assert (await _says(tg, user, "/new")).text == EN.say("started_afresh")
    assert (await _says(tg, user, "and when?")).text == EN.say("nothing_to_follow")
    rows = state._connection.execute("SELECT count(*) FROM asked WHERE question != ''").fetchone()
    assert rows == (1,)


async def test_words_after_new_are_answered_by_themselves(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    reply = await _says(tg, user, "/new and who came?")
    assert canned.asked[-1] == "and who came?"
    assert reply.quotes == ["They said: and who came?"]
    assert reply.text.startswith("They said")
    await _says(tg, user, "And who received him?")  # goes on with that question
    assert "North Korea" not in canned.asked[-1]
    first = await _says(tg, user, FIRST)
    await _says(tg, user, "/new@NewsQuoteBot\nWhat did Kim say?", reply_to=first.id)
    assert canned.asked[-1] == "What did Kim say?"


@pytest.mark.parametrize("text", ["and when?", "more"])
async def test_words_after_new_that_ask_nothing_start_afresh_all_the_same(
    tg: LocalTelegram, bot: App, canned: Any, text: str
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    assert (await _says(tg, user, f"/new {text}")).text == EN.say("nothing_to_follow")
    assert (await _says(tg, user, "and when?")).text == EN.say("nothing_to_follow")
    assert canned.asked == [FIRST]


async def test_a_failure_after_new_starts_afresh_all_the_same(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    answer = canned.answer

    def fails(question: str) -> Any:
        raise InputError("no")

    canned.answer = fails
    await _says(tg, user, "/new who came?")
    canned.answer = answer
    assert (await _says(tg, user, "and when?")).text == EN.say("nothing_to_follow")


async def test_a_reply_says_itself_what_it_goes_on_with(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    first = await _says(tg, user, FIRST)
    await _says(tg, user, "How many soldiers did Kim send to Russia?")
    await _says(tg, user, "and why?", reply_to=first.id)
    assert canned.asked[-1] == "Lavrov arrive North Korea: why?"


async def test_in_a_group_only_the_chain_of_replies_counts(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    group = await tg.group(-1001)
    [answer] = await user.say(f"@NewsQuoteBot {FIRST}", chat=group)
    await user.say("and when?", chat=group, reply_to=answer.id)
    assert canned.asked[-1] == "Lavrov arrive North Korea: when?"
    [reply] = await user.say("@NewsQuoteBot and when?", chat=group)
    assert reply.text == EN.say("nothing_to_follow")


async def test_can_be_switched_off_for_a_chat_and_for_all(
    tg: LocalTelegram, serve: Callable[..., Any], canned: Any, state: State
) -> None:
    user = tg.user()
    async with serve(canned) as app:
        await tg.ready()
        await _says(tg, user, FIRST)
        state.set_chat(app.bot.id, user.id, ChatSettings(follows=False))
        await _says(tg, user, "and when?")
        assert canned.asked[-1] == "and when?"
        state.set_chat(app.bot.id, user.id, ChatSettings())
    async with serve(canned, follow_ups=False):
        await tg.ready()
        await _says(tg, user, "and where?")
        assert canned.asked[-1] == "and where?"


@pytest.fixture
def many(canned: Any, quote_of: Any, answer_of: Any) -> Any:
    """The canned engine with eight quotes for each question."""
    quotes = [quote_of(f"Quote {n} of eight.", outlet="Meridian") for n in range(1, 9)]
    canned.answer = lambda question: answer_of(*quotes, question=question)
    return canned


async def test_more_goes_on_with_the_quotes_as_the_button_does(
    tg: LocalTelegram, many: Any, bot: App
) -> None:
    user = tg.user()
    first = await _says(tg, user, FIRST)
    quotes = [quote for text in ("more", "المزيد", "ещё") for quote in await _quotes(user, text)]
    assert quotes == [f"Quote {n} of eight." for n in range(4, 9)]
    # the button under the answer sends nothing twice
    _, query = await user.press(first, data="q:m:3", n=0, settle=0.4)
    assert query["text"] == EN.say("already_shown")


async def _quotes(user: Any, text: str) -> list[str]:
    [reply] = await user.say(text)
    return list(reply.quotes)


async def test_goes_on_with_a_question_that_is_still_being_answered(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    canned.delay = 0.4
    user = tg.user()
    sent = await user.send(FIRST)
    await user.send("and who received him?")
    await tg.wait(sent["mark"], user.id, 2)
    assert canned.asked == [FIRST, "Lavrov North Korea: who received him?"]


async def test_more_under_a_follow_up_is_of_the_follow_up(
    tg: LocalTelegram, many: Any, bot: App
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    await _says(tg, user, "and when?")
    await _says(tg, user, "more")
    assert many.asked[1:] == ["Lavrov arrive North Korea: when?"] * 2


async def test_what_was_followed_is_forgotten(tg: LocalTelegram, bot: App, state: State) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    await _says(tg, user, "/new")
    await _says(tg, user, "/privacy forget")
    assert state._connection.execute("SELECT count(*) FROM asked").fetchone() == (0,)


async def test_a_restart_forgets_no_thread(
    tg: LocalTelegram, serve: Callable[..., Any], canned: Any
) -> None:
    user = tg.user()
    async with serve(canned):
        await tg.ready()
        await _says(tg, user, FIRST)
    async with serve(canned):
        await tg.ready()
        await _says(tg, user, "and when?")
    assert canned.asked[-1] == "Lavrov arrive North Korea: when?"


async def test_an_edit_goes_on_with_what_was_asked_before_it(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    user = tg.user()
    await _says(tg, user, FIRST)
    sent = await user.send("and whn?")
    await tg.wait(sent["mark"], user.id)
    await user.edit(sent["message"]["message_id"], "and when?")
    assert canned.asked[-1] == "Lavrov arrive North Korea: when?"
