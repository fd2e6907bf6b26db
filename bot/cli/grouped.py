"""The commands of `--help` in groups, each on one line."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

GROUPS = {
    "Ask": ("demo", "ask", "timeline", "compare", "verify", "dossier"),
    "Coverage": ("ingest", "source", "articles", "show", "correct", "remove"),
    "Run": ("run", "play", "feedback", "backup", "store", "index", "model"),
    "Check": ("doctor", "replay", "evaluate"),
}

# Longer than any first sentence, so that none is cut.
_WHOLE = 1_000


class Grouped(TyperGroup):
    """A group of commands that is shown in the groups above."""

    def list_commands(self, ctx: Any) -> list[str]:
        known = [name for names in GROUPS.values() for name in names]
        return sorted(self.commands, key=lambda name: known.index(name))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        width = max(map(len, self.commands))
        for title, names in GROUPS.items():
            rows = [
                (name.ljust(width), self.commands[name].get_short_help_str(_WHOLE))
                for name in names
                if name in self.commands
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
