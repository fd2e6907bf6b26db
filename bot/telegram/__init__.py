"""The Telegram bot: the only place that imports `telegram`."""

import os

# python-telegram-bot warns of every waiting time it reads as seconds that it is going to be a
# timedelta; the bot asks for timedeltas now. Read at each use, so it must stand before the first.
os.environ.setdefault("PTB_TIMEDELTA", "true")
