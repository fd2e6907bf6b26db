"""`ingest --watch`: what comes into a folder is taken in, batch by batch, until told to stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.context import CommandContext, notice
from corpus.errors import InputError, PullquoteError
from corpus.types import Source
from corpus.watch import Watch

if TYPE_CHECKING:
    from corpus.ingest import Report

# Between two looks, in seconds; a file that has not changed for so long is taken.
INTERVAL = 2.0
# After a batch that failed the wait doubles up to this.
LONGEST_WAIT = 60.0

Tell = Callable[["Report"], None]


class _Stopped(Exception):  # noqa: N818 - ends a batch and is no error
    """Told to stop while a batch was being taken."""


def follow(
    parts: CommandContext, folders: Sequence[str], given: Source, manifest: Path | None, tell: Tell
) -> int:
    """Take what is new in `folders` until SIGTERM or SIGINT; `tell` is called after each batch.

    A batch that fails is reported and tried again. Raises `InputError` for what is no folder, or
    for a manifest that cannot be used at the start.
    """
    for folder in folders:
        if not os.path.isdir(folder):
            raise InputError(f"--watch follows folders, and {folder} is none")
    parts.embedder  # noqa: B018 - a model that cannot be read is told before anything is taken
    watch = Watch(folders, manifest)
    watch.look()
    notice(f"pullquote: watching {', '.join(folders)}")
    wait, trouble = INTERVAL, ""
    with _told_to_stop() as stop:
        while not stop.wait(wait):
            try:
                _take_batch(parts, watch, given, stop, tell)
                said = "; ".join(f"the folder {folder} is gone" for folder in watch.gone())
                wait = INTERVAL
            except (_Stopped, BrokenPipeError):
                break
            except Exception as error:  # whatever it was, the next file may be in order
                said = _said(error)
                wait = min(max(wait, INTERVAL) * 2, LONGEST_WAIT)
            if said != trouble:
                notice(f"pullquote: {said or 'all in order again'}")
                trouble = said
    return 0


def _take_batch(
    parts: CommandContext, watch: Watch, given: Source, stop: threading.Event, tell: Tell
) -> None:
    """Take what is ready, if anything, and bring the index up to date."""
    from corpus.ingest import Report, ingest

    def step(done: int, total: int) -> None:
        if stop.is_set():
            raise _Stopped

    files, left_out = watch.look(), watch.left_out()
    if not files:
        if left_out:
            tell(Report(rejected=left_out))
        return
    with parts.writing():
        report = ingest(
            files,
            parts.coverage,
            given=given,
            manifest=watch.manifest,
            today=datetime.now(parts.settings.zone).date(),
            aliases=parts.aliases,
            step=step,
        )
        if report.usable:
            parts.bring_up_to_date()
    report.rejected[:0] = left_out
    watch.took(files)
    tell(report)


def _said(error: Exception) -> str:
    if isinstance(error, PullquoteError):
        return f"{error} (the watch tries by itself)"
    return f"unexpected {type(error).__name__}: {error} (the watch tries by itself)"


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM or SIGINT sets; a second one ends the process at once."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def told(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, told)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
