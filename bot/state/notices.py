"""How chats receive messages that do not answer a question: alerts and corrections."""

from __future__ import annotations

from dataclasses import dataclass

from bot.state.database import Database

_HOURS = 24

Hours = tuple[int, int]
"""From this full hour until that one; over midnight if the second is smaller."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Whether a chat gets `corrections`, whether alerts come once a day (`daily`), the `quiet`
    hours without messages, and the IANA name of its time `zone`; `None` is the newsroom's zone."""

    corrections: bool = True
    daily: bool = False
    quiet: Hours | None = None
    zone: str | None = None


class NoticeSettings(Database):
    """The notice settings of chats."""

    def notices(self, bot: int, chat: int) -> Notices:
        """The settings of a chat; defaults if it has none."""
        row = self._connection.execute(
            "SELECT corrections, daily, quiet, zone FROM notice_setting WHERE bot = ? AND chat = ?",
            [bot, chat],
        ).fetchone()
        if row is None:
            return Notices()
        corrections, daily, quiet, zone = row
        hours = None if quiet is None else (quiet % _HOURS, quiet // _HOURS)
        return Notices(bool(corrections), bool(daily), hours, zone)

    def set_notices(self, bot: int, chat: int, chosen: Notices) -> None:
        """Store the settings of a chat."""
        quiet = chosen.quiet and chosen.quiet[0] + _HOURS * chosen.quiet[1]
        self._connection.execute(
            "INSERT OR REPLACE INTO notice_setting VALUES (?, ?, ?, ?, ?, ?)",
            [bot, chat, chosen.corrections, chosen.daily, quiet, chosen.zone],
        )
