"""The coverage database: articles with their versions, raw documents and passages, in SQLite.

One transaction a batch; a killed process leaves the last committed state. Readers may work in
several threads: each thread has a connection of its own.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple

from corpus.errors import HomeError, InputError
from corpus.split import passages
from corpus.text import normalise
from corpus.types import Article, DateKind, Passage, RawDocument, Sentence, Source, SourceDate

SCHEMA_VERSION = 1
# What filters and counts ask for, read without the bodies beside it.
_FILTERS = (
    "CREATE INDEX IF NOT EXISTS version_filters ON version (language, published, outlet, via)"
)
# How long a reader or writer waits for another one before it gives up, in seconds.
BUSY_SECONDS = 30.0

Taken = Literal["added", "updated", "unchanged"]

# By its own choice SQLite goes another way here, and reads every body.
_VERSIONS = (
    "FROM version INDEXED BY version_filters JOIN article ON article.id = version.article"
    " AND article.version = version.version"
)
_NEWEST = f"{_VERSIONS} WHERE NOT removed"
_SOURCE = "path, outlet, via, agency, byline, headline, standfirst, url"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are asked for. `None` leaves a side open; an undated article is dropped as
    soon as a date is asked for."""

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    language: str | None = None

    @property
    def everything(self) -> bool:
        return self == Selection()


class PassageSpan(NamedTuple):
    """Where a passage stands in the newest version of its article, half open."""

    id: int
    article: str
    version: str
    start: int
    end: int


class Coverage:
    """All articles of one event. Errors: `HomeError` when the file cannot be opened or written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._remembered: dict[str, tuple[int, Any]] = {}

    @classmethod
    def open(cls, path: Path) -> Coverage:
        """Open the database at `path`, made empty where there is none."""
        coverage = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = coverage._connection
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                _create(connection)
            # homes made before there was this index get it now
            connection.execute(_FILTERS)
        except (OSError, sqlite3.Error) as error:
            raise HomeError(
                f"cannot use the coverage database {path}: {error}; "
                "check the folder's permissions and free space, or choose another --home"
            ) from error
        if version > SCHEMA_VERSION:
            raise HomeError(
                f"{path} was written by a newer pullquote (schema {version}); update pullquote"
            )
        return coverage

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
            self._local.connection = connection
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside are committed together or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    # ------------------------------------------------------------------ writing

    def known(self, raw: RawDocument) -> str | None:
        """The id of the article whose newest version was made of exactly this document."""
        row = self._connection.execute(
            "SELECT article.id FROM version JOIN article ON article.id = version.article"
            " AND article.version = version.version WHERE raw = ? AND NOT removed",
            [raw_digest(raw)],
        ).fetchone()
        return row and str(row[0])

    def at(self, place: str, outlet: str | None) -> str | None:
        """The id of the article read from `place` before, unless it is another outlet's."""
        rows = self._connection.execute(
            "SELECT article.id, outlet FROM article JOIN version ON version.article = article.id"
            " AND version.version = article.version WHERE place = ?",
            [place],
        ).fetchall()
        same = [row[0] for row in rows if outlet is None or row[1] in (None, outlet)]
        return same[0] if len(same) == 1 else None

    def add(self, article: Article, raw: RawDocument, place: str | None) -> Taken:
        """Store `article`, made of `raw`; call inside `transaction()`."""
        row = self._connection.execute(
            "SELECT version, removed FROM article WHERE id = ?", [article.id]
        ).fetchone()
        digest = self._add_raw(raw)
        if row and row[0] == article.version and not row[1]:
            self._rewrite_source(article, digest)
            return "unchanged"
        exists = self._connection.execute(
            "SELECT 1 FROM version WHERE article = ? AND version = ?", [article.id, article.version]
        ).fetchone()
        self._connection.execute(
            "INSERT INTO article (id, place, version) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
            " SET version = excluded.version, place = excluded.place, removed = 0",
            [article.id, place, article.version],
        )
        if exists:
            self._rewrite_source(article, digest)
        else:
            self._add_version(article, digest)
        self._grow()
        return "updated" if row and not row[1] else "added"

    def remove(self, ids: Sequence[str]) -> None:
        """Hide articles from every later answer. Raises `InputError` when one is not there."""
        with self.transaction():
            for article in ids:
                changed = self._connection.execute(
                    "UPDATE article SET removed = 1 WHERE id = ? AND NOT removed", [article]
                ).rowcount
                if not changed:
                    raise InputError(f"no article {article}; `pullquote articles` lists them")
            self._grow()

    def _add_raw(self, raw: RawDocument) -> str:
        digest = raw_digest(raw)
        self._connection.execute(
            "INSERT OR IGNORE INTO raw VALUES (?, ?, ?, ?)",
            [digest, zlib.compress(raw.text.encode()), raw.markup, _given(raw)],
        )
        return digest

    def _add_version(self, article: Article, digest: str) -> None:
        number = self._connection.execute(
            "SELECT count(*) + 1 FROM version WHERE article = ?", [article.id]
        ).fetchone()[0]
        values = (article.id, article.version, digest, number, *_source_row(article))
        self._connection.execute(
            f"INSERT INTO version (article, version, raw, number, {_SOURCE}, published,"
            f" language, body, sentences, cuts) VALUES ({', '.join('?' * 17)})",
            [
                *values,
                article.language,
                article.body,
                json.dumps([[s.start, s.end, int(s.heading)] for s in article.sentences]),
                json.dumps(article.cuts),
            ],
        )
        self._add_dates(article)
        self._connection.executemany(
            'INSERT INTO passage (article, version, start, "end") VALUES (?, ?, ?, ?)',
            [
                (article.id, article.version, start, end)
                for start, end in passages(article.body, article.sentences, article.cuts)
            ],
        )

    def _rewrite_source(self, article: Article, digest: str) -> None:
        """The same text with other particulars: they are corrected, the version stays."""
        before = self.article(article.id)
        if before and before.source == article.source:
            return
        columns = [*_SOURCE.split(", "), "published", "raw"]
        self._connection.execute(
            f"UPDATE version SET {', '.join(f'{column} = ?' for column in columns)}"
            " WHERE article = ? AND version = ?",
            [*_source_row(article), digest, article.id, article.version],
        )
        self._connection.execute(
            "DELETE FROM source_date WHERE article = ? AND version = ?",
            [article.id, article.version],
        )
        self._add_dates(article)
        self._grow()

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

    # ------------------------------------------------------------------ reading

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
            "article.id = ? AND version.version = coalesce(?, article.version)", [article, version]
        )
        return next(found, None)

    def articles(self, selection: Selection | None = None) -> Iterator[Article]:
        """The newest versions of all selected articles, in the order of their ids."""
        where, values = _where(selection or Selection())
        return self._articles(f"version.version = article.version AND {where}", values)

    def passages(self, selection: Selection | None = None) -> Iterator[Passage]:
        """All passages of the selected articles, in the order of article and start."""
        where, values = _where(selection or Selection())
        rows = self._connection.execute(
            'SELECT passage.id, article.id, version.version, body, start, "end" FROM article'
            " JOIN version ON version.article = article.id AND version.version = article.version"
            " JOIN passage ON passage.article = article.id AND passage.version = version.version"
            f" WHERE NOT removed AND {where} ORDER BY article.id, start, passage.id",
            values,
        )
        for number, article, version, body, start, end in rows:
            yield Passage(number, article, version, body[start:end], start, end)

    def passage_spans(self) -> Iterator[PassageSpan]:
        """Where all passages stand, in the order of article and start."""
        rows = self._connection.execute(
            'SELECT passage.id, article.id, article.version, start, "end" FROM article'
            " JOIN passage ON passage.article = article.id AND passage.version = article.version"
            " WHERE NOT removed ORDER BY article.id, start, passage.id"
        )
        for row in rows:
            yield PassageSpan(*row)

    def passage_ids(self, selection: Selection | None = None) -> list[int]:
        """The ids of `passages(selection)`, in ascending order."""
        where, values = _where(selection or Selection())
        rows = self._connection.execute(
            f"SELECT passage.id {_VERSIONS}"
            " JOIN passage ON passage.article = article.id AND passage.version = version.version"
            f" WHERE NOT removed AND {where} ORDER BY passage.id",
            values,
        )
        return [row[0] for row in rows]

    def passages_by_id(self, ids: Iterable[int]) -> dict[int, Passage]:
        """The passages with these ids that can be quoted now: superseded and removed ones are left
        out."""
        wanted = list(ids)
        rows = self._connection.execute(
            'SELECT passage.id, article.id, version.version, body, start, "end" FROM passage'
            " JOIN article ON article.id = passage.article AND article.version = passage.version"
            " JOIN version ON version.article = article.id AND version.version = article.version"
            " WHERE NOT removed AND passage.id IN (SELECT value FROM json_each(?))",
            [json.dumps(wanted)],
        )
        return {
            number: Passage(number, article, version, body[start:end], start, end)
            for number, article, version, body, start, end in rows
        }

    def count(self, selection: Selection | None = None) -> tuple[int, int]:
        """How many articles are selected, and how many passages they have."""
        where, values = _where(selection or Selection())
        (row,) = self._rows(
            f"SELECT count(DISTINCT article.id), count(passage.id) {_VERSIONS}"
            " LEFT JOIN passage ON passage.article = article.id"
            f" AND passage.version = version.version WHERE NOT removed AND {where}",
            values,
        )
        return int(row[0]), int(row[1])

    def outlets(self) -> list[tuple[str | None, int, date | None]]:
        """Every outlet, its number of articles and newest date, most articles first."""
        rows = self._connection.execute(
            f"SELECT outlet, count(*), max(published) {_NEWEST}"
            " GROUP BY outlet ORDER BY count(*) DESC, outlet"
        )
        return [(outlet, count, _day(newest)) for outlet, count, newest in rows]

    def select(
        self,
        outlets: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        language: str | None = None,
    ) -> Selection | None:
        """The selection with outlets in the coverage's own spelling: any part of a name will do.
        `None` when outlets are asked for and the coverage has none of them."""
        known = tuple(
            name
            for name in (self.outlet_names() if outlets else ())
            if any(normalise(wanted.strip()) in normalise(name) for wanted in outlets)
        )
        return None if outlets and not known else Selection(known, since, until, language)

    def passage_counts(self, ids: Sequence[str]) -> dict[str, int]:
        """The number of passages of the newest version of each of these articles."""
        rows = self._connection.execute(
            "SELECT article.id, count(passage.id) FROM article LEFT JOIN passage"
            " ON passage.article = article.id AND passage.version = article.version"
            " WHERE article.id IN (SELECT value FROM json_each(?)) GROUP BY article.id",
            [json.dumps(list(ids))],
        )
        return dict(rows.fetchall())

    def outlet_names(self) -> list[str]:
        """Every name that stands as outlet or via, in order."""
        rows = self._rows(f"SELECT outlet {_NEWEST} UNION SELECT via {_NEWEST} ORDER BY 1")
        return [name for (name,) in rows if name]

    def languages(self) -> frozenset[str]:
        """The languages of all articles, ISO 639-1 codes."""
        return frozenset(
            language for (language,) in self._rows(f"SELECT DISTINCT language {_NEWEST}")
        )

    def count_outlets(self, selection: Selection | None = None) -> int:
        """How many known outlets the selected articles have."""
        where, values = _where(selection or Selection())
        (row,) = self._rows(f"SELECT count(DISTINCT outlet) {_NEWEST} AND {where}", values)
        return int(row[0])

    def undated_dropped(self, selection: Selection) -> int:
        """How many undated articles the selection's dates drop."""
        if not (selection.since or selection.until):
            return 0
        return self.span(Selection(selection.outlets, language=selection.language))[2]

    def span(self, selection: Selection | None = None) -> tuple[date | None, date | None, int]:
        """The first and the last day of publication, and how many articles are undated."""
        where, values = _where(selection or Selection())
        (row,) = self._rows(
            f"SELECT min(published), max(published), sum(published IS NULL) {_NEWEST} AND {where}",
            values,
        )
        return _day(row[0]), _day(row[1]), int(row[2] or 0)

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

    def _articles(self, where: str, values: Sequence[object]) -> Iterator[Article]:
        rows = self._connection.execute(
            f"SELECT article.id, version.version, {_SOURCE}, language, body, sentences, cuts"
            " FROM article JOIN version ON version.article = article.id"
            f" WHERE NOT removed AND {where} ORDER BY article.id",
            values,
        ).fetchall()
        for article, version, *source, language, body, sentences, cuts in rows:
            dates = self._connection.execute(
                "SELECT kind, value, evidence FROM source_date WHERE article = ? AND version = ?"
                " ORDER BY rowid",
                [article, version],
            )
            known = tuple(
                SourceDate(DateKind(kind), date.fromisoformat(value), evidence)
                for kind, value, evidence in dates
            )
            path, outlet, via, agency, byline, headline, standfirst, url = source
            yield Article(
                id=article,
                version=version,
                source=Source(path, outlet, via, agency, byline, headline, standfirst, url, known),
                language=language,
                body=body,
                sentences=tuple(Sentence(a, b, bool(h)) for a, b, h in json.loads(sentences)),
                cuts=tuple(json.loads(cuts)),
            )


def raw_digest(raw: RawDocument) -> str:
    """A hash of everything a raw document brought with it."""
    return sha256(f"{raw.markup}\0{_given(raw)}\0{raw.text}".encode()).hexdigest()


def _given(raw: RawDocument) -> str:
    given = raw.given
    dates = [[found.kind, found.value.isoformat(), found.evidence] for found in given.dates]
    values = [getattr(given, name) for name in _SOURCE.split(", ")]
    return json.dumps([*values, dates], ensure_ascii=False)


def _source_row(article: Article) -> list[str | None]:
    published = article.source.published
    return [
        *(getattr(article.source, name) for name in _SOURCE.split(", ")),
        published and published.isoformat(),
    ]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _where(selection: Selection) -> tuple[str, list[object]]:
    clauses, values = ["1"], list[object]()
    if selection.outlets:
        clauses.append(
            "(outlet IN (SELECT value FROM json_each(?)) OR"
            " via IN (SELECT value FROM json_each(?)))"
        )
        values += [json.dumps(selection.outlets)] * 2
    for day, comparison in ((selection.since, ">="), (selection.until, "<=")):
        if day:
            clauses.append(f"published {comparison} ?")
            values.append(day.isoformat())
    if selection.language:
        clauses.append("language = ?")
        values.append(selection.language)
    return " AND ".join(clauses), values


def _create(connection: sqlite3.Connection) -> None:
    schema = files("corpus").joinpath("schema.sql").read_text(encoding="utf-8")
    connection.executescript(
        f"BEGIN IMMEDIATE; {schema}"
        f"INSERT INTO coverage VALUES ('{secrets.token_hex(8)}', 0);"
        f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
    )
