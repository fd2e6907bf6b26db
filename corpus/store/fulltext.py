"""Full-text search over every body ever stored, including superseded ones and those from before a
new cleaning.

SQLite stores the positions of words and no text; PostgreSQL stores the words in order. Only a purge
deletes anything: what was quoted once must always be found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corpus.database import Connection, Postgres
from corpus.language.pasted import sent, words_to_find

# Characters of a word in PostgreSQL's index, which refuses keys of more than 2,700 bytes.
_LONGEST = 500
# Characters of a word that PostgreSQL's `lexemes` keeps.
_LEXEME = 12


class Sought(NamedTuple):
    """What a text must contain: these words in a row or, with `begins`, a word that begins with one
    of them."""

    words: tuple[str, ...]
    begins: bool = False


class Entered(NamedTuple):
    """A version of an article that has, or had, the body with this number."""

    number: int
    article: str
    version: str
    newest: bool


def enter(connection: Connection, article: str, version: str, body: str) -> None:
    """Add a body to the index, as it is and as Telegram sends it."""
    ways = dict.fromkeys((body, sent(body)))
    for words in dict.fromkeys(" ".join(words_to_find(way)) for way in ways):
        (number,) = connection.execute(
            "INSERT INTO entered (article, version) VALUES (?, ?) RETURNING number",
            [article, version],
        ).fetchone()
        connection.execute(
            "INSERT INTO entered_words (rowid, words) VALUES (?, ?)",
            [number, _listed(words.split()) if isinstance(connection, Postgres) else words],
        )


def enter_all(connection: Connection) -> None:
    """Index all bodies again, with the words as they are computed now."""
    every = (
        "SELECT article, version, body FROM version"
        " UNION ALL SELECT article, version, body FROM former"
    )
    connection.execute("DELETE FROM entered")
    bodies: Iterable[tuple[str, str, str]]
    if isinstance(connection, Postgres):
        connection.execute("DELETE FROM entered_words")
        bodies = connection.stream(every)
    else:
        connection.execute("INSERT INTO entered_words (entered_words) VALUES ('delete-all')")
        bodies = connection.execute(every)
    for article, version, body in bodies:
        enter(connection, article, version, body)


def forget(connection: Connection, articles: str) -> None:
    """Delete everything about these articles, a JSON list of ids that are no longer in the
    coverage."""
    here = "article IN (SELECT value FROM json_each(?))"
    if isinstance(connection, Postgres):
        connection.execute(
            f"DELETE FROM entered_words WHERE rowid IN (SELECT number FROM entered WHERE {here})",
            [articles],
        )
    connection.execute(f"DELETE FROM entered WHERE {here}", [articles])
    if not isinstance(connection, Postgres):
        # the words of a single body cannot be deleted
        enter_all(connection)


def with_run(connection: Connection, words: Sequence[str], limit: int) -> list[int]:
    """The numbers of bodies that have these words in a row, newest first."""
    rows: Iterable[tuple[int]]
    if isinstance(connection, Postgres):
        run = _listed(words)
        # first the bodies with all words, by the index, whatever the planner prefers
        rows = connection.execute(
            "WITH found AS MATERIALIZED (SELECT rowid, words FROM entered_words"
            " WHERE words @> ?) SELECT rowid FROM found"
            " WHERE strpos(' ' || array_to_string(words, ' ') || ' ', ?) > 0"
            " ORDER BY rowid DESC LIMIT ?",
            [run, f" {' '.join(run)} ", limit],
        )
    else:
        rows = connection.execute(
            "SELECT rowid FROM entered_words WHERE entered_words MATCH ?"
            " ORDER BY rowid DESC LIMIT ?",
            [f'"{" ".join(words)}"', limit],
        )
    return [number for (number,) in rows]


def holding(connection: Connection, sought: Sequence[Sought]) -> tuple[str, list[object]]:
    """The condition on `entered_words` that a body contains all of this, and its values."""
    if not sought:
        return "FALSE", []
    if not isinstance(connection, Postgres):
        return "entered_words MATCH ?", [" AND ".join(f"({_match(each)})" for each in sought)]
    clauses = ["lexemes(words) @@ CAST(? AS tsquery)"]
    values: list[object] = [" & ".join(f"({_lexemes(each)})" for each in sought)]
    for each in sought:
        # what lexemes do not tell: the order of words, and the rest of a long word
        if not each.begins:
            clauses.append("strpos(' ' || array_to_string(words, ' ') || ' ', ?) > 0")
            values.append(f" {' '.join(_listed(each.words))} ")
        elif any(len(word) > _LEXEME for word in each.words):
            clauses.append(
                "EXISTS (SELECT 1 FROM unnest(words) AS word JOIN json_each(?)"
                " ON starts_with(word, value))"
            )
            values.append(json.dumps(_listed(each.words)))
    return " AND ".join(clauses), values


def _match(sought: Sought) -> str:
    """In the syntax of SQLite's full-text search."""
    if sought.begins:
        return " OR ".join(f'"{word}"*' for word in sought.words)
    return f'"{" ".join(sought.words)}"'


def _lexemes(sought: Sought) -> str:
    """In the syntax of a tsquery."""
    ending, between = (":*", " | ") if sought.begins else ("", " & ")
    return between.join(f"'{word[:_LEXEME]}'{ending}" for word in sought.words)


def _listed(words: Sequence[str]) -> list[str]:
    """Words cut to the length that PostgreSQL can index."""
    return [word[:_LONGEST] for word in words]


def entered(connection: Connection, numbers: Iterable[int]) -> list[Entered]:
    """The versions with these numbers, in this order; removed articles are left out."""
    rows = connection.execute(
        "SELECT number, article.id, entered.version, entered.version = article.version"
        " FROM json_each(?) CROSS JOIN entered ON number = CAST(value AS BIGINT)"
        " JOIN article ON article.id = entered.article WHERE NOT removed ORDER BY key",
        [json.dumps(list(numbers))],
    )
    return [Entered(number, article, version, bool(new)) for number, article, version, new in rows]
