from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.database import Place
from corpus.errors import HomeError, InputError
from corpus.split import sentences
from corpus.store import Act, ArticleFilter, Change, Coverage, Selection, Taken, Version, raw_digest
from corpus.types import Article, DateKind, RawDocument, Source, SourceDate

BODY = "وصل الوزير إلى ونسان مساء الجمعة.\nوقال إن اللقاء بدأ صباح السبت."
FRIDAY, SATURDAY = date(2025, 7, 11), date(2025, 7, 12)


@pytest.fixture
def coverage(place: Place) -> Iterator[Coverage]:
    opened = Coverage.open(place)
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
    assert coverage.removed(["a", "b", "x"]) == {"a"}
    assert [one.id for one in coverage.articles(Selection(removed=True))] == ["a"]
    assert coverage.outlet_names(removed=True) == ["TASS"]
    assert coverage.revision > before


def test_a_removed_article_stays_removed_when_it_is_taken_again(coverage: Coverage) -> None:
    add(coverage, make())
    coverage.remove(["a"])
    revision = coverage.revision
    newer = make(body=BODY + "\nوغادر يوم الأحد.")
    assert add(coverage, make(), make(outlet="TASS"), newer) == ["removed"] * 3
    assert coverage.article("a") is None
    assert list(coverage.passages()) == []
    assert coverage.revision == revision
    assert coverage.known(RawDocument(newer.body, newer.source)) == "a"
    assert coverage.restore(["a"]) == ["a"]
    assert coverage.article("a") == newer
    assert coverage.revision > revision


def test_restoring_brings_back_what_was_removed(coverage: Coverage) -> None:
    add(coverage, make(day=FRIDAY), make("b"))
    before = list(coverage.articles()), coverage.passage_ids()
    coverage.remove(["a", "b"])
    assert coverage.restore(["b", "a", "b"]) == ["b", "a"]
    assert (list(coverage.articles()), coverage.passage_ids()) == before
    revision = coverage.revision
    assert coverage.restore(["a"]) == []
    assert coverage.revision == revision


def test_removing_what_is_not_there_changes_nothing(coverage: Coverage) -> None:
    add(coverage, make())
    before = coverage.revision
    with pytest.raises(InputError, match="no article nowhere, never;"):
        coverage.remove(["nowhere", "a", "never"])
    assert coverage.article("a")
    assert coverage.revision == before
    assert coverage.remove(["a"]) == ["a"]
    assert coverage.revision == before + 1
    assert coverage.remove(["a"]) == []
    assert coverage.revision == before + 1


# ---------------------------------------------------------------- versions


def test_versions_are_listed_in_the_order_they_were_taken(coverage: Coverage) -> None:
    first, second = make(), make(body=BODY + "\nوغادر يوم الأحد.", headline="عنوان")
    with coverage.transaction():
        for one, day in ((first, FRIDAY), (second, SATURDAY), (first, SATURDAY)):
            coverage.add(one, RawDocument(one.body, one.source), None, day)
    assert coverage.versions("a") == [
        Version(first.version, FRIDAY, None, len(first.body), newest=True),
        Version(second.version, SATURDAY, "عنوان", len(second.body), newest=False),
    ]
    assert coverage.versions("b") == []
    assert coverage.passage_counts(["a"], second.version) == {"a": 1}


def test_articles_with_the_very_same_text_are_copies(coverage: Coverage) -> None:
    add(coverage, make("a"), make("b", outlet="TASS"), make("c"), make("d", BODY + " نعم."))
    assert coverage.copies(["a", "d"]) == {"a": ["b", "c"], "d": []}
    coverage.remove(["b"])
    add(coverage, make("c", BODY + " نعم."))
    assert coverage.copies(["a", "c"]) == {"a": [], "c": ["d"]}


def cleaned_again(coverage: Coverage, article: Article) -> Change:
    with coverage.transaction():
        return coverage.rewrite(article)


def test_a_text_cleaned_again_is_the_version_it_was(coverage: Coverage) -> None:
    taken = make(body="القائمة\n" + BODY)
    add(coverage, taken)
    old, revision = coverage.passage_ids(), coverage.revision
    cleaned = replace(make(day=FRIDAY), version=taken.version)
    assert cleaned_again(coverage, cleaned) == "body"
    assert coverage.article("a", taken.version) == cleaned
    assert coverage.bodies("a", taken.version) == [BODY, taken.body]
    assert coverage.revision > revision
    assert not set(old) & set(coverage.passage_ids())
    (passage,) = coverage.passages()
    assert passage.text == BODY[passage.start : passage.end]
    revision = coverage.revision
    assert cleaned_again(coverage, cleaned) == "nothing"
    assert coverage.revision == revision


def test_a_text_cleaned_again_is_known_when_it_is_taken_again(coverage: Coverage) -> None:
    taken = make(body="القائمة\n" + BODY)
    raw = RawDocument("القائمة\n" + BODY, taken.source)
    with coverage.transaction():
        coverage.add(taken, raw, None)
        # the rules have changed, and the document says more: by its text it is the same version
        made = make(outlet="TASS")
        assert coverage.add(made, replace(raw, given=made.source), None) == "unchanged"
    assert coverage.article("a") == replace(made, version=taken.version)
    assert coverage.bodies("a", taken.version) == [BODY, taken.body]


def test_a_new_text_never_gets_the_id_of_a_version_cleaned_again(coverage: Coverage) -> None:
    taken = make(body="القائمة\n" + BODY)
    add(coverage, taken)
    cleaned_again(coverage, replace(make(), version=taken.version))
    with coverage.transaction():
        other = RawDocument("another page", taken.source)
        assert coverage.add(taken, other, None) == "updated"
    newest = coverage.article("a")
    assert newest
    assert newest.version != taken.version
    assert newest.body == taken.body
    before = coverage.article("a", taken.version)
    assert before
    assert before.body == BODY


def test_a_superseded_version_cleaned_again_changes_nothing_quotable(coverage: Coverage) -> None:
    first, second = make(), make(body=BODY + "\nوغادر يوم الأحد.")
    add(coverage, first, second)
    revision = coverage.revision
    cleaned = replace(make(body=BODY[:34]), version=first.version)
    assert cleaned_again(coverage, cleaned) == "body"
    assert coverage.article("a", first.version) == cleaned
    assert coverage.revision == revision


def test_another_path_alone_is_no_change(coverage: Coverage) -> None:
    add(coverage, make())
    revision = coverage.revision
    moved = make()
    moved = replace(moved, source=replace(moved.source, path="elsewhere/a.txt"))
    assert add(coverage, moved) == ["unchanged"]
    assert coverage.article("a") == moved
    assert coverage.revision == revision


def test_stored_documents_come_back(coverage: Coverage) -> None:
    first, second = make(day=FRIDAY, outlet="TASS"), make(body=BODY + "\nوغادر يوم الأحد.")
    documents = [RawDocument(one.body, one.source, markup=one is first) for one in (first, second)]
    with coverage.transaction():
        coverage.add(first, documents[0], None, FRIDAY)
        coverage.add(second, documents[1], None)
    coverage.remove(["a"])
    assert list(coverage.documents()) == [
        ("a", first.version, documents[0], FRIDAY),
        ("a", second.version, documents[1], None),
    ]
    assert coverage.count_documents() == 2
    assert coverage.given("a") == second.source


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


@pytest.mark.files
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


def _before_the_ninth(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE journal")
    for index in ("version_listed", "version_flagged"):
        connection.execute(f"DROP INDEX {index}")


def _before_the_seventh(connection: sqlite3.Connection) -> None:
    for table in ("corrected", "purged"):
        connection.execute(f"DROP TABLE {table}")


@pytest.mark.files
def test_a_home_of_the_eighth_schema_is_brought_up(tmp_path: Path) -> None:
    file = tmp_path / "coverage.sqlite"
    coverage = Coverage.open(file)
    add(coverage, make("a", outlet="TASS"))
    coverage.close()
    with sqlite3.connect(file) as connection:
        _before_the_ninth(connection)
        connection.execute("PRAGMA user_version = 8")
    connection.close()
    again, fresh = Coverage.open(file), Coverage.open(tmp_path / "fresh.sqlite")
    assert shape(again) == shape(fresh)
    assert (again.journal(), again.listed(ArticleFilter())) == ([], ["a"])
    again.remove(["a"])
    assert [entry.act for entry in again.journal()] == [Act.REMOVED]
    again.close()
    fresh.close()


@pytest.mark.files
def test_a_home_of_the_sixth_schema_is_brought_up(tmp_path: Path) -> None:
    file = tmp_path / "coverage.sqlite"
    coverage = Coverage.open(file)
    add(coverage, make("a"))
    coverage.close()
    with sqlite3.connect(file) as connection:
        _before_the_ninth(connection)
        _before_the_seventh(connection)
        connection.execute("ALTER TABLE version DROP COLUMN pages")
        connection.execute("PRAGMA user_version = 6")
    connection.close()
    again, fresh = Coverage.open(file), Coverage.open(tmp_path / "fresh.sqlite")
    assert shape(again) == shape(fresh)
    assert (again.corrections("a"), again.purged()) == ({}, {})
    assert again.article("a")
    again.close()
    fresh.close()


@pytest.mark.files
def test_a_home_of_the_first_schema_is_brought_up(tmp_path: Path) -> None:
    file = tmp_path / "coverage.sqlite"
    coverage = Coverage.open(file)
    add(coverage, make(outlet="TASS", day=FRIDAY), make("b"))
    before = coverage.id, list(coverage.articles()), coverage.passage_ids()
    coverage.close()
    with sqlite3.connect(file) as connection:
        _before_the_ninth(connection)
        connection.execute("DROP VIEW copy_current")
        for index in ("version_digest", "version_url", "version_filters"):
            connection.execute(f"DROP INDEX {index}")
        for table in ("former", "copy_rules", "copy_text", "copy_print", "copy_link"):
            connection.execute(f"DROP TABLE {table}")
        for table in ("entered", "entered_words"):
            connection.execute(f"DROP TABLE {table}")
        for column in ("digest", "parts", "entries", "flags", "pages"):
            connection.execute(f"ALTER TABLE version DROP COLUMN {column}")
        connection.execute("ALTER TABLE raw DROP COLUMN taken")
        _before_the_seventh(connection)
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    again = Coverage.open(file)
    assert (again.id, list(again.articles()), again.passage_ids()) == before
    assert again.copies(["a"]) == {"a": ["b"]}
    assert [each.taken for each in again.versions("a")] == [None]
    assert add(again, make("c")) == ["added"]
    again.close()
    fresh = Coverage.open(tmp_path / "fresh.sqlite")
    assert shape(again) == shape(fresh)
    fresh.close()
    again.close()


@pytest.mark.files
def test_a_home_of_the_second_schema_is_brought_up(tmp_path: Path) -> None:
    """Every body there ever was can be found by its words afterwards."""
    file = tmp_path / "coverage.sqlite"
    coverage = Coverage.open(file)
    add(coverage, make(body="The first quay was opened."), make("b"))
    add(coverage, make(body="The second quay was opened."))
    coverage.close()
    with sqlite3.connect(file) as connection:
        _before_the_ninth(connection)
        (version,) = connection.execute("SELECT version FROM article WHERE id = 'a'").fetchone()
        for table in ("entered", "entered_words"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute(
            "INSERT INTO former VALUES ('a', ?, 'The third quay was opened.')", [version]
        )
        for column in ("parts", "entries", "flags", "pages"):
            connection.execute(f"ALTER TABLE version DROP COLUMN {column}")
        connection.execute("ALTER TABLE copy_text DROP COLUMN run")
        _before_the_seventh(connection)
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    again = Coverage.open(file)
    for ordinal, newest in (("first", False), ("second", True), ("third", True)):
        found = again.entered(again.with_run([ordinal, "quay", "was"], 10))
        assert {(each.article, each.newest) for each in found} == {("a", newest)}
    assert again.with_run(["quay", "second"], 10) == []
    again.close()
    fresh = Coverage.open(tmp_path / "fresh.sqlite")
    assert shape(again) == shape(fresh)
    fresh.close()
    again.close()


@pytest.mark.files
def test_a_home_of_the_third_schema_is_brought_up(tmp_path: Path) -> None:
    """Who carries a quote is found from the bodies where the register has no words."""
    file = tmp_path / "coverage.sqlite"
    coverage = Coverage.open(file)
    body = (
        "The harbour office opened the second quay on Friday morning, after four years of work on"
        " it, and ferries from three islands call there every day now."
    )
    add(coverage, make(body=body), make("b", body=body))
    coverage.link()
    before = coverage.carriers("a", 0, len(body))
    coverage.close()
    with sqlite3.connect(file) as connection:
        _before_the_ninth(connection)
        connection.execute("ALTER TABLE copy_text DROP COLUMN run")
        for column in ("parts", "entries", "flags", "pages"):
            connection.execute(f"ALTER TABLE version DROP COLUMN {column}")
        _before_the_seventh(connection)
        connection.execute("PRAGMA user_version = 3")
    connection.close()
    again = Coverage.open(file)
    assert [carrier.article for carrier in before] == ["b"]
    assert again.carriers("a", 0, len(body)) == before
    again.close()
    fresh = Coverage.open(tmp_path / "fresh.sqlite")
    assert shape(again) == shape(fresh)
    fresh.close()


@pytest.mark.files
@pytest.mark.parametrize("schema", [3, 4, 5])
def test_a_home_of_the_fifth_schema_is_brought_up(tmp_path: Path, schema: int) -> None:
    """Bodies with letters or numbers that fold since are found by what they fold to alone."""
    file = tmp_path / "coverage.sqlite"
    coverage = Coverage.open(file)
    add(
        coverage,
        make("a", body="فتحت الجھة الشرقية ١٬٩٠٠ متجر."),
        make("b", body="فتحت المدينة سوقا."),
    )
    add(
        coverage,
        make("c", body="मेले में ३४० दुकानें थीं।"),
        make("d", body="Costs were 12.50 on 2024-05-14."),
    )
    coverage.close()
    words = {
        "a": "فتحت الجھه الشرقيه 1 900 متجر",
        "b": "فتحت المدينه سوقا",
        "c": "म ल म ३४० द क न थ",
        "d": "costs were 12 50 on 2024 05 14",
    }
    with sqlite3.connect(file) as connection:
        _before_the_ninth(connection)
        connection.execute("INSERT INTO entered_words (entered_words) VALUES ('delete-all')")
        for number, article in connection.execute("SELECT number, article FROM entered").fetchall():
            connection.execute(
                "INSERT INTO entered_words (rowid, words) VALUES (?, ?)", [number, words[article]]
            )
        added = ("parts", "entries", "flags", "pages")
        for column in added if schema < 5 else added[3:]:
            connection.execute(f"ALTER TABLE version DROP COLUMN {column}")
        if schema < 4:
            connection.execute("ALTER TABLE copy_text DROP COLUMN run")
        _before_the_seventh(connection)
        connection.execute(f"PRAGMA user_version = {schema}")
    connection.close()
    again = Coverage.open(file)
    for sought, article in (
        (["الجهه", "الشرقيه", "1900", "متجر"], "a"),
        (["المدينه", "سوقا"], "b"),
        (["340"], "c"),
        (["12", "50", "on", "2024"], "d"),
    ):
        found = again.entered(again.with_run(sought, 10))
        assert [(each.article, each.newest) for each in found] == [(article, True)]
    assert again.with_run(["1", "900"], 10) == again.with_run(["الجھه"], 10) == []
    assert rows(again, "entered") == 4
    again.close()
    once = Coverage.open(file)
    assert rows(once, "entered") == 4
    fresh = Coverage.open(tmp_path / "fresh.sqlite")
    assert shape(once) == shape(fresh)
    once.close()
    fresh.close()


def shape(coverage: Coverage) -> dict[str, set[object]]:
    """The columns of every table and index."""
    names = coverage._connection.execute("SELECT name FROM sqlite_master").fetchall()
    return {
        name: set(coverage._connection.execute(f"SELECT name FROM pragma_{kind}_info('{name}')"))
        for (name,) in names
        for kind in ("table", "index")
    }


def test_opened_by_several_at_once_it_is_made_once(tmp_path: Path) -> None:
    def opened(_: int) -> str:
        coverage = Coverage.open(tmp_path / "coverage.sqlite")
        try:
            return coverage.id
        finally:
            coverage.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(opened, range(8)))) == 1


@pytest.mark.files
def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "coverage.sqlite"
    Coverage.open(file).close()
    with sqlite3.connect(file) as connection:
        _before_the_ninth(connection)
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


@pytest.mark.files
@pytest.mark.parametrize("spoil", [garbage, short_garbage, folder, cut_off, another_database])
def test_what_is_no_coverage_is_refused_in_words(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    file = tmp_path / "coverage.sqlite"
    spoil(file)
    with pytest.raises(HomeError, match=r"cannot use the coverage database .*coverage\.sqlite"):
        Coverage.open(file)


@pytest.mark.files
def test_a_home_that_is_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(HomeError, match="--home"):
        Coverage.open(tmp_path / "home" / "coverage.sqlite")
