"""What editors do takes time, because the index grows with it. Each act runs in a thread, one after
the other, and its page shows the progress."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from bot.play.room import Room
from bot.telegram.workers import Busy
from corpus.errors import PullquoteError
from corpus.fetch import Kind
from corpus.ingest import Report
from corpus.types import Article

log = logging.getLogger(__name__)

SOON = 1.5
"""Seconds that whoever asked for an act waits for its end before a page is shown."""

_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: the `key` of the sentence that says so, the articles, and of what was taken
    in the report and the links that are lists of articles."""

    key: str
    articles: tuple[Article, ...] = ()
    report: Report | None = None
    lists: tuple[tuple[str, Kind], ...] = ()


class State(StrEnum):
    """How far an act is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Act:
    """An act, its outcome once it is done, and why it could not be."""

    name: str
    state: State = State.WAITING
    outcome: Outcome | None = None
    reason: str = ""

    @property
    def over(self) -> bool:
        return self.state in (State.DONE, State.FAILED)


class Acts:
    """Carries acts out; remembers the last ones."""

    def __init__(self) -> None:
        self._acts: OrderedDict[str, Act] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def known(self, name: str) -> Act | None:
        return self._acts.get(name)

    async def carry_out(self, room: Room, work: Callable[[], Outcome]) -> Act:
        """Begin an act in the thread of the editors, and wait for its end as long as `SOON`."""
        act = Act(secrets.token_urlsafe(12))
        self._acts[act.name] = act
        while len(self._acts) > _REMEMBERED:
            self._acts.popitem(last=False)
        task = asyncio.create_task(self._run(act, room, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait([task], timeout=SOON)
        return act

    async def _run(self, act: Act, room: Room, work: Callable[[], Outcome]) -> None:
        def begun() -> Outcome:
            act.state = State.RUNNING
            return work()

        try:
            act.outcome = await room.write(begun)
            act.state = State.DONE
        except PullquoteError as error:
            act.state, act.reason = State.FAILED, str(error)
        except Busy:
            act.state, act.reason = State.FAILED, "too many changes wait; try again in a minute"
        except Exception as error:  # the asker is told, and the next act may be in order
            log.exception("an editor's act failed")
            act.state, act.reason = State.FAILED, f"unexpected {type(error).__name__}: {error}"


ACTS = web.AppKey("acts", Acts)
