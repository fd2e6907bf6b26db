"""Fifty users asking at once, beside a bot that only echoes. Run: python -m
tests.benchmark.concurrency HOME [--users 50] [--rounds 5] [--questions FILE] [--threads 2]

Each round, every user sends one question at the same moment. The local server, the bot and the
users are three processes. `threads` is the bot that searches in threads of its own and not in a
process beside; memory is that of a bot with the process it started, what they share counted once.
The echo bot is python-telegram-bot with nothing behind it: it sends
typing and the text it was sent, through the same limiter, to the same server, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.local_telegram import LocalTelegram, User
from tests.benchmark.bots import Tick

_ROOT = Path(__file__).resolve().parents[2]
_PAUSE = 1.3  # until Telegram's limits have forgotten the round before


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds to the answers, the loop's delays in seconds, what went wrong, and the processor time
    in seconds."""

    answers: list[float]
    delays: list[float]
    lost: int
    twice: int
    megabytes: int
    processor: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--users", type=int, default=50)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--questions", type=Path)
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    if given.questions:
        asked = given.questions.read_text(encoding="utf-8").splitlines()
    else:
        asked = headlines(given.home, given.users * given.rounds)
    asyncio.run(_compare(given, asked))


def headlines(home: Path, count: int) -> list[str]:
    """Headlines of the coverage with a question mark, for without one a text of some words may be
    a pasted quote; the same ones each time."""
    from corpus.store import COVERAGE_FILE, Coverage

    coverage = Coverage.open(home / COVERAGE_FILE)
    found = {f"{article.source.headline or ''} ؟" for article in coverage.articles()}
    coverage.close()
    usable = sorted(line for line in found if 4 <= len(line.split()) <= 14)
    return random.Random(8).sample(usable, min(count, len(usable)))


async def _compare(given: argparse.Namespace, asked: list[str]) -> None:
    measured: dict[str, Figures] = {}
    for name in ("echo", "pullquote", "threads", "echo"):
        async with _server() as url, LocalTelegram(url) as telegram:
            figures = await _measured(name, telegram, given, asked)
        _print(name, figures)
        measured[name] = figures if name not in measured else _joined(measured[name], figures)
    bare = np.percentile(measured["echo"].answers, 95)
    for name in ("pullquote", "threads"):
        ours = np.percentile(measured[name].answers, 95)
        print(f"{name}: p95 to the answer {ours:.2f} s, {ours / bare:.2f} times that of the echo")


async def _measured(
    name: str, telegram: LocalTelegram, given: argparse.Namespace, asked: list[str]
) -> Figures:
    with tempfile.NamedTemporaryFile("r", suffix=".json") as report:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.benchmark.bots", name, telegram.url, report.name),
            *(str(given.home), str(given.threads)),
            cwd=_ROOT,
        )
        await telegram.ready(120)
        users = [telegram.user() for _ in range(given.users)]
        for user in users[:4]:  # what is read at the first question is not what is measured
            await user.say(asked[0], timeout=60)
        rounds, answers, lost, twice = [], [], 0, 0
        for number in range(given.rounds):
            await asyncio.sleep(_PAUSE)
            questions = iter(asked[number * given.users :] + asked)
            began, mark = time.time(), (await telegram.state())["calls"]
            sent = dict(await asyncio.gather(*(_ask(user, next(questions)) for user in users)))
            replies = await telegram.wait(mark, n=given.users, timeout=60, settle=1)
            rounds.append((began, max(reply.call["t"] for reply in replies)))
            # of an answer in several messages the first counts; a doubled one says the same again
            firsts = {reply.chat_id or 0: reply for reply in reversed(replies)}
            answers += [reply.call["t"] - sent[chat] for chat, reply in firsts.items()]
            lost += len(users) - len(firsts)
            twice += len(replies) - len({(reply.chat_id, reply.text) for reply in replies})
        child.terminate()
        await child.wait()
        told = json.load(report)
    ticks = [Tick(*tick) for tick in told["ticks"]]
    delays = [t.late for t in ticks if any(first <= t.at <= last for first, last in rounds)]
    return Figures(answers, delays, lost, twice, told["megabytes"], told["processor"])


async def _ask(user: User, question: str) -> tuple[int, float]:
    sent = time.time()
    await user.send(question)
    return user.id, sent


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    """The address of a local server in a process of its own."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.local_telegram", "--port", "0"),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout
    line = (await child.stdout.readline()).decode()
    yield line.split()[0].removeprefix("base_url=").removesuffix("/bot")
    child.terminate()
    await child.wait()


def _joined(first: Figures, second: Figures) -> Figures:
    return Figures(
        first.answers + second.answers,
        first.delays + second.delays,
        first.lost + second.lost,
        first.twice + second.twice,
        max(first.megabytes, second.megabytes),
        first.processor + second.processor,
    )


def _print(name: str, figures: Figures) -> None:
    p50, p95, p99 = np.percentile(figures.answers, [50, 95, 99])
    late = np.percentile(figures.delays, [50, 99, 100]) * 1000
    print(
        f"{name}: {len(figures.answers)} answers, lost {figures.lost}, twice {figures.twice};"
        f" p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s;"
        f" loop late p50 {late[0]:.1f} ms, p99 {late[1]:.1f} ms, at most {late[2]:.0f} ms;"
        f" {figures.processor / len(figures.answers) * 1000:.0f} ms of processor time an answer,"
        f" {figures.megabytes} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
