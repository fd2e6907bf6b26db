"""Ctrl-C: no traceback, however early; what is kept is said, and the same command goes on."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARTICLES = 450
BODY = (
    "The harbour authority opened quay number {number} on Monday after two years of work.\n"
    "It will take {number} ferries from four towns along the coast, the authority said.\n"
)
# Ctrl-C so many seconds after the interpreter has started.
EARLY = """
import os, signal, sys, threading
threading.Timer({delay}, os.kill, (os.getpid(), signal.SIGINT)).start()
from bot.cli import main
main(["--home", {home!r}, "ask", "-"])
"""

pytestmark = pytest.mark.usefixtures("bare")


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("delay", [0.02, 0.05, 0.1, 0.2, 0.3])
def test_early(delay: float, home: Path) -> None:
    ran = subprocess.Popen(
        [sys.executable, "-c", EARLY.format(delay=delay, home=str(home))],
        stdin=subprocess.PIPE,  # open, so that the program waits for a question at the latest
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        assert ran.wait(timeout=60) in (-signal.SIGINT, 130)
        assert ran.stderr
        assert ran.stderr.read() in ("", "pullquote: stopped\n")
    finally:
        ran.kill()
        ran.communicate()


def test_an_ingest_says_what_is_kept_and_goes_on(tmp_path: Path) -> None:
    folder, home = tmp_path / "articles", tmp_path / "home"
    folder.mkdir()
    for number in range(ARTICLES):
        (folder / f"{number}.txt").write_text(
            f"Quay {number} opened\n\n{BODY.format(number=number)}", encoding="utf-8"
        )
    command = [sys.executable, "-m", "bot.cli", "--home", str(home), "ingest", str(folder)]
    ran = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
    for _ in range(3_000):
        if ran.poll() is not None or taken(home):
            break
        time.sleep(0.01)
    ran.send_signal(signal.SIGINT)
    _, said = ran.communicate(timeout=60)
    assert ran.returncode == 130
    kept = taken(home)
    assert kept
    assert said == (
        f"pullquote: stopped: {kept} new articles are kept; run the same command again to go on\n"
    )
    again = subprocess.run(
        command, capture_output=True, text=True, env=environment(), timeout=120, check=True
    )
    counts = [int(number) for number in re.findall(r"\d+", again.stdout)]
    assert counts == [ARTICLES - kept, 0, kept, 0]
    checked = [*command[:-2], "index", "--check"]
    assert subprocess.run(checked, capture_output=True, env=environment()).returncode == 0


def taken(home: Path) -> int:
    """How many articles are committed."""
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"file:{home / 'coverage.sqlite'}?mode=ro", uri=True)) as database,
    ):
        (count,) = database.execute("SELECT count(*) FROM article").fetchone()
        return int(count)
    return 0
