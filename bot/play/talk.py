"""The chats of the page: the real bot over a local Telegram in this process. Each browser is a
person with a private chat and a group in which the bot is a member."""

from __future__ import annotations

import asyncio
import tempfile
import time
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from json import dumps
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.local_telegram.acts import Acts
from bot.local_telegram.calls import Selection
from bot.local_telegram.server import serve
from bot.local_telegram.types import Json
from bot.local_telegram.world import StoredFile, World
from bot.play.room import ROOM, Room
from bot.play.visitor import Visitor
from bot.state import FILE, State
from bot.telegram.app import Options, serving
from bot.telegram.send_limits import UNLIMITED
from corpus.errors import InputError

MOST_PEOPLE = 1_000
"""Browsers that are remembered; the chats of the oldest are forgotten."""

LONGEST_MESSAGE = 4_096
"""UTF-16 units, as in Telegram."""

_FIRST_PERSON = 1_001
_TYPING_SECONDS = 5.0
_ANSWER_SECONDS = 10.0
_SETTLED_SECONDS = 0.25
_ANSWERS = frozenset(
    {"sendmessage", "sendphoto", "senddocument", "editmessagetext", "editmessagereplymarkup"}
)


class ChatName(StrEnum):
    """The chats of a person, as addresses name them."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of a chat. `version` changes with what is shown of it."""

    message: Json
    version: int
    mine: bool

    @property
    def id(self) -> int:
        return int(self.message["message_id"])


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat as it is now. `mark` is where it stands, to wait for what comes after."""

    messages: tuple[Shown, ...]
    mark: int
    typing: bool


class Person:
    """A browser in the local Telegram."""

    def __init__(self, number: int) -> None:
        self.id = number
        self.language = "en"

    @property
    def user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": "Guest",
            "language_code": self.language,
        }

    def chat(self, name: ChatName) -> int:
        return self.id if name is ChatName.PRIVATE else -self.id


class Talk:
    """What people do in their chats, and what is in them. Used in the event loop alone."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._acts = Acts(world)
        self._people: dict[str, Person] = {}
        self._numbers = count(_FIRST_PERSON)

    @property
    def bot(self) -> str:
        """The bot's name after an @."""
        return self._world.username

    def person(self, visitor: Visitor) -> Person:
        """Who a browser is here, new with its first visit."""
        person = self._people.get(visitor.mark)
        if person is None:
            person = self._people[visitor.mark] = Person(next(self._numbers))
            while len(self._people) > MOST_PEOPLE:
                self._forget(self._people.pop(next(iter(self._people))))
        person.language = visitor.language
        self._world.chat(person.id, {"first_name": "Guest"})
        group = {"title": "Newsroom", "members": {person.id: person.user}, "admins": [person.id]}
        self._world.chat(-person.id, group)
        return person

    def _forget(self, person: Person) -> None:
        for chat in (person.id, -person.id):
            self._world.chats.pop(chat, None)
            for key in [key for key in self._world.messages if key[0] == chat]:
                del self._world.messages[key]

    # ------------------------------------------------------------ acts

    def say(self, person: Person, name: ChatName, text: str, reply_to: int | None = None) -> bool:
        """Send a message, to one of the chat where `reply_to` is its id; whether the bot gets it.
        Raises `InputError` for none and for one that Telegram would not take."""
        if not text.strip():
            raise InputError("the message is empty: write one")
        if len(text.encode("utf-16-le", "replace")) // 2 > LONGEST_MESSAGE:
            raise InputError(f"the message is longer than {LONGEST_MESSAGE} characters: shorten it")
        body = {"user": person.user, "chat_id": person.chat(name), "text": text}
        if reply_to and (person.chat(name), reply_to) in self._world.messages:
            body["reply_to"] = reply_to
        return bool(self._acts.message(body)["delivered"])

    async def press(self, person: Person, name: ChatName, message: int, at: int) -> str:
        """Press the button `at` of a message, counted through its rows; what the bot tells to it.
        Raises `InputError` for one that is not there."""
        chat = person.chat(name)
        buttons = buttons_of(self._world.messages.get((chat, message), {}))
        if not 0 <= at < len(buttons) or "callback_data" not in buttons[at]:
            raise InputError("there is no such button any more: load the page anew")
        pressed = {
            "user": person.user,
            "chat_id": chat,
            "message_id": message,
            "data": buttons[at]["callback_data"],
        }
        query = self._acts.callback(pressed)["id"]
        await self._called(lambda: bool(self._world.callback_queries[query]["answered"]))
        return str(self._world.callback_queries[query].get("text", ""))

    async def inline(self, person: Person, text: str) -> list[Json]:
        """What the bot offers for the text after its name in any chat."""
        body = {"user": person.user, "query": text[:256], "chat_type": "supergroup"}
        query = self._acts.inline(body)["id"]
        await self._called(lambda: bool(self._world.inline_queries[query]["answered"]))
        results = self._world.inline_queries[query].get("results", [])
        return [each for each in results if "rendered" in each]

    def choose(self, person: Person, result: Json, query: str) -> None:
        """Send an inline result into the group."""
        chat = self._world.chat(-person.id)
        sent = {"from": person.user, "via_bot": self._world.me, **result["rendered"]}
        self._world.store(chat, {key: value for key, value in sent.items() if value})
        body = {"user": person.user, "result_id": result["id"], "query": query}
        self._acts.chosen(body)

    # ------------------------------------------------------------ what is there

    def conversation(self, person: Person, name: ChatName) -> Conversation:
        chat = person.chat(name)
        messages = tuple(
            Shown(message, _version(message), message["from"]["id"] == person.id)
            for (of, _), message in self._world.messages.items()
            if of == chat
        )
        return Conversation(messages, self._world.calls.mark, self._types(chat))

    async def wait(self, person: Person, name: ChatName, mark: int, seconds: float) -> None:
        """Until the bot does something in the chat after `mark`, `seconds` at most."""
        chosen = Selection(mark, frozenset(), person.chat(name), only_ok=False)
        await self._world.calls.wait(chosen, count=1, seconds=seconds, settle=0.0)

    async def settle(
        self, person: Person, name: ChatName, mark: int, seconds: float = _ANSWER_SECONDS
    ) -> None:
        """Until the bot has answered what was done at `mark`, or `seconds` have passed."""
        chosen = Selection(mark, _ANSWERS, person.chat(name), only_ok=False)
        await self._world.calls.wait(chosen, count=1, seconds=seconds, settle=_SETTLED_SECONDS)

    def file(self, person: Person, file: str) -> StoredFile | None:
        """A file of a message in one of the person's chats."""
        chats = [person.chat(name) for name in ChatName]
        for (chat, _), message in self._world.messages.items():
            if chat in chats and file in _files(message):
                return self._world.files.get(file)
        return None

    def stored(self, file: str) -> StoredFile | None:
        return self._world.files.get(file)

    def _types(self, chat: int) -> bool:
        """Whether the bot says that it is working on an answer."""
        for call in reversed(self._world.calls.calls):
            params = call["params"]
            if time.time() - call["t"] > _TYPING_SECONDS:
                return False
            if str(params.get("chat_id")) == str(chat):
                return bool(call["method"].lower() == "sendchataction")
        return False

    async def _called(self, good: Callable[[], bool]) -> None:
        """Until the bot has called and `good` is true, some seconds at most."""
        until = time.monotonic() + _ANSWER_SECONDS
        while not good() and (left := until - time.monotonic()) > 0:
            chosen = Selection(self._world.calls.mark, frozenset(), None, only_ok=False)
            await self._world.calls.wait(chosen, count=1, seconds=min(left, 0.5), settle=0.0)


def _version(message: Json) -> int:
    return zlib.crc32(dumps(message, sort_keys=True).encode())


def buttons_of(message: Json) -> list[Json]:
    """The buttons below a message, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _files(message: Json) -> list[str]:
    found = [size["file_id"] for size in message.get("photo", ())]
    return found + [message[kind]["file_id"] for kind in ("document",) if kind in message]


@asynccontextmanager
async def talking(room: Room) -> AsyncIterator[Talk]:
    """The bot, answering from the room's engine while it is entered."""
    world = World(privacy="mentions")
    runner, url = await serve(world)
    options = Options(
        limit=room.limit, home=room.home, zone=room.zone, per_user=0, per_chat=0, limits=UNLIMITED
    )
    try:
        with (
            tempfile.TemporaryDirectory(prefix="pullquote-play-") as folder,
            State.open(Path(folder) / FILE) as state,
        ):
            async with serving(
                room.engine,
                token=world.token,
                state=state,
                base_url=f"{url}/bot",
                base_file_url=f"{url}/file/bot",
                options=options,
            ):
                yield Talk(world)
    finally:
        await runner.cleanup()


class Talking:
    """The bot, started when a page first needs it."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._talk: Talk | None = None

    async def started(self) -> Talk:
        """The chats, once the bot answers."""
        async with self._lock:
            if self._talk is None:
                self._talk = await self._stack.enter_async_context(talking(self._room))
            return self._talk

    async def stop(self) -> None:
        await self._stack.aclose()


TALKING = web.AppKey("talking", Talking)


async def chats(app: web.Application) -> AsyncIterator[None]:
    """Runs the bot along with the pages, for `cleanup_ctx`."""
    app[TALKING] = Talking(app[ROOM])
    yield
    await app[TALKING].stop()


async def talk(request: web.Request) -> Talk:
    """The chats of all browsers."""
    return await request.app[TALKING].started()


def chat_name(value: Any) -> ChatName:
    """The chat of an address. Raises `HTTPNotFound` for another word."""
    try:
        return ChatName(value)
    except ValueError:
        raise web.HTTPNotFound from None
