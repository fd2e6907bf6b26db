"""Numbers about the coverage: articles, outlets, days, languages. Read only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from corpus.attribution.aliases import Aliases
from corpus.attribution.names import chosen
from corpus.store.database import Database
from corpus.store.rows import day_of
from corpus.store.selection import Selection, where

# Left to itself, SQLite takes another index here and reads every body.
VERSIONS = (
    "FROM version INDEXED BY version_filters JOIN article ON article.id = version.article"
    " AND article.version = version.version"
)

# If passages are given by id, the join begins with them; left to itself, SQLite reads all others.
_ASKED = (
    "FROM json_each(?) AS asked CROSS JOIN passage ON passage.id = CAST(asked.value AS BIGINT)"
    " CROSS JOIN article ON article.id = passage.article AND article.version = passage.version"
    " CROSS JOIN version ON version.article = article.id AND version.version = article.version"
)


class Counting(Database):
    """Queries for numbers and names. Removed articles are left out unless the selection asks for
    them."""

    @property
    def id(self) -> str:
        """A fixed random id that distinguishes this coverage from any other."""
        return str(self._connection.execute("SELECT id FROM coverage").fetchone()[0])

    @property
    def revision(self) -> int:
        """A number that grows whenever what can be quoted changes."""
        return int(self._connection.execute("SELECT revision FROM coverage").fetchone()[0])

    def count(self, selection: Selection | None = None) -> tuple[int, int]:
        """How many articles are selected, and how many passages they have."""
        source, asked, values = joined_passages(selection, "LEFT JOIN")
        (row,) = self._rows(
            f"SELECT count(DISTINCT article.id), count(passage.id) {source} WHERE {asked}", values
        )
        return int(row[0]), int(row[1])

    def outlets(self) -> list[tuple[str | None, int, date | None]]:
        """Every outlet, its number of articles and newest date, most articles first."""
        rows = self._rows(
            f"SELECT outlet, count(*), max(published) {VERSIONS} WHERE NOT removed"
            " GROUP BY outlet ORDER BY count(*) DESC, outlet NULLS FIRST"
        )
        return [(outlet, count, day_of(newest)) for outlet, count, newest in rows]

    def outlet_names(self, *, removed: bool = False) -> list[str]:
        """Every name that occurs as outlet or via, sorted."""
        asked, _ = where(Selection(removed=removed))
        rows = self._rows(
            f"SELECT outlet {VERSIONS} WHERE {asked}"
            f" UNION SELECT via {VERSIONS} WHERE {asked} ORDER BY 1"
        )
        return [name for (name,) in rows if name]

    def select(
        self,
        outlets: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        language: str | None = None,
        *,
        removed: bool = False,
        aliases: Aliases | None = None,
    ) -> Selection | None:
        """The selection with outlets in the coverage's own spelling. Any name of an outlet is
        accepted, also from `aliases`, and any part of a name if no name matches as a whole. `None`
        if outlets are given and the coverage has none of them."""
        names = self.outlet_names(removed=removed) if outlets else []
        known = {found for wanted in outlets for found in chosen(wanted, names, aliases)}
        if outlets and not known:
            return None
        return Selection(tuple(sorted(known)), since, until, language, removed)

    def signed(self) -> list[tuple[str, str]]:
        """Every article signed by an agency, with the agency."""
        return self._rows(
            "SELECT article.id, agency FROM version JOIN article ON article.id = version.article"
            " AND article.version = version.version WHERE NOT removed AND agency IS NOT NULL"
        )

    def languages(self) -> frozenset[str]:
        """The languages of all articles, ISO 639-1 codes."""
        rows = self._rows(f"SELECT DISTINCT language {VERSIONS} WHERE NOT removed")
        return frozenset(language for (language,) in rows)

    def count_outlets(self, selection: Selection | None = None) -> int:
        """How many known outlets the selected articles have."""
        asked, values = where(selection)
        (row,) = self._rows(f"SELECT count(DISTINCT outlet) {VERSIONS} WHERE {asked}", values)
        return int(row[0])

    def undated_dropped(self, selection: Selection) -> int:
        """How many undated articles the selection's dates drop."""
        if not (selection.since or selection.until):
            return 0
        return self.span(replace(selection, since=None, until=None))[2]

    def span(self, selection: Selection | None = None) -> tuple[date | None, date | None, int]:
        """The first and last day of publication, and the number of undated articles."""
        asked, values = where(selection)
        (row,) = self._rows(
            "SELECT min(published), max(published), count(*) FILTER (WHERE published IS NULL)"
            f" {VERSIONS} WHERE {asked}",
            values,
        )
        return day_of(row[0]), day_of(row[1]), int(row[2])

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows of a query over the whole coverage. Without values (which differ by selection)
        the rows are cached until the coverage changes."""
        if values or self._connection.in_transaction:
            return self._connection.execute(query, values).fetchall()
        revision = self.revision
        known = self._remembered.get(query)
        if known is None or known[0] != revision:
            known = revision, self._connection.execute(query).fetchall()
            self._remembered[query] = known
        rows: list[Any] = known[1]
        return rows


def joined_passages(
    selection: Selection | None, join: str = "JOIN"
) -> tuple[str, str, list[object]]:
    """The joined tables of selected passages, the condition on them, and the values of both."""
    if selection is not None and selection.passages is not None:
        asked, values = where(replace(selection, passages=None))
        return _ASKED, asked, [json.dumps(selection.passages), *values]
    asked, values = where(selection)
    passages = (
        f"{VERSIONS} {join} passage"
        " ON passage.article = article.id AND passage.version = version.version"
    )
    return passages, asked, values
