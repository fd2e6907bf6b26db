"""Which updates the bot has received, and which of its messages answer which question.

Every update is stored before Telegram learns that it arrived. A message is noted before it is sent,
and its id is added afterwards. So after an error or a kill, a message that may have been delivered
is never sent again, and an unanswered update is handled again.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.state.database import Database
from corpus.database import Postgres
from corpus.database.dialect import NUMBERS
from corpus.database.lease import Lease
from corpus.errors import HomeError

KEPT_SECONDS = 7 * 24 * 3600
"""Telegram drops an update after a day and allows a message to be edited for two."""

MOST_TRIES = 3
"""An update during which the process ended is taken up this often; then it is given up."""


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One message of an answer. `message` is `None` if it may or may not have been delivered."""

    message: int | None
    taken: int


class TakenOver(Exception):  # noqa: N818
    """Another process has taken this update over and answers it."""


class Hands:
    """The process that handles an update, identified by a random `number`. Its `lease` shows the
    others that it is alive."""

    def __init__(self, store: Postgres) -> None:
        self.number = secrets.randbits(62)
        self.lease = Lease(store, _lease(self.number))
        self._store = store
        self._gone: dict[int, float] = {}

    def gone(self, others: Collection[int], seconds: float) -> list[int]:
        """Those of these processes that ended at least `seconds` ago. Call it in a transaction."""
        now = time.monotonic()
        free = [each for each in others if self._store.is_free(_lease(each))]
        self._gone = {each: self._gone.get(each, now) for each in free}
        return [each for each, since in self._gone.items() if now - since >= seconds]


def _lease(number: int) -> str:
    return f"bot {number}"


class Updates(Database):
    """Updates and answers. With PostgreSQL several processes serve one bot: each update belongs to
    one of them, and passes to another when that one has ended."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes may serve the same bots."""
        return isinstance(self._connection, Postgres)

    @cached_property
    def _hands(self) -> Hands | None:
        store = self._connection
        return Hands(store) if isinstance(store, Postgres) else None

    def close(self) -> None:
        if self.__dict__.get("_hands"):
            self.__dict__.pop("_hands").lease.close()
        super().close()

    def take(self, bot: int, updates: Sequence[tuple[int, str]]) -> list[int]:
        """Store updates, each an update_id and its JSON. Returns the ids not seen before."""
        if self._hands:
            self._hands.lease.mine()
        with self.transaction():
            return [update for update, body in updates if self._insert(bot, update, body)]

    def _insert(self, bot: int, update: int, body: str) -> bool:
        row = [bot, update, body, time.time()]
        columns = "bot, id, body, at"
        if hands := self._hands:
            columns += ", holder"
            row.append(hands.number)
        places = ", ".join("?" * len(row))
        inserted = self._connection.execute(
            f"INSERT OR IGNORE INTO taken ({columns}) VALUES ({places})", row
        )
        return inserted.rowcount > 0

    def finish(self, bot: int, id: int) -> None:
        """The update has been handled; its text is deleted."""
        mine, values = self._mine()
        query = f"UPDATE taken SET body = NULL WHERE bot = ? AND id = ?{mine}"
        self._surely(lambda: self._connection.execute(query, [bot, id, *values]))

    def _mine(self) -> tuple[str, list[int]]:
        """The condition that an update belongs to this process, and its values."""
        return (" AND holder = ?", [self._hands.number]) if self._hands else ("", [])

    def resume(
        self, bot: int, in_hand: Collection[int] = (), seconds: float = 0.0
    ) -> list[tuple[int, str]]:
        """The updates to handle again after a restart, in order. If several processes serve the
        bot: those of processes that ended at least `seconds` ago, and this one's own that are not
        `in_hand`. Those that are to be given up are not among them."""
        return self._left("tries < ?", "tries = tries + 1", bot, in_hand, seconds)

    def give_up(
        self, bot: int, in_hand: Collection[int] = (), seconds: float = 0.0
    ) -> list[tuple[int, str]]:
        """Those of the same updates that were taken up too often. They are dealt with, and given
        this once."""
        return self._left("tries >= ?", "body = NULL", bot, in_hand, seconds)

    def _left(
        self, which: str, change: str, bot: int, in_hand: Collection[int], seconds: float
    ) -> list[tuple[int, str]]:
        """The updates left, in their order, of which the condition `which` on `MOST_TRIES` holds,
        once they are changed."""
        hands, of = self._hands, "bot = ? AND body IS NOT NULL"
        values: list[object] = [bot]
        if hands:
            hands.lease.mine()
        with self.transaction():
            left = f"{of} AND {which}"
            values.append(MOST_TRIES)
            if hands:
                holders = self._connection.execute(
                    f"SELECT DISTINCT holder FROM taken WHERE {of}", [bot]
                )
                others = {each for (each,) in holders} - {hands.number}
                left += f" AND holder IN ({NUMBERS}) AND id NOT IN ({NUMBERS})"
                values.append(json.dumps([*hands.gone(others, seconds), hands.number]))
                values.append(json.dumps(list(in_hand)))
            lock = " FOR UPDATE SKIP LOCKED" if hands else ""
            rows: list[tuple[int, str]] = self._connection.execute(
                f"SELECT id, body FROM taken WHERE {left} ORDER BY id{lock}", values
            ).fetchall()
            changed: list[object] = [bot, json.dumps([update for update, _ in rows])]
            if hands:
                change += ", holder = ?"
                changed.insert(0, hands.number)
            self._connection.execute(
                f"UPDATE taken SET {change} WHERE bot = ? AND id IN ({NUMBERS})", changed
            )
        return rows

    def interrupted(self, bot: int) -> int:
        """How many updates were being answered when the process ended, with unknown success; with
        several processes, only those that belong to this one."""
        mine, values = self._mine()
        count: int = self._connection.execute(
            "SELECT count(DISTINCT taken.id) FROM taken JOIN answer ON answer.bot = taken.bot"
            " AND answer.taken = taken.id WHERE taken.bot = ? AND body IS NOT NULL"
            f" AND message IS NULL{mine}",
            [bot, *values],
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
        """Note a message about to be sent or, with its id, one that was sent. Raises `TakenOver` if
        this process may no longer send it."""

        def write() -> None:
            if message is None and self._hands:
                # both statements run before anybody can take the update over
                held = self._connection.execute(
                    "SELECT holder FROM taken WHERE bot = ? AND id = ? FOR SHARE", [bot, taken]
                ).fetchone()
                if held and held[0] != self._hands.number:
                    raise TakenOver
            self._note(bot, chat, question, part, taken, message)

        self._surely(write)

    def _note(
        self, bot: int, chat: int, question: int, part: int, taken: int, message: int | None
    ) -> None:
        self._connection.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET message = excluded.message, taken = excluded.taken, at = excluded.at",
            [bot, chat, question, part, message, taken, time.time()],
        )

    def not_sent(self, bot: int, chat: int, question: int, part: int, taken: int) -> None:
        """A message noted by this process was certainly not sent. The update belongs to this
        process again: any process that took it over left the answer to this one."""

        def write() -> None:
            self._connection.execute(
                "DELETE FROM answer WHERE bot = ? AND chat = ? AND question = ? AND part = ?"
                " AND message IS NULL",
                [bot, chat, question, part],
            )
            if self._hands:
                self._connection.execute(
                    "UPDATE taken SET holder = ? WHERE bot = ? AND id = ?",
                    [self._hands.number, bot, taken],
                )

        self._surely(write)

    def forget(self, bot: int, chat: int, question: int, part: int) -> None:
        """Delete a noted message."""
        query = "DELETE FROM answer WHERE bot = ? AND chat = ? AND question = ? AND part = ?"
        self._surely(lambda: self._connection.execute(query, [bot, chat, question, part]))

    def _surely(self, write: Callable[[], object]) -> None:
        """Make a change that can safely be made twice. If the server ends the connection, nobody
        knows whether the change was made, so it is repeated once the server is back."""
        if not self.is_shared:
            write()
            return
        try:
            with self.transaction():
                write()
        except HomeError:
            with self.transaction():
                write()
