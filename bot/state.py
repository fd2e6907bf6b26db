"""What the bot remembers of its chats: which updates it has taken, and which of its messages answer
which question.

Every update is stored before Telegram is told that it arrived. A message is noted before it is
sent and completed with its id afterwards, so that after a fault or a kill a message that may have
been delivered is never sent again, and an update not yet answered is taken up again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from corpus.errors import HomeError

FILE = "chats.sqlite"
SCHEMA_VERSION = 1

KEPT_SECONDS = 7 * 24 * 3600
"""Telegram forgets an update after a day and lets a message be edited for two."""

MOST_TRIES = 3
"""An update during which the process ended this often is not taken up once more."""

# The only other process that opens the file reads it, which in WAL mode nobody waits for.
_BUSY_SECONDS = 5.0

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE taken (
    bot INTEGER NOT NULL,
    id INTEGER NOT NULL,             -- the update_id
    body TEXT,                       -- the update; NULL once it is done
    tries INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL,                -- seconds since the epoch
    PRIMARY KEY (bot, id)
) WITHOUT ROWID;
CREATE TABLE answer (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    question INTEGER NOT NULL,       -- the message that was asked
    part INTEGER NOT NULL,
    message INTEGER,                 -- the bot's; NULL while nobody knows if it came
    taken INTEGER NOT NULL,          -- the update it answers: that of the message or of its edit
    at REAL NOT NULL,
    PRIMARY KEY (bot, chat, question, part)
) WITHOUT ROWID;
CREATE TABLE moved (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    now INTEGER NOT NULL,            -- the supergroup that this group became
    PRIMARY KEY (bot, chat)
) WITHOUT ROWID;
CREATE INDEX taken_open ON taken (bot, id) WHERE body IS NOT NULL;
PRAGMA user_version = 1;
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of an answer. `message` is None where it may or may not have been delivered."""

    message: int | None
    taken: int


class State:
    """The chats database. It is keyed by bot, for one home may see several tokens in turn.

    Used by one thread. Errors: `HomeError` when the file cannot be opened.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> State:
        """Open the database at `path`, made empty where there is none."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise HomeError(
                f"cannot use the chats database {path}: {error}; "
                "check the folder's permissions and free space, or choose another --home"
            ) from error
        if version > SCHEMA_VERSION:
            connection.close()
            raise HomeError(
                f"{path} was written by a newer pullquote (schema {version}); update pullquote"
            )
        return cls(connection)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # ------------------------------------------------------------------ updates

    def take(self, bot: int, updates: Sequence[tuple[int, str]]) -> list[int]:
        """Store updates, each an update_id and its JSON; returns the ids not seen before."""
        with self._transaction():
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
        with self._transaction():
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

    # ------------------------------------------------------------------ answers

    def answer(self, bot: int, chat: int, question: int) -> dict[int, Part]:
        """The messages noted for a question, by their number in the answer."""
        rows = self._connection.execute(
            "SELECT part, message, taken FROM answer WHERE bot = ? AND chat = ? AND question = ?",
            [bot, chat, question],
        )
        return {part: Part(message, taken) for part, message, taken in rows}

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

    # ------------------------------------------------------------------ chats

    def move(self, bot: int, chat: int, now: int) -> None:
        """The group `chat` became the supergroup `now`."""
        self._connection.execute("INSERT OR REPLACE INTO moved VALUES (?, ?, ?)", [bot, chat, now])

    def current(self, bot: int, chat: int) -> int:
        """The id under which a chat is reached now."""
        row = self._connection.execute(
            "SELECT now FROM moved WHERE bot = ? AND chat = ?", [bot, chat]
        ).fetchone()
        return int(row[0]) if row else chat

    def prune(self, bot: int) -> None:
        """Forget what is older than `KEPT_SECONDS`."""
        oldest = time.time() - KEPT_SECONDS
        with self._transaction():
            for table in ("taken", "answer"):
                self._connection.execute(
                    f"DELETE FROM {table} WHERE bot = ? AND at < ?", [bot, oldest]
                )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
