"""The replay of the kept cases in a thread, with its progress; one at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from bot.desk import PINNED
from bot.replay.baseline import Baseline
from bot.replay.cases import Case, read
from bot.replay.last import BASELINE, LastReplay
from bot.replay.run import ask
from corpus.errors import InputError, PullquoteError
from retrieval.engine import Engine

_THROUGH = "engine"
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Replaying:
    """The kept cases of a home and their replay: how many of `total` are `done`, and the `problem`
    that ended the last one, in English, `None` if it went well."""

    home: Path
    engine: Engine
    done: int = 0
    total: int = 0
    problem: str | None = None
    _task: asyncio.Task[None] | None = None
    _stopped: Event = field(default_factory=Event)

    @property
    def running(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Ask the kept cases, unless they are being asked."""
        if not self.running:
            self.done, self.total, self.problem = 0, 0, None
            self._task = asyncio.create_task(self._followed())

    async def stop(self) -> None:
        """End a replay that runs, keeping nothing of it."""
        self._stopped.set()
        if self._task:
            await self._task

    async def _followed(self) -> None:
        try:
            await asyncio.to_thread(self._replay)
        except PullquoteError as error:
            self.problem = str(error)
        except Exception:  # the page goes on without it
            _LOG.exception("the kept cases could not be replayed")
            self.problem = "the kept cases could not be replayed; the log says why"

    def _replay(self) -> None:
        cases = kept(self.home)
        self.total = len(cases)
        results = []
        for case in cases:
            if self._stopped.is_set():
                return
            results.append(ask(self.engine, case))
            self.done += 1
        if results:
            LastReplay.now(_THROUGH, [PINNED], results, _blessed(self.home)).write(self.home)


def kept(home: Path) -> Sequence[Case]:
    """The kept cases; none if there is no file. Raises `InputError` for one that is broken."""
    file = home / PINNED
    return read(file) if file.exists() and file.stat().st_size else ()


def bless(home: Path) -> None:
    """Make the last replay the run that later ones are compared with. Raises `InputError`."""
    last = LastReplay.read(home)
    if last is None:
        raise InputError("nothing has been replayed in this home: replay its cases first")
    blessed = Baseline.of(last.results, last.through)
    blessed.write(home / BASELINE)
    LastReplay(last.at, last.through, last.files, last.results, blessed).write(home)


def _blessed(home: Path) -> Baseline | None:
    try:
        return Baseline.read(home / BASELINE, _THROUGH)
    except (FileNotFoundError, InputError):
        return None
