"""Pressed buttons, inline queries and guest messages."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

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


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"id": ""}, "RESULT_ID_EMPTY"),
        ({"id": "ق" * 33}, "RESULT_ID_INVALID"),
        ({"title": " "}, "ARTICLE_TITLE_EMPTY"),
        ({"input_message_content": {"message_text": "<b>", "parse_mode": "HTML"}}, "end tag"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "Text buttons are unallowed"),
    ],
)
async def test_inline_results_that_are_refused(
    tg: LocalTelegram, bot: Bot, refused: Refused, changed: dict[str, Any], error: str
) -> None:
    query_id = (await tg.post("inline", user=tg.user(1).json, query="x"))["id"]
    result = InlineQueryResultArticle("1", "t", InputTextMessageContent("x")).to_dict() | changed
    await refused(error, bot.answer_inline_query(query_id, [], api_kwargs={"results": [result]}))


@pytest.mark.parametrize(
    ("start", "error"),
    [
        ("", "can't use empty start_parameter"),
        ("a" * 65, "too long start_parameter specified"),
        ("a.b", "unallowed characters in start_parameter are used"),
        (None, "exactly one optional field"),
    ],
)
async def test_buttons_above_inline_results_that_are_refused(
    tg: LocalTelegram, bot: Bot, refused: Refused, start: str | None, error: str
) -> None:
    query_id = (await tg.post("inline", user=tg.user(1).json, query="x"))["id"]
    button = InlineQueryResultsButton("Ask", start_parameter=start)
    await refused(error, bot.answer_inline_query(query_id, [], button=button))


async def test_an_inline_result_is_rendered_with_its_buttons(tg: LocalTelegram, bot: Bot) -> None:
    query_id = (await tg.post("inline", user=tg.user(1).json, query="x"))["id"]
    button = InlineKeyboardButton("Open", url="https://t.me/NewsQuoteBot?start=a")
    result = InlineQueryResultArticle(
        "1",
        "t",
        InputTextMessageContent("<b>x</b>", "HTML"),
        InlineKeyboardMarkup([[button]]),
    )
    assert await bot.answer_inline_query(query_id, [result])
    [rendered] = [one["rendered"] for one in (await tg.post("query", id=query_id))["results"]]
    assert rendered["text"] == "x"
    assert [entity["type"] for entity in rendered["entities"]] == ["bold"]
    assert rendered["reply_markup"]["inline_keyboard"][0][0]["text"] == "Open"


async def test_no_client_sends_a_longer_inline_query(tg: LocalTelegram) -> None:
    with pytest.raises(RuntimeError, match="no client sends"):
        await tg.user().inline("x" * 257)


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
