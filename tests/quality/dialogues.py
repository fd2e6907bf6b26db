"""`python -m tests.quality.dialogues`: questions that go on with the one before, on the demo
coverage.

`tests/dialogues/dialogues.jsonl` holds 60 dialogues in Arabic, English, Russian and French,
labelled apart from the rules. A turn is `first` or `own` (it stands by itself), a `follow-up`, a
wish for `more`, or goes on asking for `nothing` that the coverage has; `contains` are texts of
which one has to stand in the first three quotes. Of the half that is not held what goes wrong is
shown and may be mended for; of the held half only figures are.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from retrieval.engine import Engine
from retrieval.question.previous import Kind, follow_up, kind_of
from tests.embedders import embedder
from tests.homes import indexed

FILE = Path(__file__).parents[1] / "dialogues" / "dialogues.jsonl"
WITHIN = 3


@dataclass(frozen=True, slots=True)
class Turn:
    say: str
    kind: str
    contains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    id: str
    language: str
    held: bool
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn was taken for, the question as it was `followed`, how many quotes there were, and
    whether what it asks for stands in them."""

    turn: Turn
    kind: Kind
    followed: str | None
    quotes: int
    found: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Of follow-ups: the share known as such, and that whose quote is found. Of questions that
    stand by themselves: the share left alone, and that whose quote is found. Of wishes for more:
    the share known. Of what the coverage does not have: the share that got no quote."""

    follow_ups_known: float
    follow_ups_found: float
    left_alone: float
    own_found: float
    more_known: float
    nothing_silent: float


def dialogues() -> list[Dialogue]:
    rows = map(json.loads, FILE.read_text(encoding="utf-8").splitlines())
    return [
        Dialogue(
            row["id"],
            row["language"],
            row["held"],
            tuple(Turn(t["say"], t["kind"], tuple(t["contains"])) for t in row["turns"]),
        )
        for row in rows
    ]


def outcomes(dialogue: Dialogue, engine: Engine) -> Iterator[Outcome]:
    """What comes of each turn, asked one after another as the bot does."""
    earlier: str | None = None
    for turn in dialogue.turns:
        kind = kind_of(turn.say)
        if kind is Kind.MORE:
            yield Outcome(turn, kind, earlier, 0, False)
            continue
        followed = follow_up(earlier, turn.say) if earlier and kind is Kind.FOLLOW_UP else None
        query = followed.query if followed else turn.say
        quotes = engine.ask(query, limit=WITHIN).quotes
        found = any(text in quote.text for quote in quotes for text in turn.contains)
        yield Outcome(turn, kind, followed.query if followed else None, len(quotes), found)
        earlier = query


def figures(every: Iterable[Outcome]) -> Figures:
    every = list(every)

    def share(right: Callable[[Outcome], bool], *kinds: str) -> float:
        found = [right(each) for each in every if each.turn.kind in kinds]
        return sum(found) / max(len(found), 1)

    return Figures(
        share(lambda each: each.kind is Kind.FOLLOW_UP, "follow-up"),
        share(lambda each: each.found, "follow-up"),
        share(lambda each: each.kind is Kind.OWN, "first", "own"),
        share(lambda each: each.found, "first", "own"),
        share(lambda each: each.kind is Kind.MORE, "more"),
        share(lambda each: each.quotes == 0, "nothing"),
    )


def _is_wrong(each: Outcome) -> bool:
    if each.turn.kind == "more":
        return each.kind is not Kind.MORE
    if each.turn.kind == "nothing":
        return each.quotes > 0
    wanted = Kind.FOLLOW_UP if each.turn.kind == "follow-up" else Kind.OWN
    return each.kind is not wanted or not each.found


def report(half: str, every: list[tuple[Dialogue, Outcome]], *, shown: bool) -> Iterator[str]:
    of = Counter(each.turn.kind for _, each in every)
    told = figures(each for _, each in every)
    yield f"{half} half: " + ", ".join(f"{count} {kind}" for kind, count in sorted(of.items()))
    for name in Figures.__slots__:
        yield f"  {name.replace('_', ' '):20} {getattr(told, name):.3f}"
    if shown:
        for dialogue, each in every:
            if _is_wrong(each):
                said = f"{each.turn.kind} taken for {each.kind}, found {each.found}"
                yield f"    {dialogue.id} {said}: {each.turn.say} [{each.followed}]"


def measured(folder: Path) -> list[tuple[Dialogue, Outcome]]:
    """Every turn of every dialogue, asked of the demo coverage, indexed in `folder`."""
    engine = Engine.open(indexed(folder, embedder()), embedder())
    return [(one, each) for one in dialogues() for each in outcomes(one, engine)]


def main() -> int:
    with TemporaryDirectory() as folder:
        every = measured(Path(folder) / "home")
    for half, held in (("open", False), ("held", True)):
        part = [(one, each) for one, each in every if one.held is held]
        print("\n".join(report(half, part, shown=not held)))
    said = [turn.say for one in dialogues() for turn in one.turns]
    began = perf_counter()
    for each in said:
        kind_of(each)
    print(f"a question takes {(perf_counter() - began) / len(said) * 1000:.3f} ms to be told")
    return 0


if __name__ == "__main__":
    sys.exit(main())
