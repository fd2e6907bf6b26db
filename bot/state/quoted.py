"""Which message of the bot quoted what, so that its chat can be told about corrections."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from bot.state.database import Database

QUOTED_SECONDS = 30 * 24 * 3600
"""Corrections are sent for quotes up to this age."""


class _Stage(IntEnum):
    """As `quoted.stage` in the schema."""

    STANDS = 0
    CHANGED = 1
    ON_ITS_WAY = 2


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message of the bot that contains the quote with a receipt."""

    chat: int
    message: int
    receipt: str
    event: str = ""


class Quotations(Database):
    """What was quoted where. When a quote changes, its row waits to be sent as a correction, then
    may have been sent, and then is deleted or replaced by the current quote."""

    def quote(
        self, bot: int, chat: int, message: int, receipts: Iterable[str], event: str = ""
    ) -> None:
        """Store that a message contains these quotes of an event, and no others."""
        with self.transaction():
            self.unquote(bot, chat, message)
            self._connection.executemany(
                "INSERT OR IGNORE INTO quoted VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (bot, chat, message, each, _Stage.STANDS, time.time(), event)
                    for each in receipts
                ],
            )

    def unquote(self, bot: int, chat: int, message: int | None = None) -> None:
        """Delete what a message quoted, or what all messages of a chat quoted."""
        self._connection.execute(
            "DELETE FROM quoted WHERE bot = ?1 AND chat = ?2 AND (?3 IS NULL OR message = ?3)",
            [bot, chat, message],
        )

    def quoted_receipts(self, bot: int, event: str = "") -> list[str]:
        """The receipts of all quotes of an event without a known change."""
        rows = self._connection.execute(
            "SELECT DISTINCT receipt FROM quoted WHERE bot = ? AND event = ? AND stage = ?",
            [bot, event, _Stage.STANDS],
        )
        return [receipt for (receipt,) in rows]

    def changed(self, bot: int, receipts: Iterable[str], event: str = "") -> None:
        """Store, in one transaction, that these quotes of an event have changed: every message that
        contains one gets a correction."""
        with self.transaction():
            self._connection.executemany(
                "UPDATE quoted SET stage = ? WHERE bot = ? AND event = ? AND receipt = ?"
                " AND stage = ?",
                [(_Stage.CHANGED, bot, event, each, _Stage.STANDS) for each in receipts],
            )

    def to_tell(self, bot: int) -> list[Quoted]:
        """The messages whose quotes have changed, oldest first."""
        rows = self._connection.execute(
            "SELECT chat, message, receipt, event FROM quoted WHERE bot = ? AND stage = ?"
            " ORDER BY at, chat, message, receipt",
            [bot, _Stage.CHANGED],
        )
        return [Quoted(*row) for row in rows]

    def telling(self, bot: int, each: Quoted) -> None:
        """Store that the correction may have been sent."""
        self._stage(bot, each, _Stage.ON_ITS_WAY)

    def not_told(self, bot: int, each: Quoted) -> None:
        """The correction was certainly not sent, and waits again."""
        self._stage(bot, each, _Stage.CHANGED)

    def stands(self, bot: int, each: Quoted) -> None:
        """The quote is unchanged after all; no correction is needed."""
        self._stage(bot, each, _Stage.STANDS)

    def _stage(self, bot: int, each: Quoted, stage: _Stage) -> None:
        self._connection.execute(
            "UPDATE quoted SET stage = ? WHERE bot = ? AND chat = ? AND message = ?"
            " AND receipt = ?",
            [stage, bot, each.chat, each.message, each.receipt],
        )

    def told(self, bot: int, each: Quoted, now: str | None = None) -> None:
        """Delete a quote whose correction was sent. From now on the message counts as quoting the
        receipt `now`, if given."""
        key = [bot, each.chat, each.message]
        with self.transaction():
            if now:
                self._connection.execute(
                    "INSERT OR IGNORE INTO quoted SELECT bot, chat, message, ?, ?, at, event"
                    " FROM quoted WHERE bot = ? AND chat = ? AND message = ? AND receipt = ?",
                    [now, _Stage.STANDS, *key, each.receipt],
                )
            self._connection.execute(
                "DELETE FROM quoted WHERE bot = ? AND chat = ? AND message = ? AND receipt = ?",
                [*key, each.receipt],
            )

    def uncertain_corrections(self, bot: int) -> int:
        """How many corrections may or may not have been sent when the process ended; they are not
        sent again."""
        return self._connection.execute(
            "DELETE FROM quoted WHERE bot = ? AND stage = ?", [bot, _Stage.ON_ITS_WAY]
        ).rowcount
