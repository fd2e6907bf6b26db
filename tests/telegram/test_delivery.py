"""Faults on the way out: nothing twice, nothing lost without a reason, other chats unaffected."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.local_telegram import LocalTelegram
from bot.telegram.client import App
from bot.telegram.limiter import Limits

PARSE_ERROR = "Bad Request: can't parse entities: Unexpected end tag at byte offset 3"


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert [record for record in caplog.records if record.exc_info] == []
    return [record.getMessage() for record in caplog.records if record.levelno >= 30]


async def test_refused_markup_is_sent_as_plain_text(
    tg: LocalTelegram,
    bot: App,
    canned: Any,
    quote_of: Callable[..., Any],
    answer_of: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    canned.answer = lambda question: answer_of(
        quote_of("a < b & c", outlet="Meridian", url="https://meridian.example/1")
    )
    await tg.fault("error", "sendMessage", status=400, description=PARSE_ERROR)
    [reply] = await tg.user().say("x")
    assert reply.text == "a < b & c\n— Meridian (https://meridian.example/1) · undated"
    assert "parse_mode" not in reply.params
    assert len(_warnings(caplog)) == 1


async def test_429_is_waited_out_and_other_chats_are_not(tg: LocalTelegram, bot: App) -> None:
    slow, quick = tg.user(), tg.user()
    await tg.fault("flood", "sendMessage", retry_after=1)
    before = time.monotonic()
    sent = await slow.send("x")
    await tg.wait(sent["mark"], slow.id, methods="sendMessage", ok=False)
    assert await quick.say("y", timeout=0.8)
    [reply] = await tg.wait(sent["mark"], slow.id)
    assert reply.quotes == ["They said: x"]
    assert time.monotonic() - before > 1


@pytest.mark.parametrize("kind", ["lost", "reset", "html", "malformed", "timeout"])
async def test_answer_that_may_have_arrived_is_never_repeated(
    tg: LocalTelegram, bot: App, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    await tg.fault(kind, "sendMessage", delay=0.1)
    user = tg.user()
    sent = await user.send("x")
    calls = await tg.wait(sent["mark"], user.id, n=2, timeout=0.3, ok=False, methods="sendMessage")
    assert len(calls) == 1
    assert len(_warnings(caplog)) == 1
    # neither by an edit, which could not tell the two apart
    assert await user.edit(sent["message"]["message_id"], "z", n=0, settle=0.2) == []
    [reply] = await user.say("y")
    assert reply.quotes == ["They said: y"]


async def test_refused_connection_is_tried_again(
    tg: LocalTelegram, bot: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = httpx.AsyncHTTPTransport.handle_async_request
    refused: list[httpx.Request] = []

    async def refuse_once(self: Any, call: httpx.Request) -> httpx.Response:
        if call.url.path.endswith("sendMessage") and not refused:
            refused.append(call)
            raise httpx.ConnectError("All connection attempts failed")
        return await request(self, call)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", refuse_once)
    [reply] = await tg.user().say("x")
    assert reply.quotes == ["They said: x"]
    assert refused


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_refusal_is_one_line_without_ids(
    tg: LocalTelegram,
    bot: App,
    caplog: pytest.LogCaptureFixture,
    status: int,
    description: str,
) -> None:
    await tg.fault("error", "sendMessage", status=status, description=description)
    user = tg.user(77123)
    assert await user.say("secret words", n=0, settle=0.2) == []
    [line] = _warnings(caplog)
    assert description.partition(": ")[2].lower() in line.lower()
    assert "77123" not in caplog.text
    assert "secret" not in caplog.text


async def test_blocked_user_is_reported_once(
    tg: LocalTelegram, bot: App, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    canned.delay = 0.2
    user = tg.user()
    sent = await user.send("x")
    await tg.post("member", chat_id=user.id, status="kicked", user=user.json)
    await tg.wait(sent["mark"], user.id, ok=False, methods="sendMessage")
    await asyncio.sleep(0.1)
    assert len(_warnings(caplog)) == 1


@pytest.mark.parametrize("kind", ["html", "reset", "malformed", "lost"])
async def test_polling_recovers(
    tg: LocalTelegram,
    bot: App,
    kind: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram.inbox._FIRST_PAUSE", 0.05)
    await tg.fault(kind, "getUpdates", 2)
    user = tg.user()
    await user.send("x")
    [first] = await tg.wait(0, user.id, timeout=10)
    assert first.quotes == ["They said: x"]
    assert await user.say("y", timeout=5)
    assert len(_warnings(caplog)) <= 2


async def test_conflicts_that_pass_are_survived(tg: LocalTelegram, bot: App) -> None:
    conflict = "Conflict: terminated by other getUpdates request"
    await tg.fault("error", "getUpdates", 2, status=409, description=conflict)
    assert await tg.user().say("x", timeout=10)


async def test_fifty_users_at_once(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    canned.delay = 0.02
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - before)

    async with serve(canned, limits=Limits(overall=(100, 1.0))):
        await tg.ready()
        users = [tg.user() for _ in range(50)]
        watching = asyncio.create_task(watch())
        answers = await asyncio.gather(*(user.say(f"q{user.id}", timeout=15) for user in users))
        watching.cancel()
    for user, replies in zip(users, answers, strict=True):
        assert [reply.quotes for reply in replies] == [[f"They said: q{user.id}"]]
    assert longest < 0.5
    assert _warnings(caplog) == []


async def test_long_answer_comes_in_parts_that_reply(
    tg: LocalTelegram,
    bot: App,
    canned: Any,
    quote_of: Callable[..., Any],
    answer_of: Callable[..., Any],
) -> None:
    bodies = [f"{number} <b>&amp; 😀 " + "word. " * 500 for number in range(3)]
    canned.answer = lambda question: answer_of(
        *[quote_of(body.strip(), outlet="Meridian") for body in bodies]
    )
    user = tg.user()
    sent = await user.send("x")
    replies = await tg.wait(sent["mark"], user.id, n=3)
    assert [quote for reply in replies for quote in reply.quotes] == [b.strip() for b in bodies]
    assert {reply.reply_to for reply in replies} == {sent["message"]["message_id"]}
