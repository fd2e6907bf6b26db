"""The store as a whole: store move."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.context import progress, stoppable

store = typer.Typer(help="The store: articles, chats and sources.", rich_markup_mode=None)


@store.callback()
def _store() -> None:
    """A group of commands, even of one."""


@store.command()
def move(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="A home, or postgresql://… of a database.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="Where nothing stands yet: a home or postgresql://…")
    ],
) -> int:
    """Bring a home into a PostgreSQL database, or back, byte for byte.

    Stop the bots first. A move that was broken off goes on when it is run again. FROM stays as it
    is; then set `store` to TO and run `pullquote index`."""
    from bot.moving import move as moved

    with progress("moving") as bar, stoppable("run the same command again to go on"):
        count = moved(source, target, bar)
    typer.echo(f"{count} articles moved; set store, then run `pullquote index`")
    return 0


def register(app: typer.Typer) -> None:
    app.add_typer(store, name="store")
