"""How fast copies are found in a large coverage, and how many: python tests/benchmark/copies.py

    FILE.jsonl[.gz] [--count N] [--pairs 20] [--database FILE]

The file has records with url, source, date and body. They are put into a database as they are,
without cleaning, so that what is timed is the copies alone. The pairs printed, of different
outlets, are for judging by eye: by address and containment, no text.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from corpus.copies import groups, link

_ADDED = 10


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--count", type=int)
    arguments.add_argument("--pairs", type=int, default=20)
    arguments.add_argument("--database", type=Path, help="kept there instead of in passing")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = given.database or Path(folder) / "coverage.sqlite"
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _all_but_ten(connection, given.file, given.count)
        _ten_more(connection)
        _counted(connection, database)
        _pairs(connection, given.pairs)


def _all_but_ten(connection: sqlite3.Connection, file: Path, count: int | None) -> None:
    schema = files("corpus.store").joinpath("schema.sql").read_text(encoding="utf-8")
    connection.executescript(schema)
    taken = _timed(lambda: _store(connection, file, count))
    connection.execute(
        "UPDATE article SET removed = 1 WHERE id IN"
        f" (SELECT id FROM article ORDER BY id LIMIT {_ADDED})"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, worked = time.perf_counter(), time.process_time()
    texts = link(connection)
    took, own = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"stored in {taken:.1f} s; linked {texts} texts in {took:.1f} s: {texts / took:.0f}/s;"
        f" processor time {own:.1f} s: {texts / own:.0f}/s"
    )
    print(f"peak memory {peak:.0f} MB, {before:.0f} MB before linking")
    print(f"nothing new: {_timed(lambda: link(connection)) * 1000:.0f} ms")


def _ten_more(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE article SET removed = 0")
    print(f"{_ADDED} more: {_timed(lambda: link(connection)) * 1000:.0f} ms")
    chosen = f"(SELECT id FROM article ORDER BY id DESC LIMIT {_ADDED})"
    connection.execute(f"UPDATE article SET removed = 1 WHERE id IN {chosen}")
    print(f"{_ADDED} removed: {_timed(lambda: link(connection)) * 1000:.0f} ms")
    connection.execute("UPDATE article SET removed = 0")
    link(connection)


def _counted(connection: sqlite3.Connection, database: Path) -> None:
    kinds: Counter[tuple[str, str]] = Counter()
    for row in _linked(connection):
        whole = max(row["held"], row["holds"]) >= 0.8
        kinds["across" if row["across"] else "within", "whole" if whole else "in part"] += 1
    for (where, what), number in sorted(kinds.items()):
        print(f"pairs {where} outlets, {what}: {number}")
    sizes = Counter(len(group) for group in groups(connection))
    print(f"groups of whole copies: {sum(sizes.values())}, largest {max(sizes, default=0)}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(f"database: {database.stat().st_size / 1e6:.0f} MB")


def _pairs(connection: sqlite3.Connection, count: int) -> None:
    across = [row for row in _linked(connection) if row["across"]]
    for row in random.Random(6).sample(across, min(count, len(across))):
        print(f"{row['held']:.2f} {row['holds']:.2f}  {row['url']}\n           {row['other_url']}")


def _linked(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    yield from cursor.execute(
        "SELECT a.url AS url, b.url AS other_url, a.outlet IS NOT b.outlet AS across,"
        " 1.0 * equal / one.words AS held, 1.0 * equal / two.words AS holds FROM copy_link"
        " JOIN copy_text AS one ON one.number = one JOIN version AS a ON a.article = one.article"
        " JOIN copy_text AS two ON two.number = other JOIN version AS b ON b.article = two.article"
        " ORDER BY one.article, two.article"
    )


def _store(connection: sqlite3.Connection, file: Path, count: int | None) -> None:
    connection.execute("BEGIN")
    opened = gzip.open if file.suffix == ".gz" else open
    connection.execute("INSERT INTO raw (digest, text, markup, given) VALUES ('', '', 0, '')")
    with opened(file, "rt", encoding="utf-8") as lines:
        for number, line in zip(range(count or 10**9), lines, strict=False):
            record = json.loads(line)
            article = sha256(f"{number}".encode()).hexdigest()[:10]
            digest = sha256(record["body"].encode()).hexdigest()[:16]
            connection.execute("INSERT INTO article (id, version) VALUES (?, '1')", [article])
            connection.execute(
                "INSERT INTO version (article, version, raw, number, path, outlet, url, language,"
                " body, sentences, cuts, digest)"
                " VALUES (?, '1', '', 1, '', ?, ?, 'ar', ?, '[]', '[]', ?)",
                [article, record["source"], record["url"], record["body"], digest],
            )
    connection.execute("COMMIT")


def _timed(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
