"""A pg_dump of a store, read to its end: does it have every table, with its rows?"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from corpus.database import moving, postgres
from corpus.errors import InputError
from corpus.store import Coverage

_COPY = re.compile(rb'COPY "?([^".]+)"?\."?(\w+)"? ')


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump that was read: its size in `bytes`, how many `articles` it holds, and what is wrong
    with it."""

    bytes: int
    articles: int
    problem: str | None


def command(store: str, file: Path) -> str:
    """The command that dumps the schema of a store."""
    schema = postgres.connected(store).schema
    return shlex.join(
        [
            *("pg_dump", "--format=custom", f"--schema={schema}", f"--file={file}"),
            postgres.shown(store),
        ]
    )


def read(file: Path, store: str) -> Dump:
    """Read a dump to its end. Raises `InputError` if there is no such file, or no pg_restore to
    read it."""
    if not file.is_file():
        raise InputError(f"there is no file {file}")
    restore = shutil.which("pg_restore")
    if restore is None:
        raise InputError("pg_restore is not here: install PostgreSQL's client programs")
    schema = postgres.connected(store).schema if store else None
    rows: dict[str, int] = {}
    with subprocess.Popen(
        [restore, "--file=-", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout
        assert running.stderr
        table = ""
        for line in running.stdout:
            if table:
                if line == b"\\.\n":
                    table = ""
                else:
                    rows[table] += 1
            elif (found := _COPY.match(line)) and schema in (None, found[1].decode()):
                table = found[2].decode()
                rows[table] = 0
        said = running.stderr.read().decode(errors="replace")
    return Dump(
        file.stat().st_size,
        rows.get("article", 0),
        _problem(rows, table, running.returncode, said, schema),
    )


def _problem(
    rows: dict[str, int], table: str, status: int, said: str, schema: str | None
) -> str | None:
    if status:
        return f"cannot be read to its end: {' '.join(said.split())}"
    # a bot, or sources, there may never have been
    missing = sorted(set(moving.names(Coverage)) - set(rows))
    if missing:
        where = f" of the schema {schema}" if schema else ""
        return f"the tables {', '.join(missing)}{where} are not in it"
    if table:
        return f"the table {table} is cut short"
    return None
