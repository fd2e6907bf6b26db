"""Which message of the bot quoted what, so that its chat can be told when that is corrected."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from bot.state.database import Database

QUOTED_SECONDS = 30 * 24 * 3600
"""A correction is told of what was quoted in this time."""


class _Stage(IntEnum):
    """As `quoted.stage` in the schema."""

    STANDS = 0
    CHANGED = 1
    ON_ITS_WAY = 2


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message of the bot that holds the quote of a receipt."""

    chat: int
    message: int
    receipt: str


class Quotations(Database):
    """What was quoted where. A row is at first as quoted; once its quote has changed it waits to be
    told of, then it may be on its way, and then it is gone or is of what stands there now."""

    def quote(self, bot: int, chat: int, message: int, receipts: Iterable[str]) -> None:
        """Keep that a message holds these quotes, and no others."""
        with self.transaction():
            self.unquote(bot, chat, message)
            self._connection.executemany(
                "INSERT OR IGNORE INTO quoted VALUES (?, ?, ?, ?, ?, ?)",
                [(bot, chat, message, each, _Stage.STANDS, time.time()) for each in receipts],
            )

    def unquote(self, bot: int, chat: int, message: int | None = None) -> None:
        """Forget what a message quoted, or all messages of a chat."""
        self._connection.execute(
            "DELETE FROM quoted WHERE bot = ?1 AND chat = ?2 AND (?3 IS NULL OR message = ?3)",
            [bot, chat, message],
        )

    def quoted_receipts(self, bot: int) -> list[str]:
        """The receipts of all quotes of which no change is known."""
        rows = self._connection.execute(
            "SELECT DISTINCT receipt FROM quoted WHERE bot = ? AND stage = ?", [bot, _Stage.STANDS]
        )
        return [receipt for (receipt,) in rows]

    def changed(self, bot: int, receipts: Iterable[str]) -> None:
        """Keep, at once, that these quotes have changed: every message that holds one is told of
        it."""
        with self.transaction():
            self._connection.executemany(
                "UPDATE quoted SET stage = ? WHERE bot = ? AND receipt = ? AND stage = ?",
                [(_Stage.CHANGED, bot, each, _Stage.STANDS) for each in receipts],
            )

    def to_tell(self, bot: int) -> list[Quoted]:
        """The messages whose quotes have changed, oldest first."""
        rows = self._connection.execute(
            "SELECT chat, message, receipt FROM quoted WHERE bot = ? AND stage = ?"
            " ORDER BY at, chat, message, receipt",
            [bot, _Stage.CHANGED],
        )
        return [Quoted(*row) for row in rows]

    def telling(self, bot: int, each: Quoted) -> None:
        """Keep that the news of a change may be on its way."""
        self._stage(bot, each, _Stage.ON_ITS_WAY)

    def not_told(self, bot: int, each: Quoted) -> None:
        """It certainly was not sent, and is to be."""
        self._stage(bot, each, _Stage.CHANGED)

    def stands(self, bot: int, each: Quoted) -> None:
        """The quote stands again; nothing is to be told."""
        self._stage(bot, each, _Stage.STANDS)

    def _stage(self, bot: int, each: Quoted, stage: _Stage) -> None:
        self._connection.execute(
            "UPDATE quoted SET stage = ? WHERE bot = ? AND chat = ? AND message = ?"
            " AND receipt = ?",
            [stage, bot, each.chat, each.message, each.receipt],
        )

    def told(self, bot: int, each: Quoted, now: str | None = None) -> None:
        """Forget a quote whose change has been told; the message stands for that of the receipt
        `now` from here on, if there is one."""
        key = [bot, each.chat, each.message]
        with self.transaction():
            if now:
                self._connection.execute(
                    "INSERT OR IGNORE INTO quoted SELECT bot, chat, message, ?, ?, at FROM quoted"
                    " WHERE bot = ? AND chat = ? AND message = ? AND receipt = ?",
                    [now, _Stage.STANDS, *key, each.receipt],
                )
            self._connection.execute(
                "DELETE FROM quoted WHERE bot = ? AND chat = ? AND message = ? AND receipt = ?",
                [*key, each.receipt],
            )

    def uncertain_corrections(self, bot: int) -> int:
        """How many were on their way when the process ended; they are not told again."""
        return self._connection.execute(
            "DELETE FROM quoted WHERE bot = ? AND stage = ?", [bot, _Stage.ON_ITS_WAY]
        ).rowcount
