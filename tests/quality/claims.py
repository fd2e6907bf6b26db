"""`python -m tests.quality.claims`: claims held against the demo coverage.

`tests/dialogues/claims.jsonl` holds 40 claims in Arabic, English, Russian and French, labelled
apart from the rules: `true`, `altered` (the coverage has a particular otherwise) or `not covered`;
`contains` are texts of which one has to stand in a quote that is shown. Of the half that is not
held what goes wrong is shown and may be mended for; of the held half only figures are.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from retrieval.answer.check.verdict import VerdictKind
from retrieval.answer.claim import Stance, against, near_claim
from retrieval.engine import Engine
from tests.embedders import embedder
from tests.homes import indexed

FILE = Path(__file__).parents[1] / "dialogues" / "claims.jsonl"
LABELS = {Stance.SUPPORTS: "true", Stance.DIFFERS: "altered", Stance.NEAR: "not covered"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim with its label, the label that it got, and whether the right quote is shown as what
    decides."""

    id: str
    held: bool
    claim: str
    kind: str
    told: str
    found: bool


def outcomes(engine: Engine) -> Iterator[Outcome]:
    for row in map(json.loads, FILE.read_text(encoding="utf-8").splitlines()):
        claim, kind = row["claim"], row["kind"]
        verdict = engine.verify(claim)
        if verdict.kind is VerdictKind.EXACT:
            told, texts = "true", [match.text for match in verdict.matches]
        else:
            found = against(claim, near_claim(claim, lambda text, n: engine.ask(text, limit=n)))
            stance = found[0].stance if found else Stance.NEAR
            told = LABELS[stance]
            texts = [each.quote.text for each in found if each.stance is stance]
        right = any(text in shown for text in row["contains"] for shown in texts)
        yield Outcome(row["id"], row["held"], claim, kind, told, right)


def measured(folder: Path) -> list[Outcome]:
    return list(outcomes(Engine.open(indexed(folder, embedder()), embedder())))


def report(half: str, every: list[Outcome], *, shown: bool) -> Iterator[str]:
    right = sum(each.told == each.kind for each in every)
    covered = [each for each in every if each.kind != "not covered"]
    yield f"{half} half: {len(every)} claims"
    yield f"  label right            {right / len(every):.3f}"
    yield f"  right quote shown      {sum(each.found for each in covered) / len(covered):.3f}"
    of = Counter((each.kind, each.told) for each in every)
    yield from (f"    {kind} taken for {told}: {n}" for (kind, told), n in sorted(of.items()))
    if shown:
        for each in every:
            if each.told != each.kind:
                yield f"    {each.id} {each.kind} taken for {each.told}: {each.claim}"


def main() -> int:
    with TemporaryDirectory() as folder:
        every = measured(Path(folder) / "home")
    for half, held in (("open", False), ("held", True)):
        part = [each for each in every if each.held is held]
        print("\n".join(report(half, part, shown=not held)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
