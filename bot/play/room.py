"""The parts that the pages work with. All of it blocks: run it in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.desk import Desk
from bot.telegram.workers import Workers
from retrieval.engine import Engine

Result = TypeVar("Result")

_READERS = 2
_WAITING = 64


@dataclass(frozen=True, slots=True)
class Room:
    """The home's engine, its desk for editors, and the threads that use them."""

    home: Path
    engine: Engine
    desk: Desk
    zone: ZoneInfo
    limit: int = 3
    _readers: Workers = field(default_factory=lambda: Workers(_READERS, _WAITING))
    _editors: Workers = field(default_factory=lambda: Workers(1, _WAITING))

    async def read(self, work: Callable[[], Result]) -> Result:
        """The result of `work`, which searches or reads, done off the event loop. Raises `Busy`."""
        return await self._readers.run(work)

    async def write(self, work: Callable[[], Result]) -> Result:
        """The same for work that changes the home, one piece at a time. Raises `Busy`."""
        return await self._editors.run(work)

    @property
    def today(self) -> date:
        return datetime.now(self.zone).date()

    def close(self) -> None:
        self._readers.close()
        self._editors.close()


ROOM = web.AppKey("room", Room)


def room(request: web.Request) -> Room:
    """What the page works with."""
    return request.app[ROOM]
