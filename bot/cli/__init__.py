"""The command line.

Belongs here: one module a group of commands: read options, call, print.
Does not: work that another entrance needs too.
"""

from bot.cli.entry import main

__all__ = ["main"]
