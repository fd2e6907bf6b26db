"""Which event a chat has chosen, and which event an answer came from."""

from __future__ import annotations

import time

from bot.state.database import Database


class ChosenEvents(Database):
    """Events by key. Stored only if there are several events."""

    def event_of(self, bot: int, chat: int, thread: int | None) -> str | None:
        """The key of the event of a topic, or else of its chat; `None` if none was chosen."""
        row = self._connection.execute(
            "SELECT event FROM chat_event WHERE bot = ? AND chat = ? AND thread IN (0, ?)"
            " ORDER BY thread DESC LIMIT 1",
            [bot, chat, thread or 0],
        ).fetchone()
        return row[0] if row else None

    def choose_event(self, bot: int, chat: int, thread: int | None, event: str) -> None:
        """Store the event of a topic or, without `thread`, of the whole chat."""
        self._connection.execute(
            "INSERT OR REPLACE INTO chat_event VALUES (?, ?, ?, ?)", [bot, chat, thread or 0, event]
        )

    def event_of_message(self, bot: int, chat: int, message: int) -> str | None:
        """The key of the event from which `message` was answered, or from which it answers if it is
        one of the bot's; `None` if that is unknown or no longer stored."""
        row = self._connection.execute(
            "SELECT event FROM message_event WHERE bot = ?1 AND chat = ?2 AND (message = ?3"
            " OR message IN (SELECT question FROM answer WHERE bot = ?1 AND chat = ?2"
            " AND message = ?3)) ORDER BY message = ?3 DESC LIMIT 1",
            [bot, chat, message],
        ).fetchone()
        return row[0] if row else None

    def set_message_event(self, bot: int, chat: int, message: int, event: str) -> None:
        """Store the event from which a message is answered, or to which it belongs."""
        self._connection.execute(
            "INSERT OR REPLACE INTO message_event VALUES (?, ?, ?, ?, ?)",
            [bot, chat, message, event, time.time()],
        )
