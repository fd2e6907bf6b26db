"""Two small coverages: a harbour town and a mountain railway. A strike is in both."""

from __future__ import annotations

from pathlib import Path

from retrieval.types import Embedder
from tests.homes import indexed

HARBOUR = {
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
RAILWAY = {
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


def two_homes(folder: Path, embedder: Embedder) -> tuple[Path, Path]:
    """The home of each event, indexed: of the harbour and of the railway."""
    homes = []
    for name, articles in (("harbour", HARBOUR), ("railway", RAILWAY)):
        there = write(folder / f"{name}-articles", articles)
        homes.append(indexed(folder / name, embedder, there, today=None))
    return homes[0], homes[1]
