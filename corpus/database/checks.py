"""Whether a database can hold a store, and how far its replicas lag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from corpus.database.postgres import OLDEST, Postgres

EXTENSION = "vector"
"""The extension for vector search in the database."""

MOST_BEHIND_SECONDS = 10.0
"""A replica that lags further than this is worth a warning."""


class Finding(NamedTuple):
    """The result of one check; `advice` says what to do, and is absent if nothing is needed."""

    name: str
    ok: bool
    detail: str
    advice: str | None = None


def examine(store: Postgres) -> Iterator[Finding]:
    """The results, most important first. Raises `HomeError` if the server cannot be reached."""
    yield _version(store)
    yield _rights(store)
    yield _extension(store)
    yield _indexes(store)
    yield from _replicas(store)


def _version(store: Postgres) -> Finding:
    number, shown = store.execute(
        "SELECT CAST(current_setting('server_version_num') AS INTEGER),"
        " current_setting('server_version')"
    ).fetchone()
    if number < OLDEST:
        return Finding("postgresql", False, shown, f"update it to {OLDEST // 10000} or newer")
    return Finding("postgresql", True, f"{shown}, schema {store.schema}")


def _rights(store: Postgres) -> Finding:
    user, there, may_make, may_use = store.execute(
        "SELECT current_user, to_regnamespace(quote_ident(?)) IS NOT NULL,"
        " has_database_privilege(current_database(), 'CREATE'),"
        " coalesce(has_schema_privilege(to_regnamespace(quote_ident(?)), 'CREATE, USAGE'), FALSE)",
        [store.schema, store.schema],
    ).fetchone()
    if there and not may_use:
        advice = f'GRANT ALL ON SCHEMA "{store.schema}" TO "{user}"'
        return Finding("rights", False, f"{user} may not write to {store.schema}", advice)
    if not there and not may_make:
        advice = f'GRANT CREATE ON DATABASE … TO "{user}", or make the schema for them'
        return Finding("rights", False, f"{user} may not make the schema {store.schema}", advice)
    return Finding("rights", True, f"{user} may write to {store.schema}")


def _extension(store: Postgres) -> Finding:
    row = store.execute(
        "SELECT default_version, installed_version, rolsuper"
        " OR trusted AND has_database_privilege(current_database(), 'CREATE')"
        " FROM pg_available_extensions AS known JOIN pg_available_extension_versions AS version"
        " ON version.name = known.name AND version.version = default_version"
        " JOIN pg_roles ON rolname = current_user WHERE known.name = ?",
        [EXTENSION],
    ).fetchone()
    if row is None:
        advice = "install pgvector on the server; without it the index stays in the home"
        return Finding("pgvector", False, "not on the server", advice)
    if row[1] is None:
        command = f"CREATE EXTENSION {EXTENSION} SCHEMA public"
        if not row[2]:
            advice = f"let an administrator of the database run {command}"
            return Finding("pgvector", False, f"{row[0]} at hand, not in the database", advice)
        return Finding("pgvector", True, f"{row[0]} at hand", command)
    return Finding("pgvector", True, row[1])


def _indexes(store: Postgres) -> Finding:
    rows = store.execute(
        "SELECT relname, indisvalid AND indisready FROM pg_index"
        " JOIN pg_class ON pg_class.oid = indexrelid"
        " JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = ? ORDER BY relname",
        [store.schema],
    ).fetchall()
    broken = [name for name, good in rows if not good]
    if broken:
        advice = f'REINDEX INDEX CONCURRENTLY "{store.schema}"."{broken[0]}"'
        return Finding("indexes", False, f"not valid: {', '.join(broken)}", advice)
    return Finding("indexes", True, f"{len(rows)} valid")


def _replicas(store: Postgres) -> Iterator[Finding]:
    rows = store.execute(
        "SELECT coalesce(nullif(application_name, ''), 'replica'), state,"
        " CAST(coalesce(extract(epoch FROM replay_lag), 0) AS DOUBLE PRECISION)"
        " FROM pg_stat_replication ORDER BY 1"
    )
    for name, state, seconds in rows:
        ok = state == "streaming" and seconds <= MOST_BEHIND_SECONDS
        advice = None if ok else "see the log of the replica; reading leaves it out meanwhile"
        yield Finding(f"replica {name}", ok, f"{state}, {seconds:.1f} s behind", advice)
