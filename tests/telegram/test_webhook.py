"""Updates by webhook: only with the secret, stored before they are confirmed, and never by polling
as well."""

import asyncio
import io
import json
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from bot.local_telegram import LocalTelegram
from bot.state import State
from bot.telegram.client import App
from bot.telegram.inbox import ALLOWED
from bot.telegram.webhook import LARGEST_BODY, SECRET_HEADER, Address
from corpus.errors import ConfigurationError

SECRET = "a-secret-of-the-tests"
Post = Callable[..., Any]


@pytest.fixture
def address() -> Address:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Address(f"http://127.0.0.1:{port}/hook", "127.0.0.1", port, "/hook", SECRET)


@pytest.fixture
async def hooked(
    serve: Any, canned: Any, tg: LocalTelegram, address: Address
) -> AsyncIterator[App]:
    """The application with the canned engine, receiving by webhook."""
    async with serve(canned, webhook=address) as application:
        await tg.ready()
        yield application


@pytest.fixture
async def post(address: Address) -> AsyncIterator[Post]:
    """post(body, path=, secret=): a delivery as Telegram makes it; gives the status."""
    async with aiohttp.ClientSession() as http:

        async def post(body: Any, path: str = "/hook", secret: str | None = SECRET) -> int:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers = {SECRET_HEADER: secret} if secret is not None else {}
            url = f"http://127.0.0.1:{address.port}{path}"
            async with http.post(url, data=io.BytesIO(data), headers=headers) as response:
                return response.status

        yield post


def _update(number: int, user: int = 1001, text: str = "x") -> dict[str, Any]:
    who = {"id": user, "is_bot": False, "first_name": "A"}
    chat = {"id": user, "type": "private"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": who, "text": text}
    return {"update_id": number, "message": message}


async def test_question_is_answered_by_webhook(
    tg: LocalTelegram, hooked: App, address: Address
) -> None:
    users = [tg.user() for _ in range(20)]
    answers = await asyncio.gather(*(user.say(f"q{user.id}") for user in users))
    assert [reply.quotes for [reply] in answers] == [[f"They said: q{u.id}"] for u in users]
    state = await tg.state()
    assert state["webhook"]["url"] == address.url
    assert state["webhook"]["allowed_updates"] == list(ALLOWED)
    assert "getupdates" not in state["stats"]
    [call] = await tg.calls("setWebhook")
    assert call.params["secret_token"] == SECRET


async def test_stranger_is_refused(tg: LocalTelegram, hooked: App, post: Post, canned: Any) -> None:
    for secret in (None, "", "wrong", SECRET + "x", SECRET[:-1], "é"):
        assert await post(_update(1), secret=secret) == 403
    assert await post(b"x" * (2 * LARGEST_BODY), secret="wrong") == 403
    assert await post(_update(1), path="/") == 404
    assert await post(_update(1), path="/hook/more") == 404
    assert canned.asked == []


async def test_what_cannot_be_read_costs_nothing_else(
    tg: LocalTelegram,
    hooked: App,
    post: Post,
    canned: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await post(b"x" * (LARGEST_BODY + 1)) == 413
    for damaged in (b"", b'{"update_id": 1, "mess', b"\xff", b"[" * 100_000):
        assert await post(damaged) == 400
    # delivered again, these would be no better
    shapeless: tuple[Any, ...] = ([], 1, None, {}, {"update_id": "1"}, {"update_id": 2**70})
    for update in shapeless:
        assert await post(update) == 200
    assert await post({"update_id": 7, "message": {"message_id": "x", "chat": 5}}) == 200
    await tg.post("chat", id=1001, first_name="A")
    assert await post(_update(8)) == 200
    [reply] = await tg.wait(0, 1001)
    assert reply.quotes == ["They said: x"]
    assert canned.asked == ["x"]
    assert [record for record in caplog.records if record.exc_info] == []


async def test_noise_on_the_port_is_no_traceback(
    hooked: App, address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    for noise in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"POST /hook\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
        writer.write(noise)
        await reader.read()
        writer.close()
    assert [record for record in caplog.records if record.exc_info] == []


async def test_delivery_that_comes_twice_is_answered_once(
    tg: LocalTelegram, hooked: App, post: Post, canned: Any
) -> None:
    await tg.post("chat", id=1001, first_name="A")
    statuses = await asyncio.gather(*(post(_update(5)) for _ in range(5)))
    assert statuses == [200] * 5
    assert len(await tg.wait(0, 1001, settle=0.2)) == 1
    assert canned.asked == ["x"]


async def test_update_is_not_confirmed_before_it_is_stored(
    tg: LocalTelegram,
    hooked: App,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(self: State, bot: int, updates: Any) -> list[int]:
        raise sqlite3.OperationalError("database or disk is full")

    await tg.post("chat", id=1001, first_name="A")
    with monkeypatch.context() as patch:
        patch.setattr(State, "take", fail)
        assert await post(_update(5)) == 503
    assert await post(_update(5)) == 200
    assert len(await tg.wait(0, 1001)) == 1
    [line] = [record for record in caplog.records if record.levelno >= 30]
    assert line.exc_info is None


async def test_polling_takes_over_from_a_webhook_and_back(
    tg: LocalTelegram, serve: Any, canned: Any, address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    """What arrived while no bot ran is answered by the next, however it receives."""
    users = [tg.user() for _ in range(3)]
    async with serve(canned, webhook=address):
        await tg.ready()
        assert await users[0].say("one")
    sent = await users[1].send("two")
    async with serve(canned):
        [reply] = await tg.wait(sent["mark"], users[1].id, timeout=10)
        assert reply.quotes == ["They said: two"]
        assert (await tg.state())["webhook"]["url"] == ""
    sent = await users[2].send("three")
    async with serve(canned, webhook=address):
        [reply] = await tg.wait(sent["mark"], users[2].id, timeout=10)
        assert reply.quotes == ["They said: three"]
    assert canned.asked == ["one", "two", "three"]


async def test_setting_the_webhook_is_insisted_on(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    address: Address,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("bot.telegram.webhook._FIRST_PAUSE", 0.05)
    for kind in ("html", "reset", "malformed"):
        await tg.fault(kind, "setWebhook")
    async with serve(canned, webhook=address):
        await tg.ready()
        assert await tg.user().say("x")
    assert len([record for record in caplog.records if record.levelno >= 30]) == 1


async def test_refused_address_says_what_to_correct(
    tg: LocalTelegram, serve: Any, canned: Any, address: Address
) -> None:
    await tg.configure(insecure_webhook=False)

    async def start() -> None:
        async with serve(canned, webhook=address):
            await tg.wait(0, n=1, methods="setWebhook", ok=False)
            await asyncio.sleep(0.05)

    with pytest.raises(ConfigurationError, match=r"https url .* correct telegram\.webhook_url"):
        await start()


async def test_port_that_is_taken_is_named(
    tg: LocalTelegram, serve: Any, canned: Any, address: Address
) -> None:
    async def start() -> None:
        async with serve(canned, webhook=address):
            await asyncio.sleep(0.2)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", address.port))
        taken.listen()
        with pytest.raises(ConfigurationError, match=r"correct telegram\.webhook_port"):
            await start()


async def test_webhook_that_leads_elsewhere_ends_the_bot(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    address: Address,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram.webhook._CHECK_SECONDS", 0.05)

    async def provoke() -> None:
        async with serve(canned, webhook=address) as application:
            await tg.ready()
            await application.bot.set_webhook(address.url + "/other")
            await asyncio.sleep(0.3)

    with pytest.raises(ConfigurationError, match="another program"):
        await provoke()


async def test_failed_deliveries_are_told_once(
    tg: LocalTelegram,
    serve: Any,
    canned: Any,
    address: Address,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("bot.telegram.webhook._CHECK_SECONDS", 0.05)
    other = Address(address.url, "127.0.0.1", address.port, "/another", SECRET)
    async with serve(canned, webhook=other):
        await tg.ready()
        await tg.user().send("x")
        await asyncio.sleep(0.25)
    lines = [r.getMessage() for r in caplog.records if "could not deliver" in r.getMessage()]
    assert len(lines) == 1
    assert "404" in lines[0]
