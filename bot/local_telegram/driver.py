"""The driver: starts a server, plays users and reads what the bot did.

async with LocalTelegram() as tg:              # LocalTelegram(url=...) drives a running one
    ...start the bot with tg.base_url, tg.base_file_url and tg.token...
    await tg.ready()
    user = tg.user(language_code="ar")
    [reply] = await user.say("ماذا قال الوزير؟")
    reply.text, reply.quotes, reply.links, reply.buttons
"""
# A wait that runs out answers with what there is by then, so `timeout` is no cancellation:
# ruff: noqa: ASYNC109

import itertools
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.local_telegram.client import ControlClient
from bot.local_telegram.server import serve
from bot.local_telegram.types import Json
from bot.local_telegram.user import User
from bot.local_telegram.world import TOKEN, USERNAME, World

FIRST_USER = 1001


class LocalTelegram(ControlClient):
    """A local Telegram with one bot; without a URL it serves one itself on the loopback.

    `config` are the settings that configure() changes; they outlive reset().
    """

    def __init__(
        self,
        url: str | None = None,
        port: int = 0,
        token: str = TOKEN,
        username: str = USERNAME,
        **config: Any,
    ) -> None:
        super().__init__(url or "")
        self.token = token
        self.username = username
        self.port = port
        self.config = config
        self._ids = itertools.count(FIRST_USER)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        if not self.url:
            world = World(self.token, self.username, **self.config)
            self._runner, self.url = await serve(world, port=self.port)
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        """What the bot's client puts in front of the token; known once the server runs."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    async def ready(self, timeout: float = 60) -> Json:
        """The state once the bot polls or has set its webhook.

        Raises AssertionError if it never does.
        """
        state = await self.until(self.state, _is_ready, timeout)
        assert _is_ready(state), "the bot never polled nor set a webhook"
        return state

    def user(self, user_id: int | None = None, **fields: Any) -> User:
        """A user; fields are those of the Bot API's User, such as language_code and username."""
        return User(self, user_id or next(self._ids), **fields)

    async def group(self, chat_id: int, title: str = "Newsroom", **spec: Any) -> int:
        """Make a group and return its id.

        spec: type, is_forum, topics=[ids], admins=[ids], members={id: user}, username.
        """
        await self.post("chat", id=chat_id, title=title, **spec)
        return chat_id

    async def fault(self, kind: str, method: str = "*", count: int = 1, **spec: Any) -> None:
        """Make the next `count` calls of a method fail.

        kind: error (status, description, parameters), flood (retry_after), timeout (delay), slow
        (delay), reset, lost (applied, but the answer is lost), malformed, html (status); times are
        seconds. skip=N lets N calls pass first; "*" includes getUpdates only with polls=True.
        """
        await self.post("fault", kind=kind, method=method, count=count, **spec)

    async def configure(self, **config: Any) -> Json:
        """Change settings and return them all.

        privacy="off"|"on"|"mentions", flood={"chat"|"group"|"global": [calls, seconds]},
        callback_ttl, inline_ttl and latency in seconds, insecure_webhook, guests.
        """
        settings: Json = await self.post("config", **config)
        return settings

    async def state(self) -> Json:
        """queued, acked, offset, calls, stats, commands, profile, webhook, polling and more."""
        state: Json = await self.post("state")
        return state

    async def history(self, chat_id: int) -> list[Json]:
        """All messages of a chat."""
        messages: list[Json] = await self.post("history", chat_id=chat_id)
        return messages

    async def updates(self) -> list[Json]:
        """All updates that the bot was to get, in their order."""
        updates: list[Json] = await self.post("updates")
        return updates

    async def redeliver(self, count: int = 1) -> Json:
        """Deliver the last confirmed updates once more; answers {"update_ids", "mark"}."""
        done: Json = await self.post("redeliver", count=count)
        return done

    async def reset(self) -> None:
        """Forget chats, messages, calls and faults; ids, webhook and registered commands stay."""
        await self.post("reset")


def _is_ready(state: Json) -> bool:
    return bool(state["polling"] or state["webhook"]["url"])
