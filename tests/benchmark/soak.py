"""A long run under faults: the bot as a process, questions, and everything that goes wrong. Run:
python -m tests.benchmark.soak [--questions 10000] [--every 1000] [--seed 8] [--steady]

The bot is `pullquote run` on the demo coverage against the local server. At random, calls are
answered with 429, 500, 502, malformed JSON, or not at all, replies are lost, updates come twice and
polls hang; every thousand questions the process is killed and started again, unless --steady. No
question may be answered twice; one may stay unanswered only where its answer was noted as on its
way (see bot.state) and the fault left open whether it arrived.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.local_telegram.acts import Acts
from bot.local_telegram.server import serve
from bot.local_telegram.world import World
from bot.state import FILE
from corpus.demo.coverage import demo_questions
from tests.benchmark.running import Bot
from tests.embedders import embedder
from tests.homes import indexed

Asked = tuple[int, int]
"""A chat and the message in it that asks."""

USERS = 60
GROUP = -1001
MOST_OPEN = 30
_SETTLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Rates:
    """How likely each kind of fault is, for each question asked; `hang` is in seconds."""

    send: float = 0.04
    poll: float = 0.01
    typing: float = 0.01
    twice: float = 0.02
    hanging: float = 0.0005
    hang: float = 20.0


@dataclass(slots=True)
class Outcome:
    """What came of it. `ambiguous` counts the unanswered questions by what befell them;
    `unexplained` are those nothing befell."""

    answered: int = 0
    twice: int = 0
    ambiguous: Counter[str] = field(default_factory=Counter)
    unexplained: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    megabytes: list[int] = field(default_factory=list)
    status: int = -1
    log: str = ""


class Soak:
    """One run. `world` is the local server's."""

    def __init__(self, world: World, bot: Bot, questions: int, every: int, rates: Rates) -> None:
        self._world = world
        self._acts = Acts(world)
        self._bot = bot
        self._questions = questions
        self._every = every
        self._rates = rates
        self._texts = [str(case["question"]) for case in demo_questions()]
        self._asked: set[Asked] = set()
        self._waiting: set[Asked] = set()
        self._answers: Counter[Asked] = Counter()
        self._befell: dict[Asked, str] = {}
        self._unread: list[dict[str, Any]] = []
        self._read = 0
        self.outcome = Outcome()

    async def run(self, kill: bool) -> Outcome:
        await self._start()
        for number in range(1, self._questions + 1):
            await self._until(MOST_OPEN - 1)
            self._harm()
            self._ask()
            if number % self._every == 0:
                await self._milestone(kill and number < self._questions)
        await self._until(0)
        await asyncio.sleep(1)  # a second answer would come late
        self._look()
        self._bot.tell(signal.SIGTERM)
        self.outcome.status = await self._bot.end()
        self._reckon()
        return self.outcome

    async def _start(self) -> None:
        """Start the bot, and wait until it polls."""
        polls = self._world.stats["getupdates"]
        await self._bot.start()
        async with asyncio.timeout(_SETTLE_SECONDS):
            while self._world.stats["getupdates"] == polls:
                if not self._bot.runs:
                    raise RuntimeError(self._bot.log[-2000:])
                await asyncio.sleep(0.02)

    def _ask(self) -> None:
        user = random.randrange(USERS) + 1
        text = random.choice(self._texts)
        body: dict[str, Any] = {"user": {"id": user, "is_bot": False, "first_name": f"U{user}"}}
        if random.random() < 0.2:
            body |= {"chat_id": GROUP, "text": f"/ask {text}"}
        else:
            body |= {"chat_id": user, "text": text}
        message = self._acts.message(body)["message"]
        asked = message["chat"]["id"], message["message_id"]
        self._asked.add(asked)
        self._waiting.add(asked)

    def _harm(self) -> None:
        """Order the next faults, each as likely as its rate."""
        rates, order = self._rates, self._world.faults.order
        kinds: tuple[dict[str, Any], ...] = (
            {"kind": "flood", "retry_after": 1},
            {"kind": "error", "status": 500},
            {"kind": "html", "status": 502},
            {"kind": "lost"},
            {"kind": "reset"},
            {"kind": "malformed"},
        )
        for method, rate in (
            ("sendMessage", rates.send),
            ("getUpdates", rates.poll),
            ("sendChatAction", rates.typing),
        ):
            if random.random() < rate:
                order({"method": method} | random.choice(kinds))
        if random.random() < rates.hanging:
            order({"method": "getUpdates", "kind": "timeout", "delay": rates.hang})
        if random.random() < rates.twice:
            self._world.updates.repeat(random.randint(1, 5))

    def _look(self) -> None:
        """Read what the bot has called since the last look."""
        calls = self._world.calls.calls
        fresh = self._unread + calls[self._read :]
        self._read, self._unread = len(calls), []
        for call in fresh:
            if "ok" not in call:
                self._unread.append(call)
            elif call["method"] == "sendMessage":
                self._count(call)

    def _count(self, call: dict[str, Any]) -> None:
        reply = call["params"].get("reply_parameters") or {}
        asked = int(call["params"]["chat_id"]), int(reply.get("message_id", 0))
        if call["ok"]:
            self._answers[asked] += 1
        if "fault" in call:
            self.outcome.faults[call["fault"]] += 1
            self._befell[asked] = call["fault"]

    def _open(self) -> set[Asked]:
        """Asked and neither answered nor given up."""
        self._look()
        self._waiting = {
            asked
            for asked in self._waiting
            if not self._answers[asked] and self._befell.get(asked, "flood") == "flood"
        }
        return self._waiting

    async def _milestone(self, kill: bool) -> None:
        """Note the memory; then, in the middle of the answers in hand, kill and start again."""
        if not kill:
            await self._until(0)
        self.outcome.megabytes.append(self._bot.megabytes())
        if not kill:
            return
        self._ask()
        await asyncio.sleep(random.uniform(0, 0.05))
        await self._bot.kill()
        self.outcome.kills += 1
        await asyncio.sleep(0.05)  # what was on its way still arrives
        self._look()
        for asked in self._on_their_way():
            if self._befell.get(asked, "flood") == "flood":
                self._befell[asked] = "killed"
        await self._start()

    async def _until(self, most: int) -> None:
        """Wait until at most so many are open."""
        until = time.monotonic() + _SETTLE_SECONDS
        while len(self._open()) > most and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # the world tells nobody of its calls

    def _on_their_way(self) -> set[Asked]:
        """The questions whose answers were noted as leaving and not as sent."""
        with contextlib.closing(sqlite3.connect(self._bot.home / FILE)) as state:
            rows = state.execute("SELECT chat, question FROM answer WHERE message IS NULL")
            return {(chat, question) for chat, question in rows}

    def _reckon(self) -> None:
        outcome, ambiguous = self.outcome, self._on_their_way()
        for asked in self._asked:
            times = self._answers[asked]
            outcome.answered += times > 0
            outcome.twice += times > 1
            if times:
                continue
            if asked in ambiguous and asked in self._befell:
                outcome.ambiguous[self._befell[asked]] += 1
            else:
                outcome.unexplained += 1
        outcome.log = self._bot.log


async def soak(
    folder: Path,
    questions: int,
    *,
    every: int,
    seed: int = 8,
    kill: bool = True,
    rates: Rates | None = None,
) -> Outcome:
    """Ask `questions` questions, with a kill after each `every`; writes under `folder`."""
    random.seed(seed)
    world = World()
    runner, url = await serve(world)
    free = {"paced": "false", "per_user": "0", "per_chat": "0"}
    bot = Bot(indexed(folder / "home", embedder()), url, folder / "log", world.token, free)
    world.chat(GROUP, {"title": "Newsroom"})
    try:
        return await Soak(world, bot, questions, every, rates or Rates()).run(kill)
    finally:
        await bot.kill()
        await runner.cleanup()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--questions", type=int, default=10_000)
    arguments.add_argument("--every", type=int, default=1_000)
    arguments.add_argument("--seed", type=int, default=8)
    arguments.add_argument("--steady", action="store_true", help="no kills")
    given = arguments.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(
            soak(
                Path(folder),
                given.questions,
                every=given.every,
                seed=given.seed,
                kill=not given.steady,
            )
        )
    seconds = time.monotonic() - began
    print(f"{given.questions} questions and {outcome.kills} kills in {seconds:.0f} s")
    print(f"answered {outcome.answered}, twice {outcome.twice}, unexplained {outcome.unexplained}")
    print(f"unanswered where a fault was ambiguous: {dict(outcome.ambiguous)}")
    print(f"faults on sending: {dict(outcome.faults)}; exit status {outcome.status}")
    print(f"resident memory after each {given.every}, MB: {outcome.megabytes}")
    sys.exit(bool(outcome.twice or outcome.unexplained or outcome.status))


if __name__ == "__main__":
    main()
