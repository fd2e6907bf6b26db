"""Faults on the way out: nothing twice, nothing lost without a reason, other chats unaffected."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.local_telegram import LocalTelegram
from bot.telegram.client import App

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
    assert reply.text.startswith("a < b & c\n— Meridian (https://meridian.example/1) · undated\n\n")
    assert reply.buttons
    assert "parse_mode" not in reply.params
    assert len(_warnings(caplog)) == 1


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


async def test_conflicts_that_pass_are_survived(tg: LocalTelegram, bot: App) -> None:
    conflict = "Conflict: terminated by other getUpdates request"
    await tg.fault("error", "getUpdates", 2, status=409, description=conflict)
    assert await tg.user().say("x", timeout=10)


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
