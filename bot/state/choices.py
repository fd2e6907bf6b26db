"""What chats and people choose, and which group became which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from bot.state.database import Database

Length = Literal["short", "full"]
# What goes with a group that becomes a supergroup.
_OF_A_CHAT = ("chat_setting", "notice_setting", "followed", "collected")


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The choices of a chat. `language` is that of the bot's own words, `None` to have it chosen
    for each message; no `outlets` means all; `length` is `None` for what befits the kind of chat;
    `chain` says whether a reply to the bot is a question."""

    language: str | None = None
    outlets: tuple[str, ...] = ()
    length: Length | None = None
    chain: bool = True


class Choices(Database):
    """Settings of chats and people."""

    def chat_settings(self, bot: int, chat: int) -> ChatSettings:
        """The choices of a chat, under any id that it has had; the defaults where it made none."""
        row = self._connection.execute(
            "SELECT language, outlets, length, chain FROM chat_setting WHERE bot = ? AND chat = ?",
            [bot, self.current(bot, chat)],
        ).fetchone()
        if row is None:
            return ChatSettings()
        language, outlets, length, chain = row
        return ChatSettings(language, tuple(json.loads(outlets)), length, bool(chain))

    def set_chat(self, bot: int, chat: int, settings: ChatSettings) -> None:
        """Keep the choices of a chat."""
        outlets = json.dumps(settings.outlets, ensure_ascii=False)
        self._connection.execute(
            "INSERT OR REPLACE INTO chat_setting VALUES (?, ?, ?, ?, ?, ?)",
            [
                bot,
                self.current(bot, chat),
                settings.language,
                outlets,
                settings.length,
                settings.chain,
            ],
        )

    def user_language(self, bot: int, user: int) -> str | None:
        """The language that somebody chose for the bot's own words; `None`: none in particular."""
        row = self._connection.execute(
            "SELECT language FROM user_setting WHERE bot = ? AND user = ?", [bot, user]
        ).fetchone()
        return str(row[0]) if row else None

    def set_user_language(self, bot: int, user: int, language: str | None) -> None:
        """Keep the language that somebody chose; `None` to have it chosen for each message."""
        if language is None:
            self._connection.execute(
                "DELETE FROM user_setting WHERE bot = ? AND user = ?", [bot, user]
            )
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO user_setting VALUES (?, ?, ?)", [bot, user, language]
            )

    def move(self, bot: int, chat: int, now: int) -> None:
        """The group `chat` became the supergroup `now`: its choices, what it follows and what it
        has collected are those of the supergroup, unless that has made some already."""
        with self._transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO moved VALUES (?, ?, ?)", [bot, chat, now]
            )
            for table in _OF_A_CHAT:
                self._connection.execute(
                    f"UPDATE OR IGNORE {table} SET chat = ? WHERE bot = ? AND chat = ?",
                    [now, bot, chat],
                )
                self._connection.execute(
                    f"DELETE FROM {table} WHERE bot = ? AND chat = ?", [bot, chat]
                )

    def current(self, bot: int, chat: int) -> int:
        """The id under which a chat is reached now."""
        row = self._connection.execute(
            "SELECT now FROM moved WHERE bot = ? AND chat = ?", [bot, chat]
        ).fetchone()
        return int(row[0]) if row else chat
