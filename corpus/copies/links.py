"""The register of copies in the coverage database, brought up to date with the articles.

What is in it follows from the set of newest bodies alone, in whatever order they came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np

from corpus.copies.shared import shared
from corpus.copies.shingles import fingerprints, plain
from corpus.copies.words import Numbers, WordRun, words_of
from corpus.database import Connection, Postgres, transaction
from corpus.database.dialect import NUMBERS

# Grows with every change of what makes the register: one made by other rules is built again.
RULES = 2
LOCK = "copies"
"""Who brings the register up to date does not wait for those who take articles in."""

# Articles in one transaction.
BATCH = 4000
# Texts with a fingerprint in common are compared when no more than this many have it,
COMMON = 30
# or when they have this many in common, as copies of a paragraph do and a phrase does not,
SEVERAL = 8
# each of which no more than this many texts have: beyond, it is part of every page of a site.
EVERYWHERE = 1000
# Texts kept in memory as words, some 8 kB each.
_REMEMBERED = 16_384
_PAGES = -64 * 1024  # kB of database pages kept while the register grows

_STALE = """
SELECT number, prints FROM copy_text WHERE number NOT IN (SELECT number FROM copy_current)
"""
_FRESH = """
SELECT article.id, version.digest FROM version INDEXED BY version_digest
JOIN article ON article.id = version.article AND article.version = version.version
WHERE NOT removed AND article.id NOT IN (SELECT article FROM copy_text)
ORDER BY article.id LIMIT ?
"""
_BODY = """
SELECT body FROM version INDEXED BY version_digest
WHERE version.digest = ? AND version.article = ? LIMIT 1
"""


class Texts:
    """The texts of the register as words, some of them remembered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.words = lru_cache(maxsize=_REMEMBERED)(self._words)

    def __call__(self, number: int) -> tuple[str, WordRun]:
        """The article of a text, and its words."""
        article, digest, run = self._connection.execute(
            "SELECT article, digest, run FROM copy_text WHERE number = ?", [number]
        ).fetchone()
        return article, WordRun.unpacked(run) if run else self.words(article, digest)

    def _words(self, article: str, digest: str) -> WordRun:
        return words_of(self._connection.execute(_BODY, [digest, article]).fetchone()[0])


def link(connection: Connection, *, batch: int = BATCH) -> int:
    """Bring the register up to date with the newest bodies; the number of texts read.

    Commits after every `batch` articles, each time with a register that is right for the articles
    in it; killed in between, it goes on where it was. The connection must be outside a transaction
    and leave transactions to its user (`isolation_level=None`).
    """
    done = 0
    texts = Texts(connection)
    with _more_memory(connection):
        while True:
            with transaction(connection, LOCK):
                _made_by_these_rules(connection)
                stale, fresh = _differing(connection, batch)
                if not stale and not fresh:
                    return done
                _renew(connection, texts, stale, fresh)
            done += len(fresh)


def rebuild(connection: Connection) -> int:
    """Build the register again; returns the number of texts read."""
    with transaction(connection, LOCK):
        _made_by_these_rules(connection)
        connection.execute("UPDATE copy_rules SET rules = 0")
    return link(connection)


def holders(connection: Connection, prints: Numbers) -> tuple[Numbers, Numbers]:
    """Who has these fingerprints (ascending): where those who have each begin among the texts, one
    more beginning than fingerprints, and the numbers of the texts."""
    rows = connection.execute(
        "SELECT print, text FROM json_each(?) CROSS JOIN copy_print"
        " ON print = CAST(value AS BIGINT)",
        [json.dumps(prints.tolist())],
    )
    found = np.array(rows.fetchall(), dtype=np.int64).reshape(-1, 2)
    if isinstance(connection, Postgres):  # SQLite goes by the list
        found = found[np.lexsort((found[:, 1], found[:, 0]))]
    return np.append(np.searchsorted(found[:, 0], prints), len(found)), found[:, 1]


def _made_by_these_rules(connection: Connection) -> None:
    """Empty the register where other rules filled it."""
    if connection.execute("SELECT rules FROM copy_rules").fetchone() == (RULES,):
        return
    for table in ("copy_link", "copy_print", "copy_text", "copy_rules"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("INSERT INTO copy_rules VALUES (?)", [RULES])


def _differing(
    connection: Connection, batch: int
) -> tuple[dict[int, Numbers], list[tuple[str, str]]]:
    """Texts that are no newest body any more, withdrawn, with their fingerprints; and articles not
    yet in the register, with the digests of their bodies."""
    stale = {number: _prints(prints) for number, prints in connection.execute(_STALE)}
    connection.executemany(
        "DELETE FROM copy_print WHERE print = ? AND text = ?",
        [(each, number) for number, prints in stale.items() for each in prints.tolist()],
    )
    _unlink(connection, stale)
    connection.executemany("DELETE FROM copy_text WHERE number = ?", [(each,) for each in stale])
    return stale, connection.execute(_FRESH, [batch]).fetchall()


def _renew(
    connection: Connection,
    texts: Texts,
    stale: dict[int, Numbers],
    fresh: list[tuple[str, str]],
) -> None:
    entered = dict(
        _enter(connection, article, digest, texts.words(article, digest))
        for article, digest in fresh
    )
    rows = [(each, number) for number, prints in entered.items() for each in prints.tolist()]
    connection.executemany("INSERT INTO copy_print VALUES (?, ?)", sorted(rows))
    moved = _moved(connection, list(stale.values()), list(entered.values())) - set(entered)
    _unlink(connection, moved)
    kept = connection.execute(
        f"SELECT number, prints FROM copy_text WHERE number IN ({NUMBERS})",
        [json.dumps(sorted(moved))],
    )
    entered |= {number: _prints(prints) for number, prints in kept}
    _compare(connection, entered, texts)


def _enter(
    connection: Connection, article: str, digest: str, words: WordRun
) -> tuple[int, Numbers]:
    prints = fingerprints(words)
    (number,) = connection.execute(
        "INSERT INTO copy_text (article, digest, words, prints) VALUES (?, ?, ?, ?)"
        " RETURNING number",
        [article, digest, len(words), prints.tobytes()],
    ).fetchone()
    return int(number), prints


def _moved(connection: Connection, gone: list[Numbers], come: list[Numbers]) -> set[int]:
    """The texts with a fingerprint that so many texts have, now that these came and went, that it
    counts otherwise than before."""
    changes = [(prints, -1) for prints in gone] + [(prints, 1) for prints in come]
    every = np.concatenate([plain(prints) for prints, _ in changes])
    by = np.repeat([by for _, by in changes], [len(plain(prints)) for prints, _ in changes])
    prints, places = np.unique(every, return_inverse=True)
    starts, texts = holders(connection, prints)
    after = np.diff(starts)
    before = after - np.bincount(places, weights=by, minlength=len(prints)).astype(np.int64)
    bounds = [COMMON + 1, EVERYWHERE + 1]
    differs = np.digitize(before, bounds) != np.digitize(after, bounds)
    return set(texts[np.repeat(differs, after)].tolist())


def _compare(connection: Connection, sought: dict[int, Numbers], texts: Texts) -> None:
    """Link these texts with every other that is a copy of them, whole or in part."""
    if not sought:
        return
    prints = np.unique(np.concatenate([plain(each) for each in sought.values()]))
    starts, numbers = holders(connection, prints)
    done: set[int] = set()
    for number, mine in sought.items():
        rows = np.searchsorted(prints, plain(mine))
        done.add(number)
        near = set(_near(starts[rows], starts[rows + 1], numbers)) - done
        found = (_linked(number, other, texts) for other in sorted(near))
        links = [link for link in found if link]
        connection.executemany("INSERT INTO copy_link VALUES (?, ?, ?, ?)", links)
        linked = {each for one, other, *_ in links for each in (one, other)}
        connection.executemany(
            "UPDATE copy_text SET run = ? WHERE number = ? AND run IS NULL",
            [(texts(each)[1].packed(), each) for each in sorted(linked)],
        )


def _near(first: Numbers, last: Numbers, numbers: Numbers) -> list[int]:
    """The texts worth comparing, by the runs of `numbers` that have each fingerprint."""
    having = last - first
    counting = having <= EVERYWHERE
    rare = having <= COMMON
    found = _runs(first[rare], last[rare], numbers)
    if (counting & ~rare).any() and counting.sum() >= SEVERAL:
        every, times = np.unique(
            _runs(first[counting], last[counting], numbers), return_counts=True
        )
        found = np.append(found, every[times >= SEVERAL])
    near: list[int] = np.unique(found).tolist()
    return near


def _runs(first: Numbers, last: Numbers, numbers: Numbers) -> Numbers:
    lengths = last - first
    ends = np.cumsum(lengths)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    found: Numbers = numbers[within + np.repeat(first, lengths)]
    return found


def _linked(number: int, other: int, texts: Texts) -> tuple[int, int, int, str] | None:
    """The row that links two texts, if one was made of the other."""
    # One direction for each pair, whichever text came first.
    one, two = sorted((number, other), key=lambda each: texts(each)[0])
    stretches = shared(texts(one)[1], texts(two)[1])
    if not stretches:
        return None
    rows = [[s.start, s.end, s.other_start, s.other_end, s.equal] for s in stretches]
    return one, two, sum(each.equal for each in stretches), json.dumps(rows)


def _unlink(connection: Connection, numbers: Iterable[int]) -> None:
    connection.executemany(
        "DELETE FROM copy_link WHERE one = ?1 OR other = ?1", [(each,) for each in numbers]
    )


def _prints(stored: bytes) -> Numbers:
    return np.frombuffer(stored, dtype=np.int64)


@contextmanager
def _more_memory(connection: Connection) -> Iterator[None]:
    """SQLite keeps more pages while the register grows; PostgreSQL has buffers of its own."""
    if isinstance(connection, Postgres):
        yield
        return
    before = connection.execute("PRAGMA cache_size").fetchone()[0]
    connection.execute(f"PRAGMA cache_size = {_PAGES}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size = {before}")
