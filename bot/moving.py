"""Moves a home into a database, or back: the coverage, the chats and the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.state import FILE as CHATS_FILE
from bot.state import State
from bot.telegram.service import only_bot
from bot.writer import writing
from corpus.database import Database, Postgres, is_uri, moving, postgres
from corpus.errors import InputError
from corpus.sources.book import FILE as SOURCES_FILE
from corpus.sources.book import SourceBook
from corpus.store import COVERAGE_FILE, Coverage

_PARTS: dict[type[Database], str] = {
    Coverage: COVERAGE_FILE,
    State: CHATS_FILE,
    SourceBook: SOURCES_FILE,
}
_MOVING = "moving"
# Tables with a row from the start.
_IN_EVERY = ("coverage", "part", "copy_rules")


def move(source: str, target: str, step: Callable[[int, int], None]) -> int:
    """Bring the store at `source` to `target`, one of them a home and the other the URI of a
    database, or both databases; the number of articles. The source stays as it is. What is written
    by hand stays in its home: aliases, synonyms, pinned cases.

    Raises `InputError` if there is nothing to move or something is there already, `HomeError` if
    reading or writing fails.
    """
    _refuse(source, target)
    with _still(source):
        if is_uri(target):
            return _into_database(source, target, step)
        return _into_home(source, Path(target), step)


def _refuse(source: str, target: str) -> None:
    if not is_uri(source) and not is_uri(target):
        raise InputError("two homes need no move: copy the folder, or restore a backup")
    if source == target:
        raise InputError("from and to are the same place")
    if not is_uri(source) and not (Path(source) / COVERAGE_FILE).is_file():
        raise InputError(f"there is no coverage in {source}: name a home or postgresql://…")


@contextmanager
def _still(source: str) -> Iterator[None]:
    """Inside, nobody writes to the home; that nothing has changed in a database is seen at the
    end."""
    if is_uri(source):
        yield
    else:
        with only_bot(Path(source)), writing(Path(source)):
            yield


def _into_database(source: str, target: str, step: moving.Step) -> int:
    final = postgres.connected(target)
    if _holds_anything(final):
        raise InputError(f"{final.shown} holds a store already: name another schema")
    beside = postgres.connected(target, f"{final.schema}_{_MOVING}")
    count = _copied(source, lambda _: beside, step)
    with final.transaction("schema"):
        final.execute(f'DROP SCHEMA IF EXISTS "{final.schema}" CASCADE')
        final.execute(f'ALTER SCHEMA "{beside.schema}" RENAME TO "{final.schema}"')
    return count


def _holds_anything(store: Postgres) -> bool:
    """Whether there is more than empty tables, which any command leaves."""
    tables = store.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = ? AND tablename != ALL (?)",
        [store.schema, list(_IN_EVERY)],
    )
    return any(store.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for (name,) in tables)


def _into_home(source: str, home: Path, step: moving.Step) -> int:
    if (home / COVERAGE_FILE).exists():
        raise InputError(f"there is coverage in {home} already: name another home")
    count = _copied(source, lambda file: home / f"{file}.{_MOVING}", step)
    for file in reversed(_PARTS.values()):  # the coverage last: then all of it is there
        (home / f"{file}.{_MOVING}").replace(home / file)
    return count


def _copied(source: str, target: Callable[[str], Path | Postgres], step: moving.Step) -> int:
    """Copy every part that the source has."""
    for part, file in _PARTS.items():
        there = source if is_uri(source) else Path(source) / file
        with part.open(target(file)) as made:
            if isinstance(there, Path) and not there.exists():
                continue
            with part.open(there) as given:
                moving.copy(part, given.connection, made.connection, step)
    with Coverage.open(target(COVERAGE_FILE)) as coverage:
        coverage.enter_all()
        return coverage.count()[0]
