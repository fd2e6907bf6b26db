"""Which article a document is: the same origin is the same article, and nothing else is."""

from __future__ import annotations

import io
import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from corpus.ingest import Report, ingest
from corpus.store import Coverage
from corpus.types import DateKind, Source, SourceDate

TODAY = date(2026, 2, 1)
QUAY = "The harbour authority opened a second quay on Monday after two years of work."
FERRY = "A third ferry will sail between the islands from the autumn, its owners announced."
BRIDGE = "Work on the long bridge over the bay was halted again because of strong winds."
ADDRESS = "https://example.org/news/1"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    made = tmp_path / "articles" / "quay.txt"
    made.write_text(QUAY)
    return made


def take(coverage: Coverage, *origins: Path | str, **given: str) -> Report:
    known = Source(path="", **given)  # type: ignore[arg-type]
    return ingest([str(one) for one in origins], coverage, given=known, today=TODAY)


def taken(coverage: Coverage, *origins: Path | str, **given: str) -> str:
    (article,) = take(coverage, *origins, **given).articles
    return article


def counts(report: Report) -> tuple[int, int, int]:
    return report.added, report.updated, report.unchanged


def source(coverage: Coverage, article: str) -> Source:
    found = coverage.article(article)
    assert found
    return found.source


def records(file: Path, *texts: str, **more: str) -> Path:
    file.write_text("\n".join(json.dumps({"text": text, **more}) for text in texts))
    return file


# ---------------------------------------------------------------- moved


def test_a_moved_folder_gives_the_same_articles(coverage: Coverage, file: Path) -> None:
    other = file.with_name("ferry.txt")
    other.write_text(FERRY)
    before = take(coverage, file.parent)
    revision = coverage.revision
    moved = file.parent.rename(file.parent.with_name("moved"))
    after = take(coverage, moved)
    assert counts(after) == (0, 0, 2)
    assert after.articles == before.articles
    assert coverage.revision == revision
    (moved / "quay.txt").write_text(QUAY + " Ferries came at once.")
    assert counts(take(coverage, moved)) == (0, 1, 1)


def test_a_copy_of_a_file_is_another_article(coverage: Coverage, file: Path) -> None:
    first = taken(coverage, file)
    copy = Path(shutil.copy(file, file.with_name("copy.txt")))
    second = taken(coverage, copy)
    assert first != second
    assert coverage.copies([first]) == {first: [second]}
    file.unlink()
    assert taken(coverage, copy) == second


def test_a_file_in_the_place_of_a_moved_one_is_another_article(
    coverage: Coverage, file: Path
) -> None:
    first = taken(coverage, file, outlet="Harbour Post")
    moved = file.rename(file.with_name("moved.txt"))
    file.write_text(FERRY)
    second = taken(coverage, file, outlet="Gulf Online")
    assert first != second
    assert taken(coverage, moved, outlet="Harbour Post") != second


def test_folders_of_one_name_hold_different_articles(coverage: Coverage, tmp_path: Path) -> None:
    files = [tmp_path / part / "day" / "1.txt" for part in "ab"]
    for each, text in zip(files, (QUAY, FERRY), strict=True):
        each.parent.mkdir(parents=True)
        each.write_text(text)
    first, second = (taken(coverage, each) for each in files)
    assert first != second
    files[1].write_text(FERRY + " They did not say when.")
    assert taken(coverage, files[1]) == second
    assert taken(coverage, files[0]) == first


def test_another_home_gives_the_same_ids(coverage: Coverage, file: Path, tmp_path: Path) -> None:
    """As does another machine: where the folder lies there changes nothing."""
    elsewhere = shutil.copytree(file.parent, tmp_path / "far" / "away" / "articles")
    other = Coverage.open(tmp_path / "other" / "coverage.sqlite")
    assert taken(other, elsewhere) == taken(coverage, file)
    other.close()


def test_a_text_from_standard_input_is_the_file_it_is_saved_to(
    coverage: Coverage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(QUAY.encode())))
    first = taken(coverage, "-")
    assert taken(coverage, file, outlet="Harbour Post") == first
    assert source(coverage, first).outlet == "Harbour Post"


# ---------------------------------------------------------------- records


def test_records_put_above_others_are_no_new_texts_of_them(
    coverage: Coverage, tmp_path: Path
) -> None:
    file = records(tmp_path / "feed.jsonl", QUAY, FERRY, source="Harbour Post")
    before = take(coverage, file)
    records(file, BRIDGE, QUAY, FERRY, source="Harbour Post")
    after = take(coverage, file)
    assert counts(after) == (1, 0, 2)
    assert after.articles[1:] == before.articles
    assert counts(take(coverage, file)) == (0, 0, 3)


def test_a_record_with_its_headline_is_updated(coverage: Coverage, tmp_path: Path) -> None:
    file = records(tmp_path / "feed.jsonl", QUAY, title="A second quay")
    before = taken(coverage, file)
    records(file, QUAY + " Ferries came at once.", title="A second quay")
    assert taken(coverage, file) == before


def test_the_same_record_twice_is_one_article(coverage: Coverage, tmp_path: Path) -> None:
    file = records(tmp_path / "feed.jsonl", QUAY, FERRY, QUAY)
    assert len(set(take(coverage, file).articles)) == 2
    revision = coverage.revision
    assert counts(take(coverage, file)) == (0, 0, 3)
    assert coverage.revision == revision


# ---------------------------------------------------------------- what is said of it


def test_a_corrected_outlet_is_no_new_article(coverage: Coverage, file: Path) -> None:
    first = taken(coverage, file, outlet="Harbor Pots")
    later = take(coverage, file, outlet="Harbour Post")
    assert (later.articles, counts(later)) == ([first], (0, 0, 1))
    assert coverage.outlet_names() == ["Harbour Post"]


def test_a_corrected_outlet_is_no_new_article_below_a_headline(
    coverage: Coverage, file: Path
) -> None:
    """The headline stands behind the stored body, and is no part of what tells a text."""
    given = {"headline": "Divers search the mole", "standfirst": "Two boats are out."}
    first = taken(coverage, file, outlet="Harbor Pots", **given)
    stored = coverage.article(first)
    assert stored
    assert len(stored.parts) == 2
    later = take(coverage, file, outlet="Harbour Post", **given)
    assert (later.articles, later.added) == ([first], 0)
    moved = file.with_name("moved.txt")
    file.rename(moved)
    assert taken(coverage, moved, outlet="Harbour Post", **given) == first


def test_an_address_learned_later_is_no_new_article(coverage: Coverage, file: Path) -> None:
    first = taken(coverage, file)
    assert taken(coverage, file, url=ADDRESS) == first
    assert source(coverage, first).url == ADDRESS
    moved = file.with_name("moved.txt")
    moved.write_text(FERRY)
    assert taken(coverage, moved, url=ADDRESS) == first


def test_another_text_with_an_address_of_its_own_is_another_article(
    coverage: Coverage, file: Path
) -> None:
    first = taken(coverage, file, url=ADDRESS)
    file.write_text(FERRY)
    assert taken(coverage, file, url=f"{ADDRESS}2") != first
    assert source(coverage, first).url == ADDRESS


def test_what_was_given_once_stays_until_something_else_is(coverage: Coverage, file: Path) -> None:
    day = SourceDate(DateKind.PUBLISHED, date(2025, 7, 11), "--published 2025-07-11")
    given = Source(path="", outlet="Harbour Post", url=ADDRESS, dates=(day,))
    first = ingest([str(file)], coverage, given=given, today=TODAY).articles[0]
    known, revision = source(coverage, first), coverage.revision
    assert taken(coverage, file.parent) == first
    assert source(coverage, first) == known
    assert coverage.revision == revision
    file.write_text(QUAY + " Ferries came at once.")
    assert taken(coverage, file.parent) == first
    assert source(coverage, first) == known
    assert taken(coverage, file, outlet="Gulf Online") == first
    assert source(coverage, first).outlet == "Gulf Online"
    assert source(coverage, first).published == date(2025, 7, 11)
