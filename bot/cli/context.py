"""What every command needs: the settings, and the parts opened from them."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.configuration import load
from bot.home import close_to_others
from bot.settings import Settings
from corpus.errors import ConfigurationError, HomeError, IndexDamaged, IndexMissing, InputError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from corpus.attribution.aliases import Aliases
    from corpus.database import Postgres
    from corpus.fetch import Fetcher
    from corpus.store import Coverage
    from retrieval.engine import Engine
    from retrieval.models.rerank import CrossEncoderReranker
    from retrieval.types import Embedder


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"pullquote {installed('pullquote')}")
        raise typer.Exit


Home = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The folder that holds the coverage and index."),
]
Event = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="One of the events that the settings list, by its name."),
]
Config = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The settings file, else ./config.toml.")
]
Traceback = Annotated[bool, typer.Option("--traceback", help="Show where a fault came from.")]
Version = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
]
ONE_TEXT = {"allow_extra_args": True}
"""For a command that takes a text and calls `one_text`."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
Outlets = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Only this outlet; repeatable.")
]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Published on this day or later.")]
Until = Annotated[
    str | None, typer.Option(metavar="DATE", help="Published on this day or earlier.")
]


class Stopped(Exception):  # noqa: N818 - ends a command and is no error
    """Ctrl-C; `str()` says what is kept and how to go on."""


@contextmanager
def stoppable(kept: str | Callable[[], str]) -> Iterator[None]:
    """Inside, Ctrl-C raises `Stopped` with what is `kept`."""
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(kept if isinstance(kept, str) else kept()) from None


def parse_day(text: str | None) -> date | None:
    """A date option. Raises `InputError` for what is no date."""
    if text is None:
        return None
    from corpus.dates.written import parse_date

    day = parse_date(text)
    if day is None:
        raise InputError(f"{text!r} is no date; write it like 2025-07-12")
    return day


def one_text(context: typer.Context, first: str | None) -> None:
    """Raises `InputError` where a text came as several words, without quotes around it."""
    if first and context.args:
        whole = shlex.quote(" ".join([first, *context.args]))
        raise InputError(f"put it in quotes: {context.command_path} {whole}")


def named(outlets: list[str] | None) -> tuple[str, ...]:
    """The outlets of an option. Raises `InputError` for a blank one."""
    if any(not outlet.strip() for outlet in outlets or ()):
        raise InputError("--outlet is blank; write a part of the outlet's name")
    return tuple(outlets or ())


@dataclass
class CommandContext:
    """The global options and what they lead to; each part is opened when first asked for."""

    home_option: Path | None = None
    config_option: Path | None = None
    event_option: str | None = None
    later: bool = False  # a small model is read when something is to be embedded
    makes_home: bool = False  # a home that is not there is made, else it is an error

    @cached_property
    def settings(self) -> Settings:
        return load(self.config_option, self.home_option, self.event_option)

    @property
    def options(self) -> tuple[Path | None, Path | None, str | None]:
        """What a process of its own opens the same parts from."""
        return self.home_option, self.config_option, self.event_option

    @property
    def one(self) -> Settings:
        """The settings of the event. Raises `ConfigurationError` where one of several is to be
        chosen."""
        if self.settings.is_open:
            names = ", ".join(event.name for event in self.settings.events)
            raise ConfigurationError(f"which event? There are {names}: write --event NAME before")
        return self.settings

    @property
    def home(self) -> Path:
        """The home of the event; raises as `one` does, and `HomeError` where it is not there and
        the command makes none."""
        return self._there(self.one.home)

    def _there(self, home: Path) -> Path:
        """A home, where it is there. Raises `HomeError`."""
        if self.makes_home or self.settings.store or home.exists():
            return home
        if self.home_option:
            raise HomeError(
                f"there is no home {home}: correct --home, or make one there with `pullquote"
                " ingest SOURCE`"
            )
        raise HomeError(_no_coverage(home))

    def refuse_empty(self) -> None:
        """Raises `InputError` where the coverage has no articles."""
        if not self.coverage.article_ids():
            raise InputError(_no_coverage(self.home))

    @cached_property
    def coverage(self) -> Coverage:
        from corpus.store import COVERAGE_FILE, Coverage

        close_to_others(self.home)
        return Coverage.open(self.one.place(COVERAGE_FILE))

    @property
    def aliases(self) -> Aliases:
        """The editor's names for outlets and agencies, as they stand in the home now."""
        from corpus.attribution.aliases import FILE, Aliases

        return Aliases.read(self.home / FILE)

    @cached_property
    def fetcher(self) -> Fetcher:
        from bot.fetching import open_fetcher

        return open_fetcher(self.settings.fetch)

    @cached_property
    def embedder(self) -> Embedder:
        from retrieval.models.embed import load as load_embedder

        retrieval = self.settings.retrieval
        return load_embedder(
            retrieval.model, self.settings.beside, retrieval.prompts, later=self.later
        )

    @cached_property
    def reranker(self) -> CrossEncoderReranker | None:
        """The reranker of the settings, not read before it is asked; `None` when none is set."""
        from retrieval.models.rerank import load_reranker

        return load_reranker(self.settings.retrieval.reranker, self.settings.beside)

    @cached_property
    def engine(self) -> Engine:
        return self._engine(self.one)

    @cached_property
    def engines(self) -> dict[str, Engine]:
        """The engine of every event by its key in the chats; they share the model."""
        return {one.event_key: self._engine(one) for one in self.settings.each()}

    def _engine(self, settings: Settings) -> Engine:
        from retrieval.engine import Engine

        home = self._there(settings.home)
        close_to_others(home)
        return Engine.open(
            home,
            self.embedder,
            store=_store_to_read(settings),
            bridge=self.settings.retrieval.bridge,
            reranker=self.reranker,
        )

    def bring_up_to_date(self, *, rebuild: bool = False, purge: bool = False) -> None:
        """Index what has changed, under `writing`; with a new model everything, saying so. With
        `purge` nothing is left of what the coverage has no more."""
        from retrieval.engine import INDEX_FOLDER, ensure_calibrated, update_index
        from retrieval.index.service import built_with

        with suppress(IndexMissing, IndexDamaged):
            held = built_with(self.home / INDEX_FOLDER, self.coverage)
            if held.digest != self.embedder.digest:
                notice("pullquote: the model has changed: all passages are embedded anew")
        with progress("indexing") as bar:
            update_index(
                self.home, self.coverage, self.embedder, rebuild=rebuild, purge=purge, step=bar
            )
        if ensure_calibrated(self.home, self.embedder):
            notice(
                "pullquote: learned from the demo coverage when to stay silent with the model"
                f" {self.embedder.name}"
            )

    def writing(self) -> AbstractContextManager[None]:
        """Inside, this process alone writes to the home; a store in a database keeps its writers
        apart by itself. Raises `HomeError`."""
        return nullcontext() if self.settings.store else self._alone()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        from bot.writer import writing

        with writing(self.home):
            yield


def _no_coverage(home: Path) -> str:
    ingest = "`pullquote ingest SOURCE` first, or name another --home"
    return f"there is no coverage in {home}: {ingest}"


def _store_to_read(settings: Settings) -> str | Postgres:
    """The store that the answers of an event are read from."""
    from corpus.database import postgres
    from corpus.database.replica import Replicated

    if not settings.store_read:
        return settings.event_store
    return Replicated(postgres.connected(settings.event_store), settings.store_read)


def open_engine(home: Path | None, config: Path | None, event: str | None) -> Engine:
    """The engine of these options, for a process of its own."""
    return CommandContext(home, config, event).engine


def open_engines(home: Path | None, config: Path | None, event: str | None) -> dict[str, Engine]:
    """The engines of these options, for a process of their own."""
    return CommandContext(home, config, event).engines


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def refuse_unwritable(file: Path) -> None:
    """Say before the work and not after it that a page has no place. Raises `InputError`."""
    if file.is_dir() or not file.parent.is_dir():
        raise InputError(f"cannot write to {file}: name a file in a folder that is there")


def write_page(file: Path, page: str) -> None:
    """Raises `InputError` where the file cannot be written."""
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror or error}") from error


def console() -> Console:
    """Standard output for people; in a pipe lines are as long as they are."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=100_000)


def print_view(view: RenderableType) -> None:
    """Show it on standard output, without the blanks that fill a line up."""
    from bot.render.plain import unfilled

    screen = console()
    with screen.capture() as shown:
        screen.print(view)
    sys.stdout.write(unfilled(shown.get()))


def notice(text: str) -> None:
    """A warning or remark on standard error."""
    typer.echo(text, err=True)


def reader_language() -> str | None:
    """The language of the locale's messages, as in "ar"; `None` where it says none. LC_CTYPE, which
    Python itself may have set, says nothing of it."""
    variables = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = re.split("[_.@]", next(filter(None, variables), ""))[0].lower()
    return language if language not in ("", "c", "posix") else None


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, on a terminal only; call it with (done, total)."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
