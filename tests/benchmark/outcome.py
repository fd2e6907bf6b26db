"""What came of questions that several bots were asked, counted and printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.words import LANGUAGES, words

_NO_ANSWERS = ("busy", "failed", "too_fast")


@dataclass(slots=True)
class Outcome:
    """`asked` questions, answered `once`, `twice` or not. `ambiguous` are those not answered whose
    answer was noted as leaving, by the seconds until a bot or the database was ended or cut off;
    all others are `lost`. `said` counts what answers were, `waited` are the seconds to them,
    `ended` counts exit statuses of the bots and `faults` lines of their logs."""

    asked: int = 0
    once: int = 0
    twice: int = 0
    ambiguous: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)
    ended: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    restarts: int = 0
    cuts: int = 0
    open: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    stats: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether anything became of them that must not."""
        return bool(self.twice or self.lost or self.open)


def said(call: dict[str, Any]) -> str:
    """Whether a message is an answer, or else what it says instead."""
    text = call["params"]["text"]
    for key in _NO_ANSWERS:
        for language in LANGUAGES:
            if words(language).say(key, wait="").split(".")[0] in text:
                return key
    return "answer"


def faults(log: str) -> Iterator[str]:
    """The lines of a log that tell of a fault, without what differs."""
    for line in log.splitlines():
        if "Traceback" in line:
            yield "Traceback"
        elif " ERROR " in line or " WARNING " in line:
            yield line.split(" ERROR ")[-1].split(" WARNING ")[-1][:60]


def show(outcome: Outcome) -> None:
    """Print all of it."""
    unsure, lost = len(outcome.ambiguous), len(outcome.lost)
    print(
        f"{outcome.asked} questions, {outcome.ended[-9]} kills, {outcome.cuts} cuts,"
        f" {outcome.restarts} restarts of the database, {outcome.seconds:.0f} s,"
        f" {outcome.asked / outcome.seconds:.1f} a second"
    )
    print(
        f"answered once {outcome.once}, twice {outcome.twice}, never {unsure + lost}: {unsure}"
        f" whose answer was on its way, {lost} lost; left open {outcome.open}"
    )
    before = ", ".join(f"{each:.2f}" for each in sorted(outcome.ambiguous))
    print(f"on its way so many seconds before the next kill, cut or restart: {before}")
    print(f"lost (update: tries, forgotten): {outcome.lost[:20]}")
    print(f"what was said: {dict(outcome.said)}")
    if outcome.waited:
        p50, p95, p99 = np.percentile(outcome.waited, [50, 95, 99])
        longest = max(outcome.waited)
        print(f"to the answer: p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s, {longest:.1f} s")
    print(f"exit statuses of the bots: {dict(outcome.ended)}")
    print(f"calls: {outcome.stats}")
    for fault, count in outcome.faults.most_common(20):
        print(f"{count:6} {fault}")
