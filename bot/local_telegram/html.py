"""The HTML parse mode: Telegram's own small dialect, refused in the server's own words."""

import re
from dataclasses import dataclass

from bot.local_telegram.errors import bad, refuse
from bot.local_telegram.types import Json
from bot.local_telegram.utf16 import utf16_cut, utf16_length

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
NAMED_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*));?")
TAG_NAME = re.compile(r"[^\s>]*")
SPACES = re.compile(r"\s*")
ATTRIBUTE_NAME = re.compile(r"\s*([^\s=>/\"']*)\s*")
ATTRIBUTE_VALUE = re.compile(r"=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]*)(?=[\s>]))")
LINK = re.compile(r"(https?|tg|ton|tonsite)://\S+|[\w-]+(\.[\w-]+)+")
USER_LINK = re.compile(r"tg://user\?id=(\d+)")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The plain text and its entities; raises ApiError for markup that the server refuses."""
    return _Parser(source).parse()


def _reference(source: str, at: int) -> tuple[str, int] | None:
    """The character that the reference at `at` stands for, and where the reference ends.

    Only numeric references and four names exist for Telegram; all others stay as they are written.
    """
    found = REFERENCE.match(source, at)
    if found is None:
        return None
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        char = NAMED_REFERENCES.get(name)
        return (char, found.end()) if char else None
    code = int(decimal or "0") if hexadecimal is None else int(hexadecimal or "0", 16)
    if 0 < code < 0x10FFFF and len(found.group().rstrip(";")) < 10:
        return chr(code), found.end()
    return None


def _unescape(value: str) -> str:
    def replace(found: re.Match[str]) -> str:
        decoded = _reference(found.group(), 0)
        return decoded[0] if decoded else found.group()

    return re.sub(r"&[#\w]+;?", replace, value)


@dataclass
class _Tag:
    """A tag that is still open; `start` is where its text begins, in UTF-16 units."""

    name: str
    attributes: dict[str, str]
    start: int


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.chars: list[str] = []
        self.length = 0
        self.entities: list[Json] = []
        self.open: list[_Tag] = []

    def parse(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            char = self.source[self.at]
            decoded = _reference(self.source, self.at) if char == "&" else None
            if decoded:
                self._put(*decoded)
            elif char == "<":
                self._tag()
            else:
                self._put(char, self.at + 1)
        if self.open:
            name = self.open[-1].name
            raise bad(
                "can't parse entities: Can't find end tag corresponding to start tag " + f'"{name}"'
            )
        ordered = sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))
        return "".join(self.chars), ordered

    def _put(self, char: str, next_at: int) -> None:
        self.chars.append(char)
        self.length += utf16_length(char)
        self.at = next_at

    def _peek(self, at: int | None = None) -> str:
        at = self.at if at is None else at
        return self.source[at] if at < len(self.source) else ""

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Move past a pattern that matches anywhere, if only the empty string."""
        found = pattern.match(self.source, self.at)
        assert found is not None, pattern
        self.at = found.end()
        return found

    def _where(self, at: int) -> str:
        return f"at byte offset {len(self.source[:at].encode())}"

    def _tag(self) -> None:
        begin = self.at
        closing = self._peek(begin + 1) == "/"
        self.at += 2 if closing else 1
        name = self._take(TAG_NAME).group().lower()
        if closing:
            self._end_tag(begin, name)
        else:
            self._start_tag(begin, name)

    def _end_tag(self, begin: int, name: str) -> None:
        where = self._where(begin)
        refuse(not self.open, f"can't parse entities: Unexpected end tag {where}")
        self._take(SPACES)
        refuse(self._peek() != ">", f"can't parse entities: Unclosed end tag {where}")
        self.at += 1
        tag = self.open.pop()
        refuse(
            name and name != tag.name,
            f"can't parse entities: Unmatched end tag {where}, "
            f'expected "</{tag.name}>", found "</{name}>"',
        )
        entity = self._entity(tag) if self.length > tag.start else None
        if entity:
            self.entities.append(entity)

    def _start_tag(self, begin: int, name: str) -> None:
        where = self._where(begin)
        refuse(self.at >= len(self.source), f"can't parse entities: Unclosed start tag {where}")
        refuse(name not in TAGS, f'can\'t parse entities: Unsupported start tag "{name}" {where}')
        attributes = self._attributes(name, where)
        refuse(
            name == "span" and attributes.get("class") != "tg-spoiler",
            f'can\'t parse entities: Tag "span" must have class "tg-spoiler" {where}',
        )
        self.open.append(_Tag(name, attributes, self.length))
        self.at += 1

    def _attributes(self, tag: str, where: str) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while self._peek() != ">":
            key = self._take(ATTRIBUTE_NAME).group(1)
            if not key and self._peek() == ">":
                break
            refuse(
                not key,
                f'can\'t parse entities: Empty attribute name in the tag "{tag}" {where}',
            )
            if self._peek() == "=":
                attributes[key] = self._attribute_value()
                continue
            refuse(
                self.at >= len(self.source),
                f'can\'t parse entities: Unclosed start tag "{tag}" {where}',
            )
            attributes[key] = ""
        return attributes

    def _attribute_value(self) -> str:
        found = ATTRIBUTE_VALUE.match(self.source, self.at)
        if found is None:
            where = self._where(self.at + 1)
            raise bad(f"can't parse entities: Unexpected end of name token {where}")
        self.at = found.end()
        return _unescape(next(value for value in found.groups() if value is not None))

    def _entity(self, tag: _Tag) -> Json | None:
        """The entity a closed tag makes; None where the real server silently makes none."""
        entity: Json = {
            "type": TAGS[tag.name],
            "offset": tag.start,
            "length": self.length - tag.start,
        }
        attributes = tag.attributes
        if tag.name == "a":
            return self._link(entity, attributes)
        if tag.name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "code" and self._gives_language(attributes):
            self.open[-1].attributes["language"] = attributes["class"].removeprefix("language-")
            return None
        elif tag.name == "pre" and "language" in attributes:
            entity["language"] = attributes["language"]
        elif tag.name == "tg-emoji":
            emoji = attributes.get("emoji-id", "")
            refuse(
                not emoji.isdigit(),
                "can't parse entities: Invalid custom emoji identifier specified",
            )
            entity["custom_emoji_id"] = emoji
        elif tag.name == "tg-time":
            entity["unix_time"] = int(attributes.get("unix", 0))
            entity["date_time_format"] = attributes.get("format", "")
        return entity

    def _gives_language(self, attributes: dict[str, str]) -> bool:
        in_pre = bool(self.open) and self.open[-1].name == "pre"
        return in_pre and attributes.get("class", "").startswith("language-")

    def _link(self, entity: Json, attributes: dict[str, str]) -> Json | None:
        url = attributes.get("href")
        if not url:
            url = utf16_cut("".join(self.chars), entity["offset"], self.length)
        user = USER_LINK.match(url)
        if user:
            profile = {"id": int(user[1]), "is_bot": False, "first_name": "?"}
            return entity | {"type": "text_mention", "user": profile}
        return entity | {"url": url} if LINK.match(url) else None
