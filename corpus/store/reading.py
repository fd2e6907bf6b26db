"""Queries on the coverage: articles, versions, passages, copies. Read only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

from corpus import copies
from corpus.copies import Carrier, Copy
from corpus.database.dialect import NUMBERS
from corpus.store import fulltext as entered
from corpus.store.addresses import address_forms
from corpus.store.counting import VERSIONS, Counting, joined_passages
from corpus.store.fulltext import Entered
from corpus.store.rows import (
    DATES,
    SOURCE,
    dates_of,
    day_of,
    entries_of,
    pages_of,
    parts_of,
    sentences_of,
)
from corpus.store.selection import Selection, where, where_passage
from corpus.types import Article, Passage, Source


class PassageSpan(NamedTuple):
    """The span of a passage in the newest version of its article, half open."""

    id: int
    article: str
    version: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article. `taken` is the day its document was ingested, if known."""

    version: str
    taken: date | None
    headline: str | None
    characters: int
    newest: bool


class Reading(Counting):
    """Queries. Removed articles are left out unless the selection asks for them."""

    def article(self, article: str, version: str | None = None) -> Article | None:
        """An article in its newest version, or in the given one; `None` if it is removed."""
        found = self._articles(
            "NOT removed AND article.id = ? AND version.version = coalesce(?, article.version)",
            [article, version],
        )
        return next(found, None)

    def articles(self, selection: Selection | None = None) -> Iterator[Article]:
        """The newest versions of all selected articles, by id."""
        asked, values = where(selection)
        return self._articles(f"version.version = article.version AND {asked}", values)

    def articles_by_id(
        self, ids: Iterable[str], selection: Selection | None = None
    ) -> dict[str, Article]:
        """The newest versions of those of these articles that are selected, by id."""
        asked, values = where(selection)
        found = self._articles(
            f"version.version = article.version AND {asked}"
            " AND article.id IN (SELECT value FROM json_each(?))",
            [*values, json.dumps(list(ids))],
        )
        return {article.id: article for article in found}

    def newest(self, limit: int, selection: Selection | None = None) -> list[Article]:
        """The selected articles published last, newest first, without undated ones."""
        asked, values = where(selection)
        rows = self._connection.execute(
            f"SELECT article.id {VERSIONS} WHERE {asked} AND published IS NOT NULL"
            " ORDER BY published DESC, article.id LIMIT ?",
            [*values, limit],
        )
        ids = [article for (article,) in rows]
        found = self.articles_by_id(ids)
        return [found[article] for article in ids]

    def undated(self, limit: int, selection: Selection | None = None) -> list[Article]:
        """The selected articles without a day of publication, by id."""
        asked, values = where(selection)
        rows = self._connection.execute(
            f"SELECT article.id {VERSIONS} WHERE {asked} AND published IS NULL"
            " ORDER BY article.id LIMIT ?",
            [*values, limit],
        )
        ids = [article for (article,) in rows]
        found = self.articles_by_id(ids)
        return [found[article] for article in ids]

    def at_address(self, address: str) -> Article | None:
        """The article with this web address in any spelling: with or without www, a fragment, a
        final slash or tracking parameters."""
        asked, values = where(None)
        forms = address_forms(address)
        marks = ", ".join("?" * len(forms))
        row = self._connection.execute(
            "SELECT article.id FROM version JOIN article ON article.id = version.article"
            f" AND article.version = version.version WHERE {asked} AND url IN ({marks})"
            " ORDER BY article.id LIMIT 1",
            [*values, *forms],
        ).fetchone()
        return self.article(row[0]) if row else None

    def versions(self, article: str) -> list[Version]:
        """All versions of an article, in the order in which they were first ingested."""
        rows = self._connection.execute(
            "SELECT version.version, taken, headline,"
            # the body without the other parts, which follow it after two line feeds
            " coalesce(json_extract(parts, '$[0][1]') - 2, length(body)),"
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
        """The body of a version, then the bodies it had under earlier rules of cleaning. Every
        quote ever taken is a slice of one of them."""
        rows = self._connection.execute(
            "SELECT body FROM version WHERE article = ?1 AND version = ?2 UNION ALL"
            " SELECT * FROM (SELECT body FROM former WHERE article = ?1 AND version = ?2"
            " ORDER BY rowid DESC) AS earlier",
            [article, version],
        )
        return [body for (body,) in rows]

    def with_run(self, words: Sequence[str], limit: int) -> list[int]:
        """The numbers of bodies, of any version and time, that contain these of `words_to_find` in
        a row, newest first."""
        return entered.with_run(self._connection, words, limit)

    def entered(self, numbers: Iterable[int]) -> list[Entered]:
        """The versions that have or had the bodies with these numbers."""
        return entered.entered(self._connection, numbers)

    def article_ids(self) -> list[str]:
        """The ids of all articles, including removed ones."""
        return [article for (article,) in self._rows("SELECT id FROM article")]

    def copies(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Other articles that are whole copies of each of these: nearly all of the shorter text is
        in the longer, see `corpus.copies`. Identical bodies are copies however short they are."""
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
        """Other articles with a part of this one's text, those with most of it first."""
        return [copy for copy in copies.copies_of(self._connection, article) if not copy.whole]

    def carriers(self, article: str, start: int, end: int) -> tuple[Carrier, ...]:
        """The other articles that contain `body[start:end]` of an article and derive from the same
        text; empty if the copies of the article are not known yet."""
        return copies.made_of_it(self._connection, article, start, end)

    def earliest(self, ids: Sequence[str]) -> list[str]:
        """These articles, earliest first; then the undated ones, those with an outlet first."""
        return copies.earliest(self._connection, ids)

    def removed(self, ids: Sequence[str]) -> set[str]:
        """Which of these articles are removed."""
        rows = self._connection.execute(
            "SELECT id FROM article WHERE removed AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        return {article for (article,) in rows}

    def states(self, ids: Iterable[str]) -> dict[str, str]:
        """For each of these articles a string that changes when its newest body or headline
        changes, and when it is removed or restored."""
        rows = self._connection.execute(
            "SELECT id, CASE WHEN removed THEN 1 ELSE 0 END, article.version, digest"
            " FROM article JOIN version"
            " ON version.article = article.id AND version.version = article.version"
            " WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        return {article: " ".join(map(str, state)) for article, *state in rows}

    def passages(self, selection: Selection | None = None) -> Iterator[Passage]:
        """All passages of the selected articles, ordered by article and start."""
        asked, values = where_passage(selection)
        rows = self._connection.execute(
            'SELECT passage.id, article.id, version.version, body, start, "end" FROM article'
            " JOIN version ON version.article = article.id AND version.version = article.version"
            " JOIN passage ON passage.article = article.id AND passage.version = version.version"
            f" WHERE {asked} ORDER BY article.id, start, passage.id",
            values,
        )
        for number, article, version, body, start, end in rows:
            yield Passage(number, article, version, body[start:end], start, end)

    def passage_order(self) -> list[int]:
        """The ids of all passages, ordered by article and start."""
        rows = self._connection.execute(
            "SELECT passage.id FROM article"
            " JOIN passage ON passage.article = article.id AND passage.version = article.version"
            " WHERE NOT removed ORDER BY article.id, start, passage.id"
        )
        return [number for (number,) in rows]

    def passage_spans(self, ids: Iterable[int]) -> dict[int, PassageSpan]:
        """The spans of these passages, without superseded and removed ones."""
        rows = self._connection.execute(
            'SELECT passage.id, article.id, article.version, start, "end" FROM passage'
            " JOIN article ON article.id = passage.article AND article.version = passage.version"
            f" WHERE NOT removed AND passage.id IN ({NUMBERS})",
            [json.dumps(list(ids))],
        )
        return {row[0]: PassageSpan(*row) for row in rows}

    def first_passage(self, article: str, version: str) -> PassageSpan | None:
        """The first passage of a version of an article."""
        row = self._connection.execute(
            'SELECT id, article, version, start, "end" FROM passage'
            " WHERE article = ? AND version = ? ORDER BY id LIMIT 1",
            [article, version],
        ).fetchone()
        return row and PassageSpan(*row)

    def passage_ids(self, selection: Selection | None = None) -> list[int]:
        """The ids of `passages(selection)`, in ascending order."""
        source, asked, values = joined_passages(selection)
        rows = self._connection.execute(
            f"SELECT passage.id {source} WHERE {asked} ORDER BY passage.id", values
        )
        return [row[0] for row in rows]

    def passages_by_id(self, ids: Iterable[int]) -> dict[int, Passage]:
        """The passages with these ids that can be quoted now, without superseded and removed
        ones."""
        return self.quotable(ids)[0]

    def quotable(self, ids: Iterable[int]) -> tuple[dict[int, Passage], dict[str, Article]]:
        """`passages_by_id`, and their articles."""
        rows = self._connection.execute(
            'SELECT passage.id, article.id, article.version, start, "end" FROM passage'
            " JOIN article ON article.id = passage.article AND article.version = passage.version"
            f" WHERE NOT removed AND passage.id IN ({NUMBERS})",
            [json.dumps(list(ids))],
        ).fetchall()
        articles = self.articles_by_id({article for _, article, *_ in rows})
        passages = {}
        for number, article, version, start, end in rows:
            found = articles.get(article)
            if found and found.version == version:  # else another process wrote in between
                text = found.body[start:end]
                passages[number] = Passage(number, article, version, text, start, end)
        return passages, articles

    def passage_counts(self, ids: Sequence[str], version: str | None = None) -> dict[str, int]:
        """The number of passages of each of these articles, in the newest version or in the given
        one."""
        rows = self._connection.execute(
            "SELECT article.id, count(passage.id) FROM article LEFT JOIN passage"
            " ON passage.article = article.id"
            " AND passage.version = coalesce(?, article.version)"
            " WHERE article.id IN (SELECT value FROM json_each(?)) GROUP BY article.id",
            [version, json.dumps(list(ids))],
        )
        return dict(rows.fetchall())

    def passages_of(self, ids: Iterable[str]) -> list[int]:
        """The ids of the passages of these articles, in ascending order."""
        return sorted(chain.from_iterable(self.passages_of_each(ids).values()))

    def passages_of_each(self, ids: Iterable[str]) -> dict[str, list[int]]:
        """The ids of the passages of each article that has any, in ascending order."""
        found: dict[str, list[int]] = {}
        for article, number in self._connection.execute(
            "SELECT article.id, passage.id FROM json_each(?) JOIN article ON article.id = value"
            " JOIN passage ON passage.article = article.id AND passage.version = article.version"
            " WHERE NOT removed ORDER BY passage.id",
            [json.dumps(list(ids))],
        ):
            found.setdefault(article, []).append(number)
        return found

    def _articles(self, asked: str, values: Sequence[object]) -> Iterator[Article]:
        rows = self._connection.execute(
            f"SELECT article.id, version.version, {SOURCE}, language, body, sentences, cuts,"
            f" parts, entries, flags, pages, {DATES}"
            " FROM article JOIN version ON version.article = article.id"
            f" WHERE {asked} ORDER BY article.id",
            values,
        ).fetchall()
        for row in rows:
            article, version, path, outlet, via, agency, byline, headline, standfirst, url = row[
                :10
            ]
            language, body, sentences, cuts, parts, entries, flags, pages, dated = row[10:]
            dates = dates_of(dated)
            yield Article(
                id=article,
                version=version,
                source=Source(path, outlet, via, agency, byline, headline, standfirst, url, dates),
                language=language,
                body=body,
                sentences=sentences_of(sentences),
                cuts=tuple(json.loads(cuts)),
                parts=parts_of(parts),
                entries=entries_of(entries),
                flags=tuple(json.loads(flags)),
                pages=pages_of(pages),
            )
