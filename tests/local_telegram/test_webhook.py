"""Webhooks: the secret, retries, and a bot that gets its updates that way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import Conflict
from telegram.ext import Application

from bot.local_telegram import LocalTelegram

Demo = Application[Any, Any, Any, Any, Any, Any]
Refused = Callable[..., Awaitable[None]]
SECRET = "X-Telegram-Bot-Api-Secret-Token"


@contextlib.asynccontextmanager
async def _listening(
    answer: Callable[[web.Request], Awaitable[web.Response]],
) -> AsyncIterator[str]:
    """A web server that answers every POST; the URL for the webhook."""
    app = web.Application()
    app.router.add_post("/hook", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_failed_delivery_is_retried(tg: LocalTelegram, bot: Bot) -> None:
    secrets: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        secrets.append(request.headers.get(SECRET))
        return web.Response(status=500 if len(secrets) == 1 else 200)

    await tg.user(1).send("dropped")
    async with _listening(answer) as url:
        await bot.set_webhook(url, secret_token="s3cret", drop_pending_updates=True)
        await tg.user(1).send("hi")
        await tg.until(tg.state, lambda state: state["acked"] and len(secrets) == 2, 5)
        assert len(secrets) == 2
        assert secrets[1] == "s3cret"
        with pytest.raises(Conflict):
            await bot.get_updates()
        assert (await bot.get_webhook_info()).last_error_message
        assert await bot.delete_webhook()


async def test_undelivered_update_waits_for_the_next_poll(tg: LocalTelegram, bot: Bot) -> None:
    tried = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        tried.set()
        return web.Response(status=500)

    async with _listening(answer) as url:
        await bot.set_webhook(url)
        await tg.user(1).send("hi")
        await tried.wait()
        await bot.delete_webhook()
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.text == "hi"


async def test_setting_a_webhook_ends_the_poll(tg: LocalTelegram, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await tg.ready()
    async with Bot(tg.token, tg.base_url) as other:
        await other.set_webhook(tg.url + "/nowhere")
        with pytest.raises(Conflict):
            await poll
        await other.delete_webhook()


async def test_secret_is_checked(tg: LocalTelegram, bot: Bot, refused: Refused) -> None:
    call = bot.set_webhook(tg.url + "/x", secret_token="no spaces")
    await refused("unallowed characters", call)


async def test_bot_behind_a_webhook(tg: LocalTelegram, demo: Demo) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers[SECRET] == "abc_123"
        await demo.update_queue.put(Update.de_json(await request.json(), demo.bot))
        return web.Response()

    async with _listening(answer) as url, demo:
        await demo.start()
        await demo.bot.set_webhook(url, secret_token="abc_123")
        await tg.ready()
        [reply] = await tg.user().say("over webhook")
        assert reply.quotes == ["over webhook"]
        await demo.stop()
