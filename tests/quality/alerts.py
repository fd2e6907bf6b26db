"""False alerts on the events of the development sets, printed; no floor holds them yet. Run:
python -m tests.quality.alerts FOLDER [EVENT...] [--together 1] [--possible]

Each question of an event is followed from its first articles on; the others come in by their days
of publication, undated ones first, `--together` at a time; `--possible` counts what a digest holds
too. An alert is false where its quote has
none of the strings that answer. A judge is asked that has not seen the event.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.answer.arrivals import Followed
from retrieval.answer.check.receipt import receipt_of
from retrieval.engine import Engine
from retrieval.types import Quote
from tests.embedders import embedder
from tests.homes import indexed
from tests.quality.events import EVENTS, TODAY, is_right, unseen


@dataclass(frozen=True, slots=True)
class Alert:
    """A quote that was found for a question, and whether it answers."""

    event: str
    case: str
    quote: Quote
    right: bool


def alerts(folder: Path, event: str, together: int = 1, possible: bool = False) -> Iterator[Alert]:
    """The alerts of one event, in the order in which they came."""
    lines = gzip.decompress((folder / event / "articles.jsonl.gz").read_bytes()).decode()
    records = [json.loads(line) for line in lines.split("\n") if line.strip()]
    records.sort(key=lambda record: record.get("published") or "")
    cases = cases_of(folder, event)
    shown: dict[str, list[str]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="pullquote-alerts-") as made:
        home = Path(made) / "home"
        _take(home, records[:together])
        engine = Engine.open(home, embedder(), judge=unseen(event, embedder().digest))
        with closing(engine.coverage):
            for first in range(together, len(records), together):
                since = engine.newest()
                _take(home, records[first : first + together])
                asked = [
                    Followed(case["q"], since, None, tuple(shown[case["id"]]), possible)
                    for case in cases
                ]
                found = engine.news(asked, today=TODAY).found
                for case, each in zip(cases, found, strict=True):
                    if each:
                        quote = each.quote
                        shown[case["id"]].append(receipt_of(quote))
                        right = case["kind"] == "answerable" and is_right(case["gold"], quote.text)
                        yield Alert(event, case["id"], quote, right)


def cases_of(folder: Path, event: str) -> list[dict[str, Any]]:
    text = (folder / event / "questions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _take(home: Path, records: list[dict[str, Any]]) -> None:
    home.mkdir(exist_ok=True)
    file = home / "taken.jsonl"
    file.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    indexed(home, embedder(), file, today=TODAY)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("events", nargs="*", default=EVENTS)
    arguments.add_argument("--together", type=int, default=1)
    arguments.add_argument("--possible", action="store_true")
    given = arguments.parse_args()
    every: list[Alert] = []
    answerable = 0
    for event in given.events:
        found = list(alerts(given.folder, event, given.together, given.possible))
        every += found
        answerable += sum(case["kind"] == "answerable" for case in cases_of(given.folder, event))
        print(f"{event}: {len(found)} alerts, {sum(one.right for one in found)} right", flush=True)
    right = [one for one in every if one.right]
    reached = len({(one.event, one.case) for one in right})
    print(
        f"all: {len(every)} alerts, false {1 - len(right) / max(len(every), 1):.3f};"
        f" {reached} of {answerable} questions that have an answer were alerted rightly"
    )


if __name__ == "__main__":
    main()
