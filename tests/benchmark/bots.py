"""The bots that concurrency.py compares, each in a process that also watches its event loop:
python -m tests.benchmark.bots pullquote|threads|echo SERVER REPORT HOME THREADS. `threads` is
pullquote that searches in its own threads and not in a process beside."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from bot.local_telegram import TOKEN
from bot.state import State
from bot.telegram.app import Options, serving
from bot.telegram.client import connect
from bot.telegram.search_process import searching
from bot.telegram.send_limits import ChatLimiter
from retrieval.engine import Engine
from retrieval.models.embed import load

_EVERY = 0.005


class Tick(NamedTuple):
    """When the loop should have come round, in seconds since the epoch, and how late it was."""

    at: float
    late: float


async def watch(ticks: list[Tick]) -> None:
    """Note every few milliseconds how late the loop is. Moments that it slept through count too,
    each with what was left of the sleep, so that one long stall is not one late tick among many."""
    due = time.time() + _EVERY
    while True:
        await asyncio.sleep(max(0.0, due - time.time()))
        now = time.time()
        while due <= now:
            ticks.append(Tick(due, now - due))
            due += _EVERY


def open_engine(home: Path, *, later: bool = False) -> Engine:
    return Engine.open(home, load("embedded", Path(), later=later))


async def pullquote(
    server: str, home: Path, threads: int, apart: bool, stop: asyncio.Event
) -> tuple[float, int]:
    with (
        tempfile.TemporaryDirectory() as folder,
        State.open(Path(folder) / "chats") as state,
        searching(
            open_engine(home, later=apart), partial(open_engine, home) if apart else None
        ) as engine,
    ):
        async with serving(
            engine,
            token=TOKEN,
            state=state,
            base_url=f"{server}/bot",
            base_file_url=f"{server}/file/bot",
            options=Options(concurrency=threads, per_user=0, per_chat=0),
        ):
            return await until(stop)


async def echo(server: str, stop: asyncio.Event) -> tuple[float, int]:
    async def answer(update: Update, context: Any) -> None:
        message = update.effective_message
        assert message
        await context.bot.send_chat_action(message.chat_id, "typing")
        await message.reply_text(message.text or "", do_quote=True)

    bot = connect(TOKEN, f"{server}/bot", f"{server}/file/bot", ChatLimiter())
    application = Application.builder().bot(bot).concurrent_updates(512).build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling()
        took = await until(stop)
        await application.updater.stop()
        await application.stop()
    return took


async def until(stop: asyncio.Event) -> tuple[float, int]:
    """The processor time of this process, in seconds, from now until it is stopped, and the memory
    in MB that it then takes with those it started."""
    before = time.process_time()
    await stop.wait()
    return time.process_time() - before, proportional()


async def _run(name: str, server: str, home: Path, threads: int) -> tuple[list[Tick], float, int]:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    ticks: list[Tick] = []
    watching = asyncio.create_task(watch(ticks))
    if name == "echo":
        took = await echo(server, stop)
    else:
        took = await pullquote(server, home, threads, name == "pullquote", stop)
    watching.cancel()
    return ticks, *took


def resident(process: str = "self") -> int:
    """Resident memory of a process in MB; 0 where the system does not tell it."""
    return _told(Path(f"/proc/{process}/status"), "VmRSS") // 1024


def proportional() -> int:
    """Memory in MB of this process and those that it started, what they share counted once; 0
    where the system does not tell it."""
    own = Path("/proc/self")
    started = " ".join(
        file.read_text(encoding="ascii") for file in own.glob("task/*/children") if file.exists()
    )
    processes = (own, *(Path("/proc") / number for number in started.split()))
    return sum(_told(process / "smaps_rollup", "Pss") for process in processes) // 1024


def _told(file: Path, name: str) -> int:
    """The kB that a file of the system tells under a name, 0 where it does not."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def main() -> None:
    name, server, report, home, threads = sys.argv[1:]
    ticks, took, memory = asyncio.run(_run(name, server, Path(home), int(threads)))
    told = {"ticks": ticks, "processor": took, "megabytes": memory}
    Path(report).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
