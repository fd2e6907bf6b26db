"""Updates and polling: offsets, one poller at a time, redelivery, and any client at all."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.local_telegram import LocalTelegram

Polling = AbstractAsyncContextManager[Any]


async def test_private_question(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        [reply] = await tg.user(language_code="ar").say("ماذا قال <الوزير> 😀 & co?")
        assert reply.quotes == ["ماذا قال <الوزير> 😀 & co?"]
        assert reply.links == ["https://example.org/1"]
        assert reply.reply_to
        assert [call.method for call in await tg.calls("sendChatAction")] == ["sendChatAction"]
        assert (await tg.state())["commands"].keys() == {"default//", "default//ar"}


async def test_upload_and_edit(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        user = tg.user()
        [reply] = await user.upload("a.txt", b"x" * 1234, caption="")
        assert reply.text == "a.txt: 1234 bytes"
        sent = await user.send("first")
        await tg.wait(sent["mark"], user.id)
        [reply] = await user.edit(sent["message"]["message_id"], "second")
        assert reply.quotes == ["second"]


async def test_offsets(tg: LocalTelegram, bot: Bot) -> None:
    for number in range(3):
        await tg.user(1).send(str(number))
    first = await bot.get_updates()
    unconfirmed = await bot.get_updates()
    assert [u.update_id for u in unconfirmed] == [u.update_id for u in first]
    assert len(await bot.get_updates(offset=first[1].update_id)) == 2
    assert len(await bot.get_updates(offset=-1)) == 1


async def test_second_poller_ends_the_first(tg: LocalTelegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await tg.ready()
    async with Bot(tg.token, tg.base_url) as other:  # one Bot polls over one connection only
        second = asyncio.create_task(other.get_updates(timeout=1))
        with pytest.raises(Conflict):
            await first
        assert await second == ()
    assert (await tg.state())["stats"]["conflicts"] == 1


async def test_redelivered_update_comes_once_more(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        user = tg.user()
        await user.say("once")
        await tg.until(tg.state, lambda state: state["acked"])
        done = await tg.redeliver(1)
        # the demo bot answers twice, since it does not notice that the update is a repeated one
        assert len(await tg.wait(done["mark"], user.id, 1, 3, 0.3)) == 1


async def test_redelivery_outlives_a_poller_that_went_away(tg: LocalTelegram, bot: Bot) -> None:
    await tg.user(1).send("x")
    [update] = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    async with httpx.AsyncClient() as client:
        url = f"{tg.base_url}{tg.token}/getUpdates?timeout=30"
        with pytest.raises(httpx.ReadTimeout):
            await client.get(url, timeout=0.2)
    await tg.until(tg.state, lambda state: not state["polling"])
    await tg.redeliver(1)
    [again] = await bot.get_updates(timeout=2)
    assert again.update_id == update.update_id


async def test_any_http_client(tg: LocalTelegram) -> None:
    async with httpx.AsyncClient() as client:
        me = (await client.get(f"{tg.base_url}{tg.token}/GETME")).json()
        assert me["result"]["username"] == "NewsQuoteBot"
        unknown = (await client.post(f"{tg.base_url}{tg.token}/sendRichMessage", json={})).json()
        assert (unknown["ok"], unknown["error_code"]) == (False, 404)
        assert (await client.get(f"{tg.base_url}nonsense/getMe")).status_code == 404


async def test_reset_keeps_commands(tg: LocalTelegram, bot: Bot) -> None:
    await bot.set_my_commands([("start", "begin")])
    await bot.send_message(1, "x")
    await tg.reset()
    state = await tg.state()
    assert (state["calls"], list(state["commands"])) == (0, ["default//"])
    assert await tg.history(1) == []


async def test_wrong_requests_to_the_driver_side(tg: LocalTelegram) -> None:
    with pytest.raises(RuntimeError, match="no such verb"):
        await tg.post("mesage")
    with pytest.raises(RuntimeError, match="unknown settings"):
        await tg.configure(privcy="on")
    with pytest.raises(RuntimeError, match="unknown fault"):
        await tg.fault("eror")
