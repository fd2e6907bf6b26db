"""The settings of chats and people, and which group became which supergroup."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Literal

from bot.state.database import Database

Length = Literal["short", "full"]
# Tables whose rows move with a group that becomes a supergroup.
_OF_A_CHAT = (
    "chat_setting",
    "chat_event",
    "apart_setting",
    "notice_setting",
    "followed",
    "collected",
)


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """The settings of a chat. `language` is that of the bot's own words, `None` to choose it for
    each message; empty `outlets` mean all; `length` is `None` for the default of the kind of chat;
    `chain` says whether a reply to the bot is a question; `follows` says whether a question may
    continue the one before."""

    language: str | None = None
    outlets: tuple[str, ...] = ()
    length: Length | None = None
    chain: bool = True
    follows: bool = True


class Choices(Database):
    """The settings of chats and people."""

    def chat_settings(self, bot: int, chat: int) -> ChatSettings:
        """The settings of a chat, under any id that it has had; defaults if it has none."""
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
        """Store the settings of a chat."""
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
        """The language that somebody chose for the bot's own words, or `None`."""
        row = self._connection.execute(
            "SELECT language FROM user_setting WHERE bot = ? AND user = ?", [bot, user]
        ).fetchone()
        return str(row[0]) if row else None

    def set_user_language(self, bot: int, user: int, language: str | None) -> None:
        """Store the language that somebody chose; `None` to choose it for each message."""
        if language is None:
            self._connection.execute(
                "DELETE FROM user_setting WHERE bot = ? AND user = ?", [bot, user]
            )
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO user_setting VALUES (?, ?, ?)", [bot, user, language]
            )

    def channels(self, bot: int) -> dict[int, str]:
        """The channels whose posts are ingested: their ids and titles."""
        rows = self._connection.execute(
            "SELECT chat, title FROM channel WHERE bot = ? ORDER BY at, chat", [bot]
        )
        return dict(rows.fetchall())

    def takes_posts(self, bot: int, chat: int) -> bool:
        """Whether an editor has posts of this channel ingested."""
        row = self._connection.execute(
            "SELECT 1 FROM channel WHERE bot = ? AND chat = ?", [bot, chat]
        ).fetchone()
        return row is not None

    def set_channel(self, bot: int, chat: int, title: str | None) -> None:
        """Ingest the posts of the channel with this title from now on; `None` stops."""
        if title is None:
            self._connection.execute("DELETE FROM channel WHERE bot = ? AND chat = ?", [bot, chat])
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO channel VALUES (?, ?, ?, ?)",
                [bot, chat, title, time.time()],
            )

    def move(self, bot: int, chat: int, now: int) -> None:
        """The group `chat` became the supergroup `now`, which inherits its settings, followed
        questions and dossier unless it has its own."""
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO moved VALUES (?, ?, ?)", [bot, chat, now]
            )
            # moves with the other settings of the group, or is dropped with them
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
        """The current id of a chat."""
        row = self._connection.execute(
            "SELECT now FROM moved WHERE bot = ? AND chat = ?", [bot, chat]
        ).fetchone()
        return int(row[0]) if row else chat
