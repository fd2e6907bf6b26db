"""PostgreSQL: opens a schema and migrates its tables to the newest version."""

from __future__ import annotations

import re
import threading
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from corpus.database.pooled import (
    WAIT_SECONDS,
    Postgres,
    alive,
    check,
    configured,
    shown,
    unusable,
    used,
)
from corpus.errors import ConfigurationError, HomeError

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import ConnectionPool

__all__ = ["OLDEST", "SCHEMA", "Postgres", "brought_up", "connected", "disconnect", "shown"]

SCHEMA = "pullquote"
"""The schema of an event if the URI names none, as `?options=-csearch_path%3DNAME` does."""

OLDEST = 140000
"""The oldest supported server, in the form of `server_version_num`."""

_CONNECTIONS = 8
_FILES = re.compile(r"postgres_(\d{4})\.sql")
_SAID_BY_URI = re.compile(r"-c\s*search_path=(?:\"([^\"]+)\"|([\w$]+))")

_POOLS: dict[tuple[str, str], Postgres] = {}
_OPENING = threading.Lock()


def connected(uri: str, schema: str | None = None) -> Postgres:
    """The schema that a URI names, or another one. All users in this process share its pool. Raises
    `ConfigurationError` for an invalid URI or if psycopg is missing, `HomeError` if the server
    cannot be reached."""
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
        from psycopg_pool import ConnectionPool
    except ImportError as error:
        raise ConfigurationError(
            "a store in PostgreSQL needs the extra: pip install 'pullquote[postgres]'"
        ) from error
    try:
        options = str(conninfo_to_dict(uri).get("options") or "")
    except psycopg.ProgrammingError as error:
        reason = " ".join(str(error).split())
        raise ConfigurationError(f"store: {shown(uri)} is no address: {reason}") from None
    said = _SAID_BY_URI.search(options)
    schema = schema or ((said[1] or said[2]) if said else SCHEMA)
    with _OPENING:
        if (uri, schema) not in _POOLS:
            pool: ConnectionPool[Any] = ConnectionPool(
                uri,
                kwargs={"autocommit": True, "application_name": "pullquote", **alive(uri)},
                min_size=1,
                max_size=_CONNECTIONS,
                configure=lambda one: configured(one, schema),
                check=check,
                reset=used,
                open=False,
                name=shown(uri),
                timeout=WAIT_SECONDS,
                reconnect_timeout=WAIT_SECONDS,
            )
            try:
                with psycopg.connect(uri, connect_timeout=int(WAIT_SECONDS)) as first:
                    _refuse_old(first)
            except psycopg.Error as error:
                raise unusable(shown(uri), error) from error
            pool.open()
            _POOLS[uri, schema] = Postgres(pool, schema, uri)
        return _POOLS[uri, schema]


def disconnect(uri: str | None = None) -> None:
    """Close the pools of this process, or only those for one URI."""
    with _OPENING:
        for key in [key for key in _POOLS if uri in (None, key[0])]:
            _POOLS.pop(key)._pool.close()


def brought_up(store: Postgres, part: str, package: str) -> None:
    """Migrate the tables of a part of the store to the newest version, by the files
    `postgres_NNNN.sql` of a package. Raises `HomeError` if a newer pullquote made them."""
    every = sorted(
        (int(found[1]), file)
        for file in files(package).iterdir()
        if (found := _FILES.fullmatch(file.name))
    )
    newest = every[-1][0]
    version = _version(store, part)
    if version < newest:
        with store.transaction("schema"):
            store.execute(f'CREATE SCHEMA IF NOT EXISTS "{store.schema}"')
            store.execute(
                "CREATE TABLE IF NOT EXISTS part (name TEXT PRIMARY KEY, version INTEGER NOT NULL)"
            )
            version = _version(store, part)  # another process may have done it meanwhile
            for number, file in every:
                if number > version:
                    store.run_script(file.read_text(encoding="utf-8"))
            store.execute(
                "INSERT INTO part VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
                " SET version = excluded.version",
                [part, max(version, newest)],
            )
    if version > newest:
        raise HomeError(
            f"{store.shown} was written by a newer pullquote ({part} {version}, this one knows"
            f" {newest}) and stays as it is: update pullquote, or restore the dump made before the"
            " update"
        )


def _version(store: Postgres, part: str) -> int:
    (there,) = store.execute(
        "SELECT to_regclass(?) IS NOT NULL", [f'"{store.schema}".part']
    ).fetchone()
    row = there and store.execute("SELECT version FROM part WHERE name = ?", [part]).fetchone()
    return int(row[0]) if row else 0


def _refuse_old(connection: psycopg.Connection[Any]) -> None:
    version = connection.info.server_version
    if version < OLDEST:
        raise HomeError(
            f"PostgreSQL {version // 10000} is too old for a store; it needs {OLDEST // 10000}"
        )
