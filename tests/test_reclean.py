"""Cleaning again: other bodies, the same versions."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus import ingest as module
from corpus.attribution.aliases import Aliases
from corpus.clean.clean import clean
from corpus.ingest import ingest
from corpus.reclean import Recleaned, reclean
from corpus.store import Coverage
from corpus.types import Cleaned, RawDocument, Source

TODAY = date(2026, 2, 1)
ROOT = Path(__file__).resolve().parent.parent
MENU = "Harbour news, ferries and tides"
FIRST = "The harbour authority opened a second quay on Monday after two years of work."
LAST = "Ferries from four towns along the coast will call there, the authority said."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "quay.txt"
    made.write_text(f"{FIRST}\n\n{MENU}.\n\n{LAST}")
    return made


def better(raw: RawDocument) -> Cleaned:
    """The rules of tomorrow, which know the menu."""
    cleaned = clean(raw)
    at = cleaned.body.find(MENU)
    if at < 0:
        return cleaned
    body = cleaned.body[:at] + cleaned.body[at + len(MENU) + 3 :]
    return replace(cleaned, body=body, cuts=(at,))


def harsh(raw: RawDocument) -> Cleaned:
    return Cleaned(body="Nothing.")


def take(coverage: Coverage, file: Path, **given: str) -> str:
    known = Source(path="", **given)  # type: ignore[arg-type]
    (article,) = ingest([str(file)], coverage, given=known, today=TODAY).articles
    return article


def counts(done: Recleaned) -> tuple[int, int, int, int]:
    return done.documents, done.bodies, done.particulars, len(done.rejected)


def test_with_the_same_rules_nothing_changes(coverage: Coverage, file: Path) -> None:
    take(coverage, file, outlet="Harbour Post")
    before = list(coverage.articles()), coverage.passage_ids(), coverage.revision
    assert counts(reclean(coverage, today=TODAY)) == (1, 0, 0, 0)
    assert (list(coverage.articles()), coverage.passage_ids(), coverage.revision) == before


def test_with_better_rules_the_body_changes_and_the_version_stays(
    coverage: Coverage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = take(coverage, file, outlet="Harbour Post")
    before = coverage.article(article)
    assert before
    monkeypatch.setattr(module, "clean", better)
    steps: list[tuple[int, int]] = []
    done = reclean(coverage, today=TODAY, step=lambda *pair: steps.append(pair))
    assert counts(done) == (1, 1, 0, 0)
    assert steps == [(1, 1)]
    after = coverage.article(article, before.version)
    assert after
    assert MENU in before.body
    assert MENU not in after.body
    assert after.source == before.source
    assert after.cuts
    assert coverage.bodies(article, before.version) == [after.body, before.body]
    assert counts(reclean(coverage, today=TODAY)) == (1, 0, 0, 0)
    # and ingesting it again finds what is there
    again = ingest([str(file)], coverage, today=TODAY)
    assert (again.unchanged, again.articles) == (1, [article])
    assert [each.version for each in coverage.versions(article)] == [before.version]


def test_superseded_and_removed_versions_are_cleaned_too(
    coverage: Coverage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = take(coverage, file)
    first = coverage.versions(article)[0].version
    file.write_text(file.read_text() + " The first came at noon.")
    assert take(coverage, file) == article
    coverage.remove([article])
    revision = coverage.revision
    monkeypatch.setattr(module, "clean", better)
    assert counts(reclean(coverage, today=TODAY)) == (2, 2, 0, 0)
    assert coverage.revision == revision
    assert coverage.article(article) is None
    coverage.restore([article])
    for version in coverage.versions(article):
        stored = coverage.article(article, version.version)
        assert stored
        assert MENU not in stored.body
    assert coverage.versions(article)[0].version == first


def test_what_would_be_rejected_is_kept_and_told(
    coverage: Coverage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = take(coverage, file)
    before = coverage.article(article)
    assert before
    monkeypatch.setattr(module, "clean", harsh)
    done = reclean(coverage, today=TODAY)
    assert counts(done) == (1, 0, 0, 1)
    ((name, version, rejection),) = done.rejected
    assert (name, version, rejection.source) == (article, before.version, str(file))
    assert rejection.reason
    assert coverage.article(article) == before


def test_what_was_given_still_wins(coverage: Coverage, tmp_path: Path) -> None:
    file = tmp_path / "quay.txt"
    file.write_text(
        f'+++\noutlet = "Wrong"\npublished = 2025-07-11\n+++\n{FIRST}\n\n{LAST}', encoding="utf-8"
    )
    article = take(coverage, file, outlet="Right")
    reclean(coverage, today=TODAY)
    stored = coverage.article(article)
    assert stored
    assert stored.source.outlet == "Right"
    assert stored.source.published == date(2025, 7, 11)


def test_the_editors_names_of_today_are_used(coverage: Coverage, file: Path) -> None:
    article = take(coverage, file, outlet="The Post")
    aliases = Aliases(outlets=(("Harbour Post", ("The Post",)),))
    assert counts(reclean(coverage, today=TODAY, aliases=aliases)) == (1, 0, 1, 0)
    assert coverage.outlet_names() == ["Harbour Post"]
    # without the table it is as it was given
    reclean(coverage, today=TODAY)
    assert coverage.outlet_names() == ["The Post"]
    assert take(coverage, file) == article


def test_no_date_later_than_the_ingest_is_believed_later(coverage: Coverage, file: Path) -> None:
    file.write_text(f"+++\npublished = 2026-03-01\n+++\n{file.read_text()}")
    article = take(coverage, file)
    assert counts(reclean(coverage, today=date(2027, 1, 1))) == (1, 0, 0, 0)
    stored = coverage.article(article)
    assert stored
    assert stored.source.dates == ()


def test_killed_on_the_way_it_has_done_nothing(
    coverage: Coverage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(coverage, file)
    other = file.with_name("other.txt")
    other.write_text(file.read_text().replace("second", "third"))
    take(coverage, other)
    before = list(coverage.articles()), coverage.passage_ids(), coverage.revision
    cleaned = iter(range(2))

    def killed(raw: RawDocument) -> Cleaned:
        if next(cleaned) == 1:
            raise KeyboardInterrupt
        return better(raw)

    monkeypatch.setattr(module, "clean", killed)
    with pytest.raises(KeyboardInterrupt):
        reclean(coverage, today=TODAY)
    assert (list(coverage.articles()), coverage.passage_ids(), coverage.revision) == before


_KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from corpus import ingest
from corpus.reclean import reclean
from corpus.store import Coverage

real = ingest.clean
left = int(sys.argv[2])

def clean(raw):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    cleaned = real(raw)
    return type(cleaned)(body=cleaned.body.partition(" ")[2])

ingest.clean = clean
reclean(Coverage.open(Path(sys.argv[1])), today=date(2026, 2, 1))
"""


@pytest.mark.files
@pytest.mark.parametrize("documents", [1, 3, 4])
def test_killed_by_the_system_it_has_done_nothing(tmp_path: Path, documents: int) -> None:
    home = tmp_path / "home" / "coverage.sqlite"
    coverage = Coverage.open(home)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"{FIRST}\n\n{LAST}\n\nNumber {number} came last.")
    ingest([str(tmp_path / "*.txt")], coverage, today=TODAY)
    before = list(coverage.articles()), coverage.passage_ids(), coverage.revision
    coverage.close()
    command = [sys.executable, "-c", _KILLED, str(home), str(documents)]
    killed = subprocess.run(command, cwd=ROOT, check=False)
    assert killed.returncode == (-signal.SIGKILL if documents <= 3 else 0)
    again = Coverage.open(home)
    after = list(again.articles()), again.passage_ids(), again.revision
    assert (after == before) == (documents <= 3)
    assert counts(reclean(again, today=TODAY)) == (3, 0 if documents <= 3 else 3, 0, 0)
    again.close()
