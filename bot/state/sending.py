"""Slots for messages, shared by all processes of a bot, so that together they keep within
Telegram's limits."""

from __future__ import annotations

from bot.state.database import Database

Rate = tuple[int, float]
"""So many messages in so many seconds."""

_ALL = ""  # stands for all chats together
# Do not wait for the disk while others wait for the row: after a crash no slot is needed.
_NOW = (
    "SELECT CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION),"
    " set_config('synchronous_commit', 'off', true)"
)


class Places(Database):
    """When the last messages were sent, by the clock of the database. Used only if it is shared."""

    def take_place(self, bot: int, chat: str, rate: Rate, overall: Rate) -> float:
        """Take a slot for a message, if the chat and all chats together have a free one. Returns 0,
        or the seconds until there may be one."""
        rates = {_ALL: overall, chat: rate}
        with self.transaction():
            self._connection.executemany(
                "INSERT OR IGNORE INTO sending VALUES (?, ?, '{}')", [(bot, each) for each in rates]
            )
            held = dict(
                self._connection.execute(
                    "SELECT chat, times FROM sending WHERE bot = ? AND chat IN (?, ?)"
                    " ORDER BY chat FOR UPDATE",
                    [bot, _ALL, chat],
                ).fetchall()
            )
            now, _ = self._connection.execute(_NOW).fetchone()
            wait = max(
                times[-most] + seconds - now if len(times := held[each]) >= most else 0.0
                for each, (most, seconds) in rates.items()
            )
            if wait <= 0:
                self._connection.executemany(
                    "UPDATE sending SET times = ? WHERE bot = ? AND chat = ?",
                    [([*held[each], now][-most:], bot, each) for each, (most, _) in rates.items()],
                )
        return max(wait, 0.0)

    def message_came(self, bot: int, chat: str) -> None:
        """The message that took the chat's last slot has arrived: Telegram counts from its
        arrival."""
        self._connection.execute(
            "UPDATE sending SET times[cardinality(times)] ="
            " extract(epoch FROM clock_timestamp()) WHERE bot = ? AND chat = ?"
            " AND cardinality(times) > 0",
            [bot, chat],
        )
