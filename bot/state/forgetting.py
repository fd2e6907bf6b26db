"""What is deleted after a time, and what is deleted on request."""

from __future__ import annotations

import time

from bot.state.database import Database
from bot.state.quoted import QUOTED_SECONDS
from bot.state.updates import KEPT_SECONDS
from corpus.database import Postgres

TOLD_SECONDS = 24 * 3600
"""Strangers are told that they may not use the bot once in this time."""

# Where an update names its sender.
_SENDERS = (
    "message.from",
    "edited_message.from",
    "channel_post.from",
    "callback_query.from",
    "inline_query.from",
    "chosen_inline_result.from",
    "my_chat_member.from",
    "guest_message.from",
    "message_reaction.user",
)


class Forgetting(Database):
    """Rows that identify people, and how long they are kept."""

    def prune(self, bot: int) -> None:
        """Delete what has been kept long enough."""
        oldest = time.time() - KEPT_SECONDS
        with self.transaction():
            for table in ("taken", "answer", "asked"):
                self._connection.execute(
                    f"DELETE FROM {table} WHERE bot = ? AND at < ?", [bot, oldest]
                )
            # its feedback is kept, and this says which event it is about
            self._connection.execute(
                "DELETE FROM message_event WHERE bot = ? AND at < ? AND NOT EXISTS (SELECT 1 FROM"
                " feedback WHERE feedback.bot = message_event.bot AND"
                " feedback.chat = message_event.chat AND feedback.message = message_event.message)",
                [bot, oldest],
            )
            self._connection.execute(
                "DELETE FROM quoted WHERE bot = ? AND at < ?", [bot, time.time() - QUOTED_SECONDS]
            )
            self._connection.execute(
                "DELETE FROM turned_away WHERE bot = ? AND at < ?",
                [bot, time.time() - TOLD_SECONDS],
            )

    def turn_away(self, bot: int, user: int) -> bool:
        """Whether to tell a stranger now that they may not use the bot; remembered for
        `TOLD_SECONDS`."""
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
        """Delete everything about a person and their private chat, which has the same id: settings,
        questions, also followed ones, ratings, answers, what these quoted, and the dossier. The ids
        of updates stay, so that none is answered twice. The texts that other bots still have are
        deleted too; this bot's are only those being handled."""
        of_others = " OR ".join(f"json_extract(body, '$.{sender}.id') = ?2" for sender in _SENDERS)
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
                ("chat_event", ("chat",)),
                ("message_event", ("chat",)),
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
