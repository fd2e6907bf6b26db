"""Questions that chats follow, and the quotes found for them, each sent at most once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.state.database import Database

MOST_FOLLOWED = 20
"""The most questions that one chat follows."""


class Stage(IntEnum):
    """How far an alert has come: it waits, it may have been sent, or it is finished. After a
    restart, what may have been sent is not sent again."""

    WAITS = 0
    ON_ITS_WAY = 1
    DONE = 2


@dataclass(frozen=True, slots=True)
class Followed:
    """A question that `message` in a chat asked to follow. `passage` is the newest passage examined
    for it, `language` that of the bot's own words."""

    id: int
    chat: int
    message: int
    thread: int | None
    language: str
    question: str
    passage: int
    event: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A quote for a followed question: its receipt, and when it was `found`, in seconds since the
    epoch. If it is not `clear`, it only may answer."""

    followed: Followed
    receipt: str
    clear: bool
    found: float


_COLUMNS = "followed.id, chat, message, thread, language, question, passage, event"


class Following(Database):
    """Followed questions and their alerts."""

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
        event: str = "",
    ) -> int:
        """Follow a question in an event from `passage` on, replacing an earlier question of the
        same message. Returns its id."""
        with self.transaction():
            # alerts found for the message's former question do not belong to this one
            self._connection.execute(
                "DELETE FROM alert WHERE followed IN (SELECT id FROM followed"
                " WHERE bot = ? AND chat = ? AND message = ? AND (question, event) <> (?, ?))",
                [bot, chat, message, question, event],
            )
            row = self._connection.execute(
                "INSERT INTO followed (bot, chat, message, thread, user, language, question,"
                " passage, at, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET question = excluded.question, language = excluded.language, passage ="
                " CASE WHEN followed.event = excluded.event THEN followed.passage"
                " ELSE excluded.passage END, event = excluded.event RETURNING id",
                [bot, chat, message, thread, user, language, question, passage, time.time(), event],
            ).fetchone()
        return int(row[0])

    def followed(
        self, bot: int, chat: int | None = None, event: str | None = None
    ) -> list[Followed]:
        """The questions that a chat or all chats follow, in one event or in all, oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM followed WHERE bot = ?1 AND (?2 IS NULL OR chat = ?2)"
            " AND (?3 IS NULL OR event = ?3) ORDER BY id",
            [bot, chat, event],
        )
        return [Followed(*row) for row in rows]

    def unfollow(self, bot: int, chat: int, id: int | None = None) -> bool:
        """Stop following one question of a chat, or all of them. Returns whether there was any."""
        with self.transaction():
            rows = self._connection.execute(
                "DELETE FROM followed WHERE bot = ?1 AND chat = ?2 AND (?3 IS NULL OR id = ?3)"
                " RETURNING id",
                [bot, chat, id],
            ).fetchall()
            self._connection.executemany("DELETE FROM alert WHERE followed = ?", rows)
        return bool(rows)

    def found(
        self, looked: Iterable[int], passage: int, receipts: Mapping[int, tuple[str, bool]]
    ) -> None:
        """Store, in one transaction, that these questions have been examined up to `passage`, with
        the receipts of the quotes found for some of them and whether they are clear. Questions
        stopped meanwhile get no alert."""
        with self.transaction():
            self._connection.executemany(
                "UPDATE followed SET passage = max(passage, ?) WHERE id = ?",
                [(passage, each) for each in looked],
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO alert SELECT id, ?, ?, ?, ? FROM followed WHERE id = ?",
                [(*told, Stage.WAITS, time.time(), each) for each, told in receipts.items()],
            )

    def alerted(self, id: int) -> list[str]:
        """The receipts of all quotes found for a question, oldest first."""
        rows = self._connection.execute(
            "SELECT receipt FROM alert WHERE followed = ? ORDER BY at, receipt", [id]
        )
        return [receipt for (receipt,) in rows]

    def waiting_alerts(self, bot: int) -> list[Alert]:
        """The alerts to send, oldest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS}, receipt, clear, alert.at FROM alert"
            " JOIN followed ON followed.id = alert.followed WHERE bot = ? AND stage = ?"
            " ORDER BY alert.at, followed.id",
            [bot, Stage.WAITS],
        )
        return [
            Alert(Followed(*row), receipt, bool(clear), at) for *row, receipt, clear, at in rows
        ]

    def stage_alerts(self, alerts: Sequence[tuple[int, str]], stage: Stage) -> None:
        """Store, in one transaction, how far these alerts have come, each given by the id of its
        question and its receipt."""
        with self.transaction():
            self._connection.executemany(
                "UPDATE alert SET stage = ? WHERE followed = ? AND receipt = ?",
                [(stage, *each) for each in alerts],
            )

    def uncertain_alerts(self, bot: int) -> int:
        """How many alerts may or may not have been sent when the process ended; they are now
        finished."""
        return self._connection.execute(
            "UPDATE alert SET stage = ? WHERE stage = ? AND followed IN"
            " (SELECT id FROM followed WHERE bot = ?)",
            [Stage.DONE, Stage.ON_ITS_WAY, bot],
        ).rowcount

    def watch(self, bot: int, coverage: str, passage: int, event: str = "") -> None:
        """Store which coverage the receipts and passages of an event belong to. If it was another
        one, what was stored for that is deleted, and questions are followed from `passage` on."""
        row = self._connection.execute(
            "SELECT coverage FROM watched WHERE bot = ? AND event = ?", [bot, event]
        ).fetchone()
        if row and row[0] == coverage:
            return
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO watched VALUES (?, ?, ?)", [bot, event, coverage]
            )
            if row:
                self._connection.execute(
                    "DELETE FROM quoted WHERE bot = ? AND event = ?", [bot, event]
                )
                self._connection.execute(
                    "DELETE FROM alert WHERE followed IN"
                    " (SELECT id FROM followed WHERE bot = ? AND event = ?)",
                    [bot, event],
                )
                self._connection.execute(
                    "UPDATE followed SET passage = ? WHERE bot = ? AND event = ?",
                    [passage, bot, event],
                )
