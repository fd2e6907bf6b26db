"""Several bots answer for one token over one database, while they are killed and the database is
restarted: who was answered once, twice or never. Run:

    python -m tests.benchmark.several [--questions 20000] [--bots 4] [--every 1000] [--restarts 2]
        [--people 50] [--limit 3000] [--cut 30] [--keep FOLDER]

Each bot is `pullquote run` on a machine of its own (see `network`), on the demo coverage in one
PostgreSQL, and searches in its own threads, for all share this machine's cores; the local server is
Telegram, with its limits. People ask, each the next question once the one before is answered. A
balancer hands each update to one bot after another until one has taken it, and some of them to two.
After each `--every` questions a bot is killed, and started anew as a service manager would; with
`--cut` another one is off the network for so many seconds in between. What counts as answered is
what the server received.
Ends with 1 if a question was answered twice, or never though no answer to it was on its way when a
bot or the database ended.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path
from typing import Any

from bot.local_telegram.acts import Acts
from bot.local_telegram.server import serve
from bot.local_telegram.world import World
from bot.state import State
from corpus.demo.coverage import DEMO_DAY, demo_articles, demo_questions
from corpus.ingest import ingest
from corpus.store import Coverage
from retrieval.engine import update_index
from tests.benchmark.balanced import Balancer, Kept, kept_running, started
from tests.benchmark.database import Server, database
from tests.benchmark.network import can_be_apart, free_port, network
from tests.benchmark.outcome import Outcome, faults, said, show
from tests.embedders import embedder

Asked = tuple[int, int]
"""A chat and the message in it that asks."""

LIMITS = {"chat": [1, 1.0], "group": [20, 60.0], "global": [30, 1.0]}
_SCHEMA = "?options=-csearch_path%3Dquay"
_TWICE = 0.02
_PATIENCE = 45.0
_SETTLE_SECONDS = 90.0
_NEAR_SECONDS = 20.0


class Several:
    """One run. `world` is the local server's."""

    def __init__(
        self, world: World, server: Server, bots: list[Kept], balancer: Balancer, given: Any
    ) -> None:
        self._world = world
        self._server = server
        self._bots = bots
        self._balancer = balancer
        self._given = given
        self._acts = Acts(world)
        self._texts = [str(case["question"]) for case in demo_questions()]
        self._asked: dict[Asked, tuple[float, int]] = {}
        self._answers: dict[Asked, list[dict[str, Any]]] = {}
        self._waiting: dict[Asked, asyncio.Event] = {}
        self._unread: list[dict[str, Any]] = []
        self._read = 0
        self._broken: list[float] = []
        self._restarting: set[asyncio.Task[None]] = set()
        self._began = time.time()
        self._shown = 0.0
        self.outcome = Outcome()

    async def run(self) -> None:
        given = self._given
        looking = asyncio.create_task(self._look_again())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(given.limit), asyncio.TaskGroup() as people:
                    for person in range(1, given.people + 1):
                        people.create_task(self._ask_again(person))
            self.outcome.seconds = time.time() - self._began
            await asyncio.gather(*self._restarting)
            await self._settle()
        finally:
            looking.cancel()

    async def _ask_again(self, person: int) -> None:
        while len(self._asked) < self._given.questions:
            asked = self._ask(person)
            self._milestone(len(self._asked))
            self._waiting[asked] = asyncio.Event()
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await self._waiting[asked].wait()

    def _ask(self, person: int) -> Asked:
        user = {"id": person, "is_bot": False, "first_name": f"U{person}"}
        body = {"user": user, "chat_id": person, "text": random.choice(self._texts)}
        message = self._acts.message(body)["message"]
        update = self._world.updates.take()
        assert update
        self._world.updates.settle(update, delivered=True)  # the balancer sees to it
        asked = person, message["message_id"]
        self._asked[asked] = time.time(), update["update_id"]
        for _ in range(1 + (random.random() < _TWICE)):
            self._balancer.hand_on(update)
        return asked

    def _milestone(self, number: int) -> None:
        """Kill a bot, or restart the database, where it is time for that."""
        given = self._given
        if number % given.every == 0:
            self._tell(f"{time.time() - self._began:.0f} s: {self._so_far()}\n")
        if number >= given.questions:
            return
        if number % given.every == 0:
            self._background(self._bots[number // given.every % len(self._bots)].kill())
        if given.cut and (number + given.every // 2) % given.every == 0:
            bot = self._bots[(number // given.every + 1) % len(self._bots)]
            self._background(bot.cut_off(given.cut))
            self.outcome.cuts += 1
        step = given.questions // (given.restarts + 1)
        if number % step == 0 and number // step <= given.restarts:
            self._background(self._restart())

    def _background(self, work: Any) -> None:
        self._broken.append(time.time())
        self._restarting.add(asyncio.create_task(work))

    async def _restart(self) -> None:
        await asyncio.to_thread(self._server.stop)
        await asyncio.to_thread(self._server.start)
        self.outcome.restarts += 1

    async def _look_again(self) -> None:
        while True:
            self._look()
            self._show()
            await asyncio.sleep(0.02)  # the world tells nobody of its calls

    def _look(self) -> None:
        """Read what the bots have called since the last look."""
        calls = self._world.calls.calls
        fresh = self._unread + calls[self._read :]
        self._read, self._unread = len(calls), []
        for call in fresh:
            if "ok" not in call:
                self._unread.append(call)
            elif call["method"] == "sendMessage" and call["ok"]:
                reply = call["params"].get("reply_parameters") or {}
                asked = int(call["params"]["chat_id"]), int(reply.get("message_id", 0))
                self._answers.setdefault(asked, []).append(call)
                if waits := self._waiting.pop(asked, None):
                    waits.set()

    def _show(self) -> None:
        if sys.stderr.isatty() and time.monotonic() - self._shown > 1:
            self._shown = time.monotonic()
            self._tell(self._so_far())

    def _so_far(self) -> str:
        times = [len(calls) for calls in self._answers.values()]
        twice = sum(each > 1 for each in times)
        return f"{len(self._asked)} asked, {len(times)} answered, {twice} of them twice"

    def _tell(self, line: str) -> None:
        sys.stderr.write(f"\r{line}" if sys.stderr.isatty() else line)
        sys.stderr.flush()

    async def _settle(self) -> None:
        """Wait until no bot has anything in hand, and then a moment for what comes late."""
        until = time.monotonic() + _SETTLE_SECONDS
        with State.open(self._server.uri + _SCHEMA) as state:
            while time.monotonic() < until:
                left = await asyncio.to_thread(_count, state, "taken WHERE body IS NOT NULL")
                self.outcome.open = left + self._balancer.waiting
                if not self.outcome.open:
                    break
                await asyncio.sleep(0.5)
            await asyncio.sleep(2)
            self._look()
            self._reckon(state)

    def _near(self, at: float) -> float | None:
        """The seconds until something was ended or cut off that may explain why an answer noted
        then did not come; less than none where that was cut off already."""
        left = sorted((broken - at for broken in self._broken), key=abs)
        return next((one for one in left if -self._given.cut < one < _NEAR_SECONDS), None)

    def _reckon(self, state: State) -> None:
        outcome = self.outcome
        rows = state.connection.execute(
            "SELECT chat, question, at FROM answer WHERE message IS NULL"
        )
        noted = {(chat, question): at for chat, question, at in rows}
        outcome.asked = len(self._asked)
        for asked, (at, update) in self._asked.items():
            calls = self._answers.get(asked, [])
            outcome.once += len(calls) == 1
            outcome.twice += len(calls) > 1
            if calls:
                outcome.waited.append(min(call["t"] for call in calls) - at)
                outcome.said.update(said(call) for call in calls)
            elif asked in noted and (near := self._near(noted[asked])) is not None:
                outcome.ambiguous.append(near)
            else:
                found = state.connection.execute(
                    "SELECT tries, body IS NULL FROM taken WHERE id = ?", [update]
                ).fetchone()
                outcome.lost.append(f"{update}: {found}, noted {asked in noted}")
        outcome.stats = dict(self._world.stats)
        for kept in self._bots:
            outcome.ended += kept.ended


def _count(state: State, what: str) -> int:
    return int(state.connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


def _fill(server: Server, home: Path) -> None:
    with closing(Coverage.open(server.uri + _SCHEMA)) as coverage:
        ingest([demo_articles()], coverage, today=DEMO_DAY)
        update_index(home, coverage, embedder())
    State.open(server.uri + _SCHEMA).close()


async def measure(folder: Path, given: argparse.Namespace) -> Outcome:
    """One run; writes under `folder`."""
    random.seed(given.seed)
    world = World(flood=LIMITS)
    async with AsyncExitStack() as stack:
        net = stack.enter_context(network(given.bots))
        if not net.apart:
            print("not root or no `ip`: the bots run without namespaces", file=sys.stderr)
        port = 5432 if net.apart else free_port()
        server = stack.enter_context(database(net.address, net.net, port))
        await asyncio.to_thread(_fill, server, folder)
        runner, url = await serve(world, net.address)
        stack.push_async_callback(runner.cleanup)
        store = server.uri + _SCHEMA
        bots = [Kept(folder, each, store, url, world.token) for each in net.machines]
        await stack.enter_async_context(kept_running(bots, given.limit + 300))
        await started(world, bots)
        balancer = Balancer(world, bots)
        stack.push_async_callback(balancer.close)
        run = Several(world, server, bots, balancer, given)
        await run.run()
    outcome = run.outcome
    for each in bots:
        outcome.faults.update(faults(each.bot.log))
    return outcome


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--questions", type=int, default=20_000)
    arguments.add_argument("--bots", type=int, default=4)
    arguments.add_argument("--every", type=int, default=1_000, help="questions between two kills")
    arguments.add_argument("--restarts", type=int, default=2, help="of the database")
    arguments.add_argument("--people", type=int, default=50, help="who ask at once")
    arguments.add_argument("--limit", type=float, default=3_000.0, help="seconds of asking")
    arguments.add_argument(
        "--cut", type=float, default=0.0, help="seconds off the network, between two kills"
    )
    arguments.add_argument("--seed", type=int, default=8)
    arguments.add_argument("--keep", type=Path, help="a new folder for the homes, with their logs")
    given = arguments.parse_args()
    if given.cut and not can_be_apart():
        arguments.error("--cut needs root and `ip`")
    with tempfile.TemporaryDirectory(prefix="pq") as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        outcome = asyncio.run(_until_told(folder, given))
    show(outcome)
    sys.exit(outcome.failed or outcome.asked < given.questions)


async def _until_told(folder: Path, given: argparse.Namespace) -> Outcome:
    """As `measure`; SIGTERM ends it with all it has made taken down."""
    task = asyncio.create_task(measure(folder, given))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


if __name__ == "__main__":
    main()
