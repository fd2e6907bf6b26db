"""How fast the pages of the coverage answer at the server, on a large home, printed; nothing here
is a test. Run: python tests/benchmark/coverage_pages.py HOME [--rounds 5]

    [--articles FILE.jsonl[.gz] --count 38000]

With --articles the home is made first, without an index: these pages read the database alone. Each
page is asked over HTTP, the client in the same process; told are the first time, the slowest of the
others, which have what is remembered, and the processor time of one of them, client and all.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import resource
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestClient, TestServer

from bot.desk import Desk
from bot.play.app import application
from bot.play.room import Room
from bot.play.visitor import Visitors
from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, ArticleFilter, Coverage
from retrieval.engine import Engine

_ZONE = ZoneInfo("UTC")
_FAR = 700


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--articles", type=Path)
    arguments.add_argument("--count", type=int, default=38_000)
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    if given.articles:
        _make(given.home, given.articles, given.count)
    with closing(Coverage.open(given.home / COVERAGE_FILE)) as coverage:
        print(f"{coverage.count()[0]} articles")
        asyncio.run(_measure(given.home, coverage, given.rounds))


def _make(home: Path, articles: Path, count: int) -> None:
    home.mkdir(parents=True, exist_ok=True)
    opened = gzip.open if articles.suffix == ".gz" else open
    taken = home / "articles.jsonl"
    with opened(articles, "rt", encoding="utf-8") as lines, taken.open("w", encoding="utf-8") as to:
        to.writelines(line for line, _ in zip(lines, range(count), strict=False))
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        ingest([str(taken)], coverage, today=date.today())


async def _measure(home: Path, coverage: Coverage, rounds: int) -> None:
    # these pages ask the engine for its coverage and for nothing else
    engine = cast(Engine, SimpleNamespace(coverage=coverage))
    room = Room(home, engine, Desk(home, engine, _ZONE), _ZONE)
    async with TestClient(TestServer(application(room, Visitors()))) as client:
        for name, path in _pages(coverage).items():
            times, worked = [], 0.0
            for _ in range(rounds + 1):
                started, before = time.perf_counter(), time.process_time()
                response = await client.get(path)
                size = len(await response.read())
                times.append((time.perf_counter() - started) * 1000)
                worked = (time.process_time() - before) * 1000
                assert response.status == 200, path
            told = f"{times[0]:6.0f} ms, then {max(times[1:]):6.0f} ms, worked {worked:6.0f} ms"
            print(f"{name:30} {told}, {size:8} bytes")
    room.close()
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _pages(coverage: Coverage) -> dict[str, str]:
    [article] = coverage.listed(ArticleFilter(), limit=1)
    outlet = coverage.outlets()[0][0] or "?"
    word = next(
        (
            each
            for each in coverage.articles_by_id([article])[article].body.split()
            if len(each) > 4
        ),
        "quay",
    )
    days = [day for day, _ in coverage.by_day(ArticleFilter()) if day]
    queries: dict[str, dict[str, object]] = {
        "all articles": {},
        "oldest first": {"sort": "oldest"},
        "by outlet": {"sort": "outlet"},
        "by headline": {"sort": "headline"},
        f"page {_FAR}": {"page": _FAR},
        "one outlet": {"outlet": outlet},
        "half of the days": {"since": days[len(days) // 2]},
        "one day": {"since": days[-1], "until": days[-1]},
        "undated": {"only": "undated"},
        "withdrawn": {"only": "withdrawn"},
        "removed": {"only": "removed"},
        f"a word: {word}": {"words": word},
        "a word that stands in most": {"words": "ال"},
        "a word of one outlet": {"words": word, "outlet": outlet, "sort": "headline"},
        "a word that stands nowhere": {"words": "zzzzqqqq"},
    }
    pages = {name: f"/coverage?{urlencode(query)}" for name, query in queries.items()}
    pages["one article"] = f"/coverage/article/{article}"
    pages["its copies"] = f"/coverage/article/{article}/copies"
    pages["copies of all"] = "/coverage/copies"
    pages["changes"] = "/coverage/changes"
    return pages


if __name__ == "__main__":
    main()
