"""Two small coverages: a harbour town and a mountain railway. A strike is in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk import Desk
from bot.local_telegram import Sent, User
from bot.telegram.events import Event
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.homes import indexed

HARBOUR_ARTICLES = {
    "quay.txt": """The second quay of Saltmere is finished
Harbour Post, 3 March 2025

The second quay of Saltmere was finished on Monday, two months late.
Harbour master Ilse Brandt said the quay cost nine million crowns.
Four ferries a day will land there from April.
""",
    "harbour-strike.txt": """Pilots of Saltmere stop work
Coast Gazette, 5 March 2025

The pilots of Saltmere began a strike on Wednesday over night shifts.
The strike will last three days, the pilots' union said.
No ferry left the harbour on Wednesday morning.
""",
}
RAILWAY_ARTICLES = {
    "tunnel.txt": """Water stops the trains under the Hornspitz
Valley Courier, 4 March 2025

Water broke into the tunnel under the Hornspitz on Tuesday and stopped all trains.
Engineer Paul Vetter said that pumping out the tunnel takes six weeks.
Buses carry the passengers over the pass until then.
""",
    "railway-strike.txt": """Drivers of the mountain railway stop work
Summit Herald, 6 March 2025

The drivers of the mountain railway began a strike on Thursday over their pay.
The strike will last two weeks, the drivers' union said.
Skiers waited for hours at the valley station.
""",
}

HARBOUR, RAILWAY = "The harbour of Saltmere", "The mountain railway"

OF_HARBOUR = "How many ferries a day will land?"
OF_RAILWAY = "How long does pumping out the tunnel take?"
OF_BOTH = "How long will the strike last?"
OF_NONE = "Who won the chess olympiad in Reykjavik?"

FERRIES = "Four ferries a day will land there from April."
PUMPING = "Engineer Paul Vetter said that pumping out the tunnel takes six weeks."
THREE_DAYS = "The strike will last three days, the pilots' union said."
TWO_WEEKS = "The strike will last two weeks, the drivers' union said."


def write(folder: Path, articles: dict[str, str]) -> Path:
    """Write articles into a folder; gives it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def two_homes(folder: Path, embedder: StaticEmbedder) -> tuple[Path, Path]:
    """The home of each event, indexed: of the harbour and of the railway."""
    homes = []
    for name, articles in (("harbour", HARBOUR_ARTICLES), ("railway", RAILWAY_ARTICLES)):
        there = write(folder / f"{name}-articles", articles)
        homes.append(indexed(folder / name, embedder, there, today=None))
    return homes[0], homes[1]


def event_of(home: Path, name: str, title: str, embedder: StaticEmbedder, **also: Any) -> Event:
    """An event as the bot serves it."""
    engine = Engine.open(home, embedder)
    desk = Desk(home, engine, ZoneInfo("UTC"))
    return Event(engine, home, name, name, title, desk=desk, **also)


def both_events(homes: tuple[Path, Path], embedder: StaticEmbedder) -> list[Event]:
    return [
        event_of(homes[0], "harbour", HARBOUR, embedder),
        event_of(homes[1], "railway", RAILWAY, embedder),
    ]


async def choose(user: User, title: str) -> Sent:
    """Choose an event in private."""
    menu: Sent
    chosen: Sent
    [menu] = await user.say("/event")
    [chosen], query = await user.press(menu, title)
    assert query["answered"]
    assert chosen.id == menu.id
    return chosen
