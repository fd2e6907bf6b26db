"""The command line as a page of documentation; `make docs` writes it to docs/command-line.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from bot.cli.main import application

_WIDTH = 90


def reference() -> str:
    """The help texts of all commands, as Markdown."""
    parts = ["# The command line\n\nMade from `--help` by `make docs`; a test keeps it current.\n"]
    for path, text in _helps(typer.main.get_command(application()), "pullquote"):
        parts.append(f"## {path}\n\n```\n{text}\n```\n")
    return "\n".join(parts)


def _helps(command: Any, path: str, parent: Any = None) -> Iterator[tuple[str, str]]:
    context = command.make_context(
        path.rpartition(" ")[2],
        ["placeholder"] * 5,
        parent=parent,
        resilient_parsing=True,
        max_content_width=_WIDTH,
        terminal_width=_WIDTH,
    )
    with context:
        yield path, command.get_help(context).rstrip()
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found:
                yield from _helps(found, f"{path} {name}", context)


if __name__ == "__main__":
    typer.echo(reference(), nl=False)
