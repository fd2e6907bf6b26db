"""What is forgotten by itself, and when somebody asks for it."""

from __future__ import annotations

import time

from bot.state.database import Database
from bot.state.quoted import QUOTED_SECONDS
from bot.state.updates import KEPT_SECONDS
from corpus.database import Postgres

TOLD_SECONDS = 24 * 3600
"""A stranger is told that they are one once in this time."""

# Where an update says who it is from.
_SENDERS = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
)


class Forgetting(Database):
    """The rows that name somebody, and how long they stay."""

    def prune(self, bot: int) -> None:
        """Forget what is older than it may be."""
        oldest = time.time() - KEPT_SECONDS
        with self.transaction():
            for table in ("taken", "answer", "asked"):
                self._connection.execute(
                    f"DELETE FROM {table} WHERE bot = ? AND at < ?", [bot, oldest]
                )
            self._connection.execute(
                "DELETE FROM quoted WHERE bot = ? AND at < ?", [bot, time.time() - QUOTED_SECONDS]
            )
            self._connection.execute(
                "DELETE FROM turned_away WHERE bot = ? AND at < ?",
                [bot, time.time() - TOLD_SECONDS],
            )

    def turn_away(self, bot: int, user: int) -> bool:
        """Whether a stranger is to be told so now, which is kept for `TOLD_SECONDS`."""
        with self.transaction():
            told = self._connection.execute(
                "SELECT 1 FROM turned_away WHERE bot = ? AND user = ? AND at > ?",
                [bot, user, time.time() - TOLD_SECONDS],
            ).fetchone()
            if told is None:
                self._connection.execute(
                    "INSERT OR REPLACE INTO turned_away VALUES (?, ?, ?)", [bot, user, time.time()]
                )
        return told is None

    def forget_user(self, bot: int, user: int) -> None:
        """Forget somebody and their private chat, whose id is theirs: settings, questions, those
        that are followed among them, thumbs, answers, what these quoted, what was collected. Which
        updates came stays, so that none is answered twice; their texts go, but for those that are
        in hand, which are all of this bot's."""
        of_others = " OR ".join(f"json_extract(body, '$.{kind}.from.id') = ?2" for kind in _SENDERS)
        with self.transaction():
            self._connection.execute(
                "DELETE FROM answer WHERE chat = ?2 AND NOT EXISTS (SELECT 1 FROM taken WHERE"
                " taken.bot = answer.bot AND taken.id = answer.taken AND answer.bot = ?1"
                " AND body IS NOT NULL)",
                [bot, user],
            )
            self._connection.execute(
                "UPDATE taken SET body = NULL WHERE body IS NOT NULL AND bot != ?1"
                f" AND ({of_others})",
                [bot, user],
            )
            self._connection.execute(
                "DELETE FROM alert WHERE followed IN"
                " (SELECT id FROM followed WHERE chat = ?1 OR user = ?1)",
                [user],
            )
            for table, columns in (
                ("followed", ("chat", "user")),
                ("quoted", ("chat",)),
                ("collected", ("chat",)),
                ("notice_setting", ("chat",)),
                ("chat_setting", ("chat",)),
                ("apart_setting", ("chat",)),
                ("user_setting", ("user",)),
                ("asked", ("chat", "user")),
                ("feedback", ("chat", "user")),
                ("pinned", ("chat",)),
                ("turned_away", ("user",)),
            ):
                theirs = " OR ".join(f"{column} = ?1" for column in columns)
                self._connection.execute(f"DELETE FROM {table} WHERE {theirs}", [user])
        # the log that goes with the file would still hold it
        if not isinstance(self._connection, Postgres):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
