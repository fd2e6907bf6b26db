"""Playing: play."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import CommandContext
from bot.settings import SHORTEST_PASSWORD
from corpus.errors import ConfigurationError, InputError
from corpus.processes import processes

_PORT = 8765


def play(
    context: typer.Context,
    demo: Annotated[
        bool, typer.Option("--demo", help="Over the demo coverage, in a temporary home.")
    ] = False,
    host: Annotated[str, typer.Option(metavar="H", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, metavar="N", help="0 takes a free one.")
    ] = None,
    password: Annotated[
        bool,
        typer.Option(
            "--password",
            help="Ask for a password, here and of whoever looks; or set PULLQUOTE_PLAY__PASSWORD.",
        ),
    ] = False,
    browser: Annotated[
        bool, typer.Option(" /--no-browser", help="Open no browser.", show_default=False)
    ] = True,
) -> int:
    """Open the pages in a browser: ask, see the coverage, verify."""
    from bot.play.guard import is_loopback

    parts: CommandContext = context.obj
    secret = _password(parts, password)
    if not secret and not is_loopback(host):
        raise ConfigurationError(
            f"others can reach the pages at {host}: set a password, with --password or"
            " PULLQUOTE_PLAY__PASSWORD"
        )
    with _demo() if demo else nullcontext(parts) as parts:
        from bot.play.serve import Place, serve

        place = Place(host, _PORT if port is None else port, secret, opens=browser)
        return serve(parts.settings, parts.engine, place)


def _password(parts: CommandContext, asked: bool) -> str | None:
    kept = parts.settings.play.password
    if kept:
        return kept.get_secret_value()
    if not asked:
        return None
    password: str = typer.prompt("Password", hide_input=True)
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(f"this password is too short: take {SHORTEST_PASSWORD} characters or more")
    return password


@contextmanager
def _demo() -> Iterator[CommandContext]:
    """The demo coverage, indexed in a home that is cleared at the end."""
    with tempfile.TemporaryDirectory(prefix="pullquote-play-") as folder:
        parts = CommandContext(Path(folder), None)
        with processes(1) as others:
            taken = others.submit(_take_demo_in, parts.home)
            # reading the code takes as long as that
            from bot.play import serve  # noqa: F401

            _ = parts.embedder
            taken.result()
            others.shutdown(wait=False)
        parts.bring_up_to_date()
        try:
            yield parts
        finally:
            parts.coverage.close()


def _take_demo_in(home: Path) -> None:
    from corpus.demo.coverage import DEMO_DAY, demo_articles
    from corpus.ingest import ingest
    from corpus.store import COVERAGE_FILE, Coverage

    with Coverage.open(home / COVERAGE_FILE) as coverage:
        ingest([demo_articles()], coverage, today=DEMO_DAY)


def register(app: typer.Typer) -> None:
    app.command()(play)
