"""The dossiers: quotes that chats have collected, stored as receipts."""

from __future__ import annotations

import time

from bot.state.database import Database

MOST_COLLECTED = 500
"""The most quotes in one dossier."""


class Dossiers(Database):
    """Collected quotes. The dossier of a private chat is the person's; that of a group is
    shared."""

    def collect(self, bot: int, chat: int, receipt: str) -> bool:
        """Add a quote to the dossier. Returns whether it was new and there was room."""
        with self.transaction():
            added = self._connection.execute(
                "INSERT OR IGNORE INTO collected SELECT ?1, ?2, ?3, ?4 WHERE"
                " (SELECT count(*) FROM collected WHERE bot = ?1 AND chat = ?2) < ?5",
                [bot, chat, receipt, time.time(), MOST_COLLECTED],
            )
        return added.rowcount > 0

    def collected(self, bot: int, chat: int) -> list[str]:
        """The receipts in a dossier, in the order in which they were added."""
        rows = self._connection.execute(
            "SELECT receipt FROM collected WHERE bot = ? AND chat = ? ORDER BY at, receipt",
            [bot, chat],
        )
        return [receipt for (receipt,) in rows]

    def clear(self, bot: int, chat: int) -> int:
        """Empty a dossier. Returns how many quotes it had."""
        return self._connection.execute(
            "DELETE FROM collected WHERE bot = ? AND chat = ?", [bot, chat]
        ).rowcount
