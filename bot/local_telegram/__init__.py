"""A strict local Bot API server and a driver that plays the users, for tests, replay and play.

Belongs here: what Telegram's server does, and users that act.
Does not: anything of the bot under test.
"""

from bot.local_telegram.client import Sent
from bot.local_telegram.driver import LocalTelegram
from bot.local_telegram.user import User
from bot.local_telegram.world import TOKEN

__all__ = ["TOKEN", "LocalTelegram", "Sent", "User"]
