"""What an editor does to single articles by hand: corrects what is known of them, and takes them
out for good."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from corpus import copies
from corpus.errors import InputError
from corpus.store import fulltext as entered
from corpus.store.reading import Reading
from corpus.types import DateKind, Source, SourceDate

NAMES = ("outlet", "url", "headline")
"""What can be corrected, beside the day of publication."""

_PUBLISHED = "published"
# What refers to a version, then what an article consists of.
_OF_ARTICLE = ("passage", "source_date", "former", "corrected", "version")
_OF_PURGED = (*_OF_ARTICLE, "article", "raw", "entered", "entered_words", "copy_text")


class Correction(NamedTuple):
    """What was said by hand, and on which day."""

    value: str
    day: date


class ByHand(Reading):
    """Corrections, and the record of what was purged."""

    def corrections(self, article: str) -> dict[str, Correction]:
        """What was said of an article by hand, by its name: one of `NAMES`, or published."""
        rows = self._connection.execute(
            "SELECT name, value, day FROM corrected WHERE article = ? ORDER BY name", [article]
        )
        return {name: Correction(value, date.fromisoformat(day)) for name, value, day in rows}

    def by_hand(self, article: str) -> Source:
        """The same as a source, which wins over what a document says; the evidence of its day is
        that it was given by hand."""
        said = self.corrections(article)
        names = {name: said[name].value for name in NAMES if name in said}
        dates: tuple[SourceDate, ...] = ()
        if published := said.get(_PUBLISHED):
            day = date.fromisoformat(published.value)
            dates = (SourceDate(DateKind.PUBLISHED, day, f"by hand, {published.day}"),)
        return Source(path="", dates=dates, **names)

    def keep_by_hand(self, article: str, said: Source, today: date) -> None:
        """Keep what was said by hand, in place of what was said of the same before. Called inside
        `transaction()`; raises `InputError` where there is no such article, or another one has the
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
        self._connection.executemany(
            "INSERT OR REPLACE INTO corrected VALUES (?, ?, ?, ?)",
            [(article, name, value, today.isoformat()) for name, value in values.items()],
        )

    def purge(self, ids: Sequence[str], today: date) -> None:
        """Take articles out for good: every version, what they were made of, their words in the
        full text, and the copies that are known by them; what is kept is their ids and the day.

        The file is written anew, so that nothing stays in it that was only marked as free. Raises
        `InputError`, and takes out none, where one is not there.
        """
        with self._written_anew(_OF_PURGED):
            with self.transaction():
                self._purge(ids, today)
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
        # the rest of the register follows from the articles; this holds their words
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
        """The files that these articles were read from, absolute, where they were read from one."""
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
        """The ids of the articles that were taken out for good, and when."""
        rows = self._rows("SELECT article, day FROM purged ORDER BY day, article")
        return {article: date.fromisoformat(day) for article, day in rows}

    def forget_purge(self, ids: Sequence[str]) -> list[str]:
        """Let purged articles be taken again; gives back those that were purged."""
        known = [each for each in dict.fromkeys(ids) if each in self.purged()]
        with self.transaction():
            self._connection.executemany(
                "DELETE FROM purged WHERE article = ?", [(each,) for each in known]
            )
            self._connection.execute("UPDATE coverage SET revision = revision + 1")
        return known

    def refuse_unknown(self, ids: Sequence[str]) -> None:
        """Raises `InputError` naming those of these articles that are not there."""
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
