"""Which updates the bot has taken, and which of its messages answer which question.

Every update is stored before Telegram is told that it arrived. A message is noted before it is
sent and completed with its id afterwards, so that after a fault or a kill a message that may have
been delivered is never sent again, and an update not yet answered is taken up again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.state.database import Database

KEPT_SECONDS = 7 * 24 * 3600
"""Telegram forgets an update after a day and lets a message be edited for two."""

MOST_TRIES = 3
"""An update during which the process ended this often is not taken up once more."""


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One message of an answer. `message` is None where it may or may not have been delivered."""

    message: int | None
    taken: int


class Updates(Database):
    """Updates and answers."""

    def take(self, bot: int, updates: Sequence[tuple[int, str]]) -> list[int]:
        """Store updates, each an update_id and its JSON; returns the ids not seen before."""
        with self.transaction():
            return [update for update, body in updates if self._insert(bot, update, body)]

    def _insert(self, bot: int, update: int, body: str) -> bool:
        inserted = self._connection.execute(
            "INSERT OR IGNORE INTO taken (bot, id, body, at) VALUES (?, ?, ?, ?)",
            [bot, update, body, time.time()],
        )
        return inserted.rowcount > 0

    def finish(self, bot: int, id: int) -> None:
        """The update is dealt with; its text is forgotten."""
        self._connection.execute("UPDATE taken SET body = NULL WHERE bot = ? AND id = ?", [bot, id])

    def resume(self, bot: int) -> list[tuple[int, str]]:
        """The updates to take up again after a restart, in their order."""
        with self.transaction():
            self._connection.execute(
                "UPDATE taken SET tries = tries + 1 WHERE bot = ? AND body IS NOT NULL", [bot]
            )
            self._connection.execute(
                "UPDATE taken SET body = NULL WHERE bot = ? AND tries > ?", [bot, MOST_TRIES]
            )
            return self._connection.execute(
                "SELECT id, body FROM taken WHERE bot = ? AND body IS NOT NULL ORDER BY id", [bot]
            ).fetchall()

    def interrupted(self, bot: int) -> int:
        """How many updates were being answered, with what success nobody knows, when the process
        ended."""
        count: int = self._connection.execute(
            "SELECT count(DISTINCT taken.id) FROM taken JOIN answer ON answer.bot = taken.bot"
            " AND answer.taken = taken.id WHERE taken.bot = ? AND body IS NOT NULL"
            " AND message IS NULL",
            [bot],
        ).fetchone()[0]
        return count

    def answer(self, bot: int, chat: int, question: int) -> dict[int, AnswerPart]:
        """The messages noted for a question, by their number in the answer."""
        rows = self._connection.execute(
            "SELECT part, message, taken FROM answer WHERE bot = ? AND chat = ? AND question = ?",
            [bot, chat, question],
        )
        return {part: AnswerPart(message, taken) for part, message, taken in rows}

    def note(
        self, bot: int, chat: int, question: int, part: int, taken: int, message: int | None = None
    ) -> None:
        """Note a message about to be sent, or (with its id) one that was."""
        self._connection.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET message = excluded.message, taken = excluded.taken, at = excluded.at",
            [bot, chat, question, part, message, taken, time.time()],
        )

    def forget(self, bot: int, chat: int, question: int, part: int) -> None:
        """A noted message was certainly not sent, or is deleted."""
        self._connection.execute(
            "DELETE FROM answer WHERE bot = ? AND chat = ? AND question = ? AND part = ?",
            [bot, chat, question, part],
        )
