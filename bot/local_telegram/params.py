"""The parameters of a call, which arrive as strings or as JSON values."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.local_telegram.errors import bad
from bot.local_telegram.types import Json


@dataclass
class Upload:
    """A file that came with a multipart call."""

    name: str
    data: bytes


@dataclass
class Params:
    """Typed access to one call's parameters; raises ApiError for values that cannot be read."""

    raw: Json
    files: dict[str, Upload] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    method: str = ""
    request: web.BaseRequest | None = None

    def text(self, key: str) -> str:
        """The value as a string, empty if it is missing."""
        value = self.raw.get(key)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def number(self, key: str, default: int = 0) -> int:
        """The value as an integer."""
        try:
            return int(self.text(key) or default)
        except ValueError:
            raise bad(f"{key} must be an integer") from None

    def flag(self, key: str) -> bool:
        """The value as a boolean, in any of the spellings that the server takes for true."""
        return self.text(key).lower() in ("true", "1", "yes", "t", "y")

    def value(self, key: str, default: Any) -> Any:
        """The value as JSON."""
        value = self.raw.get(key)
        if value is None or value == "":
            return default
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {key.replace('_', ' ')} JSON object") from None


def decode(raw: Json) -> Json:
    """The parameters for reading, with JSON that came as a string decoded, save in the text."""
    decoded: Json = {}
    for key, value in raw.items():
        decoded[key] = value
        if isinstance(value, str) and value.startswith(("[", "{")) and key != "text":
            try:
                decoded[key] = json.loads(value)
            except ValueError:
                continue
    return decoded


def chat_id_of(call: Json) -> int | None:
    """The chat that a recorded call names by number."""
    raw = str(call["params"].get("chat_id", ""))
    return int(raw) if re.fullmatch(r"-?\d+", raw) else None
