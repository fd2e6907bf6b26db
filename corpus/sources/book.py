"""The book of sources: sources.sqlite, apart from the coverage, so that a poll never waits for an
ingest. Each change is one transaction; what a kill leaves undone is done at the next poll."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from corpus.database import Database, Part
from corpus.database.sqlite import run, statements
from corpus.errors import InputError
from corpus.sources.entries import Listing
from corpus.sources.items import Item, State

FILE = "sources.sqlite"
SCHEMA_VERSION = 1

_ITEM = tuple(field.name for field in fields(Item))
_SOURCE = (
    *("name", "url", "outlet", "language", "words", "configured", "paused", "listing", "etag"),
    *("modified", "polled", "next", "failures", "problem", "older"),
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A source. `words` are those of which one has to be in an article, none for all articles;
    `listing` is the feed or sitemap that a site names; times are seconds since 1970."""

    name: str
    url: str
    outlet: str | None = None
    language: str | None = None
    words: tuple[str, ...] = ()
    configured: bool = False
    paused: bool = False
    listing: str | None = None
    etag: str | None = None
    modified: str | None = None
    polled: float | None = None
    next: float = 0.0
    failures: int = 0
    problem: str | None = None
    older: int = 0


def _change(connection: sqlite3.Connection, version: int) -> None:
    """Make the tables if there are none."""
    if version == 0:
        run(connection, statements("corpus.sources"))


class SourceBook(Database):
    """The sources, and what became of what they listed."""

    part = Part(
        name="sources",
        package="corpus.sources",
        shown="the book of sources",
        version=SCHEMA_VERSION,
        change=_change,
        pragmas=("synchronous = NORMAL", "foreign_keys = ON"),
    )

    def sources(self, names: Sequence[str] = ()) -> list[Followed]:
        """All sources, or those with these names, by name. Raises `InputError` for another name."""
        rows = self._connection.execute(f"SELECT {', '.join(_SOURCE)} FROM source ORDER BY name")
        found = [_followed(row) for row in rows]
        known = {source.name for source in found}
        if unknown := [name for name in names if name not in known]:
            raise InputError(f"no source {', '.join(unknown)}; `pullquote source list` lists them")
        return [source for source in found if not names or source.name in names]

    def add(self, source: Followed) -> None:
        """Follow another source. Raises `InputError` where its name or address is taken."""
        for other in self.sources():
            if other.name == source.name:
                raise InputError(f"there is a source {other.name} already; give --name")
            if other.url == source.url:
                raise InputError(f"{source.url} is followed already, as {other.name}")
        with self.transaction():
            self._insert(source)

    def configure(self, wanted: Iterable[Followed]) -> None:
        """Let the sources of the settings be these. Of one whose address stays what became of its
        items stays; where other words or another language are wanted, those passed over are due
        again."""
        new = {source.name: replace(source, configured=True) for source in wanted}
        with self.transaction():
            for old in self.sources():
                if old.name not in new and not old.configured:
                    continue
                source = new.pop(old.name, None)
                if source is None or source.url != old.url:
                    self._connection.execute("DELETE FROM source WHERE name = ?", [old.name])
                    if source:
                        self._insert(source)
                elif _wanted(source) != _wanted(old):
                    self.save(_renewed(old, source))
                    self._connection.execute(
                        "UPDATE item SET state = ?, next = 0 WHERE source = ? AND state = ?",
                        [State.WAITING, old.name, State.PASSED],
                    )
            for source in new.values():
                self._insert(source)

    def remove(self, names: Sequence[str]) -> None:
        """Follow these no longer. Their articles stay. Raises `InputError`, and removes none, for
        one that is in the settings or is none."""
        self._refuse_configured(self.sources(names))
        with self.transaction():
            self._connection.executemany(
                "DELETE FROM source WHERE name = ?", [(name,) for name in names]
            )

    def pause(self, names: Sequence[str], *, paused: bool) -> None:
        """Do not ask these for now, or ask them again at once. Raises `InputError`."""
        self.sources(names)
        with self.transaction():
            self._connection.executemany(
                "UPDATE source SET paused = ?, next = 0, failures = 0 WHERE name = ?",
                [(paused, name) for name in names],
            )

    def save(self, source: Followed) -> None:
        """Store what is known of a source now."""
        changes = ", ".join(f"{column} = ?" for column in _SOURCE[1:])
        self._connection.execute(
            f"UPDATE source SET {changes} WHERE name = ?", [*_row(source)[1:], source.name]
        )

    def listed(self, source: Followed, listing: Listing) -> None:
        """Store a source that was asked, and what it lists: what is new is due, and so is what the
        listing tells otherwise than before."""
        with self.transaction():
            self.save(replace(source, older=listing.older))
            self._connection.executemany(
                "INSERT INTO item (source, url, headline, day, evidence, stamp, state, next)"
                " VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0) ON CONFLICT (source, url) DO UPDATE SET"
                " headline = excluded.headline, day = excluded.day, evidence = excluded.evidence,"
                " stamp = excluded.stamp, next = 0, tries = 0, gone = NULL"
                " WHERE item.stamp != excluded.stamp",
                [
                    (
                        source.name,
                        entry.url,
                        entry.headline,
                        entry.published and entry.published.value.isoformat(),
                        entry.published and entry.published.evidence,
                        entry.stamp,
                    )
                    for entry in listing.entries
                ],
            )

    def due(self, names: Sequence[str], now: float) -> list[Item]:
        """The items of these sources whose time has come: new ones first, as they were listed."""
        rows = self._connection.execute(
            f"SELECT {', '.join(_ITEM)} FROM item WHERE next <= ?"
            " AND source IN (SELECT value FROM json_each(?)) ORDER BY article IS NOT NULL, next,"
            " day DESC NULLS LAST, url",
            [now, json.dumps(list(names))],
        )
        return [_item(row) for row in rows]

    def next_due(self, names: Sequence[str]) -> float | None:
        """When the next item of these sources is due; `None` for never."""
        row = self._connection.execute(
            "SELECT min(next) FROM item WHERE next IS NOT NULL"
            " AND source IN (SELECT value FROM json_each(?))",
            [json.dumps(list(names))],
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def items(self, source: str, *states: State) -> list[Item]:
        """The items of a source in these states, or all, the newest first."""
        rows = self._connection.execute(
            f"SELECT {', '.join(_ITEM)} FROM item WHERE source = ? ORDER BY day DESC NULLS LAST,"
            " url",
            [source],
        )
        found = [_item(row) for row in rows]
        return [item for item in found if not states or item.state in states]

    def counts(self, source: str) -> dict[State, int]:
        """How many items of a source are in each state."""
        rows = self._connection.execute(
            "SELECT state, count(*) FROM item WHERE source = ? GROUP BY state", [source]
        )
        return {State(state): count for state, count in rows}

    def settle(self, items: Iterable[Item]) -> None:
        """Store what became of items, unless the listing tells otherwise of them by now."""
        columns = [name for name in _ITEM if name not in ("source", "url", "stamp")]
        with self.transaction():
            self._connection.executemany(
                f"UPDATE item SET {', '.join(f'{name} = ?' for name in columns)}"
                " WHERE source = ? AND url = ? AND stamp = ?",
                [
                    (
                        *(_value(getattr(item, name)) for name in columns),
                        item.source,
                        item.url,
                        item.stamp,
                    )
                    for item in items
                ],
            )

    def _insert(self, source: Followed) -> None:
        places = ", ".join("?" * len(_SOURCE))
        self._connection.execute(
            f"INSERT INTO source ({', '.join(_SOURCE)}) VALUES ({places})", _row(source)
        )

    def _refuse_configured(self, sources: Iterable[Followed]) -> None:
        if named := [source.name for source in sources if source.configured]:
            raise InputError(
                f"{', '.join(named)} stands in config.toml under [[sources]]: remove it there"
            )


def _wanted(source: Followed) -> tuple[object, ...]:
    """What the settings say of a source."""
    return source.outlet, source.language, source.words, source.configured


def _renewed(old: Followed, new: Followed) -> Followed:
    """A source with what the settings say of it now; it is asked whole once more."""
    return replace(
        old,
        outlet=new.outlet,
        language=new.language,
        words=new.words,
        configured=new.configured,
    )


def _row(source: Followed) -> list[object]:
    return [
        json.dumps(source.words, ensure_ascii=False) if name == "words" else getattr(source, name)
        for name in _SOURCE
    ]


def _followed(row: Sequence[object]) -> Followed:
    known = dict(zip(_SOURCE, row, strict=True))
    known["words"] = tuple(json.loads(str(known["words"])))
    known["configured"], known["paused"] = bool(known["configured"]), bool(known["paused"])
    return Followed(**known)  # type: ignore[arg-type]


def _item(row: Sequence[object]) -> Item:
    known = dict(zip(_ITEM, row, strict=True))
    known["state"] = State(str(known["state"]))
    known["day"] = date.fromisoformat(str(known["day"])) if known["day"] else None
    return Item(**known)  # type: ignore[arg-type]


def _value(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
