"""Questions of our own on the coverage in ../shared/seeds: the right quote, and silence."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Any

from retrieval.engine import Engine
from retrieval.types import Answer, Embedder
from tests.homes import indexed

QUESTIONS = Path(__file__).parent / "seeds.jsonl"
_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "seeds"
# As seen from the development sets; one name that is no file where the articles are not at hand.
SEEDS = tuple(f"../../seeds/{file.name}" for file in sorted(_FOLDER.glob("*.txt"))) or (
    "../../seeds",
)
_WITHIN = 3
_TODAY = date(2025, 8, 1)


def questions_on_seeds(folder: Path, embedder: Embedder) -> dict[str, float]:
    """For Arabic and for other languages: the share of answerable questions with a quote that
    answers among the first three, that of those answered at all, and that of unanswerable ones
    (near: about the same event) refused. `folder` holds the development sets."""
    with tempfile.TemporaryDirectory(prefix="pullquote-seeds-") as home:
        indexed(Path(home), embedder, *(folder / file for file in SEEDS), today=_TODAY)
        engine = Engine.open(Path(home), embedder)
        taken: dict[str, list[bool]] = defaultdict(list)
        for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            answer = engine.ask(case["question"], limit=_WITHIN)
            group = "ar" if case["language"] == "ar" else "others"
            for name, good in _judged(case, answer).items():
                taken[f"{group} {name}"].append(good)
        engine.coverage.close()
    return {name: fmean(each) for name, each in sorted(taken.items())}


def _judged(case: dict[str, Any], answer: Answer) -> dict[str, bool]:
    if case["kind"] != "answerable":
        return {f"refused {case['kind']}": not answer.answered}
    return {"answered": answer.answered, "right": _right(case["contains"], answer)}


def _right(wanted: Sequence[str], answer: Answer) -> bool:
    return any(text in quote.text for quote in answer.quotes for text in wanted)
