"""Pressed buttons, inline queries and guest messages."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent

from bot.local_telegram import LocalTelegram

Polling = AbstractAsyncContextManager[Any]
Refused = Callable[..., Awaitable[None]]


async def test_pressed_button(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        user = tg.user()
        [reply] = await user.say("x")
        answers, query = await user.press(reply, "more")
        assert answers[0].text == "more of it"
        assert query["answered"]
        assert query["text"] == "ok"
        with pytest.raises(RuntimeError, match="no button 'less'"):
            await user.press(reply, "less")


async def test_inline_query(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        query = await tg.user().inline("غزة <b>")
        assert query["answered"]
        assert len(query["results"]) == 3
        assert query["results"][0]["rendered"]["text"] == "غزة <b>"


async def test_unknown_queries_are_too_old(bot: Bot, refused: Refused) -> None:
    await refused("query is too old", bot.answer_callback_query("1"))
    await refused("query is too old", bot.answer_inline_query("1", []))


async def test_inline_results_are_limited(tg: LocalTelegram, bot: Bot, refused: Refused) -> None:
    query_id = (await tg.post("inline", user=tg.user(1).json, query="x"))["id"]
    content = InputTextMessageContent("x")
    many = [InlineQueryResultArticle(str(i), "t", content).to_dict() for i in range(51)]
    # the client cuts the results at 50, so they have to go around it
    call = bot.answer_inline_query(query_id, [], api_kwargs={"results": many})
    await refused("too many inline", call)


async def test_guest_message(tg: LocalTelegram) -> None:
    chat = {"id": -7, "type": "group", "title": "Elsewhere"}
    user = tg.user()
    done = await tg.post("guest", user=user.json, text="@NewsQuoteBot q", chat=chat)
    result = {
        "type": "article",
        "id": "1",
        "title": "t",
        "input_message_content": {"message_text": "x"},
    }
    async with httpx.AsyncClient() as client:
        url = f"{tg.base_url}{tg.token}/answerGuestQuery"
        body = {"guest_query_id": done["id"], "result": result}
        answer = (await client.post(url, json=body)).json()
    assert answer["result"] == {"inline_message_id": f"guest{done['id']}"}
    query = await tg.post("query", id=done["id"])
    assert query["results"][0]["rendered"]["text"] == "x"
