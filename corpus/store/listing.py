"""Lists of articles that an editor filters, searches, sorts and pages through. Read only.

Lists are read from indices, never from bodies, so pages of tens of thousands of articles load
quickly.
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
"""The flag of an article whose page is gone begins with this."""

_LISTED = (
    "FROM version INDEXED BY version_listed JOIN article ON article.id = version.article"
    " AND article.version = version.version"
)
# If no more articles than this have the words, look them up; otherwise scan all.
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
# Shorter words are not searched as prefixes: too many words begin with them.
_SHORTEST_BEGINNING = 3


class Order(StrEnum):
    """The order of a list; undated articles come last."""

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
    """Which articles a list contains: those of the `selection`, signed by an `agency`, without a
    day or an outlet, withdrawn by their outlets, and with all `words` in their newest text. A word
    also matches longer words that begin with it, and words with attached particles; words in
    quotation marks must follow one another."""

    selection: Selection = _EVERYTHING
    agency: str | None = None
    undated: bool = False
    no_outlet: bool = False
    withdrawn: bool = False
    words: str = ""


class Listing(Reading):
    """The queries of a list."""

    def listed(
        self,
        wanted: ArticleFilter,
        order: Order = Order.NEWEST,
        *,
        limit: int = 50,
        offset: int = 0,
    ) -> list[str]:
        """The ids of the articles on one page of a list."""
        source, asked, values = self._asked(wanted)
        rows = self._connection.execute(
            f"SELECT article.id {source} WHERE {asked} ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        return [article for (article,) in rows]

    def by_day(self, wanted: ArticleFilter) -> list[tuple[date | None, int]]:
        """The number of articles of a list by day of publication, in order; those without a day
        come first."""
        source, asked, values = self._asked(wanted)
        rows = self._rows(
            f"SELECT published, count(*) {source} WHERE {asked} GROUP BY published"
            " ORDER BY published NULLS FIRST",
            values,
        )
        return [(day_of(day), count) for day, count in rows]

    def agencies(self) -> list[tuple[str, int]]:
        """The agencies that sign articles, with the number of articles, largest first."""
        return self._rows(
            f"SELECT agency, count(*) {_LISTED} WHERE NOT removed AND agency IS NOT NULL"
            " GROUP BY agency ORDER BY count(*) DESC, agency"
        )

    def version_counts(self, ids: Sequence[str]) -> dict[str, int]:
        """The number of versions of each of these articles."""
        rows = self._connection.execute(
            "SELECT article, count(*) FROM version WHERE article IN"
            " (SELECT value FROM json_each(?)) GROUP BY article",
            [json.dumps(list(ids))],
        )
        return dict(rows.fetchall())

    def spans(self, article: str, version: str) -> list[tuple[int, int]]:
        """The passages of a version as half-open spans of its body, in order."""
        return self._connection.execute(
            'SELECT start, "end" FROM passage WHERE article = ? AND version = ? ORDER BY start, id',
            [article, version],
        ).fetchall()

    def linked(self, article: str) -> tuple[Copy, ...]:
        """The articles that share text with this one, those with the largest part of it first."""
        return copies.copies_of(self._connection, article)

    def copy_links(self, ids: Sequence[str]) -> list[CopyLink]:
        """Which of these articles share text with one another, and how much."""
        return copies.links_between(self._connection, ids)

    def copy_groups(self) -> list[tuple[str, ...]]:
        """Groups of articles that are whole copies of one text, the earliest known first; the
        largest group comes first."""
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
    """What a text must contain; parts without a word are skipped."""
    return [sought for found in _QUOTED.finditer(words) if (sought := _one(found))]


def _one(found: re.Match[str]) -> Sought | None:
    """A word, or words in a row, as they may occur in a text."""
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
