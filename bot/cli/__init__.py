"""The command line.

Belongs here: one module a group of commands: read options, call, print.
Does not: work that another entrance needs too.
"""

from bot.cli.interrupt import ending_at_once

with ending_at_once():
    from bot.cli.main import main

__all__ = ["main"]
