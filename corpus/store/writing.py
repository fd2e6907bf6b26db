"""Changes of the coverage. `add` and `rewrite` are called inside `transaction()`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Literal, NamedTuple

from corpus import copies
from corpus.parts import passages_of
from corpus.read.merge import merge
from corpus.store import fulltext as entered
from corpus.store import journal, origin
from corpus.store.by_hand import ByHand
from corpus.store.journal import COMMAND_LINE, FOLLOWED, Act
from corpus.store.listing import WITHDRAWN
from corpus.store.rows import (
    SOURCE_COLUMNS,
    TEXT_COLUMNS,
    body_digest,
    code,
    day_of,
    raw_digest,
    raw_of,
    raw_row,
    source_row,
    text_row,
)
from corpus.types import Article, RawDocument, Source

Taken = Literal["added", "updated", "unchanged", "removed"]
Change = Literal["nothing", "particulars", "body"]


class Document(NamedTuple):
    """The raw document of a version, and the day it was ingested, if known."""

    article: str
    version: str
    raw: RawDocument
    taken: date | None


class Coverage(ByHand):
    """All articles of one event. Errors: `HomeError` if the file cannot be opened or written."""

    def known(self, raw: RawDocument) -> str | None:
        """The id of the article, removed or not, whose newest version was made from exactly this
        document."""
        row = self._connection.execute(
            "SELECT article.id FROM version JOIN article ON article.id = version.article"
            " AND article.version = version.version WHERE raw = ? ORDER BY removed, article.id",
            [raw_digest(raw)],
        ).fetchone()
        return row and str(row[0])

    def of_origin(self, article: Article, place: str | None) -> str | None:
        """The id of the article that already has this origin, see `corpus.store.origin`."""
        return origin.known(self._connection, article, place)

    def free_id(self, article: Article, place: str | None) -> str:
        """The id for a new article: its own, unless an article of another origin has it already."""
        ids = (code(f"{article.id}\0{place}\0{article.source.outlet}\0{n}", 10) for n in count())
        return self._free("SELECT 1 FROM article WHERE id = ?", [], article.id, ids)

    def given(self, article: str) -> Source:
        """What was stated about an article from outside when its newest version was ingested."""
        row = self._connection.execute(
            "SELECT text, markup, given FROM article JOIN version"
            " ON version.article = article.id AND version.version = article.version"
            " JOIN raw ON raw.digest = version.raw WHERE article.id = ?",
            [article],
        ).fetchone()
        return raw_of(*row).given

    def add(
        self,
        article: Article,
        raw: RawDocument,
        place: str | None,
        today: date | None = None,
        actor: str = COMMAND_LINE,
    ) -> Taken:
        """Store `article`, made from `raw` on the day `today`, as the newest version of its id.

        If a version with this text exists, it is cleaned again under the current rules. Removed
        articles stay removed; their text is stored.
        """
        row = self._connection.execute(
            "SELECT version, removed FROM article WHERE id = ?", [article.id]
        ).fetchone()
        newest, removed = row or (None, 0)
        digest = self._add_raw(raw, today)
        there = self._version_of(article, raw, newest)
        article = replace(article, version=there or self._free_version(article))
        self._connection.execute(
            "INSERT INTO article (id, place, version) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET version = excluded.version, place = coalesce(excluded.place, article.place)",
            [article.id, place, article.version],
        )
        if there:
            self.rewrite(article, digest)
        else:
            self._add_version(article, digest)
        if removed:
            return "removed"
        if newest == article.version:
            return "unchanged"
        self._grow()
        act = Act.UPDATED if newest else Act.ADDED
        journal.record(self._connection, actor, act, articles=[article.id])
        return "updated" if newest else "added"

    def rewrite(self, article: Article, digest: str | None = None) -> Change:
        """Replace the contents of an existing version by `article`, made from the document with
        `digest` (by default the version's own). Its id stays, and its former body is kept."""
        key = [article.id, article.version]
        (before,) = self._articles("article.id = ? AND version.version = ?", key)
        # how the path was written says nothing about the article
        known = replace(before.source, path=article.source.path)
        gone = tuple(flag for flag in before.flags if flag.startswith(WITHDRAWN))
        article = replace(article, flags=(*article.flags, *gone))
        spans = _spans(article)
        again = (
            replace(article, source=before.source) != before
            or before.source.headline != article.source.headline
            or self._stored_spans(article) != spans
        )
        columns = [*SOURCE_COLUMNS, "published", *TEXT_COLUMNS]
        self._connection.execute(
            f"UPDATE version SET {', '.join(f'{column} = ?' for column in columns)},"
            " raw = coalesce(?, raw) WHERE article = ? AND version = ?",
            [*source_row(article.source), *text_row(article), digest, *key],
        )
        for table in ("source_date", *(["passage"] if again else [])):
            self._connection.execute(f"DELETE FROM {table} WHERE article = ? AND version = ?", key)
        self._add_dates(article)
        if again:
            # new ids: no index may mistake the former text for this one
            self._add_passages(article)
        if before.body != article.body:
            # a body that the new one begins with still exists
            grown = article.body.startswith(before.body)
            self._connection.execute(
                "INSERT INTO former (article, version, body) SELECT ?1, ?2, ?3"
                " WHERE NOT EXISTS (SELECT 1 FROM former"
                " WHERE article = ?1 AND version = ?2 AND body = ?3) AND NOT ?4",
                [*key, before.body, grown],
            )
            entered.enter(self._connection, article.id, article.version, article.body)
        if not again and known == article.source:
            return "nothing"
        self._connection.execute(
            "UPDATE coverage SET revision = revision + 1 WHERE EXISTS (SELECT 1 FROM article"
            " WHERE id = ? AND version = ? AND NOT removed)",
            key,
        )
        return "body" if before.proper != article.proper else "particulars"

    def documents(self, article: str | None = None) -> Iterator[Document]:
        """The raw documents of all versions, including superseded and removed ones, or of one
        article, with its corrections. Versions may be rewritten meanwhile."""
        keys = self._connection.execute(
            "SELECT article, version FROM version WHERE ?1 IS NULL OR article = ?1"
            " ORDER BY article, number",
            [article],
        ).fetchall()
        for article, version in keys:
            text, markup, given, taken = self._connection.execute(
                "SELECT text, markup, given, taken FROM version JOIN raw"
                " ON raw.digest = version.raw WHERE article = ? AND version = ?",
                [article, version],
            ).fetchone()
            raw = raw_of(text, markup, given)
            raw = replace(raw, given=merge(self.by_hand(article), raw.given))
            yield Document(article, version, raw, day_of(taken))

    def count_documents(self) -> int:
        """The number of versions, including superseded and removed ones."""
        return int(self._connection.execute("SELECT count(*) FROM version").fetchone()[0])

    def enter_all(self) -> None:
        """Rebuild the full-text index of all bodies."""
        with self.transaction():
            entered.enter_all(self._connection)

    def link(self) -> int:
        """Bring the links between copies up to date with the newest bodies, in transactions of its
        own. Returns the number of texts read. If it is killed, the next call continues."""
        with self._writing():
            return copies.link(self._connection)

    def remove(self, ids: Sequence[str], actor: str = COMMAND_LINE) -> list[str]:
        """Hide articles from all answers; returns those that were not hidden before. Raises
        `InputError`, and hides none, if one does not exist."""
        return self._mark(ids, actor, removed=True)

    def restore(self, ids: Sequence[str], actor: str = COMMAND_LINE) -> list[str]:
        """Undo `remove`; returns those that were hidden. Raises `InputError` like it."""
        return self._mark(ids, actor, removed=False)

    def mark_withdrawn(self, article: str, evidence: str | None, actor: str = FOLLOWED) -> None:
        """Flag an article as withdrawn by its outlet or, without evidence, as available again. It
        can still be quoted, because it was published."""
        with self.transaction():
            row = self._connection.execute(
                "SELECT version.version, flags FROM article JOIN version ON version.article ="
                " article.id AND version.version = article.version WHERE article.id = ?",
                [article],
            ).fetchone()
            if row is None:
                return
            version, written = row
            flags = [each for each in json.loads(written) if not each.startswith(WITHDRAWN)]
            if evidence:
                flags.append(f"{WITHDRAWN}: {evidence}")
            self._connection.execute(
                "UPDATE version SET flags = ? WHERE article = ? AND version = ?",
                [json.dumps(flags, ensure_ascii=False), article, version],
            )
            act = Act.WITHDRAWN if evidence else Act.RETURNED
            journal.record(self._connection, actor, act, articles=[article])

    def _mark(self, ids: Sequence[str], actor: str, *, removed: bool) -> list[str]:
        with self.transaction():
            rows = self._connection.execute(
                "SELECT id, removed FROM article WHERE id IN (SELECT value FROM json_each(?))",
                [json.dumps(list(ids))],
            )
            known = dict(rows.fetchall())
            self.refuse_unknown(ids)
            changed = [each for each in dict.fromkeys(ids) if bool(known[each]) != removed]
            self._connection.executemany(
                "UPDATE article SET removed = ? WHERE id = ?",
                [(removed, each) for each in changed],
            )
            if changed:
                act = Act.REMOVED if removed else Act.RESTORED
                journal.record(self._connection, actor, act, articles=changed)
                self._grow()
        self.link()
        return changed

    def _version_of(self, article: Article, raw: RawDocument, newest: str | None) -> str | None:
        """The version with this text, the newest first; otherwise the one made from this document,
        if the rules of cleaning have changed since."""
        rows = self._connection.execute(
            "SELECT version, version.digest, headline, text, markup, given FROM version JOIN raw"
            " ON raw.digest = version.raw WHERE article = ? ORDER BY version = ? DESC, number DESC",
            [article.id, newest],
        ).fetchall()
        text = body_digest(article.proper), article.source.headline
        for version, *known, _, _, _ in rows:
            if (known[0], known[1]) == text:
                return str(version)
        for version, _, _, *stored in rows:
            if _same_document(raw_of(*stored), raw):
                return str(version)
        return None

    def _free_version(self, article: Article) -> str:
        """The id for a new version: its own, unless a version has it whose text was cleaned again
        since and differs."""
        ids = (code(f"{article.version}\0{n}", 8) for n in count())
        query = "SELECT 1 FROM version WHERE article = ? AND version = ?"
        return self._free(query, [article.id], article.version, ids)

    def _free(self, query: str, key: list[str], first: str, others: Iterator[str]) -> str:
        while self._connection.execute(query, [*key, first]).fetchone():
            first = next(others)
        return first

    def _add_raw(self, raw: RawDocument, today: date | None) -> str:
        digest, *values = raw_row(raw)
        self._connection.execute(
            "INSERT OR IGNORE INTO raw (digest, text, markup, given, taken) VALUES (?, ?, ?, ?, ?)",
            [digest, *values, today and today.isoformat()],
        )
        return str(digest)

    def _add_version(self, article: Article, digest: str) -> None:
        (number,) = self._connection.execute(
            "SELECT count(*) + 1 FROM version WHERE article = ?", [article.id]
        ).fetchone()
        columns = ["article", "version", "raw", "number", *SOURCE_COLUMNS, "published"]
        values = [article.id, article.version, digest, number, *source_row(article.source)]
        self._connection.execute(
            f"INSERT INTO version ({', '.join([*columns, *TEXT_COLUMNS])})"
            f" VALUES ({', '.join('?' * (len(columns) + len(TEXT_COLUMNS)))})",
            [*values, *text_row(article)],
        )
        entered.enter(self._connection, article.id, article.version, article.body)
        self._add_dates(article)
        self._add_passages(article)

    def _add_passages(self, article: Article) -> None:
        self._connection.executemany(
            'INSERT INTO passage (article, version, start, "end") VALUES (?, ?, ?, ?)',
            [(article.id, article.version, start, end) for start, end in _spans(article)],
        )

    def _stored_spans(self, article: Article) -> list[tuple[int, int]]:
        return self._connection.execute(
            'SELECT start, "end" FROM passage WHERE article = ? AND version = ? ORDER BY id',
            [article.id, article.version],
        ).fetchall()

    def _add_dates(self, article: Article) -> None:
        self._connection.executemany(
            "INSERT INTO source_date VALUES (?, ?, ?, ?, ?)",
            [
                (article.id, article.version, found.kind, found.value.isoformat(), found.evidence)
                for found in article.source.dates
            ],
        )

    def _grow(self) -> None:
        self._connection.execute("UPDATE coverage SET revision = revision + 1")


def _spans(article: Article) -> list[tuple[int, int]]:
    return passages_of(article)


def _same_document(one: RawDocument, other: RawDocument) -> bool:
    first, second = (
        (each.text, each.markup, each.given.headline, each.given.standfirst)
        for each in (one, other)
    )
    return first == second
