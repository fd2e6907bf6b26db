"""Updates that come twice, and bots that stop in the middle."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.state import MOST_TRIES, State
from bot.words import words


async def test_stop_finishes_what_is_in_hand(tg: LocalTelegram, serve: Any, canned: Any) -> None:
    canned.delay = 0.4
    user = tg.user()
    async with serve(canned):
        await tg.ready()
        sent = await user.send("x")
        await tg.wait(sent["mark"], user.id, methods="sendChatAction")
    [reply] = await tg.calls("sendMessage", since=sent["mark"])
    assert reply.quotes == ["They said: x"]


async def test_what_is_left_at_a_stop_is_answered_after_the_restart(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    canned.delay = 0.6
    users = [tg.user() for _ in range(3)]
    async with serve(canned, grace=0.1, concurrency=1):
        await tg.ready()
        mark = (await tg.state())["calls"]
        for user in users:
            await user.send(f"q{user.id}")
        await tg.wait(mark, users[2].id, methods="sendChatAction")
    assert await tg.calls("sendMessage", since=mark) == []
    canned.delay = 0
    async with serve(canned):
        replies = await tg.wait(mark, n=3, settle=0.2)
    assert sorted(reply.text.splitlines()[0] for reply in replies) == sorted(
        f"They said: q{user.id}" for user in users
    )
    assert [record for record in caplog.records if record.exc_info] == []


async def test_answer_waiting_for_its_turn_is_sent_after_the_restart(
    tg: LocalTelegram, serve: Any, canned: Any
) -> None:
    """A refusal with 429 is certain: nothing was delivered."""
    await tg.fault("flood", "sendMessage", retry_after=30)
    user = tg.user()
    async with serve(canned, grace=0.1):
        await tg.ready()
        sent = await user.send("x")
        await tg.wait(sent["mark"], user.id, methods="sendMessage", ok=False)
    async with serve(canned):
        [reply] = await tg.wait(sent["mark"], user.id, settle=0.2)
    assert reply.quotes == ["They said: x"]


async def test_kill_between_send_and_record_is_not_answered_twice(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await tg.fault("slow", "sendMessage", delay=0.5)
    user = tg.user()
    async with serve(canned, grace=0.1):
        await tg.ready()
        sent = await user.send("x")
        await tg.wait(sent["mark"], user.id, methods="sendChatAction")
        await asyncio.sleep(0.2)
    async with serve(canned):
        assert await tg.wait(sent["mark"], user.id, timeout=5, ok=False) != []
        await asyncio.sleep(0.5)
        assert len(await tg.calls("sendMessage", since=sent["mark"])) == 1
    assert "may or may not have been delivered" in caplog.text


async def test_second_part_follows_after_the_restart(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    quote_of: Callable[..., Any],
    answer_of: Callable[..., Any],
) -> None:
    canned.answer = lambda question: answer_of(
        *[quote_of(f"{number}. " + "word " * 700) for number in range(2)]
    )
    await tg.fault("flood", "sendMessage", retry_after=30, skip=1)
    user = tg.user()
    async with serve(canned, grace=0.1):
        await tg.ready()
        sent = await user.send("x")
        await tg.wait(sent["mark"], user.id, n=2, methods="sendMessage", ok=False)
    async with serve(canned):
        replies = await tg.wait(sent["mark"], user.id, n=2, settle=0.2)
    assert [reply.text[:2] for reply in replies] == ["0.", "1."]


async def test_update_is_not_confirmed_before_it_is_stored(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    take, full = State.take, [False, True]

    def fail_once(self: State, bot: int, updates: Any) -> list[int]:
        if updates and full and full.pop():
            raise sqlite3.OperationalError("database or disk is full")
        return take(self, bot, updates)

    monkeypatch.setattr(State, "take", fail_once)
    user = tg.user()
    async with serve(canned):
        await tg.ready()
        sent = await user.send("x")
        await asyncio.sleep(0.2)
        assert (await tg.state())["acked"] == 0
        [reply] = await tg.wait(sent["mark"], user.id)
        assert reply.quotes == ["They said: x"]
    assert len([record for record in caplog.records if record.levelno >= 30]) == 1


@pytest.mark.malformed
async def test_one_malformed_update_does_not_cost_the_others(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    user = tg.user()
    await tg.post("update", kind="message", body={"message_id": "x", "chat": 5})
    sent = await user.send("x")
    async with serve(canned):
        [reply] = await tg.wait(sent["mark"], user.id)
    assert reply.quotes == ["They said: x"]
    [line] = [record for record in caplog.records if "could not be read" in record.message]
    assert line.exc_info is None


async def _ended(tg: LocalTelegram, serve: Any, canned: Any, *, times: int) -> None:
    """The bot ends so often while it answers what was sent to it before."""
    for _ in range(times):
        canned.asked.clear()
        async with serve(canned, grace=0.0):
            await _until(lambda: bool(canned.asked))


async def _until(told: Callable[[], bool]) -> None:
    for _ in range(500):
        if told():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


async def test_what_ends_the_process_each_time_is_said_not_to_be_answered(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    canned.delay = 0.3
    people = {code: tg.user(language_code=code) for code in ("en", "ar", "ru", "fr")}
    group = await tg.group(-1001)
    mark = (await tg.state())["calls"]
    for user in people.values():
        await user.send("Lavrov?")
    await people["en"].send("@NewsQuoteBot secret?", chat=group)
    await people["en"].send("/ask secret?", chat=group)
    await people["en"].send("nobody is asked here", chat=group)
    await people["en"].send("/ask@OtherBot secret?", chat=group)
    await people["en"].send("/weather secret?", chat=group)
    await _ended(tg, serve, canned, times=MOST_TRIES + 1)
    assert await tg.calls("sendMessage", since=mark) == []
    canned.asked.clear()
    for _ in range(2):
        async with serve(canned):
            replies = await tg.wait(mark, n=6, settle=0.2)
    told = sorted((reply.chat_id, reply.text) for reply in replies)
    assert told == sorted(
        [
            *((user.id, words(code).say("given_up")) for code, user in people.items()),
            *[(group, words("en").say("given_up"))] * 2,
        ]
    )
    assert canned.asked == []
    lines = [record for record in caplog.records if "is given up" in record.message]
    assert len(lines) >= 6  # chatter may be among them, and is told nothing
    assert "secret" not in caplog.text


async def test_an_answer_that_may_have_arrived_is_not_said_to_be_missing(
    tg: LocalTelegram, serve: Any, canned: Any, state: State
) -> None:
    canned.delay = 0.3
    user = tg.user()
    sent = await user.send("x")
    await _ended(tg, serve, canned, times=MOST_TRIES + 1)
    message = sent["message"]["message_id"]
    ((bot, update),) = state._connection.execute("SELECT bot, id FROM taken").fetchall()
    state.note(bot, user.id, message, 0, update)
    async with serve(canned):
        await asyncio.sleep(0.3)
    assert await tg.calls("sendMessage", since=sent["mark"]) == []
