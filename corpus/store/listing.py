"""Lists of articles as an editor filters, searches, sorts and pages them. Nothing here writes.

Everything is read from indices, and no body is: a page of tens of thousands of articles is there at
once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpus import copies
from corpus.copies import Copy, CopyLink
from corpus.language.clitics import clitics
from corpus.language.pasted import words_to_find
from corpus.language.scripts import has_arabic
from corpus.store import fulltext
from corpus.store.fulltext import Sought
from corpus.store.reading import Reading
from corpus.store.rows import day_of
from corpus.store.selection import Selection, where

WITHDRAWN = "withdrawn by its outlet"
"""How the flag of an article begins whose page is gone."""

_LISTED = (
    "FROM version INDEXED BY version_listed JOIN article ON article.id = version.article"
    " AND article.version = version.version"
)
# Where so few articles have the words, these are looked up; else all are gone through.
_FEW = 500
_FEW_LISTED = (
    "FROM json_each(?) AS hit CROSS JOIN article ON article.id = hit.value CROSS JOIN version"
    " ON version.article = article.id AND version.version = article.version"
)
_QUOTED = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”|(\S+)')
_HAVE_WORDS = (
    "(article.id, article.version) IN (SELECT article, version FROM entered WHERE number"
    " IN (SELECT rowid FROM entered_words WHERE {holding}))"
)
_HITS = (
    "SELECT DISTINCT article.id FROM entered_words JOIN entered ON number = entered_words.rowid"
    " JOIN article ON article.id = entered.article AND article.version = entered.version"
    " WHERE {holding} LIMIT ?"
)
_WITHDRAWN = (
    "SELECT article.id FROM version JOIN article ON article.id = version.article"
    " AND article.version = version.version WHERE flags != '[]'"
    " AND EXISTS (SELECT 1 FROM json_each(flags) WHERE value LIKE ?)"
)
_EVERYTHING = Selection()
# A shorter word is looked for as it is: too many begin like it.
_SHORTEST_BEGINNING = 3


class Order(StrEnum):
    """What a list is sorted by; undated articles stand at its end."""

    NEWEST = "newest"
    OLDEST = "oldest"
    OUTLET = "outlet"
    HEADLINE = "headline"


_ORDERS = {
    Order.NEWEST: "published DESC NULLS LAST, article.id",
    Order.OLDEST: "published IS NULL, published, article.id",
    Order.OUTLET: "outlet IS NULL, outlet, published DESC NULLS LAST, article.id",
    Order.HEADLINE: "headline IS NULL, headline, article.id",
}


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles a list holds: those of the `selection` that an `agency` signs, whose day or
    outlet is not known, that their outlets withdrew, and in whose newest text all of the `words`
    stand. A word is also the beginning of longer ones, with what is written on to it; words in
    quotation marks stand in a row."""

    selection: Selection = _EVERYTHING
    agency: str | None = None
    undated: bool = False
    no_outlet: bool = False
    withdrawn: bool = False
    words: str = ""


class Listing(Reading):
    """The questions of a list."""

    def listed(
        self,
        wanted: ArticleFilter,
        order: Order = Order.NEWEST,
        *,
        limit: int = 50,
        offset: int = 0,
    ) -> list[str]:
        """The ids of the articles on a page of a list."""
        source, asked, values = self._asked(wanted)
        rows = self._connection.execute(
            f"SELECT article.id {source} WHERE {asked} ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        return [article for (article,) in rows]

    def by_day(self, wanted: ArticleFilter) -> list[tuple[date | None, int]]:
        """How many articles of a list were published on each day, in the order of the days; first
        those whose day is not known."""
        source, asked, values = self._asked(wanted)
        rows = self._rows(
            f"SELECT published, count(*) {source} WHERE {asked} GROUP BY published"
            " ORDER BY published NULLS FIRST",
            values,
        )
        return [(day_of(day), count) for day, count in rows]

    def agencies(self) -> list[tuple[str, int]]:
        """The agencies that sign articles, with how many, those with most first."""
        return self._rows(
            f"SELECT agency, count(*) {_LISTED} WHERE NOT removed AND agency IS NOT NULL"
            " GROUP BY agency ORDER BY count(*) DESC, agency"
        )

    def version_counts(self, ids: Sequence[str]) -> dict[str, int]:
        """How many texts each of these articles has had."""
        rows = self._connection.execute(
            "SELECT article, count(*) FROM version WHERE article IN"
            " (SELECT value FROM json_each(?)) GROUP BY article",
            [json.dumps(list(ids))],
        )
        return dict(rows.fetchall())

    def spans(self, article: str, version: str) -> list[tuple[int, int]]:
        """Where the passages of a version stand in its body, half open, in their order."""
        return self._connection.execute(
            'SELECT start, "end" FROM passage WHERE article = ? AND version = ? ORDER BY start, id',
            [article, version],
        ).fetchall()

    def linked(self, article: str) -> tuple[Copy, ...]:
        """The articles that share text with this one, those that carry most of it first."""
        return copies.copies_of(self._connection, article)

    def copy_links(self, ids: Sequence[str]) -> list[CopyLink]:
        """Which of these articles share text with each other, and how much."""
        return copies.links_between(self._connection, ids)

    def copy_groups(self) -> list[tuple[str, ...]]:
        """The articles that are whole copies of one text, the earliest known first; the largest
        groups first."""
        return sorted(copies.groups(self._connection), key=len, reverse=True)

    def _asked(self, wanted: ArticleFilter) -> tuple[str, str, list[object]]:
        """The joined tables of a list, the condition on them, and the values of both."""
        clauses, values = _where(wanted)
        holding, words = fulltext.holding(self._connection, _sought(wanted.words))
        if wanted.withdrawn:
            hits = self._rows(_WITHDRAWN, [f"{WITHDRAWN}%"])
        elif wanted.words.strip():
            hits = self._rows(_HITS.format(holding=holding), [*words, _FEW + 1])
        else:
            return _LISTED, " AND ".join(clauses), values
        if wanted.words.strip() and (wanted.withdrawn or len(hits) > _FEW):
            clauses.append(_HAVE_WORDS.format(holding=holding))
            values += words
        if len(hits) > _FEW and not wanted.withdrawn:
            return _LISTED, " AND ".join(clauses), values
        ids = json.dumps([article for (article,) in hits])
        return _FEW_LISTED, " AND ".join(clauses), [ids, *values]


def _where(wanted: ArticleFilter) -> tuple[list[str], list[object]]:
    asked, values = where(wanted.selection)
    clauses = [asked]
    if wanted.agency:
        clauses.append("agency = ?")
        values.append(wanted.agency)
    if wanted.undated:
        clauses.append("published IS NULL")
    if wanted.no_outlet:
        clauses.append("outlet IS NULL")
    return clauses, values


def _sought(words: str) -> list[Sought]:
    """What a text has to hold; what holds no word at all stands nowhere."""
    return [sought for found in _QUOTED.finditer(words) if (sought := _one(found))]


def _one(found: re.Match[str]) -> Sought | None:
    """A word or a row of words as it may stand in a text."""
    *quoted, bare = found.groups()
    row = words_to_find(bare or next(filter(None, quoted), ""))
    if not row:
        return None
    if bare is None or len(row) > 1 or len(row[0]) < _SHORTEST_BEGINNING:
        return Sought(tuple(row))
    word = row[0]
    if not has_arabic(word):
        return Sought((word,), begins=True)
    stem = clitics("ar").bare(word)
    written = (before + stem for before in ("", *clitics("ar").every))
    return Sought((word, *written), begins=True)
