"""Several bots answer for one token over one database, while they are killed and the database is
restarted: who was answered once, twice or never. Run:

    python -m tests.benchmark.several [--questions 20000] [--bots 4] [--every 1000] [--restarts 2]
        [--people 50] [--limit 3000]

Each bot is `pullquote run` on a machine of its own (see `network`), on the demo coverage in one
PostgreSQL, and searches in its own threads, for all share this machine's cores; the local server is
Telegram, with its limits. People ask, each the next question once
the one before is answered. A balancer hands each update to one bot after another until one has
taken it, and some of them to two. After each `--every` questions a bot is killed, which is started
anew as a service manager would. What counts as answered is what the server received.
Ends with 1 if a question was answered twice, or never though no answer to it was on its way.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

from bot.local_telegram.acts import Acts
from bot.local_telegram.server import serve
from bot.local_telegram.webhook import SECRET_HEADER
from bot.local_telegram.world import World
from bot.state import State
from bot.words import LANGUAGES, words
from corpus.demo.coverage import DEMO_DAY, demo_articles, demo_questions
from corpus.ingest import ingest
from corpus.store import Coverage
from retrieval.engine import update_index
from tests.benchmark.database import Server, database
from tests.benchmark.network import Machine, free_port, network
from tests.benchmark.running import Bot
from tests.embedders import embedder

Asked = tuple[int, int]
"""A chat and the message in it that asks."""

LIMITS = {"chat": [1, 1.0], "group": [20, 60.0], "global": [30, 1.0]}
_TWICE = 0.02
_PATIENCE = 45.0
_SETTLE_SECONDS = 90.0
_DELIVERY_SECONDS = 30.0
_PAUSE = 0.3
_APART = ("busy", "failed", "too_fast")


@dataclass(slots=True)
class Outcome:
    """What came of it. `never` are the unanswered questions: of the `ambiguous` ones an answer was
    noted as leaving, the `lost` ones are all others. `waited` are seconds to the answers."""

    asked: int = 0
    once: int = 0
    twice: int = 0
    ambiguous: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    apart: Counter[str] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)
    ended: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    restarts: int = 0
    open: int = 0
    statuses: list[int] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    stats: dict[str, int] = field(default_factory=dict)


class Kept:
    """A bot that is started anew when it has ended. `ended` counts its exit statuses."""

    def __init__(self, bot: Bot, machine: Machine) -> None:
        self.bot = bot
        self.url = f"http://{machine.address}:{machine.port}/hook"
        self.ended: Counter[int] = Counter()

    async def run(self, seconds: float) -> None:
        while True:
            await self.bot.start()
            self.ended[await self.bot.end(seconds)] += 1
            await asyncio.sleep(_PAUSE)

    async def kill(self) -> None:
        if self.bot.runs:
            await self.bot.kill()


class Balancer:
    """Hands updates on, each to one bot after another until one takes it."""

    def __init__(self, http: aiohttp.ClientSession, world: World, bots: list[Kept]) -> None:
        self._http = http
        self._world = world
        self._bots = bots
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.waiting = 0

    def hand_on(self, update: dict[str, Any]) -> None:
        task = asyncio.create_task(self._deliver(update))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, update: dict[str, Any]) -> None:
        """Until a bot has taken it; the run as a whole ends it otherwise."""
        self.waiting += 1
        while True:
            for _ in self._bots:
                self._turn += 1
                if await self._takes(self._bots[self._turn % len(self._bots)], update):
                    self.waiting -= 1
                    return
            await asyncio.sleep(_PAUSE)

    async def _takes(self, bot: Kept, update: dict[str, Any]) -> bool:
        hook = self._world.updates.webhook
        assert hook
        headers = {SECRET_HEADER: hook["secret"]}
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self._http.post(bot.url, json=update, headers=headers) as answer:
                return answer.status == 200
        return False

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


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
        with State.open(self._server.uri + SCHEMA) as state:
            while time.monotonic() < until:
                left = await asyncio.to_thread(_count, state, "taken WHERE body IS NOT NULL")
                self.outcome.open = left + self._balancer.waiting
                if not self.outcome.open:
                    break
                await asyncio.sleep(0.5)
            await asyncio.sleep(2)
            self._look()
            self._reckon(state)

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
                outcome.apart.update(_said(call) for call in calls)
            elif asked in noted:
                after = min((at for at in self._broken if at > noted[asked]), default=0.0)
                outcome.ambiguous.append(after - noted[asked])
            else:
                found = state.connection.execute(
                    "SELECT tries, body IS NULL FROM taken WHERE id = ?", [update]
                ).fetchone()
                outcome.lost.append(f"{update}: {found}")
        outcome.stats = dict(self._world.stats)
        for kept in self._bots:
            outcome.ended += kept.ended


def _said(call: dict[str, Any]) -> str:
    """What a message is that is no answer."""
    text = call["params"]["text"]
    for key in _APART:
        for language in LANGUAGES:
            if words(language).say(key, wait="").split(".")[0] in text:
                return key
    return "answer"


def _count(state: State, what: str) -> int:
    return int(state.connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


SCHEMA = "?options=-csearch_path%3Dquay"


def _fill(server: Server, home: Path) -> None:
    with closing(Coverage.open(server.uri + SCHEMA)) as coverage:
        ingest([demo_articles()], coverage, today=DEMO_DAY)
        update_index(home, coverage, embedder())
    State.open(server.uri + SCHEMA).close()


def _bot(folder: Path, number: int, machine: Machine, server: Server, url: str, token: str) -> Bot:
    home = folder / f"machine{number}"
    home.mkdir()
    config = home / "config.toml"
    config.write_text(f'home = "{home}"\nstore = "{server.uri}{SCHEMA}"\n', encoding="utf-8")
    settings = {
        "webhook_url": "https://bot.example.org/hook",
        "webhook_listen": machine.address,
        "webhook_port": str(machine.port),
        "per_user": "0",
        "per_chat": "0",
        "search_process": "false",
    }
    return Bot(home, url, home / "log", token, settings, config, machine.prefix)


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
        bots = [
            Kept(_bot(folder, number, machine, server, url, world.token), machine)
            for number, machine in enumerate(net.machines)
        ]
        await stack.enter_async_context(_running(bots, given.limit + 300))
        await _started(world, bots)
        timeout = aiohttp.ClientTimeout(_DELIVERY_SECONDS)
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        balancer = Balancer(http, world, bots)
        stack.push_async_callback(balancer.close)
        run = Several(world, server, bots, balancer, given)
        await run.run()
    outcome = run.outcome
    for each in bots:
        outcome.faults.update(_faults(each.bot.log))
    return outcome


@asynccontextmanager
async def _running(bots: list[Kept], seconds: float) -> AsyncIterator[None]:
    """The bots are kept running; in the end all are told to stop, and killed if they do not."""
    tasks = [asyncio.create_task(each.run(seconds)) for each in bots]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for each in bots:
            if each.bot.runs:
                each.bot.tell(signal.SIGTERM)
        for each in bots:
            with suppress(TimeoutError):
                await each.bot.end()
            await each.bot.kill()


async def _started(world: World, bots: list[Kept]) -> None:
    async with asyncio.timeout(120):
        while world.stats["setwebhook"] < len(bots):
            for each in bots:
                if each.ended:
                    raise RuntimeError(each.bot.log[-2000:])
            await asyncio.sleep(0.1)


def _faults(log: str) -> Iterator[str]:
    """The lines of a log that tell of a fault, without what differs."""
    for line in log.splitlines():
        if "Traceback" in line:
            yield "Traceback"
        elif " ERROR " in line or " WARNING " in line:
            yield line.split(" ERROR ")[-1].split(" WARNING ")[-1][:70]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--questions", type=int, default=20_000)
    arguments.add_argument("--bots", type=int, default=4)
    arguments.add_argument("--every", type=int, default=1_000, help="questions between two kills")
    arguments.add_argument("--restarts", type=int, default=2, help="of the database")
    arguments.add_argument("--people", type=int, default=50, help="who ask at once")
    arguments.add_argument("--limit", type=float, default=3_000.0, help="seconds of asking")
    arguments.add_argument("--seed", type=int, default=8)
    arguments.add_argument("--keep", type=Path, help="a new folder for the homes, with their logs")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="pq") as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        outcome = asyncio.run(_until_told(folder, given))
    _print(outcome)
    sys.exit(bool(outcome.twice or outcome.lost or outcome.asked < given.questions))


async def _until_told(folder: Path, given: argparse.Namespace) -> Outcome:
    """As `measure`; SIGTERM ends it with all it has made taken down."""
    task = asyncio.create_task(measure(folder, given))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _print(outcome: Outcome) -> None:
    unsure, lost = len(outcome.ambiguous), len(outcome.lost)
    print(
        f"{outcome.asked} questions, {outcome.ended[-9]} kills, {outcome.restarts} restarts of the"
        f" database, {outcome.seconds:.0f} s, {outcome.asked / outcome.seconds:.1f} a second"
    )
    print(
        f"answered once {outcome.once}, twice {outcome.twice}, never {unsure + lost}: {unsure}"
        f" whose answer was on its way, {lost} lost; left open {outcome.open}"
    )
    before = ", ".join(f"{each:.2f}" for each in sorted(outcome.ambiguous))
    print(f"on its way so many seconds before the next kill or restart: {before}")
    print(f"lost (update: tries, forgotten): {outcome.lost[:20]}")
    print(f"what was said: {dict(outcome.apart)}")
    if outcome.waited:
        p50, p95, p99 = np.percentile(outcome.waited, [50, 95, 99])
        longest = max(outcome.waited)
        print(f"to the answer: p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s, {longest:.1f} s")
    print(f"exit statuses of the bots: {dict(outcome.ended)}")
    print(f"calls: {outcome.stats}")
    for fault, count in outcome.faults.most_common(20):
        print(f"{count:6} {fault}")


if __name__ == "__main__":
    main()
