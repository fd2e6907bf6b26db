"""Everything the local server knows, shared by its methods and its control side."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bot.local_telegram.calls import CallLog
from bot.local_telegram.chats import Chat
from bot.local_telegram.errors import ApiError, bad, refuse
from bot.local_telegram.faults import Faults
from bot.local_telegram.flood import FloodControl
from bot.local_telegram.params import Params
from bot.local_telegram.types import Json
from bot.local_telegram.updates import UpdateQueue

TOKEN = "123456789:AAE-local-server-token-000000000000"
USERNAME = "NewsQuoteBot"
# privacy: see chats.bot_sees; flood: see flood.wait_needed; guests: guest mode is on; ttl and
# latency are seconds
SETTINGS: Json = {
    "privacy": "off",
    "flood": None,
    "callback_ttl": 900,
    "inline_ttl": 10,
    "insecure_webhook": True,
    "guests": True,
    "latency": 0.0,
}


@dataclass
class StoredFile:
    """A file the server keeps; `path` is what getFile tells of it."""

    path: str
    name: str
    data: bytes


class World:
    """One bot and all that is around it."""

    def __init__(self, token: str = TOKEN, username: str = USERNAME, **settings: Any) -> None:
        self.token = token
        self.bot_id = int(token.split(":")[0])
        self.username = username
        self.updates = UpdateQueue()
        self.stats: Counter[str] = Counter()
        self.commands: Json = {}
        self.profile: dict[str, str] = {}
        self._first_settings = _known(settings)
        self._message_id = 0
        self._serial = 0
        self.reset()

    def reset(self) -> None:
        """Forget chats, messages, calls and faults; ids, webhook and registered commands stay."""
        self.settings = SETTINGS | self._first_settings
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.files: dict[str, StoredFile] = {}
        self.callback_queries: dict[str, Json] = {}
        self.inline_queries: dict[str, Json] = {}
        self.reactions: dict[tuple[int, int, int], list[str]] = {}
        self.blocked_by: set[int] = set()
        self.calls = CallLog()
        self.faults = Faults()
        self.flood = FloodControl()
        self.updates.reset()
        self.stats.clear()

    @property
    def me(self) -> Json:
        """The User object of the bot."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": "News Quotes",
            "username": self.username,
        }

    def configure(self, changes: Json) -> Json:
        """Change settings and return them all; raises ValueError for an unknown one."""
        self.settings |= _known(changes)
        return self.settings

    def serial(self) -> int:
        """A number never given before."""
        self._serial += 1
        return self._serial

    def chat(self, chat_id: int | str, spec: Json | None = None) -> Chat:
        """The chat of this id, made if there is none, with what the spec says of it."""
        chat_id = int(chat_id)
        if chat_id not in self.chats:
            self.chats[chat_id] = Chat(chat_id, "private" if chat_id > 0 else "supergroup")
        chat = self.chats[chat_id]
        chat.update(spec or {})
        return chat

    def store(self, chat: Chat, fields: Json) -> Json:
        """A new message in the chat, as the Bot API shows it."""
        self._message_id += 1
        message = {"message_id": self._message_id, "date": int(time.time()), "chat": chat.public()}
        message |= fields
        self.messages[chat.id, self._message_id] = message
        return message

    def store_file(self, name: str, data: bytes) -> str:
        """Keep a file and return its file_id."""
        serial = self.serial()
        file_id = f"BQACAgIAAxkBAAI{serial:08d}"
        path = f"documents/file_{serial}.{name.rsplit('.', 1)[-1]}"
        self.files[file_id] = StoredFile(path, name, data)
        return file_id

    def target(self, params: Params) -> Chat:
        """The chat that a call is meant for; raises ApiError where the bot cannot reach it."""
        raw = params.text("chat_id")
        refuse(not raw, "chat_id is empty")
        chat = self._find(raw)
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        if chat.id in self.blocked_by:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat.bot_status in ("kicked", "left"):
            raise ApiError(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        return chat

    def _find(self, raw: str) -> Chat | None:
        if raw.startswith("@"):
            name = raw[1:].lower()
            chats = self.chats.values()
            return next((c for c in chats if c.shown.get("username", "").lower() == name), None)
        try:
            return self.chats.get(int(raw))
        except ValueError:
            return None


def _known(settings: Json) -> Json:
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise ValueError(f"unknown settings {unknown}, known are {sorted(SETTINGS)}")
    return settings
