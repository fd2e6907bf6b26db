"""What chats and people choose, and which group became which."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Literal

from bot.state.database import Database

Length = Literal["short", "full"]
# What goes with a group that becomes a supergroup.
_OF_A_CHAT = ("chat_setting", "apart_setting", "notice_setting", "followed", "collected")


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The choices of a chat. `language` is that of the bot's own words, `None` to have it chosen
    for each message; no `outlets` means all; `length` is `None` for what befits the kind of chat;
    `chain` says whether a reply to the bot is a question, `follows` whether a question may go on
    with the one before it."""

    language: str | None = None
    outlets: tuple[str, ...] = ()
    length: Length | None = None
    chain: bool = True
    follows: bool = True


class Choices(Database):
    """Settings of chats and people."""

    def chat_settings(self, bot: int, chat: int) -> ChatSettings:
        """The choices of a chat, under any id that it has had; the defaults where it made none."""
        now = self.current(bot, chat)
        row = self._connection.execute(
            "SELECT language, outlets, length, chain, NOT EXISTS (SELECT 1 FROM apart_setting"
            " WHERE apart_setting.bot = ?1 AND apart_setting.chat = ?2)"
            " FROM chat_setting WHERE bot = ?1 AND chat = ?2",
            [bot, now],
        ).fetchone()
        if row is None:
            return ChatSettings()
        language, outlets, length, chain, follows = row
        return ChatSettings(
            language, tuple(json.loads(outlets)), length, bool(chain), bool(follows)
        )

    def set_chat(self, bot: int, chat: int, settings: ChatSettings) -> None:
        """Keep the choices of a chat."""
        outlets = json.dumps(settings.outlets, ensure_ascii=False)
        now = self.current(bot, chat)
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO chat_setting VALUES (?, ?, ?, ?, ?, ?)",
                [bot, now, settings.language, outlets, settings.length, settings.chain],
            )
            self._connection.execute(
                "DELETE FROM apart_setting WHERE bot = ? AND chat = ?"
                if settings.follows
                else "INSERT OR IGNORE INTO apart_setting VALUES (?, ?)",
                [bot, now],
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

    def channels(self, bot: int) -> dict[int, str]:
        """The channels whose posts are taken, by their ids, with their titles."""
        rows = self._connection.execute(
            "SELECT chat, title FROM channel WHERE bot = ? ORDER BY at, chat", [bot]
        )
        return dict(rows.fetchall())

    def takes_posts(self, bot: int, chat: int) -> bool:
        """Whether an editor has the posts of this channel taken."""
        row = self._connection.execute(
            "SELECT 1 FROM channel WHERE bot = ? AND chat = ?", [bot, chat]
        ).fetchone()
        return row is not None

    def set_channel(self, bot: int, chat: int, title: str | None) -> None:
        """Take the posts of the channel with this title from now on; `None` for no more."""
        if title is None:
            self._connection.execute("DELETE FROM channel WHERE bot = ? AND chat = ?", [bot, chat])
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO channel VALUES (?, ?, ?, ?)",
                [bot, chat, title, time.time()],
            )

    def move(self, bot: int, chat: int, now: int) -> None:
        """The group `chat` became the supergroup `now`: its choices, what it follows and what it
        has collected are those of the supergroup, unless that has made some already."""
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO moved VALUES (?, ?, ?)", [bot, chat, now]
            )
            # it goes with the other choices of the group, or is dropped with them
            self._connection.execute(
                "DELETE FROM apart_setting WHERE bot = ?1 AND chat = ?2 AND EXISTS"
                " (SELECT 1 FROM chat_setting WHERE bot = ?1 AND chat = ?3)",
                [bot, chat, now],
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
