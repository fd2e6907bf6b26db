"""Which questions were asked, how people rated the answers, and which questions an editor
pinned."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.state.database import Database


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """An answered question, stored under the message that asked it. `receipts` are those of its
    quotes, in order; empty if there were none."""

    message: int
    question: str
    receipts: tuple[str, ...] = ()

    @property
    def receipt(self) -> str | None:
        """The receipt of the first quote."""
        return self.receipts[0] if self.receipts else None


@dataclass(frozen=True, slots=True)
class Feedback:
    """Somebody's rating of an answer. `receipt` is that of its first quote, if it had any."""

    question: str
    receipt: str | None
    good: bool
    when: datetime


class Questions(Database):
    """Answered questions, with their ratings and pins."""

    def remember(
        self,
        bot: int,
        chat: int,
        message: int,
        question: str,
        receipts: Sequence[str],
        user: int | None,
    ) -> None:
        """Store the question of `message` and the quotes that answered it, replacing those from
        before an edit."""
        self._connection.execute(
            "INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?, ?, ?, ?)",
            [bot, chat, message, user, question, json.dumps(receipts), time.time()],
        )

    def asked(self, bot: int, chat: int, message: int) -> AnsweredQuestion | None:
        """The question that `message` asks, or that it answers if it is one of the bot's."""
        row = self._connection.execute(
            "SELECT message, question, receipts FROM asked WHERE bot = ?1 AND chat = ?2 AND"
            " question != '' AND (message = ?3 OR message IN"
            " (SELECT question FROM answer WHERE bot = ?1 AND chat = ?2 AND message = ?3))",
            [bot, chat, message],
        ).fetchone()
        return AnsweredQuestion(row[0], row[1], tuple(json.loads(row[2]))) if row else None

    def asked_before(
        self, bot: int, chat: int, message: int, since: datetime
    ) -> AnsweredQuestion | None:
        """The last question in the chat before `message`; `None` if it was asked before `since` or
        the chat has started afresh."""
        row = self._connection.execute(
            "SELECT message, question, receipts FROM (SELECT * FROM asked WHERE bot = ?"
            " AND chat = ? AND message < ? ORDER BY message DESC LIMIT 1)"
            " WHERE at >= ? AND question != ''",
            [bot, chat, message, since.timestamp()],
        ).fetchone()
        return AnsweredQuestion(row[0], row[1], tuple(json.loads(row[2]))) if row else None

    def start_afresh(self, bot: int, chat: int, message: int, user: int | None) -> None:
        """Questions after `message` do not continue anything before it."""
        self.remember(bot, chat, message, "", (), user)

    def take_back(self, bot: int, chat: int, message: int) -> None:
        """Delete the question of `message`: it was none."""
        self._connection.execute(
            "DELETE FROM asked WHERE bot = ? AND chat = ? AND message = ?", [bot, chat, message]
        )

    def asked_since(self, bot: int, moment: datetime) -> int:
        """The number of stored questions asked since that moment."""
        count: int = self._connection.execute(
            "SELECT count(*) FROM asked WHERE bot = ? AND at >= ? AND question != ''",
            [bot, moment.timestamp()],
        ).fetchone()[0]
        return count

    def judge(self, bot: int, user: int, chat: int, asked: AnsweredQuestion, *, good: bool) -> None:
        """Store somebody's rating of an answer, replacing an earlier one."""
        self._connection.execute(
            "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                bot,
                user,
                chat,
                asked.message,
                asked.question,
                asked.receipt,
                good,
                time.time(),
            ],
        )

    def unjudge(self, bot: int, user: int, chat: int, message: int) -> None:
        """Delete somebody's rating of the answer to `message`."""
        self._connection.execute(
            "DELETE FROM feedback WHERE bot = ? AND user = ? AND chat = ? AND message = ?",
            [bot, user, chat, message],
        )

    def feedback(self, bot: int | None = None, event: str | None = None) -> list[Feedback]:
        """Ratings, oldest first: of all bots that served this home and of all events, unless one is
        given."""
        rows = self._connection.execute(
            "SELECT question, receipt, good, at FROM feedback WHERE (?1 IS NULL OR bot = ?1)"
            " AND (?2 IS NULL OR ?2 = coalesce((SELECT event FROM message_event WHERE"
            " message_event.bot = feedback.bot AND message_event.chat = feedback.chat"
            " AND message_event.message = feedback.message), '')) ORDER BY at, question",
            [bot, event],
        )
        return [
            Feedback(question, receipt, bool(good), datetime.fromtimestamp(at, UTC))
            for question, receipt, good, at in rows
        ]

    def count_feedback(self, bot: int) -> tuple[int, int]:
        """The numbers of 👍 and 👎."""
        good, bad = self._connection.execute(
            "SELECT count(*) FILTER (WHERE good), count(*) FILTER (WHERE NOT good)"
            " FROM feedback WHERE bot = ?",
            [bot],
        ).fetchone()
        return int(good), int(bad)

    def pin(self, bot: int, chat: int, message: int, case: str) -> None:
        """Note that the question of `message` became the replay case with this id."""
        self._connection.execute(
            "INSERT OR REPLACE INTO pinned VALUES (?, ?, ?, ?, ?)",
            [bot, chat, message, case, time.time()],
        )

    def pinned(self, bot: int) -> list[str]:
        """The ids of the replay cases that were made in chats, oldest first."""
        rows = self._connection.execute(
            "SELECT id FROM pinned WHERE bot = ? GROUP BY id ORDER BY min(at)", [bot]
        )
        return [case for (case,) in rows]
