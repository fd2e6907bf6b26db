"""Ordered faults and flood control, as the client and the bot suffer them."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from bot.local_telegram import LocalTelegram

Polling = AbstractAsyncContextManager[Any]


@pytest.fixture(autouse=True)
def _durations_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    # without it the client warns of every RetryAfter that it is going to be one
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.mark.parametrize("kind", ["reset", "malformed", "html"])
async def test_broken_answer_is_no_message(tg: LocalTelegram, polling: Polling, kind: str) -> None:
    async with polling:
        await tg.fault(kind, "sendMessage")
        assert await tg.user().say("x", n=1, timeout=0.5) == []


async def test_lost_answer_is_a_message_all_the_same(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        await tg.fault("lost", "sendMessage")
        [reply] = await tg.user().say("y")
        assert reply.ok
        assert reply.call["fault"] == "lost"


async def test_bot_survives_poll_conflicts(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        conflict = "Conflict: terminated by other getUpdates request"
        await tg.fault("error", "getUpdates", 2, status=409, description=conflict)
        assert await tg.user().say("still alive", timeout=30)


async def test_flood_control(tg: LocalTelegram, bot: Bot) -> None:
    await tg.configure(flood={"chat": [1, 1]})
    await bot.send_message(1, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(1, "x")
    await tg.configure(flood=None)
    assert await bot.send_message(1, "x")


async def test_ordered_flood(tg: LocalTelegram, bot: Bot) -> None:
    await tg.fault("flood", "sendMessage", retry_after=7)
    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(1, "x")
    assert refusal.value.retry_after == timedelta(seconds=7)


async def test_slow_answer_times_out(tg: LocalTelegram, bot: Bot) -> None:
    await tg.fault("slow", "sendMessage", delay=1)
    with pytest.raises(TimedOut):
        await bot.send_message(1, "x", read_timeout=0.2)


async def test_html_answer_is_a_network_error(tg: LocalTelegram, bot: Bot) -> None:
    await tg.fault("html", "sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(1, "x")


async def test_skip_lets_calls_pass_first(tg: LocalTelegram, bot: Bot) -> None:
    await tg.fault("html", "sendMessage", skip=1)
    assert await bot.send_message(1, "x")
    with pytest.raises(NetworkError):
        await bot.send_message(1, "x")
    assert await bot.send_message(1, "x")
