"""What an export of a channel costs, by the commands a user gives. Run by hand:

    python tests/benchmark/exports.py [--posts 1000]

`result.json` and the pages for browsers are made with sentences of their own, then each is taken
into an empty home, and once more. For each: wall time, processor time and the largest memory of any
process so far.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.exports import NOON, chat, page, page_post, post, written

A_PAGE = 1000
POSTS = (
    "The ferry number {0} left the pier of Saltbay at seven in the morning with {1} cars on deck.\n"
    "\nIts captain said that wheat for {1} bakeries was on board.",
    "غادرت العبّارة رقم {0} رصيف الميناء في السابعة صباحًا وعلى متنها {1} سيارة، وقال قبطانها إن"
    " البحر كان هادئًا طوال الأسبوع.",
    "Паром номер {0} вышел из порта в семь утра, на борту было {1} машин. Капитан сообщил, что"
    " море всю неделю оставалось спокойным.",
    "Le bac numéro {0} a quitté le quai à sept heures avec {1} voitures à bord, selon le port.",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--posts", type=int, default=1000)
    count = arguments.parse_args().posts
    texts = [POSTS[n % len(POSTS)].format(n, 7 + n % 90) for n in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        messages = [post(n, text, NOON + 60 * n) for n, text in enumerate(texts, start=1)]
        result.write_text(written(chat(*messages)), encoding="utf-8")
        pages = Path(folder) / "pages"
        pages.mkdir()
        for first in range(0, count, A_PAGE):
            shown = [
                page_post(n, escape(text).replace("\n", "<br>"), NOON + 60 * n)
                for n, text in enumerate(texts[first : first + A_PAGE], start=first + 1)
            ]
            number = first // A_PAGE
            name = f"messages{number + 1}.html" if number else "messages.html"
            (pages / name).write_text(page(*shown), encoding="utf-8")
        for source in (result, pages):
            home = Path(folder) / f"home-{source.stem}"
            for time_of_it in ("new", "the same again"):
                print(
                    f"{source.name}, {count} posts, {time_of_it}: {_cost(home, source)}", flush=True
                )


def _cost(home: Path, source: Path) -> str:
    program = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())"]
    command = [*program, "--home", str(home), "ingest", str(source)]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    named = [*command, "--url", "https://t.me/saltbay"]
    ran = subprocess.run(named, capture_output=True, text=True, env=os.environ, check=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = after.ru_maxrss / 1024
    return f"{wall:.1f} s, {worked:.1f} s of work, {memory:.0f} MB ({ran.stdout.strip()})"


if __name__ == "__main__":
    main()
