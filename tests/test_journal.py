"""Who changed what, and when: each change of the coverage is entered where it is made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from corpus.correct import correct
from corpus.database import Place
from corpus.errors import InputError
from corpus.ingest import ingest
from corpus.store import COMMAND_LINE, FOLLOWED, Act, Coverage, JournalEntry, Said
from corpus.types import DateKind, Source, SourceDate
from tests.conftest import Pullquote

TODAY = date(2025, 8, 1)


@pytest.fixture
def coverage(place: Place) -> Iterator[Coverage]:
    """An empty one in each kind of store."""
    with Coverage.open(place) as opened:
        yield opened


@pytest.fixture
def taken(coverage: Coverage, article: Path) -> str:
    [found] = ingest([str(article)], coverage, today=TODAY).articles
    return found


def acts(coverage: Coverage, article: str | None = None) -> list[tuple[Act, str]]:
    return [(entry.act, entry.actor) for entry in coverage.journal(article)]


def test_what_is_taken_in(coverage: Coverage, article: Path, taken: str) -> None:
    [entry] = coverage.journal(taken)
    assert (entry.act, entry.actor, entry.article) == (Act.ADDED, COMMAND_LINE, taken)
    assert timedelta() <= datetime.now(UTC) - entry.at < timedelta(minutes=1)
    ingest([str(article)], coverage, today=TODAY)
    assert len(coverage.journal()) == 1  # the same again changes nothing
    article.write_text(article.read_text("utf-8") + "It cost 5 million, it said.\n", "utf-8")
    ingest([str(article)], coverage, today=TODAY, actor="an editor")
    assert acts(coverage) == [(Act.UPDATED, "an editor"), (Act.ADDED, COMMAND_LINE)]


def test_what_is_corrected(coverage: Coverage, taken: str) -> None:
    day = SourceDate(DateKind.PUBLISHED, date(2025, 7, 11), "by hand")
    said = Source(path="", outlet="Meridian", dates=(day,))
    correct(coverage, taken, said, today=TODAY, actor="an editor")
    correct(coverage, taken, Source(path="", outlet="Anchor"), today=TODAY)
    second, first, _ = coverage.journal(taken)
    assert first.actor == "an editor"
    assert first.said == (
        Said("outlet", None, "Meridian"),
        Said("published", None, "2025-07-11"),
    )
    assert second.said == (Said("outlet", "Meridian", "Anchor"),)
    assert (second.act, second.actor) == (Act.CORRECTED, COMMAND_LINE)


def test_what_could_not_be_corrected_is_not_entered(coverage: Coverage, taken: str) -> None:
    before = coverage.journal()
    with pytest.raises(InputError):
        correct(coverage, "none", Source(path="", outlet="Anchor"), today=TODAY)
    assert coverage.journal() == before


def test_what_is_removed_and_brought_back(coverage: Coverage, taken: str) -> None:
    coverage.remove([taken], "an editor")
    coverage.remove([taken], "another")  # it was removed before
    coverage.restore([taken])
    assert acts(coverage, taken)[:2] == [(Act.RESTORED, COMMAND_LINE), (Act.REMOVED, "an editor")]


def test_what_its_outlet_withdrew(coverage: Coverage, taken: str) -> None:
    coverage.mark_withdrawn(taken, "the server answers 410")
    coverage.mark_withdrawn(taken, None)
    assert acts(coverage, taken)[:2] == [(Act.RETURNED, FOLLOWED), (Act.WITHDRAWN, FOLLOWED)]


def test_nothing_but_the_fact_is_kept_of_what_is_purged(coverage: Coverage, taken: str) -> None:
    correct(coverage, taken, Source(path="", outlet="Meridian"), today=TODAY)
    coverage.purge([taken], TODAY, "an editor")
    [entry] = coverage.journal(taken)
    assert (entry.act, entry.actor, entry.said) == (Act.PURGED, "an editor", ())
    coverage.forget_purge([taken])
    assert acts(coverage, taken)[0] == (Act.READMITTED, COMMAND_LINE)


def test_pages_of_it(coverage: Coverage, taken: str) -> None:
    for _ in range(3):
        coverage.remove([taken])
        coverage.restore([taken])
    every = coverage.journal()
    found: list[JournalEntry] = []
    while page := coverage.journal(before=found[-1].number if found else None, limit=3):
        found += page
    assert found == every
    assert len(every) == 7


def test_a_source_that_is_paused(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "wire"
    folder.mkdir()
    pullquote("source", "add", str(folder), "--name", "wire", home=home)
    assert pullquote("source", "pause", "wire", home=home).returncode == 0
    assert pullquote("source", "pause", "wire", "--resume", home=home).returncode == 0
    coverage = Coverage.open(home / "coverage.sqlite")
    entries = coverage.journal(limit=2)
    coverage.close()
    assert [(each.act, each.source, each.actor) for each in entries] == [
        (Act.RESUMED, "wire", COMMAND_LINE),
        (Act.PAUSED, "wire", COMMAND_LINE),
    ]
