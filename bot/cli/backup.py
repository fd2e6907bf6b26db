"""A safe copy of the home: backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import AsJson, CommandContext, notice, print_json, progress, stoppable
from corpus.errors import InputError


def backup(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The archive to write: .tar, .tar.gz or .tgz.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    without_index: Annotated[
        bool,
        typer.Option("--without-index", help="Smaller; `index` makes it again from the articles."),
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Read the dump of a database that is there, whole."),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Copy the home into one file.

    A bot may serve and an ingest write meanwhile. It holds articles, chats, the index in service
    and the files that you wrote. To restore, unpack it into a new folder and name that as the home.
    A store in a database is dumped by pg_dump; --check then reads the dump, and counts."""
    from bot.backup import back_up

    parts: CommandContext = context.obj
    if check or parts.settings.store:
        return _check(parts, file, as_json) if check else _point_to_pg_dump(parts, file)
    with progress("backing up") as bar, stoppable("no backup was written"):
        done = back_up(
            parts.home, file.absolute(), index=not without_index, replace=force, step=bar
        )
    if done.problem:
        notice(f"pullquote: no index in the backup: {done.problem}")
    if as_json:
        print_json(
            {
                "file": str(done.file),
                "bytes": done.bytes,
                "articles": done.articles,
                "index": done.index,
            }
        )
    else:
        index = f"index {done.index}" if done.index else "no index"
        typer.echo(f"{file}: {done.articles} articles, {index}, {done.bytes / 1e6:.1f} MB")
    return 0


def _point_to_pg_dump(parts: CommandContext, file: Path) -> int:
    from bot.dump import command

    raise InputError(
        f"the store is in a database: run {command(parts.one.event_store, file)}, then"
        f" `pullquote backup --check {file}`"
    )


def _check(parts: CommandContext, file: Path, as_json: bool) -> int:
    from bot.dump import read

    dump = read(file, parts.one.event_store)
    if as_json:
        print_json(
            {
                "file": str(file),
                "bytes": dump.bytes,
                "articles": dump.articles,
                "problem": dump.problem,
            }
        )
    elif dump.problem:
        typer.echo(f"{file}: {dump.problem}")
    else:
        typer.echo(f"{file}: {dump.articles} articles, {dump.bytes / 1e6:.1f} MB, whole")
    return 1 if dump.problem else 0


def register(app: typer.Typer) -> None:
    app.command()(backup)
