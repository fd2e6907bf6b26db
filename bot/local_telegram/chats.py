"""The chats the server knows, and what of their messages the bot gets to see."""

from dataclasses import dataclass, field

from bot.local_telegram.types import Json
from bot.local_telegram.utf16 import covered

SHOWN = ("title", "username", "first_name", "last_name", "is_forum")


@dataclass
class Chat:
    """A chat; `shown` are the fields that the Bot API shows of it besides its id and type."""

    id: int
    type: str
    shown: Json = field(default_factory=dict)
    admins: set[int] = field(default_factory=set)
    topics: set[int] = field(default_factory=set)
    members: dict[int, Json] = field(default_factory=dict)
    bot_status: str = "member"
    migrated_to: int | None = None
    bot_spoke_last: bool = False

    @property
    def is_private(self) -> bool:
        return self.type == "private"

    def update(self, spec: Json) -> None:
        """Take over what a driver says of the chat; members are added, all else is replaced."""
        self.type = spec.get("type", self.type)
        self.shown |= {key: spec[key] for key in SHOWN if key in spec}
        self.bot_status = spec.get("bot", self.bot_status)
        if "admins" in spec:
            self.admins = set(spec["admins"])
        if "topics" in spec:
            self.topics = set(spec["topics"])
        self.members |= {int(key): user for key, user in spec.get("members", {}).items()}
        if not self.is_private:
            self.shown.setdefault("title", f"Group {self.id}")

    def public(self) -> Json:
        """The Chat object of the Bot API."""
        return {"id": self.id, "type": self.type, **self.shown}


def bot_sees(chat: Chat, message: Json, me: Json, privacy: str) -> bool:
    """Whether group privacy mode lets the bot see a message.

    `privacy` is "off", "on" (as documented: a plain @mention is not delivered) or "mentions"
    (@mentions are delivered too). See core.telegram.org/bots/features#privacy-mode.
    """
    if chat.type in ("private", "channel") or privacy == "off" or me["id"] in chat.admins:
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == me["id"]:
        return True
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    words = [(entity["type"], covered(text, entity).lower()) for entity in entities]
    name = "@" + me["username"].lower()
    if privacy == "mentions" and ("mention", name) in words:
        return True
    commands = [word for kind, word in words if kind == "bot_command"]
    if any(command.endswith(name) for command in commands):
        return True
    if chat.bot_spoke_last and any("@" not in command for command in commands):
        return True
    return not text and not message.get("document")
