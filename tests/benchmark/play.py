"""How long `pullquote play --demo` takes to its first answer, and how much memory it needs beside
the engine. Run: python tests/benchmark/play.py

Side by side in one run: `pullquote demo`'s coverage, asked once by the engine alone in a process of
its own, and by the page with the bot behind it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

QUESTION = "Who received Lavrov in Wonsan?"
SECONDS = 60.0

_COMMAND = "import sys; from bot.cli.main import main; sys.exit(main())"
_ENGINE = f"""
import sys, tempfile
from pathlib import Path
from bot.cli.context import CommandContext
from corpus.demo.coverage import DEMO_DAY, demo_articles
from corpus.ingest import ingest
with tempfile.TemporaryDirectory() as folder:
    parts = CommandContext(Path(folder), None)
    ingest([demo_articles()], parts.coverage, today=DEMO_DAY)
    parts.bring_up_to_date()
    assert parts.engine.ask({QUESTION!r}).quotes
    print("asked", flush=True)
    sys.stdin.read(1)
"""


def main() -> None:
    began = time.perf_counter()
    with _started("-c", _ENGINE) as alone:
        assert alone.stdout
        alone.stdout.readline()
        print(f"engine alone: answer after {time.perf_counter() - began:.2f} s, {_mb(alone)} MB")
        alone.kill()
    began = time.perf_counter()
    with _started("-c", _COMMAND, "play", "--demo", "--no-browser", "--port", "0") as served:
        assert served.stdout
        address = served.stdout.readline().strip()
        listening = time.perf_counter() - began
        page = urlopen(f"{address}?q={quote(QUESTION)}", timeout=SECONDS).read().decode()
        assert "blockquote" in page
        answered = time.perf_counter() - began
        urlopen(f"{address}coverage", timeout=SECONDS).read()
        print(f"play: listens after {listening:.2f} s,", end=" ")
        print(f"answer after {answered:.2f} s, {_mb(served)} MB")
        served.send_signal(signal.SIGINT)
        served.wait(SECONDS)


def _started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )


def _mb(process: subprocess.Popen[str]) -> int:
    """The most memory that a process has had, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1000


if __name__ == "__main__":
    main()
