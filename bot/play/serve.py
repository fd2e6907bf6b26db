"""`pullquote play`, from the first line to the last."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.desk import Desk
from bot.fetching import open_fetcher
from bot.play.app import application, listening
from bot.play.guard import ENTRANCE
from bot.play.room import Room
from bot.play.talk import TALKING
from bot.play.visitor import Visitors
from retrieval.engine import Engine

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages are served: `port` 0 is any free one. With a `password` whoever looks has to
    sign in; `opens` opens a browser."""

    host: str
    port: int
    password: str | None = None
    opens: bool = False


def serve(settings: Settings, engine: Engine, place: Place) -> int:
    """Serve the pages until told to stop; 0 then. Raises `ConfigurationError` if the port is
    taken."""
    desk = Desk(settings.home, engine, settings.zone, open_fetcher(settings.fetch))
    room = Room(settings.home, engine, desk, settings.zone, settings.answer.limit)
    try:
        asyncio.run(_serve(room, place))
    except KeyboardInterrupt:
        print("\nStopped.")  # noqa: T201
    finally:
        room.close()
    return 0


async def _serve(room: Room, place: Place) -> None:
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    visitors = Visitors(place.password)
    app = application(room, visitors, place.host)
    async with listening(app, place.host, place.port) as address:
        print(address, flush=True)  # noqa: T201
        if visitors.invitation:
            entrance = f"{address.rstrip('/')}{ENTRANCE}/{visitors.invitation}"
            print(f"Editors, once: {entrance}", flush=True)  # noqa: T201
        if place.opens:
            await asyncio.to_thread(webbrowser.open, address)
        await app[TALKING].started()  # while the first page is read
        await told.wait()
