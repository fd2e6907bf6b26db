"""The client of the control side: run verbs, and wait for what the bot does."""
# A wait that runs out answers with what there is by then, so `timeout` is no cancellation:
# ruff: noqa: ASYNC109

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp

from bot.local_telegram.types import Json
from bot.local_telegram.utf16 import covered

ANSWERS = "sendMessage,sendPhoto,sendDocument,editMessageText"
CONNECT_SECONDS = 10

Value = TypeVar("Value")


class Sent:
    """One Bot API call of the bot and, for messages, the message as the server rendered it."""

    def __init__(self, call: Json) -> None:
        self.call = call
        self.method: str = call["method"]
        self.params: Json = call["params"]
        self.seq: int = call["seq"]
        self.ok: bool = call["ok"]
        self.error: str | None = call.get("description")
        self.warnings: list[str] = call["warnings"]
        result = call.get("result")
        self.message: Json = result if isinstance(result, dict) else {}

    @property
    def id(self) -> int | None:
        return self.message.get("message_id")

    @property
    def chat_id(self) -> int | None:
        chat: Json = self.message.get("chat", {})
        return chat.get("id")

    @property
    def text(self) -> str:
        """The text of the message or the caption of its file."""
        return self.message.get("text") or self.message.get("caption") or ""

    @property
    def entities(self) -> list[Json]:
        return self.message.get("entities") or self.message.get("caption_entities") or []

    @property
    def reply_to(self) -> int | None:
        """The id of the message that this one answers."""
        original: Json = self.message.get("reply_to_message", {})
        return original.get("message_id")

    @property
    def thread(self) -> int | None:
        return self.message.get("message_thread_id")

    def spans(self, *types: str) -> list[str]:
        """The texts that the entities of these types cover: spans("blockquote", "bold")."""
        return [covered(self.text, entity) for entity in self.entities if entity["type"] in types]

    @property
    def quotes(self) -> list[str]:
        return self.spans("blockquote", "expandable_blockquote")

    @property
    def links(self) -> list[str]:
        """Where the links lead: hidden ones first, then those written out."""
        hidden = [entity["url"] for entity in self.entities if entity["type"] == "text_link"]
        return hidden + self.spans("url")

    @property
    def buttons(self) -> list[Json]:
        rows = self.message.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def __repr__(self) -> str:
        return f"<{self.method} ok={self.ok} {self.error or self.text!r}>"


class ControlClient:
    """A connection to the control side of a running server, open while it is entered."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        # every verb that waits carries its own limit, so the session sets none
        limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
        connector = aiohttp.TCPConnector(limit=0)
        self._http = aiohttp.ClientSession(connector=connector, timeout=limits)

    async def close(self) -> None:
        if self._http:
            await self._http.close()
            self._http = None

    async def post(self, verb: str, **body: Any) -> Any:
        """Run a control verb; raises RuntimeError where the server finds it wrong."""
        if self._http is None:
            raise RuntimeError("not connected: use it in an async with block")
        async with self._http.post(f"{self.url}/control/{verb}", json=body) as response:
            if response.status == 200:
                return await response.json()
            raise RuntimeError(await response.text())

    async def act(
        self, verb: str, chat_id: int, n: int, timeout: float, settle: float, **body: Any
    ) -> list[Sent]:
        """Run a verb and wait for the bot's answers to it in the chat."""
        done = await self.post(verb, chat_id=chat_id, **body)
        return await self.wait(done["mark"], chat_id, n, timeout, settle)

    async def wait(
        self,
        since: int,
        chat_id: int | None = None,
        n: int = 1,
        timeout: float = 10,
        settle: float = 0.0,
        methods: str = ANSWERS,
        ok: bool = True,
    ) -> list[Sent]:
        """Calls after the mark `since`, as soon as `n` came and `settle` seconds passed quietly.

        After `timeout` seconds it answers with those that there are. `ok`: only successful calls.
        """
        calls = await self.post(
            "wait",
            since=since,
            chat_id=chat_id,
            n=n,
            timeout=timeout,
            settle=settle,
            methods=methods,
            ok=ok,
        )
        return [Sent(call) for call in calls]

    async def calls(self, methods: str = "", since: int = 0, **filters: Any) -> list[Sent]:
        """Calls so far; `methods` are separated by commas, filters are chat_id and ok."""
        return [
            Sent(call) for call in await self.post("calls", methods=methods, since=since, **filters)
        ]

    async def until(
        self,
        fetch: Callable[[], Awaitable[Value]],
        good: Callable[[Value], object],
        timeout: float = 10,
    ) -> Value:
        """What `fetch` gives once it is good, or after `timeout` seconds whatever it gives."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while True:
            value = await fetch()
            if good(value) or loop.time() >= end:
                return value
            await asyncio.sleep(0.01)

    async def answered(self, query_id: str, timeout: float) -> Json:
        """The state of a callback, inline or guest query, once answered or `timeout` seconds on."""

        async def fetch() -> Json:
            state: Json = await self.post("query", id=query_id)
            return state

        return await self.until(fetch, lambda state: state["answered"], timeout)
