"""What is asked of the coverage: articles, versions, passages, counts. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from corpus import copies
from corpus.aliases import Aliases
from corpus.called import chosen
from corpus.copies import Carrier, Copy
from corpus.store import entered
from corpus.store.database import Database
from corpus.store.entered import Entered
from corpus.store.rows import SOURCE, day_of, sentences_of
from corpus.store.selection import Selection, where, where_passage
from corpus.types import Article, DateKind, Passage, Source, SourceDate

# By its own choice SQLite goes another way here, and reads every body.
_VERSIONS = (
    "FROM version INDEXED BY version_filters JOIN article ON article.id = version.article"
    " AND article.version = version.version"
)

# Where passages are asked for by their ids, from these on; by its own choice it reads all others.
_ASKED = (
    "FROM json_each(?) AS asked CROSS JOIN passage ON passage.id = asked.value"
    " CROSS JOIN article ON article.id = passage.article AND article.version = passage.version"
    " CROSS JOIN version ON version.article = article.id AND version.version = article.version"
)


class PassageSpan(NamedTuple):
    """Where a passage stands in the newest version of its article, half open."""

    id: int
    article: str
    version: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Version:
    """One text that an article has had. `taken` is the day its document was taken, if known."""

    version: str
    taken: date | None
    headline: str | None
    characters: int
    newest: bool


class Reading(Database):
    """The questions; what is removed is left out of every answer unless the selection asks."""

    @property
    def id(self) -> str:
        """Random and fixed: tells this coverage from any other."""
        return str(self._connection.execute("SELECT id FROM coverage").fetchone()[0])

    @property
    def revision(self) -> int:
        """Grows whenever what can be quoted changes."""
        return int(self._connection.execute("SELECT revision FROM coverage").fetchone()[0])

    def article(self, article: str, version: str | None = None) -> Article | None:
        """One article, in its newest version unless another is named; `None` once removed."""
        found = self._articles(
            "NOT removed AND article.id = ? AND version.version = coalesce(?, article.version)",
            [article, version],
        )
        return next(found, None)

    def articles(self, selection: Selection | None = None) -> Iterator[Article]:
        """The newest versions of all selected articles, in the order of their ids."""
        asked, values = where(selection)
        return self._articles(f"version.version = article.version AND {asked}", values)

    def articles_by_id(
        self, ids: Iterable[str], selection: Selection | None = None
    ) -> dict[str, Article]:
        """The newest versions of those of these articles that are selected."""
        asked, values = where(selection)
        found = self._articles(
            f"version.version = article.version AND {asked}"
            " AND article.id IN (SELECT value FROM json_each(?))",
            [*values, json.dumps(list(ids))],
        )
        return {article.id: article for article in found}

    def newest(self, limit: int, selection: Selection | None = None) -> list[Article]:
        """The selected articles that were published last, the last first; undated ones are none."""
        asked, values = where(selection)
        rows = self._connection.execute(
            f"SELECT article.id {_VERSIONS} WHERE {asked} AND published IS NOT NULL"
            " ORDER BY published DESC, article.id LIMIT ?",
            [*values, limit],
        )
        ids = [article for (article,) in rows]
        found = self.articles_by_id(ids)
        return [found[article] for article in ids]

    def versions(self, article: str) -> list[Version]:
        """All versions of an article, in the order in which they were first taken."""
        rows = self._connection.execute(
            "SELECT version.version, taken, headline, length(body),"
            " version.version = article.version FROM version"
            " JOIN article ON article.id = version.article JOIN raw ON raw.digest = version.raw"
            " WHERE article.id = ? AND NOT removed ORDER BY number",
            [article],
        )
        return [
            Version(version, day_of(taken), headline, characters, bool(newest))
            for version, taken, headline, characters, newest in rows
        ]

    def bodies(self, article: str, version: str) -> list[str]:
        """The body of a version, then those it had before it was cleaned with better rules: a quote
        taken at any time is a slice of one of them."""
        rows = self._connection.execute(
            "SELECT body FROM version WHERE article = ?1 AND version = ?2 UNION ALL"
            " SELECT * FROM (SELECT body FROM former WHERE article = ?1 AND version = ?2"
            " ORDER BY rowid DESC)",
            [article, version],
        )
        return [body for (body,) in rows]

    def with_run(self, words: Sequence[str], limit: int) -> list[int]:
        """The numbers of bodies, of any version and time, that have these of `words_to_find` in a
        row, those stored last first."""
        return entered.with_run(self._connection, words, limit)

    def entered(self, numbers: Iterable[int]) -> list[Entered]:
        """Which versions of which articles have or had the bodies with these numbers."""
        return entered.entered(self._connection, numbers)

    def article_ids(self) -> list[str]:
        """The ids of all articles, also of removed ones."""
        return [article for (article,) in self._rows("SELECT id FROM article")]

    def copies(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Other articles that are whole copies of each of these: nearly all of the shorter text
        stands in the longer, see `corpus.copies`. Bodies that are the same to the character are
        copies however short they are."""
        rows = self._connection.execute(
            "SELECT article.id, other.id FROM json_each(?1) JOIN article ON article.id = value"
            " JOIN version ON version.article = article.id AND version.version = article.version"
            " JOIN version AS same ON same.digest = version.digest"
            " JOIN article AS other ON other.id = same.article AND other.version = same.version"
            " WHERE other.id != article.id AND NOT other.removed",
            [json.dumps(list(ids))],
        )
        found = {article: set[str]() for article in ids}
        for article, other in [*rows, *copies.whole(self._connection, ids)]:
            found[article].add(other)
        return {article: sorted(others) for article, others in found.items()}

    def partial_copies(self, article: str) -> list[Copy]:
        """Other articles that carry a part of this one, those that carry most of it first."""
        return [copy for copy in copies.copies_of(self._connection, article) if not copy.whole]

    def carriers(self, article: str, start: int, end: int) -> tuple[Carrier, ...]:
        """The other articles that carry `body[start:end]` of an article and were made of the same
        text; none for an article whose copies are not known yet."""
        return copies.made_of_it(self._connection, article, start, end)

    def earliest(self, ids: Sequence[str]) -> list[str]:
        """These articles, the earliest known first; then undated ones, those with an outlet
        first."""
        return copies.earliest(self._connection, ids)

    def removed(self, ids: Sequence[str]) -> set[str]:
        """Which of these articles are withdrawn."""
        rows = self._connection.execute(
            "SELECT id FROM article WHERE removed AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        return {article for (article,) in rows}

    def passages(self, selection: Selection | None = None) -> Iterator[Passage]:
        """All passages of the selected articles, in the order of article and start."""
        asked, values = where_passage(selection)
        rows = self._connection.execute(
            'SELECT passage.id, article.id, version.version, body, start, "end" FROM article'
            " JOIN version ON version.article = article.id AND version.version = article.version"
            " JOIN passage ON passage.article = article.id AND passage.version = version.version"
            f" WHERE {asked} ORDER BY article.id, start, passage.id",
            values,
        )
        return map(_passage, rows)

    def passage_order(self) -> list[int]:
        """The ids of all passages, in the order of article and start."""
        rows = self._connection.execute(
            "SELECT passage.id FROM article"
            " JOIN passage ON passage.article = article.id AND passage.version = article.version"
            " WHERE NOT removed ORDER BY article.id, start, passage.id"
        )
        return [number for (number,) in rows]

    def passage_spans(self, ids: Iterable[int]) -> dict[int, PassageSpan]:
        """Where these passages stand; superseded and removed ones are left out."""
        rows = self._connection.execute(
            'SELECT passage.id, article.id, article.version, start, "end" FROM passage'
            " JOIN article ON article.id = passage.article AND article.version = passage.version"
            " WHERE NOT removed AND passage.id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        return {row[0]: PassageSpan(*row) for row in rows}

    def passage_ids(self, selection: Selection | None = None) -> list[int]:
        """The ids of `passages(selection)`, in ascending order."""
        source, asked, values = _passages_of(selection)
        rows = self._connection.execute(
            f"SELECT passage.id {source} WHERE {asked} ORDER BY passage.id", values
        )
        return [row[0] for row in rows]

    def passages_by_id(self, ids: Iterable[int]) -> dict[int, Passage]:
        """The passages with these ids that can be quoted now: superseded and removed ones are left
        out."""
        rows = self._connection.execute(
            'SELECT passage.id, article.id, version.version, body, start, "end" FROM passage'
            " JOIN article ON article.id = passage.article AND article.version = passage.version"
            " JOIN version ON version.article = article.id AND version.version = article.version"
            " WHERE NOT removed AND passage.id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        return {row[0]: _passage(row) for row in rows}

    def passage_counts(self, ids: Sequence[str], version: str | None = None) -> dict[str, int]:
        """The number of passages of each of these articles, in the newest version unless another is
        named."""
        rows = self._connection.execute(
            "SELECT article.id, count(passage.id) FROM article LEFT JOIN passage"
            " ON passage.article = article.id"
            " AND passage.version = coalesce(?, article.version)"
            " WHERE article.id IN (SELECT value FROM json_each(?)) GROUP BY article.id",
            [version, json.dumps(list(ids))],
        )
        return dict(rows.fetchall())

    def count(self, selection: Selection | None = None) -> tuple[int, int]:
        """How many articles are selected, and how many passages they have."""
        source, asked, values = _passages_of(selection, "LEFT JOIN")
        (row,) = self._rows(
            f"SELECT count(DISTINCT article.id), count(passage.id) {source} WHERE {asked}", values
        )
        return int(row[0]), int(row[1])

    def outlets(self) -> list[tuple[str | None, int, date | None]]:
        """Every outlet, its number of articles and newest date, most articles first."""
        rows = self._rows(
            f"SELECT outlet, count(*), max(published) {_VERSIONS} WHERE NOT removed"
            " GROUP BY outlet ORDER BY count(*) DESC, outlet"
        )
        return [(outlet, count, day_of(newest)) for outlet, count, newest in rows]

    def outlet_names(self, *, removed: bool = False) -> list[str]:
        """Every name that stands as outlet or via, in order."""
        asked, _ = where(Selection(removed=removed))
        rows = self._rows(
            f"SELECT outlet {_VERSIONS} WHERE {asked}"
            f" UNION SELECT via {_VERSIONS} WHERE {asked} ORDER BY 1"
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
        """The selection with outlets in the coverage's own spelling: any of their names will do, of
        `aliases` too, and any part of a name of which none has the whole. `None` when outlets are
        asked for and the coverage has none of them."""
        names = self.outlet_names(removed=removed) if outlets else []
        known = {found for wanted in outlets for found in chosen(wanted, names, aliases)}
        if outlets and not known:
            return None
        return Selection(tuple(sorted(known)), since, until, language, removed)

    def signed(self) -> list[tuple[str, str]]:
        """Every article that an agency signs, and the agency."""
        return self._rows(
            "SELECT article.id, agency FROM version JOIN article ON article.id = version.article"
            " AND article.version = version.version WHERE NOT removed AND agency IS NOT NULL"
        )

    def passages_of(self, ids: Iterable[str]) -> list[int]:
        """The ids of the passages of these articles, in ascending order."""
        rows = self._connection.execute(
            "SELECT passage.id FROM json_each(?) JOIN article ON article.id = value"
            " JOIN passage ON passage.article = article.id AND passage.version = article.version"
            " WHERE NOT removed ORDER BY passage.id",
            [json.dumps(list(ids))],
        )
        return [number for (number,) in rows]

    def languages(self) -> frozenset[str]:
        """The languages of all articles, ISO 639-1 codes."""
        rows = self._rows(f"SELECT DISTINCT language {_VERSIONS} WHERE NOT removed")
        return frozenset(language for (language,) in rows)

    def count_outlets(self, selection: Selection | None = None) -> int:
        """How many known outlets the selected articles have."""
        asked, values = where(selection)
        (row,) = self._rows(f"SELECT count(DISTINCT outlet) {_VERSIONS} WHERE {asked}", values)
        return int(row[0])

    def undated_dropped(self, selection: Selection) -> int:
        """How many undated articles the selection's dates drop."""
        if not (selection.since or selection.until):
            return 0
        return self.span(replace(selection, since=None, until=None))[2]

    def span(self, selection: Selection | None = None) -> tuple[date | None, date | None, int]:
        """The first and the last day of publication, and how many articles are undated."""
        asked, values = where(selection)
        (row,) = self._rows(
            "SELECT min(published), max(published), sum(published IS NULL)"
            f" {_VERSIONS} WHERE {asked}",
            values,
        )
        return day_of(row[0]), day_of(row[1]), int(row[2] or 0)

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows of a query that reads the whole coverage; without values, which tell one
        selection from another, they are remembered until the coverage changes."""
        if values or self._connection.in_transaction:
            return self._connection.execute(query, values).fetchall()
        revision = self.revision
        known = self._remembered.get(query)
        if known is None or known[0] != revision:
            known = revision, self._connection.execute(query).fetchall()
            self._remembered[query] = known
        rows: list[Any] = known[1]
        return rows

    def _articles(self, asked: str, values: Sequence[object]) -> Iterator[Article]:
        rows = self._connection.execute(
            f"SELECT article.id, version.version, {SOURCE}, language, body, sentences, cuts"
            " FROM article JOIN version ON version.article = article.id"
            f" WHERE {asked} ORDER BY article.id",
            values,
        ).fetchall()
        for article, version, *source, language, body, sentences, cuts in rows:
            path, outlet, via, agency, byline, headline, standfirst, url = source
            dates = self._dates(article, version)
            yield Article(
                id=article,
                version=version,
                source=Source(path, outlet, via, agency, byline, headline, standfirst, url, dates),
                language=language,
                body=body,
                sentences=sentences_of(sentences),
                cuts=tuple(json.loads(cuts)),
            )

    def _dates(self, article: str, version: str) -> tuple[SourceDate, ...]:
        rows = self._connection.execute(
            "SELECT kind, value, evidence FROM source_date WHERE article = ? AND version = ?"
            " ORDER BY rowid",
            [article, version],
        )
        return tuple(
            SourceDate(DateKind(kind), date.fromisoformat(value), evidence)
            for kind, value, evidence in rows
        )


def _passage(row: tuple[Any, ...]) -> Passage:
    number, article, version, body, start, end = row
    return Passage(number, article, version, body[start:end], start, end)


def _passages_of(selection: Selection | None, join: str = "JOIN") -> tuple[str, str, list[object]]:
    """The joined tables of selected passages, the condition on them, and the values of both."""
    if selection is not None and selection.passages is not None:
        asked, values = where(replace(selection, passages=None))
        return _ASKED, asked, [json.dumps(selection.passages), *values]
    asked, values = where(selection)
    passages = (
        f"{_VERSIONS} {join} passage"
        " ON passage.article = article.id AND passage.version = version.version"
    )
    return passages, asked, values
