"""Two bots behind a balancer, on one database: each question is answered once, whoever takes it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.local_telegram import LocalTelegram
from bot.state import State
from bot.telegram import inbox, replying
from bot.telegram.send_limits import DEFAULT, UNLIMITED
from bot.telegram.webhook import Address
from corpus.errors import HomeError

SECRET = "a-secret-of-the-tests"


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def balancing(port: int, ports: list[int]) -> AsyncIterator[None]:
    """What stands before the bots: each delivery to the next one that answers."""
    turn = 0
    async with aiohttp.ClientSession() as http:

        async def hand_on(request: web.Request) -> web.Response:
            nonlocal turn
            body = await request.read()
            for _ in ports:
                turn += 1
                url = f"http://127.0.0.1:{ports[turn % len(ports)]}/hook"
                try:
                    async with http.post(url, data=body, headers=request.headers) as answer:
                        return web.Response(status=answer.status)
                except aiohttp.ClientError:
                    continue
            return web.Response(status=502)

        application = web.Application()
        application.router.add_post("/hook", hand_on)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield
        finally:
            await runner.cleanup()


@pytest.fixture
def address() -> Address:
    port = _port()
    return Address(f"http://127.0.0.1:{port}/hook", "127.0.0.1", port, "/hook", SECRET)


def listening(address: Address, port: int) -> Address:
    return Address(address.url, "127.0.0.1", port, "/hook", SECRET)


async def test_each_question_is_answered_once_by_one_of_two(
    tg: LocalTelegram, serve: Any, canned: Any, store: str, address: Address
) -> None:
    ports = [_port(), _port()]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(balancing(address.port, ports))
        applications = []
        for port in ports:
            state = stack.enter_context(State.open(store))
            bot = serve(canned, state=state, webhook=listening(address, port))
            applications.append(await stack.enter_async_context(bot))
        await tg.ready()
        users = [tg.user() for _ in range(30)]
        answers = await asyncio.gather(*(user.say(f"q{user.id}") for user in users))
        assert [reply.quotes for [reply] in answers] == [[f"They said: q{u.id}"] for u in users]
        assert sorted(canned.asked) == sorted(f"q{user.id}" for user in users)
        assert len(applications) == 2


async def test_what_a_bot_that_ended_had_in_hand_is_answered_by_the_other(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    store: str,
    address: Address,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(inbox, "GONE_SECONDS", 0.3)
    ports = [_port(), _port()]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(balancing(address.port, ports))
        first = stack.enter_context(State.open(store))
        canned.delay = 2.0  # more than the first is given to finish
        async with AsyncExitStack() as alone:
            bot = serve(canned, state=first, webhook=listening(address, ports[0]), grace=0.1)
            await alone.enter_async_context(bot)
            await tg.ready()
            user = tg.user()
            asking = asyncio.create_task(user.say("harbour"))
            async with asyncio.timeout(10):
                while not canned.asked:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            second = stack.enter_context(State.open(store))
            other = serve(canned, state=second, webhook=listening(address, ports[1]))
            await stack.enter_async_context(other)
            await asyncio.sleep(0.6)
            assert len(canned.asked) == 1, "the first is alive"
        canned.delay = 0.0
        first.close()
        [reply] = await asyncio.wait_for(asking, 20)
        assert reply.quotes == ["They said: harbour"]
        assert canned.asked == ["harbour"] * 2


async def test_a_search_that_meets_a_restart_of_the_store_is_done_again(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    store: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replying, "PAUSES", (0.1, 0.2))
    answer, faults = canned.answer, iter([True, True])

    def restarted(question: str) -> Any:
        if next(faults, False):
            raise HomeError("the server closed the connection")
        return answer(question)

    canned.answer = restarted
    with State.open(store) as state:
        async with serve(canned, state=state):
            await tg.ready()
            [reply] = await tg.user().say("harbour")
            assert reply.quotes == ["They said: harbour"]
            faults = iter([True] * 3)
            [reply] = await tg.user().say("harbour")
            assert "I could not search" in reply.text


async def test_without_limits_no_places_are_kept_together(
    tg: LocalTelegram, serve: Any, canned: Any, store: str
) -> None:
    with State.open(store) as state:
        for limits, kept in ((UNLIMITED, False), (DEFAULT, True)):
            async with serve(canned, state=state, limits=limits):
                await tg.ready()
                await tg.user().say("harbour")
            [(count,)] = state.connection.execute("SELECT count(*) FROM sending")
            assert bool(count) is kept
