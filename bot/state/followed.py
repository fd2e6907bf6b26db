"""Questions that chats follow, and the quotes that were found for them, each told at most once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.state.database import Database

MOST_FOLLOWED = 20
"""Questions that one chat follows."""


class Stage(IntEnum):
    """How far what is to be told has come: it waits, it may be on its way, it is dealt with. What
    may be on its way after a restart may have been delivered, and is not sent again."""

    WAITS = 0
    ON_ITS_WAY = 1
    DONE = 2


@dataclass(frozen=True, slots=True)
class Followed:
    """A question that `message` in a chat asked to follow. `passage` is the newest of the coverage
    that was looked at for it, `language` that of the bot's own words."""

    id: int
    chat: int
    message: int
    thread: int | None
    language: str
    question: str
    passage: int


_COLUMNS = "followed.id, chat, message, thread, language, question, passage"


class Following(Database):
    """What is followed, and its alerts."""

    def follow(
        self,
        bot: int,
        chat: int,
        message: int,
        thread: int | None,
        user: int | None,
        language: str,
        question: str,
        passage: int,
    ) -> int:
        """Follow a question from `passage` on; what the same message asked before, it asks no more.
        Returns its id."""
        row = self._connection.execute(
            "INSERT INTO followed (bot, chat, message, thread, user, language, question, passage,"
            " at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " question = excluded.question, language = excluded.language RETURNING id",
            [bot, chat, message, thread, user, language, question, passage, time.time()],
        ).fetchone()
        return int(row[0])

    def followed(self, bot: int, chat: int | None = None) -> list[Followed]:
        """What a chat follows, or what all chats do, oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM followed WHERE bot = ?1 AND (?2 IS NULL OR chat = ?2)"
            " ORDER BY id",
            [bot, chat],
        )
        return [Followed(*row) for row in rows]

    def unfollow(self, bot: int, chat: int, id: int | None = None) -> bool:
        """Stop following one question of a chat, or all; whether there was any."""
        with self.transaction():
            rows = self._connection.execute(
                "DELETE FROM followed WHERE bot = ?1 AND chat = ?2 AND (?3 IS NULL OR id = ?3)"
                " RETURNING id",
                [bot, chat, id],
            ).fetchall()
            self._connection.executemany("DELETE FROM alert WHERE followed = ?", rows)
        return bool(rows)

    def found(self, looked: Iterable[int], passage: int, receipts: Mapping[int, str]) -> None:
        """Keep, at once, that these questions have been looked at up to `passage`, and the receipt
        of the quote that was found for some of them; what is stopped meanwhile has none."""
        with self.transaction():
            self._connection.executemany(
                "UPDATE followed SET passage = max(passage, ?) WHERE id = ?",
                [(passage, each) for each in looked],
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO alert SELECT id, ?, ?, ? FROM followed WHERE id = ?",
                [(receipt, Stage.WAITS, time.time(), each) for each, receipt in receipts.items()],
            )

    def alerted(self, id: int) -> list[str]:
        """The receipts of all quotes that were found for a question, oldest first."""
        rows = self._connection.execute(
            "SELECT receipt FROM alert WHERE followed = ? ORDER BY at, receipt", [id]
        )
        return [receipt for (receipt,) in rows]

    def waiting_alerts(self, bot: int) -> list[tuple[Followed, str, float]]:
        """The receipts that are to be told and when they were found, oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS}, receipt, alert.at FROM alert"
            " JOIN followed ON followed.id = alert.followed WHERE bot = ? AND stage = ?"
            " ORDER BY alert.at, followed.id",
            [bot, Stage.WAITS],
        )
        return [(Followed(*row[:-2]), *row[-2:]) for row in rows]

    def stage_alerts(self, alerts: Sequence[tuple[int, str]], stage: Stage) -> None:
        """Keep, at once, how far these have come, each the id of its question and its receipt."""
        with self.transaction():
            self._connection.executemany(
                "UPDATE alert SET stage = ? WHERE followed = ? AND receipt = ?",
                [(stage, *each) for each in alerts],
            )

    def uncertain_alerts(self, bot: int) -> int:
        """How many were on their way when the process ended; they are dealt with now."""
        return self._connection.execute(
            "UPDATE alert SET stage = ? WHERE stage = ? AND followed IN"
            " (SELECT id FROM followed WHERE bot = ?)",
            [Stage.DONE, Stage.ON_ITS_WAY, bot],
        ).rowcount

    def watch(self, bot: int, coverage: str, passage: int) -> None:
        """Keep of which coverage receipts and passages are. Where it was another one before, what
        was kept of that is forgotten, and what is followed is followed from `passage` on."""
        row = self._connection.execute(
            "SELECT coverage FROM watched WHERE bot = ?", [bot]
        ).fetchone()
        if row and row[0] == coverage:
            return
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO watched VALUES (?, ?)", [bot, coverage]
            )
            if row:
                self._connection.execute("DELETE FROM quoted WHERE bot = ?", [bot])
                self._connection.execute(
                    "DELETE FROM alert WHERE followed IN (SELECT id FROM followed WHERE bot = ?)",
                    [bot],
                )
                self._connection.execute(
                    "UPDATE followed SET passage = ? WHERE bot = ?", [passage, bot]
                )
