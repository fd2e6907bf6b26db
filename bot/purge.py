"""Deleting articles for good: from the coverage, the index and every file of the home that contains
their words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.desk import PINNED, RECEIVED
from bot.replay.cases import drop_cases
from bot.replay.last import drop_quoted
from corpus.errors import IndexMissing
from corpus.store import Coverage
from retrieval.engine import INDEX_FOLDER
from retrieval.index.service import drop


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did besides changing the coverage: of how many replay cases it took the line,
    which files outside the home the articles were read from, and who else has a text."""

    cases: tuple[str, ...]
    files: tuple[str, ...]
    copies: tuple[str, ...]


def purge(
    home: Path, coverage: Coverage, ids: Sequence[str], today: date, index: Callable[[], None]
) -> Purged:
    """Delete articles from everything in the home, under the writer's lock; `index` builds the
    index without them.

    Raises `InputError`, having done nothing, if one is unknown. Files received in a chat and pinned
    cases are deleted too, and before the articles: if the process is killed, purging the same
    articles again finishes the work. Backups are not touched.
    """
    before = coverage.purged()
    ids = [each for each in dict.fromkeys(ids) if each not in before]
    coverage.refuse_unknown(ids)
    places = coverage.places(ids)
    bodies = [body for each in ids for body in coverage.every_body(each)]
    copies = sorted({other for found in coverage.copies(ids).values() for other in found} - {*ids})
    received = home.absolute() / RECEIVED
    inside = [Path(place) for place in places if Path(place).is_relative_to(received)]
    for place in inside:
        shutil.rmtree(received / place.relative_to(received).parts[0], ignore_errors=True)

    def quoted(text: str) -> bool:
        return any(text in body for body in bodies)

    cases = drop_cases(home / PINNED, quoted)
    drop_quoted(home, quoted)
    coverage.purge(ids, today)
    try:
        index()
    except IndexMissing:
        drop(home / INDEX_FOLDER, coverage)  # of nothing there is no index
    files = sorted(place for place in places if Path(place) not in inside)
    return Purged(tuple(cases), tuple(files), tuple(copies))
