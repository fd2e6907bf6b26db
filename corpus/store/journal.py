"""The journal: who changed what in the coverage, and when. Entries never change. A purge deletes
the entries of an article and records only itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from corpus.database import Connection

COMMAND_LINE = "command line"
"""The actor if no other is named."""

FOLLOWED = "followed sources"
"""The actor when a source was polled."""


class Act(StrEnum):
    """What was done."""

    ADDED = "added"
    UPDATED = "updated"
    CORRECTED = "corrected"
    REMOVED = "removed"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"  # its page is back
    PURGED = "purged"
    READMITTED = "readmitted"  # a purged article may be ingested again
    PAUSED = "paused"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class Said:
    """A corrected field, before and after."""

    name: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An act on an article or a source; `at` is in UTC."""

    number: int
    at: datetime
    actor: str
    act: Act
    article: str | None = None
    source: str | None = None
    said: tuple[Said, ...] = ()


def record(
    connection: Connection,
    actor: str,
    act: Act,
    *,
    articles: Sequence[str] = (),
    sources: Sequence[str] = (),
    said: Sequence[Said] = (),
) -> None:
    """Record an act for each of these articles and sources. Call it inside a transaction."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    written = json.dumps([[one.name, one.before, one.after] for one in said], ensure_ascii=False)
    subjects = [*((each, None) for each in articles), *((None, each) for each in sources)]
    connection.executemany(
        "INSERT INTO journal (at, actor, act, article, source, said) VALUES (?, ?, ?, ?, ?, ?)",
        [(at, actor, act, article, source, written) for article, source in subjects],
    )


def entries(
    connection: Connection, article: str | None, before: int | None, limit: int
) -> list[JournalEntry]:
    """The entries of one article or of all, newest first; with `before`, only those before this
    number."""
    rows = connection.execute(
        "SELECT number, at, actor, act, article, source, said FROM journal"
        " WHERE (?1 IS NULL OR number < ?1)"
        + (" AND article = ?3" if article else "")
        + " ORDER BY number DESC LIMIT ?2",
        [before, limit, *([article] if article else [])],
    )
    return [
        JournalEntry(
            number,
            datetime.fromisoformat(at),
            actor,
            Act(act),
            subject,
            source,
            tuple(Said(*one) for one in json.loads(said)),
        )
        for number, at, actor, act, subject, source, said in rows
    ]


def forget(connection: Connection, articles: Sequence[str]) -> None:
    """Delete the entries of these articles. Call it inside a transaction."""
    connection.execute(
        "DELETE FROM journal WHERE article IN (SELECT value FROM json_each(?))",
        [json.dumps(list(articles))],
    )
