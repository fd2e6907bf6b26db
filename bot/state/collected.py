"""The dossiers: quotes that chats have collected, as their receipts."""

from __future__ import annotations

import time

from bot.state.database import Database

MOST_COLLECTED = 500
"""Quotes in one dossier."""


class Dossiers(Database):
    """What was collected. A private chat's is the person's, a group's that of all in it."""

    def collect(self, bot: int, chat: int, receipt: str) -> bool:
        """Put a quote into the dossier; whether it was not there before and there was room."""
        with self.transaction():
            added = self._connection.execute(
                "INSERT OR IGNORE INTO collected SELECT ?1, ?2, ?3, ?4 WHERE"
                " (SELECT count(*) FROM collected WHERE bot = ?1 AND chat = ?2) < ?5",
                [bot, chat, receipt, time.time(), MOST_COLLECTED],
            )
        return added.rowcount > 0

    def collected(self, bot: int, chat: int) -> list[str]:
        """The receipts in a dossier, in the order in which they came."""
        rows = self._connection.execute(
            "SELECT receipt FROM collected WHERE bot = ? AND chat = ? ORDER BY at, receipt",
            [bot, chat],
        )
        return [receipt for (receipt,) in rows]

    def clear(self, bot: int, chat: int) -> int:
        """Empty a dossier; how many quotes were in it."""
        return self._connection.execute(
            "DELETE FROM collected WHERE bot = ? AND chat = ?", [bot, chat]
        ).rowcount
