"""The MarkdownV2 parse mode, refused in the server's own words."""

import re

from bot.local_telegram.errors import bad
from bot.local_telegram.types import Json
from bot.local_telegram.utf16 import utf16_length

MARKS = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "`": "code",
    "```": "pre",
    "[": "text_link",
}
RESERVED = "_*[]()~`>#+-=|{}.!"
LINK_TARGET = re.compile(r"\]\(((?:\\.|[^)\\])*)\)")
LINK = re.compile(r"(https?|tg)://\S+|[\w-]+(\.[\w-]+)+")
LANGUAGE = re.compile(r"[\x21-\x7e]*\n")


def parse_markdown_v2(source: str) -> tuple[str, list[Json]]:
    """The plain text and its entities; raises ApiError for markup that the server refuses."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.chars: list[str] = []
        self.length = 0
        self.entities: list[Json] = []
        # each mark with where its text begins, in UTF-16 units, and where it is in the source
        self.open: list[tuple[str, int, int]] = []
        self.quote_start: int | None = None

    def parse(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            self._step()
        self._close_quote(self.length)
        if self.open:
            mark, _, at = self.open[-1]
            offset = len(self.source[:at].encode())
            raise bad(
                f"can't parse entities: Can't find end of {MARKS[mark].title()} entity "
                f"at byte offset {offset}"
            )
        ordered = sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))
        return "".join(self.chars), ordered

    def _step(self) -> None:
        starts_line = self.at == 0 or self.source[self.at - 1] == "\n"
        inside = self.open[-1][0] if self.open else ""
        verbatim = inside in ("`", "```")
        if starts_line and not verbatim and self.source.startswith((">", "**>"), self.at):
            self._open_quote()
            return
        if starts_line:
            self._close_quote(self.length - 1)
        if inside != "||" and self._ends_expandable_quote():
            self._close_quote(self.length, expandable=True)
            self.at += 2
            return
        char = self.source[self.at]
        following = self.source[self.at + 1 : self.at + 2]
        if char == "\\" and following and ord(following) < 127:
            self.at += 1
            self._put(following)
        elif verbatim and not self.source.startswith(inside, self.at):
            self._put(char)
        elif char == "]" and inside == "[":
            self._close_link()
        elif char in RESERVED:
            self._mark(char, inside)
        else:
            self._put(char)

    def _put(self, char: str) -> None:
        self.chars.append(char)
        self.length += utf16_length(char)
        self.at += 1

    def _open_quote(self) -> None:
        # "**>" starts a new quote even right after another one; ">" goes on with the one above
        separated = self.source[self.at] == "*"
        if separated:
            self._close_quote(self.length)
        if self.quote_start is None:
            self.quote_start = self.length
        self.at += 3 if separated else 1

    def _close_quote(self, end: int, expandable: bool = False) -> None:
        if self.quote_start is not None and end > self.quote_start:
            kind = "expandable_blockquote" if expandable else "blockquote"
            self._add(kind, self.quote_start, end)
        self.quote_start = None

    def _ends_expandable_quote(self) -> bool:
        if self.quote_start is None or not self.source.startswith("||", self.at):
            return False
        return self.source[self.at + 2 : self.at + 3] in ("", "\n")

    def _close_link(self) -> None:
        target = LINK_TARGET.match(self.source, self.at)
        _, start, _ = self.open.pop()
        url = re.sub(r"\\(.)", r"\1", target[1]) if target else ""
        if self.length > start and LINK.match(url):
            self._add("text_link", start, self.length, url=url)
        self.at = target.end() if target else self.at + 1

    def _mark(self, char: str, inside: str) -> None:
        mark = next((m for m in ("```", "||", "__") if self.source.startswith(m, self.at)), char)
        if mark == "__" and inside == "_":
            mark = "_"
        if mark not in MARKS:
            raise bad(
                f"can't parse entities: Character '{char}' is reserved "
                "and must be escaped with the preceding '\\'"
            )
        begin = self.at
        self.at += len(mark)
        if mark == inside:
            _, start, _ = self.open.pop()
            if self.length > start:
                self._add(MARKS[mark], start, self.length)
            return
        self.open.append((mark, self.length, begin))
        language = LANGUAGE.match(self.source, self.at) if mark == "```" else None
        if language:
            self.at = language.end()

    def _add(self, kind: str, start: int, end: int, **extra: str) -> None:
        self.entities.append({"type": kind, "offset": start, "length": end - start, **extra})
