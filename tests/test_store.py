from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import HomeError, InputError
from corpus.split import sentences
from corpus.store import Coverage, Selection, Taken, raw_digest
from corpus.types import Article, DateKind, RawDocument, Source, SourceDate

BODY = "وصل الوزير إلى ونسان مساء الجمعة.\nوقال إن اللقاء بدأ صباح السبت."
FRIDAY, SATURDAY = date(2025, 7, 11), date(2025, 7, 12)


@pytest.fixture
def coverage(tmp_path: Path) -> Iterator[Coverage]:
    opened = Coverage.open(tmp_path / "coverage.sqlite")
    yield opened
    opened.close()


def make(
    id: str = "a", body: str = BODY, day: date | None = None, language: str = "ar", **known: str
) -> Article:
    dates = (SourceDate(DateKind.PUBLISHED, day, str(day)),) if day else ()
    source = replace(Source(path=f"{id}.txt", dates=dates), **known)  # type: ignore[arg-type]
    version = f"{abs(hash(body)):x}"[:8]
    return Article(id, version, source, language, body, sentences(body, language))


def add(coverage: Coverage, *articles: Article) -> list[Taken]:
    with coverage.transaction():
        return [
            coverage.add(one, RawDocument(one.body, one.source), f"/{one.source.path}")
            for one in articles
        ]


def rows(coverage: Coverage, table: str) -> int:
    return int(coverage._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


# ---------------------------------------------------------------- taking


def test_what_is_stored_comes_back(coverage: Coverage) -> None:
    article = make(
        day=FRIDAY,
        outlet="TASS",
        via="Harbour Post",
        agency="AFP",
        byline="desk",
        headline="عنوان",
        standfirst="مقدمة",
        url="https://example.org/1",
    )
    assert add(coverage, article) == ["added"]
    assert coverage.article("a") == article
    assert list(coverage.articles()) == [article]


def test_the_same_again_is_unchanged(coverage: Coverage) -> None:
    add(coverage, make())
    before = coverage.revision, coverage.passage_ids()
    assert add(coverage, make()) == ["unchanged"]
    assert (coverage.revision, coverage.passage_ids()) == before
    assert rows(coverage, "version") == 1


def test_another_text_is_a_new_version_and_the_old_one_is_kept(coverage: Coverage) -> None:
    first, second = make(), make(body=BODY + "\nوغادر يوم الأحد.")
    add(coverage, first)
    old = coverage.passage_ids()
    assert add(coverage, second) == ["updated"]
    assert coverage.article("a") == second
    assert coverage.article("a", first.version) == first
    assert not set(old) & set(coverage.passage_ids())
    assert coverage.passages_by_id(old) == {}
    assert coverage.count()[0] == 1


def test_going_back_to_an_old_text_brings_its_passages_back(coverage: Coverage) -> None:
    first, second = make(), make(body=BODY + "\nوغادر يوم الأحد.")
    add(coverage, first)
    old = coverage.passage_ids()
    add(coverage, second)
    assert add(coverage, first) == ["updated"]
    assert coverage.passage_ids() == old
    assert coverage.article("a") == first


def test_going_back_to_an_old_text_takes_what_is_known_of_it_now(coverage: Coverage) -> None:
    add(coverage, make(), make(body=BODY + "\nوغادر يوم الأحد."))
    again = make(outlet="TASS", day=FRIDAY)
    add(coverage, again)
    assert coverage.article("a") == again


def test_other_particulars_are_corrected_in_place(coverage: Coverage) -> None:
    add(coverage, make())
    before = coverage.revision
    named = make(outlet="TASS", day=FRIDAY)
    assert add(coverage, named) == ["unchanged"]
    assert coverage.article("a") == named
    assert coverage.revision > before
    assert rows(coverage, "version") == 1
    assert rows(coverage, "source_date") == 1


def test_a_document_is_known_by_all_it_brought(coverage: Coverage) -> None:
    add(coverage, make())
    raw = RawDocument(BODY, make().source)
    assert coverage.known(raw) == "a"
    assert coverage.known(replace(raw, markup=True)) is None
    assert coverage.known(replace(raw, given=make(outlet="TASS").source)) is None
    assert coverage.known(replace(raw, given=make(day=FRIDAY).source)) is None
    assert raw_digest(raw) == raw_digest(RawDocument(BODY, make().source))


# ---------------------------------------------------------------- removing


def test_a_removed_article_is_gone_at_once(coverage: Coverage) -> None:
    add(coverage, make(outlet="TASS", day=FRIDAY), make("b", outlet="AFP"))
    (ids,) = [coverage.passage_ids(Selection(outlets=("TASS",)))]
    before = coverage.revision
    coverage.remove(["a"])
    assert coverage.article("a") is None
    assert coverage.passages_by_id(ids) == {}
    assert [one.id for one in coverage.articles()] == ["b"]
    assert {one.article for one in coverage.passages()} == {"b"}
    assert coverage.count() == (1, 1)
    assert coverage.outlet_names() == ["AFP"]
    assert coverage.outlets() == [("AFP", 1, None)]
    assert coverage.span() == (None, None, 1)
    assert coverage.known(RawDocument(BODY, make(outlet="TASS", day=FRIDAY).source)) is None
    assert coverage.revision > before


def test_a_removed_article_is_taken_again(coverage: Coverage) -> None:
    add(coverage, make())
    ids, revision = coverage.passage_ids(), coverage.revision
    coverage.remove(["a"])
    assert add(coverage, make()) == ["added"]
    assert coverage.article("a") == make()
    assert coverage.passage_ids() == ids
    assert coverage.revision > revision + 1


def test_taken_again_with_other_particulars_it_has_those(coverage: Coverage) -> None:
    add(coverage, make())
    coverage.remove(["a"])
    corrected = make(outlet="TASS", day=FRIDAY)
    add(coverage, corrected)
    assert coverage.article("a") == corrected


def test_removing_what_is_not_there_changes_nothing(coverage: Coverage) -> None:
    add(coverage, make())
    before = coverage.revision
    with pytest.raises(InputError, match="no article nowhere"):
        coverage.remove(["a", "nowhere"])
    assert coverage.article("a")
    assert coverage.revision == before
    coverage.remove(["a"])
    with pytest.raises(InputError, match="no article a"):
        coverage.remove(["a"])


# ---------------------------------------------------------------- transactions


def _add_and_fail(coverage: Coverage) -> None:
    with coverage.transaction():
        one = make("b", day=FRIDAY)
        coverage.add(one, RawDocument(one.body, one.source), "/b.txt")
        assert rows(coverage, "article") == 2
        raise KeyboardInterrupt


def test_a_transaction_that_fails_leaves_nothing(coverage: Coverage) -> None:
    add(coverage, make())
    tables = ("raw", "article", "version", "source_date", "passage")
    before = [rows(coverage, table) for table in tables], coverage.revision
    with pytest.raises(KeyboardInterrupt):
        _add_and_fail(coverage)
    assert ([rows(coverage, table) for table in tables], coverage.revision) == before


def test_a_killed_writer_leaves_the_last_committed_state(tmp_path: Path) -> None:
    file = tmp_path / "coverage.sqlite"
    coverage = Coverage.open(file)
    add(coverage, make())
    coverage._connection.execute("BEGIN IMMEDIATE")
    one = make("b")
    coverage.add(one, RawDocument(one.body, one.source), None)
    coverage.close()
    again = Coverage.open(file)
    assert [one.id for one in again.articles()] == ["a"]
    again.close()


def test_readers_go_on_while_a_writer_writes(tmp_path: Path) -> None:
    coverage = Coverage.open(tmp_path / "coverage.sqlite")
    add(coverage, make("a0"))
    done = threading.Event()

    def read() -> int:
        seen, looks = 0, 0
        while not done.is_set() or not looks:
            articles = list(coverage.articles())
            assert len(articles) >= seen
            seen, looks = len(articles), looks + 1
            for passage in coverage.passages():
                assert passage.text == BODY[passage.start : passage.end]
        coverage.close()
        return looks

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for number in range(1, 25):
                add(coverage, make(f"a{number}"))
        finally:
            done.set()
        assert all(reader.result(timeout=20) for reader in readers)
    assert coverage.count()[0] == 25
    coverage.close()


# ---------------------------------------------------------------- asking


@pytest.fixture
def mixed(coverage: Coverage) -> Coverage:
    english = "The minister arrived in Wonsan on Friday. Talks began a day later."
    add(
        coverage,
        make("a", outlet="TASS", day=FRIDAY),
        make("b", english, SATURDAY, "en", outlet="Gulf Online", via="TASS"),
        make("c", outlet="Gulf Online"),
        make("d", english, None, "en"),
    )
    return coverage


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection(), "abcd"),
        (Selection(outlets=("TASS",)), "ab"),
        (Selection(outlets=("Gulf Online",)), "bc"),
        (Selection(outlets=("TASS", "Gulf Online")), "abc"),
        (Selection(outlets=("nobody",)), ""),
        (Selection(since=SATURDAY), "b"),
        (Selection(until=FRIDAY), "a"),
        (Selection(since=FRIDAY, until=SATURDAY), "ab"),
        (Selection(since=SATURDAY, until=FRIDAY), ""),
        (Selection(language="en"), "bd"),
        (Selection(("Gulf Online",), FRIDAY, None, "en"), "b"),
    ],
)
def test_selections(mixed: Coverage, selection: Selection, ids: str) -> None:
    assert "".join(one.id for one in mixed.articles(selection)) == ids
    passages = list(mixed.passages(selection))
    assert sorted({one.article for one in passages}) == list(ids)
    assert mixed.passage_ids(selection) == sorted(one.id for one in passages)
    assert mixed.count(selection) == (len(ids), len(passages))
    assert mixed.passages_by_id(mixed.passage_ids(selection)) == {one.id: one for one in passages}


def test_undated_articles_are_counted(mixed: Coverage) -> None:
    assert mixed.span() == (FRIDAY, SATURDAY, 2)
    assert mixed.span(Selection(language="en")) == (SATURDAY, SATURDAY, 1)
    assert mixed.span(Selection(outlets=("nobody",))) == (None, None, 0)
    assert mixed.undated_dropped(Selection()) == 0
    assert mixed.undated_dropped(Selection(outlets=("Gulf Online",))) == 0
    assert mixed.undated_dropped(Selection(since=FRIDAY)) == 2
    assert mixed.undated_dropped(Selection(("Gulf Online",), until=FRIDAY)) == 1
    assert mixed.undated_dropped(Selection(since=FRIDAY, language="ar")) == 1


def test_outlets(mixed: Coverage) -> None:
    assert mixed.outlets() == [("Gulf Online", 2, SATURDAY), (None, 1, None), ("TASS", 1, FRIDAY)]
    assert mixed.outlet_names() == ["Gulf Online", "TASS"]
    assert mixed.count_outlets() == 2
    assert mixed.count_outlets(Selection(language="ar")) == 2
    assert mixed.passage_counts(["a", "d", "x"]) == {"a": 1, "d": 1}


@pytest.mark.parametrize("wanted", ["gulf", " GULF online ", "Gülf", "line"])
def test_any_part_of_an_outlets_name_selects_it(mixed: Coverage, wanted: str) -> None:
    assert mixed.select((wanted,)) == Selection(("Gulf Online",))


def test_an_outlet_that_is_not_there_selects_nothing(mixed: Coverage) -> None:
    assert mixed.select(("nobody",), FRIDAY) is None
    assert mixed.select((), FRIDAY, None, "ar") == Selection((), FRIDAY, None, "ar")
    everything = mixed.select()
    assert everything
    assert everything.everything


def test_conflicting_dates_leave_an_article_undated(coverage: Coverage) -> None:
    both = tuple(SourceDate(DateKind.PUBLISHED, day, str(day)) for day in (SATURDAY, FRIDAY))
    article = make()
    add(coverage, replace(article, source=replace(article.source, dates=both)))
    stored = coverage.article("a")
    assert stored
    assert stored.source.dates == both
    assert coverage.span() == (None, None, 1)


def test_an_empty_coverage_answers(coverage: Coverage) -> None:
    assert coverage.count() == (0, 0)
    assert coverage.span() == (None, None, 0)
    assert coverage.outlets() == []
    assert list(coverage.passages()) == []
    assert coverage.passages_by_id([1, 2]) == {}
    assert coverage.article("a") is None


def test_passages_come_in_the_order_of_article_and_start(coverage: Coverage) -> None:
    long = "\n".join(f"جملة رقم {n} " + "كلمة " * 40 + "انتهت." for n in range(8))
    add(coverage, make("b", long), make("a", long))
    found = list(coverage.passages())
    assert len(found) > 4
    assert found == sorted(found, key=lambda one: (one.article, one.start))


# ---------------------------------------------------------------- the file


def test_opening_again_keeps_all(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "home" / "coverage.sqlite"
    first = Coverage.open(file)
    add(first, make())
    before = first.id, first.revision, list(first.passages())
    first.close()
    again = Coverage.open(file)
    assert (again.id, again.revision, list(again.passages())) == before
    again.close()


def test_every_coverage_has_its_own_id(tmp_path: Path) -> None:
    made = [Coverage.open(tmp_path / name) for name in ("a", "b")]
    assert made[0].id != made[1].id
    for one in made:
        one.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "coverage.sqlite"
    Coverage.open(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(HomeError, match=r"newer pullquote \(schema 99\); update"):
        Coverage.open(file)


def garbage(file: Path) -> None:
    file.write_bytes(b"this is no database " * 400)


def short_garbage(file: Path) -> None:
    file.write_bytes(b"\0\1\2")


def folder(file: Path) -> None:
    file.mkdir()


def cut_off(file: Path) -> None:
    coverage = Coverage.open(file)
    add(coverage, make())
    coverage.close()
    file.write_bytes(file.read_bytes()[:6000])


def another_database(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE article (title TEXT)")
    connection.close()


@pytest.mark.parametrize("spoil", [garbage, short_garbage, folder, cut_off, another_database])
def test_what_is_no_coverage_is_refused_in_words(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    file = tmp_path / "coverage.sqlite"
    spoil(file)
    with pytest.raises(HomeError, match=r"cannot use the coverage database .*coverage\.sqlite"):
        Coverage.open(file)


def test_a_home_that_is_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(HomeError, match="--home"):
        Coverage.open(tmp_path / "home" / "coverage.sqlite")
