"""What an editor does to single articles: correct what is known about them, and purge them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from corpus import copies
from corpus.errors import InputError
from corpus.store import fulltext as entered
from corpus.store import journal
from corpus.store.journal import COMMAND_LINE, Act, JournalEntry, Said
from corpus.store.listing import Listing
from corpus.types import DateKind, Source, SourceDate

NAMES = ("outlet", "url", "headline")
"""What can be corrected, apart from the day of publication."""

_PUBLISHED = "published"
# Tables that refer to a version, then the tables of an article.
_OF_ARTICLE = ("passage", "source_date", "former", "corrected", "version")
_OF_PURGED = (*_OF_ARTICLE, "article", "raw", "entered", "entered_words", "copy_text")


class Correction(NamedTuple):
    """A correction, and the day it was made."""

    value: str
    day: date


class ByHand(Listing):
    """Corrections, the record of purged articles, and the journal."""

    def corrections(self, article: str) -> dict[str, Correction]:
        """The corrections of an article by field: one of `NAMES`, or `published`."""
        rows = self._connection.execute(
            "SELECT name, value, day FROM corrected WHERE article = ? ORDER BY name", [article]
        )
        return {name: Correction(value, date.fromisoformat(day)) for name, value, day in rows}

    def by_hand(self, article: str) -> Source:
        """The corrections as a source. It overrides the document; its day has "given by hand" as
        evidence."""
        said = self.corrections(article)
        names = {name: said[name].value for name in NAMES if name in said}
        dates: tuple[SourceDate, ...] = ()
        if published := said.get(_PUBLISHED):
            day = date.fromisoformat(published.value)
            dates = (SourceDate(DateKind.PUBLISHED, day, f"by hand, {published.day}"),)
        return Source(path="", dates=dates, **names)

    def journal(
        self, article: str | None = None, *, before: int | None = None, limit: int = 100
    ) -> list[JournalEntry]:
        """Who changed what, newest first, of one article or of all; with `before`, only entries
        before the one with this number."""
        return journal.entries(self._connection, article, before, limit)

    def record_sources(self, actor: str, act: Act, sources: Sequence[str]) -> None:
        """Record in the journal what was done to sources."""
        with self.transaction():
            journal.record(self._connection, actor, act, sources=sources)

    def keep_by_hand(
        self, article: str, said: Source, today: date, actor: str = COMMAND_LINE
    ) -> None:
        """Store corrections, replacing earlier ones of the same fields. Call it inside
        `transaction()`. Raises `InputError` if there is no such article, or if another one has the
        address."""
        self.refuse_unknown([article])
        other = (
            said.url
            and self._connection.execute(
                "SELECT article.id FROM version JOIN article ON article.id = version.article"
                " AND article.version = version.version WHERE url = ? AND article.id != ?",
                [said.url, article],
            ).fetchone()
        )
        if other:
            raise InputError(f"article {other[0]} has the address {said.url} already")
        values = {name: value for name in NAMES if (value := getattr(said, name))}
        if said.published:
            values[_PUBLISHED] = said.published.isoformat()
        known = self._connection.execute(
            f"SELECT {', '.join((*NAMES, _PUBLISHED))} FROM version JOIN article"
            " ON article.id = version.article AND article.version = version.version"
            " WHERE article.id = ?",
            [article],
        ).fetchone()
        before = dict(zip((*NAMES, _PUBLISHED), known, strict=True))
        changes = [Said(name, before[name], value) for name, value in values.items()]
        journal.record(self._connection, actor, Act.CORRECTED, articles=[article], said=changes)
        self._connection.executemany(
            "INSERT OR REPLACE INTO corrected VALUES (?, ?, ?, ?)",
            [(article, name, value, today.isoformat()) for name, value in values.items()],
        )

    def purge(self, ids: Sequence[str], today: date, actor: str = COMMAND_LINE) -> None:
        """Delete articles for good: all versions and raw documents, their words in the full text,
        and the copies linked by them. Only their ids and the day remain.

        The file is rewritten, so that no deleted text remains in free pages. Raises `InputError`,
        and deletes nothing, if an article does not exist.
        """
        with self._written_anew(_OF_PURGED):
            with self.transaction():
                self._purge(ids, today)
                journal.forget(self._connection, ids)
                journal.record(self._connection, actor, Act.PURGED, articles=ids)
            copies.link(self._connection)

    def _purge(self, ids: Sequence[str], today: date) -> None:
        gone = json.dumps(list(ids))
        self.refuse_unknown(ids)
        here = "IN (SELECT value FROM json_each(?))"
        raws = self._connection.execute(
            f"SELECT DISTINCT raw FROM version WHERE article {here}", [gone]
        ).fetchall()
        for table in _OF_ARTICLE:
            self._connection.execute(f"DELETE FROM {table} WHERE article {here}", [gone])
        self._connection.execute(f"DELETE FROM article WHERE id {here}", [gone])
        # the rest of the register is derived from the articles; this column holds their words
        self._connection.execute(f"UPDATE copy_text SET run = NULL WHERE article {here}", [gone])
        self._connection.executemany(
            "DELETE FROM raw WHERE digest = ?1"
            " AND NOT EXISTS (SELECT 1 FROM version WHERE raw = ?1)",
            raws,
        )
        entered.forget(self._connection, gone)
        self._connection.executemany(
            "INSERT OR REPLACE INTO purged VALUES (?, ?)",
            [(each, today.isoformat()) for each in ids],
        )
        self._connection.execute("UPDATE coverage SET revision = revision + 1")

    def places(self, ids: Sequence[str]) -> list[str]:
        """The absolute paths of the files from which these articles were read; pasted ones have
        none."""
        rows = self._connection.execute(
            "SELECT DISTINCT place FROM article WHERE place IS NOT NULL"
            " AND id IN (SELECT value FROM json_each(?)) ORDER BY place",
            [json.dumps(list(ids))],
        )
        return [place for (place,) in rows]

    def every_body(self, article: str) -> list[str]:
        """Every body that an article has or had, in any version, removed or not."""
        rows = self._connection.execute(
            "SELECT body FROM version WHERE article = ?1"
            " UNION ALL SELECT body FROM former WHERE article = ?1",
            [article],
        )
        return [body for (body,) in rows]

    def purged(self) -> dict[str, date]:
        """The ids of purged articles, with the day of the purge."""
        rows = self._rows("SELECT article, day FROM purged ORDER BY day, article")
        return {article: date.fromisoformat(day) for article, day in rows}

    def forget_purge(self, ids: Sequence[str], actor: str = COMMAND_LINE) -> list[str]:
        """Allow purged articles to be ingested again; returns those that were purged."""
        known = [each for each in dict.fromkeys(ids) if each in self.purged()]
        with self.transaction():
            self._connection.executemany(
                "DELETE FROM purged WHERE article = ?", [(each,) for each in known]
            )
            journal.record(self._connection, actor, Act.READMITTED, articles=known)
            self._connection.execute("UPDATE coverage SET revision = revision + 1")
        return known

    def refuse_unknown(self, ids: Sequence[str]) -> None:
        """Raises `InputError` naming those of these articles that do not exist."""
        rows = self._connection.execute(
            "SELECT id FROM article WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        known = {article for (article,) in rows}
        if unknown := [each for each in dict.fromkeys(ids) if each not in known]:
            purged = self.purged()
            said = [
                f"{each} (purged on {purged[each]})" if each in purged else each for each in unknown
            ]
            raise InputError(f"no article {', '.join(said)}; `pullquote articles` lists them")
