"""Replaying: replay."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.context import (
    AsJson,
    CommandContext,
    console,
    notice,
    open_engine,
    print_json,
    progress,
    refuse_unwritable,
    write_page,
)
from corpus.errors import HomeError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.replay.apart import Ask
    from bot.replay.baseline import Baseline, Change
    from bot.replay.cases import Case
    from bot.replay.last import LastReplay
    from bot.replay.run import Result
    from retrieval.engine import Engine


class Through(StrEnum):
    """What a replay asks."""

    ENGINE = "engine"
    TELEGRAM = "telegram"


def replay(
    context: typer.Context,
    file: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Cases, one JSON object a line.")
    ],
    through: Annotated[Through, typer.Option(help="What is asked.")] = Through.ENGINE,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write JUnit XML for a build server.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with expected and got.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with the last blessed run.")
    ] = None,
    slower: Annotated[
        float | None,
        typer.Option(
            min=1.0, metavar="RATIO", help="With --baseline: how many times slower is too slow."
        ),
    ] = None,
    bless: Annotated[
        bool, typer.Option("--bless", help="With --baseline: write this run as the new one.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Ask the questions of case files again.

    Status 1 when one is answered worse than expected."""
    from bot.replay.cases import read
    from bot.replay.last import LastReplay

    if (bless or slower) and not baseline:
        raise InputError("--bless and --slower go with --baseline FILE: name the file")
    for written in (junit, html, baseline if bless else None):
        if written:
            refuse_unwritable(written)
    cases = read(*file)
    before = _blessed(baseline, through, bless=bless) if baseline else None
    results = _run(context.obj, cases, through)
    changes: Sequence[Change] = ()
    if before:
        from bot.replay.baseline import compare

        changes = compare(before, results, slower=slower)
    names = [each.name for each in file]
    _keep(context.obj.home, LastReplay.now(through, names, results, before))
    _write(junit, html, ", ".join(names), results, changes)
    if baseline and bless:
        _bless(baseline, through, results, changes)
    _show(results, changes, as_json)
    worse = not bless and any(change.kind.worse for change in changes)
    return 1 if worse or not all(result.passed for result in results) else 0


def _run(parts: CommandContext, cases: Sequence[Case], through: Through) -> list[Result]:
    from bot.replay.apart import MANY, run_apart
    from bot.replay.run import run, run_alone
    from retrieval.models.embed import StaticEmbedder

    at_once: Callable[[Sequence[Case], Engine, Callable[[Result], None]], list[Result]] = run
    alone: Ask = run_alone
    if through is Through.TELEGRAM:
        from bot.replay.chat import run_chats

        at_once = alone = run_chats
    with progress("asking") as bar:
        done = 0

        def step(_: Result) -> None:
            nonlocal done
            done += 1
            bar(done, len(cases))

        # every process would hold a large model of its own
        small = isinstance(parts.engine.embedder, StaticEmbedder) and not parts.reranker
        if small and len(cases) >= MANY:
            opened = partial(open_engine, *parts.options)
            return run_apart(cases, opened, alone, step)
        return at_once(cases, parts.engine, step)


def _keep(home: Path, last: LastReplay) -> None:
    """Leave the replay in the home, to be shown; one that cannot be written to is only told."""
    try:
        last.write(home)
    except HomeError as error:
        notice(f"pullquote: {error}")


def _blessed(file: Path, through: Through, *, bless: bool) -> Baseline | None:
    """The blessed run to compare with; none where the first one is being blessed."""
    from bot.replay.baseline import Baseline

    try:
        return Baseline.read(file, through)
    except FileNotFoundError:
        if bless:
            return None
        raise InputError(f"no baseline {file}: write one with --bless") from None
    except InputError:
        if bless:
            return None
        raise


def _bless(
    file: Path, through: Through, results: Sequence[Result], changes: Sequence[Change]
) -> None:
    from bot.replay.baseline import Baseline
    from bot.replay.report import change_line

    Baseline.of(results, through).write(file)
    for change in changes:
        notice(change_line(change))
    notice(f"pullquote: blessed {len(results)} cases in {file}")


def _write(
    junit: Path | None,
    html: Path | None,
    title: str,
    results: Sequence[Result],
    changes: Sequence[Change],
) -> None:
    if junit:
        from bot.replay.junit import junit as as_xml

        write_page(junit, as_xml(results, changes))
    if html:
        from bot.replay.page import replay_page

        write_page(html, replay_page(title, results, changes))


def _show(results: Sequence[Result], changes: Sequence[Change], as_json: bool) -> None:
    from bot.replay.report import replay_json, replay_view

    if as_json:
        print_json(replay_json(results, changes))
    else:
        console().print(replay_view(results, changes))


def register(app: typer.Typer) -> None:
    app.command()(replay)
