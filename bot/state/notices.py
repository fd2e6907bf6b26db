"""How chats are told what they did not ask for just now: alerts and corrections."""

from __future__ import annotations

from dataclasses import dataclass

from bot.state.database import Database

_HOURS = 24

Hours = tuple[int, int]
"""From this full hour to before that one, over midnight where the second is the smaller."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Whether a chat is told of `corrections`, whether alerts come once a day (`daily`), the
    `quiet` hours in which nothing comes, and the IANA name of its time `zone`; `None` is the
    newsroom's."""

    corrections: bool = True
    daily: bool = False
    quiet: Hours | None = None
    zone: str | None = None


class NoticeSettings(Database):
    """The choices of chats."""

    def notices(self, bot: int, chat: int) -> Notices:
        """The choices of a chat; the defaults where it made none."""
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
        """Keep the choices of a chat."""
        quiet = chosen.quiet and chosen.quiet[0] + _HOURS * chosen.quiet[1]
        self._connection.execute(
            "INSERT OR REPLACE INTO notice_setting VALUES (?, ?, ?, ?, ?, ?)",
            [bot, chat, chosen.corrections, chosen.daily, quiet, chosen.zone],
        )
