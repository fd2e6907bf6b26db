"""Questions on the coverage of events, in the development sets: the right quote, and silence."""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Any

from retrieval.answer.judge.network import Judge
from retrieval.engine import Engine
from retrieval.types import Answer, Embedder
from tests.homes import indexed

_FOLDER = "events"
_ARTICLES, _QUESTIONS = "articles.jsonl.gz", "questions.jsonl"
EVENTS = (
    "douma",
    "facebook-data",
    "gaza",
    "iran-deal",
    "khashoggi",
    "qatar-crisis",
    "singapore",
    "turkish-lira",
)
FILES = tuple(f"{_FOLDER}/{event}/{name}" for event in EVENTS for name in (_ARTICLES, _QUESTIONS))
# For each event a judge that has seen all others; made by `make judge`.
UNSEEN = Path(__file__).with_name("judges.safetensors")
_WITHIN = 3
# Whoever asks does so long after; «yesterday» names no day of the coverage.
TODAY = date(2025, 8, 1)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069\ufeff]")


def questions_on_events(
    folder: Path, embedder: Embedder, events: Sequence[str] = EVENTS
) -> dict[str, float]:
    """For Arabic and for other languages: the shares of answerable questions with an answer in the
    first quote, in three, in these or the nearest miss, and answered at all; those of near and far
    ones refused; and, where the first quote answers, the share of the quotes that do too. Each
    event is asked of its own coverage, with a judge that has not seen it. `folder` holds the
    development sets."""
    taken: dict[str, list[bool]] = defaultdict(list)
    for event in events:
        for case, answer in _asked(folder / _FOLDER / event, embedder):
            group = "ar" if case["lang"].startswith("ar") else "others"
            for name, good in judged(case, answer):
                taken[f"{group} {name}"].append(good)
    return {name: fmean(each) for name, each in sorted(taken.items())}


def unseen(event: str, model: str) -> Judge | None:
    """The judge that has seen all but an event, if there is one for the model of a digest."""
    every = Judge.read(UNSEEN)
    own = {
        name.removeprefix(f"{event}/"): each
        for name, each in every.weights.items()
        if name.startswith(f"{event}/")
    }
    return Judge(own, every.model) if own and every.model == model else None


def _asked(folder: Path, embedder: Embedder) -> Iterable[tuple[dict[str, Any], Answer]]:
    with tempfile.TemporaryDirectory(prefix="pullquote-event-") as made:
        articles = Path(made) / "articles.jsonl"
        articles.write_bytes(gzip.decompress((folder / _ARTICLES).read_bytes()))
        home = Path(made) / "home"
        indexed(home, embedder, articles, today=TODAY)
        judge = unseen(folder.name, embedder.digest)
        engine = Engine.open(home, embedder, judge=judge)
        for line in (folder / _QUESTIONS).read_text(encoding="utf-8").split("\n"):
            if line.strip():
                case = json.loads(line)
                yield case, engine.ask(case["q"], limit=_WITHIN, today=TODAY)
        engine.coverage.close()


def judged(case: dict[str, Any], answer: Answer) -> Iterable[tuple[str, bool]]:
    """What one answer is counted for."""
    if case["kind"] != "answerable":
        yield f"refused {case['kind']}", not answer.answered
        return
    right = [is_right(case["gold"], quote.text) for quote in answer.quotes]
    nearest = answer.absence.nearest if answer.absence else None
    yield "answered", answer.answered
    yield "first", right[:1] == [True]
    yield "three", any(right)
    yield "right or nearest", any(right) or bool(nearest and is_right(case["gold"], nearest.text))
    if right[:1] == [True]:
        for each in right:
            yield "no noise", each


def is_right(gold: Sequence[str], text: str) -> bool:
    """Whether a quote has one of the strings in it, blanks and marks of direction apart."""
    flat = _flat(text)
    return any(_flat(each) in flat for each in gold)


def _flat(text: str) -> str:
    return " ".join(_BIDI.sub("", text).split())
