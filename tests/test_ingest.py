from __future__ import annotations

import io
import json
import sys
from datetime import date
from itertools import permutations
from pathlib import Path
from zipfile import ZipFile

import pytest

from corpus import ingest as module
from corpus.ingest import Report, ingest, preview
from corpus.read import read_manifest
from corpus.store import Coverage, Selection
from corpus.types import DateKind, Source

TODAY = date(2026, 2, 1)
ARABIC = (
    "وصل الوزير إلى مدينة ونسان مساء الجمعة في زيارة تستمر ثلاثة أيام.\n\nوبدأ اللقاء صباح السبت."
)
ENGLISH = "The minister arrived in Wonsan on Friday for three days.\n\nTalks began on Saturday."
RUSSIAN = "Министр прибыл в Вонсан в пятницу на три дня.\n\nПереговоры начались в субботу утром."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    for name, text in (("a.txt", ARABIC), ("b.txt", ENGLISH), ("c.txt", RUSSIAN)):
        (made / name).write_text(text, encoding="utf-8")
    return made


def take(coverage: Coverage, *origins: Path | str, **given: str) -> Report:
    known = Source(path="", **given)  # type: ignore[arg-type]
    return ingest([str(one) for one in origins], coverage, given=known, today=TODAY)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.rejected)


def reasons(report: Report) -> list[str]:
    return [one.reason for one in report.rejected]


# ---------------------------------------------------------------- again and again


def test_added_then_unchanged_then_updated(coverage: Coverage, folder: Path) -> None:
    first = take(coverage, folder)
    assert counts(first) == (3, 0, 0, 0)
    revision = coverage.revision
    again = take(coverage, folder)
    assert counts(again) == (0, 0, 3, 0)
    assert sorted(again.articles) == sorted(first.articles)
    assert coverage.revision == revision
    (folder / "b.txt").write_text(ENGLISH + " They ended on Sunday.", encoding="utf-8")
    assert counts(take(coverage, folder)) == (0, 1, 2, 0)
    assert coverage.revision > revision
    assert coverage.count()[0] == 3


def test_the_article_whose_text_changed_keeps_its_id(coverage: Coverage, folder: Path) -> None:
    (before,) = take(coverage, folder / "b.txt").articles
    stored = coverage.article(before)
    (folder / "b.txt").write_text(ENGLISH + " They ended on Sunday.", encoding="utf-8")
    assert take(coverage, folder / "b.txt").articles == [before]
    newest = coverage.article(before)
    assert stored
    assert newest
    assert newest.version != stored.version
    assert newest.body.endswith("They ended on Sunday.")
    assert coverage.article(before, stored.version) == stored


def test_an_outlet_given_later_keeps_the_id(coverage: Coverage, folder: Path) -> None:
    (before,) = take(coverage, folder / "a.txt").articles
    revision = coverage.revision
    later = take(coverage, folder / "a.txt", outlet="Harbour Post")
    assert later.articles == [before]
    assert counts(later) == (0, 0, 1, 0)
    assert coverage.revision > revision
    assert coverage.outlet_names() == ["Harbour Post"]
    assert coverage.count()[0] == 1


def test_an_outlet_and_another_text_keep_the_id(coverage: Coverage, folder: Path) -> None:
    (before,) = take(coverage, folder / "b.txt").articles
    (folder / "b.txt").write_text(ENGLISH + " They ended on Sunday.", encoding="utf-8")
    later = take(coverage, folder / "b.txt", outlet="Harbour Post")
    assert (later.articles, later.updated) == ([before], 1)


def test_the_same_text_from_another_origin_is_another_article(
    coverage: Coverage, folder: Path
) -> None:
    (folder / "copy.txt").write_text(ARABIC, encoding="utf-8")
    report = take(coverage, folder / "a.txt", folder / "copy.txt")
    assert report.added == 2
    assert len(set(report.articles)) == 2
    one, other = (coverage.article(one) for one in report.articles)
    assert one
    assert other
    assert one.version == other.version


def test_a_removed_article_stays_removed(coverage: Coverage, folder: Path) -> None:
    (taken,) = take(coverage, folder / "a.txt").articles
    coverage.remove([taken])
    for given in ({}, {"outlet": "Harbour Post"}):
        again = take(coverage, folder / "a.txt", **given)
        assert (again.usable, again.articles) == (0, [])
        (reason,) = reasons(again)
        assert f"`pullquote remove --undo {taken}`" in reason
        assert coverage.article(taken) is None
    coverage.restore([taken])
    article = coverage.article(taken)
    assert article
    assert article.source.outlet == "Harbour Post"


def test_an_address_is_the_origin_wherever_the_file_lies(coverage: Coverage, folder: Path) -> None:
    address = "https://example.org/news/1"
    (before,) = take(coverage, folder / "a.txt", url=address).articles
    (folder / "moved.txt").write_text(ARABIC + "\n\nوغادر الأحد.", encoding="utf-8")
    later = take(coverage, folder / "moved.txt", url=address)
    assert (later.articles, later.updated) == ([before], 1)


def test_the_order_of_ingest_changes_no_id(tmp_path: Path, folder: Path) -> None:
    seen = set()
    for number, order in enumerate(permutations(sorted(folder.iterdir()))):
        coverage = Coverage.open(tmp_path / f"{number}.sqlite")
        take(coverage, *order)
        articles = list(coverage.articles())
        seen.add(tuple((one.id, one.version, one.body) for one in articles))
        coverage.close()
    assert len(seen) == 1


def test_a_batch_that_fails_leaves_nothing_of_it(
    coverage: Coverage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    real, calls = Coverage.add, iter(range(10))

    def failing(self: Coverage, *given: object) -> object:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Coverage, "add", failing)
    (folder / "d.txt").write_text(ENGLISH.replace("minister", "envoy"), encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        take(coverage, folder)
    assert coverage.count()[0] == 2
    monkeypatch.undo()
    assert counts(take(coverage, folder)) == (2, 0, 2, 0)


# ---------------------------------------------------------------- origins


def test_a_folder_is_read_deep_without_hidden_and_foreign_files(
    coverage: Coverage, folder: Path
) -> None:
    for name in ("deep/er/d.md", ".hidden.txt", ".git/e.txt", "deep/.f/g.txt", "picture.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        text = ENGLISH.replace("minister", f"minister of {Path(name).stem}")
        (folder / name).write_text(text, encoding="utf-8")
    report = take(coverage, folder)
    assert counts(report) == (4, 0, 0, 4)
    refused = {Path(each.source).name for each in report.rejected}
    assert refused == {".hidden.txt", ".git", ".f", "picture.png"}
    paths = {Path(one.source.path).name for one in coverage.articles()}
    assert paths == {"a.txt", "b.txt", "c.txt", "d.md"}


def test_a_folder_inside_a_hidden_one_is_read_when_named(
    coverage: Coverage, folder: Path, tmp_path: Path
) -> None:
    hidden = tmp_path / ".mine"
    folder.rename(hidden)
    assert take(coverage, hidden).added == 3


def test_globs(coverage: Coverage, folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "d.txt").write_text(ENGLISH.replace("Friday", "Monday"), encoding="utf-8")
    assert take(coverage, folder / "[ab].txt").added == 2
    assert counts(take(coverage, folder / "**" / "*.txt")) == (2, 0, 2, 0)


def test_a_file_whose_name_looks_like_a_glob(coverage: Coverage, folder: Path) -> None:
    (folder / "n[1].txt").write_text(ENGLISH, encoding="utf-8")
    assert take(coverage, folder / "n[1].txt").added == 1


def test_an_address_is_refused_in_words(coverage: Coverage) -> None:
    report = take(coverage, "https://example.org/news/1")
    assert reasons(report) == ["pages are not fetched: save the page and ingest the file"]
    assert report.usable == 0


@pytest.mark.parametrize("origin", ["nowhere.txt", "nowhere/", "no*where.txt"])
def test_what_is_not_there_is_refused_in_words(
    coverage: Coverage, folder: Path, origin: str
) -> None:
    report = take(coverage, f"{folder}/{origin}", folder / "a.txt")
    assert counts(report) == (1, 0, 0, 1)
    assert reasons(report) == ["no such file or folder"]


def test_an_empty_folder_is_refused_in_words(coverage: Coverage, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (reason,) = reasons(take(coverage, tmp_path / "empty"))
    assert "there is no file in this folder" in reason


def test_a_text_too_short_is_refused_in_words(coverage: Coverage, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("قصير جدا.", encoding="utf-8")
    (reason,) = reasons(take(coverage, tmp_path / "short.txt"))
    assert "no article text" in reason
    assert "40" in reason
    assert coverage.count() == (0, 0)


def test_standard_input(coverage: Coverage, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for _ in range(2):
        stream = io.TextIOWrapper(io.BytesIO(ARABIC.encode()), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", stream)
        ids += take(coverage, "-").articles
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert coverage.count()[0] == 1


def test_records_on_standard_input_are_told_apart(
    coverage: Coverage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in (ENGLISH, RUSSIAN):
        record = json.dumps({"text": text}).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(record)))
        assert take(coverage, "-").added == 1
    assert coverage.count()[0] == 2


@pytest.mark.parametrize(
    "lines",
    [
        ("Harbours and ferries", "Quays and moles", "Towns of the coast"),
        tuple(f"Ferry reports, page {page} of 12" for page in range(1, 13)),
    ],
    ids=["menu", "pager"],
)
def test_a_list_without_a_sentence_is_refused_in_words(
    lines: tuple[str, ...], coverage: Coverage, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("\n".join(lines))
    (reason,) = reasons(take(coverage, tmp_path / "a.txt"))
    assert "no sentences" in reason


def test_a_manifest_names_the_files_and_says_what_is_known(
    coverage: Coverage, folder: Path
) -> None:
    table = "file,outlet,published\na.txt,Quay Post,2025-07-11\nb.txt,,\ngone.txt,,\n"
    (folder / "m.csv").write_text(table)
    manifest = read_manifest(folder / "m.csv")
    report = ingest([], coverage, manifest=manifest, today=TODAY)
    assert counts(report) == (2, 0, 0, 1)
    assert "row 4 of" in reasons(report)[0]
    said = {Path(one.source.path).name: one.source for one in coverage.articles()}
    assert (said["a.txt"].outlet, said["a.txt"].published) == ("Quay Post", date(2025, 7, 11))
    assert said["b.txt"].outlet is None
    report = ingest([str(folder)], coverage, manifest=manifest, today=TODAY)
    assert counts(report) == (1, 0, 2, 0)
    known = Source(path="", outlet="Harbour Post")
    shown = preview([str(folder / "a.txt")], given=known, manifest=manifest, today=TODAY)
    assert shown.prepared[0][0].source.outlet == "Harbour Post"


def test_a_zip_gives_the_same_articles_again(coverage: Coverage, folder: Path) -> None:
    with ZipFile(folder / "s.zip", "w") as archive:
        archive.write(folder / "a.txt", "deep/a.txt")
        archive.write(folder / "b.txt", "b.txt")
    first = take(coverage, folder / "s.zip")
    assert counts(first) == (2, 0, 0, 0)
    paths = {one.source.path for one in coverage.articles()}
    assert paths == {f"{folder}/s.zip/deep/a.txt", f"{folder}/s.zip/b.txt"}
    with ZipFile(folder / "s.zip", "w") as archive:
        archive.write(folder / "a.txt", "deep/a.txt")
        archive.writestr("b.txt", ENGLISH + " They ended on Sunday.")
    again = take(coverage, folder / "s.zip")
    assert counts(again) == (0, 1, 1, 0)
    assert sorted(again.articles) == sorted(first.articles)


def test_steps_are_told(coverage: Coverage, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    ingest([str(folder)], coverage, today=TODAY, step=lambda *pair: told.append(pair))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_preview_stores_nothing(coverage: Coverage, folder: Path) -> None:
    shown = preview([str(folder)], today=TODAY)
    taken = take(coverage, folder)
    assert (shown.usable, shown.added) == (3, 0)
    assert [article.id for article, _ in shown.prepared] == taken.articles
    coverage.remove(taken.articles)


# ---------------------------------------------------------------- what is said of them


def test_front_matter(coverage: Coverage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        f'+++\noutlet = "Harbour Post"\npublished = 2025-07-11\nheadline = "عنوان"\n+++\n{ARABIC}',
        encoding="utf-8",
    )
    (taken,) = take(coverage, tmp_path / "a.txt").articles
    article = coverage.article(taken)
    assert article
    assert article.source.outlet == "Harbour Post"
    assert article.source.headline == "عنوان"
    assert article.source.published == date(2025, 7, 11)
    assert article.proper == ARABIC
    assert article.language == "ar"


def test_what_is_given_wins_over_front_matter(coverage: Coverage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f'+++\noutlet = "Wrong"\n+++\n{ARABIC}', encoding="utf-8")
    take(coverage, tmp_path / "a.txt", outlet="Right")
    assert coverage.outlet_names() == ["Right"]


def test_front_matter_that_is_wrong_is_refused_in_words(coverage: Coverage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f'+++\npublisher = "X"\n+++\n{ARABIC}', encoding="utf-8")
    (reason,) = reasons(take(coverage, tmp_path / "a.txt"))
    assert "unknown key 'publisher'" in reason


def test_records(coverage: Coverage, tmp_path: Path) -> None:
    lines = [
        json.dumps({"text": ARABIC, "outlet": "Harbour Post", "date": "2025-07-11"}),
        "",
        json.dumps({"title": "no text"}),
        "{broken",
        json.dumps({"body": ENGLISH, "url": "https://example.org/2"}),
    ]
    file = tmp_path / "feed.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    report = take(coverage, file)
    assert counts(report) == (2, 0, 0, 2)
    assert [one.source for one in report.rejected] == [f"{file}#3", f"{file}#4"]
    first, second = (coverage.article(one) for one in report.articles)
    assert first
    assert second
    assert first.source.path == f"{file}#1"
    assert first.source.published == date(2025, 7, 11)
    assert second.source.url == "https://example.org/2"
    assert counts(take(coverage, file)) == (0, 0, 2, 2)


def test_a_date_after_today_is_not_believed(coverage: Coverage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"+++\npublished = 2031-01-01\n+++\n{ARABIC}", encoding="utf-8")
    take(coverage, tmp_path / "a.txt")
    assert coverage.span() == (None, None, 1)
    assert coverage.undated_dropped(Selection(since=TODAY)) == 1


def test_dates_keep_their_kind_and_evidence(coverage: Coverage, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        f"+++\npublished = 2025-07-11\nupdated = 2025-07-12\n+++\n{ARABIC}", encoding="utf-8"
    )
    (taken,) = take(coverage, tmp_path / "a.txt").articles
    article = coverage.article(taken)
    assert article
    assert [(one.kind, one.evidence) for one in article.source.dates] == [
        (DateKind.PUBLISHED, "published = 2025-07-11"),
        (DateKind.UPDATED, "updated = 2025-07-12"),
    ]


def test_a_record_whose_summary_is_its_text_is_taken(coverage: Coverage, tmp_path: Path) -> None:
    body = "The harbour authority opened a second quay on Monday after two years of work."
    file = tmp_path / "feed.jsonl"
    file.write_text(json.dumps({"title": "A second quay", "summary": body, "body": body}) + "\n")
    report = ingest([str(file)], coverage, today=TODAY)
    assert [each.proper for each in coverage.articles()] == [body]
    assert (report.added, report.rejected) == (1, [])
