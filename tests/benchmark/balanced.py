"""Bots that are kept running, each on its machine, and the balancer before them."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from bot.local_telegram.webhook import SECRET_HEADER
from bot.local_telegram.world import World
from tests.benchmark.network import Machine
from tests.benchmark.running import Bot

_DELIVERY_SECONDS = 30.0
_CONNECT_SECONDS = 2.0
_PAUSE = 0.3


class Kept:
    """A bot with a home under `folder` on what `store` names. It is started anew when it has ended;
    `ended` counts its exit statuses."""

    def __init__(self, folder: Path, machine: Machine, store: str, url: str, token: str) -> None:
        home = folder / f"{machine.address}-{machine.port}"
        home.mkdir()
        config = home / "config.toml"
        config.write_text(f'home = "{home}"\nstore = "{store}"\n', encoding="utf-8")
        settings = {
            "webhook_url": "https://bot.example.org/hook",
            "webhook_listen": machine.address,
            "webhook_port": str(machine.port),
            "per_user": "0",
            "per_chat": "0",
            "search_process": "false",
        }
        self.bot = Bot(home, url, home / "log", token, settings, config, prefix=machine.prefix)
        self._machine = machine
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

    async def cut_off(self, seconds: float) -> None:
        """Take its machine off the network for so long."""
        self._machine.cut_off()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._machine.cut_off(off=False)


class Balancer:
    """Hands updates on, each to one bot after another until one takes it."""

    def __init__(self, world: World, bots: list[Kept]) -> None:
        timeout = aiohttp.ClientTimeout(_DELIVERY_SECONDS, sock_connect=_CONNECT_SECONDS)
        self._http = aiohttp.ClientSession(timeout=timeout)
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
        await self._http.close()


@asynccontextmanager
async def kept_running(bots: list[Kept], seconds: float) -> AsyncIterator[None]:
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


async def started(world: World, bots: list[Kept]) -> None:
    """Wait until all of them receive."""
    async with asyncio.timeout(120):
        while world.stats["setwebhook"] < len(bots):
            for each in bots:
                if each.ended:
                    raise RuntimeError(each.bot.log[-2000:])
            await asyncio.sleep(0.1)
