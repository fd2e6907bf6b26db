from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import HomeError, IndexDamaged, IndexMissing
from corpus.ingest import ingest
from corpus.store import Coverage, Selection
from retrieval.index import generation as module
from retrieval.index.generation import Generation, build, check, current_name, open_current
from retrieval.index.index import Part
from retrieval.index.manifest import FORMAT
from retrieval.question.understand import understand
from retrieval.search.search import search
from tests.embedders import Hashing

TODAY = date(2026, 2, 1)
TEXTS = {
    "a": "The minister arrived in Wonsan on Friday. Talks with his counterpart began on Saturday.",
    "b": "Fishing boats stayed in the harbour. The storm warning was lifted on Sunday evening.",
    "c": "وصل الوزير إلى مدينة ونسان مساء الجمعة. وبدأت المحادثات صباح السبت.",
}
ANOTHER = "Another article about wheat and the drought of this summer."


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    for name, text in TEXTS.items():
        (made / f"{name}.txt").write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def coverage(tmp_path: Path, articles: Path) -> Iterator[Coverage]:
    opened = Coverage.open(tmp_path / "coverage.sqlite")
    ingest([str(articles)], opened, today=TODAY)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def write(articles: Path, coverage: Coverage, name: str, text: str) -> None:
    (articles / f"{name}.txt").write_text(text, encoding="utf-8")
    ingest([str(articles)], coverage, today=TODAY)


def found(generation: Generation, coverage: Coverage, question: str) -> list[tuple[object, ...]]:
    asked = understand(question, generation.index, Hashing())
    return [
        (hit.passage.article, hit.passage.start, hit.score)
        for hit in search(asked, generation, coverage)
    ]


# ---------------------------------------------------------------- building


def test_what_is_built_is_opened_and_in_order(folder: Path, coverage: Coverage) -> None:
    made = build(folder, coverage, Hashing())
    opened = open_current(folder, Hashing(), coverage)
    assert made.name == opened.name == current_name(folder) == "g000001"
    assert opened.manifest == made.manifest
    assert opened.manifest.passages == 3
    assert opened.manifest.revision == coverage.revision
    assert opened.manifest.coverage == coverage.id
    assert sorted(opened.passages.tolist()) == coverage.passage_ids()
    assert check(folder, Hashing(), coverage) == []


def test_rows_of_passages(folder: Path, coverage: Coverage) -> None:
    made = build(folder, coverage, Hashing())
    ids = coverage.passage_ids()
    rows = made.rows(np.array([999, *ids, 0], dtype=np.int64))
    assert made.passages[rows].tolist() == ids
    assert made.rows(np.array([], dtype=np.int64)).tolist() == []
    assert made.rows(np.array([10_000], dtype=np.int64)).tolist() == []


def test_vectors_are_taken_over(folder: Path, coverage: Coverage, articles: Path) -> None:
    embedder = Hashing()
    build(folder, coverage, embedder)
    assert set(TEXTS.values()) < set(embedder.embedded)
    embedder.embedded.clear()
    write(articles, coverage, "d", ANOTHER)
    steps: list[tuple[int, int]] = []
    made = build(folder, coverage, embedder, step=lambda *pair: steps.append(pair))
    assert set(embedder.embedded) == {ANOTHER}
    assert steps == [(1, 1)]
    rows = np.arange(4, dtype=np.int64)
    fresh = Hashing().embed_passages([one.text for one in coverage.passages()])
    np.testing.assert_allclose(made.index.passages.vectors(rows), fresh, atol=1e-3)


def test_rebuild_makes_all_vectors_anew(folder: Path, coverage: Coverage) -> None:
    embedder = Hashing()
    build(folder, coverage, embedder)
    made = list(embedder.embedded)
    assert len([text for text in made if text in TEXTS.values()]) == 3
    build(folder, coverage, embedder, rebuild=True)
    assert embedder.embedded == made * 2


@pytest.mark.parametrize("other", [Hashing("d2"), Hashing("d1", 4)])
def test_vectors_of_another_model_are_not_taken_over(
    folder: Path, coverage: Coverage, other: Hashing
) -> None:
    build(folder, coverage, Hashing())
    other.embedded.clear()
    build(folder, coverage, other)
    assert set(TEXTS.values()) < set(other.embedded)
    assert check(folder, other, coverage) == []


def test_a_changed_article_is_embedded_anew(
    folder: Path, coverage: Coverage, articles: Path
) -> None:
    embedder = Hashing()
    build(folder, coverage, embedder)
    embedder.embedded.clear()
    changed = TEXTS["b"].replace("Sunday", "Monday")
    write(articles, coverage, "b", changed)
    made = build(folder, coverage, embedder)
    assert embedder.embedded[0] == changed
    assert all(text in changed for text in embedder.embedded)
    assert sorted(made.passages.tolist()) == coverage.passage_ids()


WORDS = (
    "ferry",
    "wheat",
    "talks",
    "Wonsan",
    "harbour",
    "storm",
    "Lavrov",
    "Лавров",
    "لافروف",
    "كيم",
)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("write", "write", "write", "remove", "restore")),
        st.integers(0, 9),
        st.lists(st.sampled_from(WORDS), min_size=8, max_size=30),
    ),
    min_size=1,
    max_size=6,
)
ASKED = ("When did talks begin?", "the ferry and the wheat", "متى وصل لافروف؟", "storm Wonsan")


@settings(max_examples=8, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=5))
def test_grown_through_any_changes_it_answers_as_one_built_anew(
    rounds: list[list[tuple[str, int, list[str]]]],
) -> None:
    with TemporaryDirectory() as name:
        place = Path(name)
        coverage = Coverage.open(place / "coverage.sqlite")
        (place / "articles").mkdir()
        write(place / "articles", coverage, "always", TEXTS["a"] + "\n\n" + TEXTS["b"])
        always = {article.id for article in coverage.articles()}
        for changes in rounds:
            for change, number, words in changes:
                if change == "write":
                    # sentences of eight words, so that articles have one passage or several
                    text = " ".join(words[:8]) + ".\n\n" + " ".join(words[8:] * 9) + "."
                    write(place / "articles", coverage, f"{number}", text)
                    continue
                known = sorted(
                    {one.id for one in coverage.articles(Selection(removed=True))}
                    | {one.id for one in coverage.articles()}
                )
                some = [each for each in known[number % 3 :: 3] if each not in always]
                (coverage.remove if change == "remove" else coverage.restore)(some)
            grown = build(place / "grown", coverage, Hashing())
            fresh = build(place / "fresh", coverage, Hashing(), rebuild=True)
            assert grown.passages.tolist() == fresh.passages.tolist()
            assert check(place / "grown", Hashing(), coverage) == []
            for question in ASKED:
                assert_same(found(grown, coverage, question), found(fresh, coverage, question))
        coverage.close()


def assert_same(ours: list[tuple[object, ...]], theirs: list[tuple[object, ...]]) -> None:
    """The same passages in the same order; scores to the last rounding of a float32."""
    assert [hit[:2] for hit in ours] == [hit[:2] for hit in theirs]
    np.testing.assert_allclose(
        np.array([hit[2] for hit in ours], dtype=float),
        np.array([hit[2] for hit in theirs], dtype=float),
        atol=1e-6,
    )


def test_what_stays_is_linked_and_not_read_again(
    folder: Path, coverage: Coverage, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        write(articles, coverage, f"old{number}", f"{ANOTHER} It was the year {number} of it.")
    first = build(folder, coverage, Hashing())
    write(articles, coverage, "d", "The ferry to the island left at noon with nobody on board.")
    second = build(folder, coverage, Hashing())
    assert list(second.manifest.parts) == [first.name, second.name]
    large = [name for name in first.manifest.files if name.startswith(f"{first.name}/")]
    for name in large:
        assert (folder / first.name / name).samefile(folder / second.name / name)
        assert second.manifest.files[name] == first.manifest.files[name]
    coverage.remove([next(iter(coverage.articles())).id])

    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    third = build(folder, coverage, Hashing())
    assert list(third.manifest.parts) == list(second.manifest.parts)
    assert not any((folder / second.name / n).samefile(folder / third.name / n) for n in large)
    assert check(folder, Hashing(), coverage) == []


def test_many_small_changes_leave_few_parts(
    folder: Path, coverage: Coverage, articles: Path
) -> None:
    for number in range(40):
        write(articles, coverage, f"new{number}", f"{ANOTHER} It was the year {number} of it.")
        made = build(folder, coverage, Hashing())
    sizes = [len(part) for part in made.index.parts]
    assert sum(sizes) == len(made.passages) == 43
    assert len(sizes) <= 4
    assert check(folder, Hashing(), coverage) == []


def test_damage_in_what_would_be_copied_is_not_taken_over(
    folder: Path, coverage: Coverage, articles: Path
) -> None:
    build(folder, coverage, Hashing())
    file = folder / "g000001" / "g000001" / "sentences"
    file.write_bytes(bytes(file.stat().st_size))
    write(articles, coverage, "d", ANOTHER)
    embedder = Hashing()
    build(folder, coverage, embedder)
    assert set(TEXTS.values()) < set(embedder.embedded)
    assert check(folder, embedder, coverage) == []


def test_a_quick_check_reads_no_files(folder: Path, coverage: Coverage) -> None:
    build(folder, coverage, Hashing())
    file = folder / "g000001" / "g000001" / "sentences"
    file.write_bytes(bytes(file.stat().st_size))
    assert check(folder, Hashing(), coverage, digests=False) == []
    assert len(check(folder, Hashing(), coverage)) == 1


def test_the_order_of_ingest_changes_no_result(tmp_path: Path, articles: Path) -> None:
    seen = []
    for number, order in enumerate(permutations(sorted(articles.iterdir()))):
        coverage = Coverage.open(tmp_path / f"{number}.sqlite")
        for file in order:
            ingest([str(file)], coverage, today=TODAY)
        made = build(tmp_path / f"index{number}", coverage, Hashing())
        questions = ("When did talks begin?", "the harbour on Sunday", "متى وصل الوزير؟")
        seen.append([found(made, coverage, question) for question in questions])
        coverage.close()
    assert all(seen[0])
    assert all(one == seen[0] for one in seen)


def test_nothing_to_index_is_said(tmp_path: Path) -> None:
    coverage = Coverage.open(tmp_path / "empty.sqlite")
    with pytest.raises(IndexMissing, match="nothing to index"):
        build(tmp_path / "index", coverage, Hashing())
    coverage.close()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, coverage: Coverage) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError, match="cannot write the index"):
        build(tmp_path / "file" / "index", coverage, Hashing())


# ---------------------------------------------------------------- killed


def on_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", kill)


def on_put_in_service(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_put_in_service", kill)


def on_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", kill)


def on_save(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Part, "save", kill)


def on_prune(monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_prune", kill)


KILLS = [on_save, on_rename, on_put_in_service, on_replace]


@pytest.mark.parametrize("kill", KILLS)
def test_killed_before_the_swap_the_old_one_stays(
    folder: Path,
    coverage: Coverage,
    articles: Path,
    monkeypatch: pytest.MonkeyPatch,
    kill: Callable[[pytest.MonkeyPatch], None],
) -> None:
    old = build(folder, coverage, Hashing())
    write(articles, coverage, "d", ANOTHER)
    with monkeypatch.context() as patched:
        kill(patched)
        with pytest.raises(KeyboardInterrupt):
            build(folder, coverage, Hashing())
    assert open_current(folder, Hashing(), coverage).manifest == old.manifest
    assert check(folder, Hashing(), coverage) == [
        "the index is older than the coverage: run `pullquote index`"
    ]
    new = build(folder, coverage, Hashing())
    assert new.manifest.passages == 4
    assert check(folder, Hashing(), coverage) == []
    # whoever looked at CURRENT just before the swap still finds the one named there
    assert (folder / old.name).is_dir()
    build(folder, coverage, Hashing())
    build(folder, coverage, Hashing())
    held = sorted(one.name for one in folder.iterdir())
    assert len(held) == 3
    assert not [name for name in held if name.startswith(".")]


def test_killed_after_the_swap_the_new_one_stays(
    folder: Path, coverage: Coverage, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(folder, coverage, Hashing())
    with monkeypatch.context() as patched:
        on_prune(patched)
        with pytest.raises(KeyboardInterrupt):
            build(folder, coverage, Hashing())
    assert open_current(folder, Hashing(), coverage).name == "g000002"


def test_a_full_disk_leaves_the_old_one_in_service(
    folder: Path, coverage: Coverage, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(folder, coverage, Hashing())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(HomeError, match=r"No space left .*the last good one stays"):
            build(folder, coverage, Hashing())
    assert current_name(folder) == "g000001"
    assert check(folder, Hashing(), coverage) == []


def test_old_ones_are_pruned_but_the_last(folder: Path, coverage: Coverage) -> None:
    for _ in range(4):
        build(folder, coverage, Hashing())
    assert sorted(one.name for one in folder.iterdir()) == ["CURRENT", "g000003", "g000004"]


def test_an_open_one_answers_on_when_pruned(folder: Path, coverage: Coverage) -> None:
    build(folder, coverage, Hashing())
    held = open_current(folder, Hashing(), coverage)
    before = found(held, coverage, "When did talks begin?")
    for _ in range(3):
        build(folder, coverage, Hashing())
    assert not (folder / held.name).exists()
    assert found(held, coverage, "When did talks begin?") == before


# ---------------------------------------------------------------- what does not fit


def test_there_is_none_yet(folder: Path, coverage: Coverage) -> None:
    with pytest.raises(IndexMissing, match="pullquote ingest"):
        open_current(folder, Hashing(), coverage)
    (line,) = check(folder, Hashing(), coverage)
    assert "no index yet" in line


def test_another_model_is_refused_in_words(folder: Path, coverage: Coverage) -> None:
    build(folder, coverage, Hashing())
    with pytest.raises(IndexDamaged, match=r"hashing-d1.*hashing-d2.*index --rebuild"):
        open_current(folder, Hashing("d2"), coverage)
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        open_current(folder, Hashing("d1", 4), coverage)


def test_another_coverage_is_refused_in_words(
    folder: Path, coverage: Coverage, tmp_path: Path
) -> None:
    build(folder, coverage, Hashing())
    other = Coverage.open(tmp_path / "other.sqlite")
    with pytest.raises(IndexDamaged, match=r"another coverage database.*index --rebuild"):
        open_current(folder, Hashing(), other)
    other.close()


def test_another_format_is_refused_in_words(folder: Path, coverage: Coverage) -> None:
    build(folder, coverage, Hashing())
    file = folder / "g000001" / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 99}))
    with pytest.raises(IndexDamaged, match=r"index format 99.*index --rebuild"):
        open_current(folder, Hashing(), coverage)


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "null", "{}", "\ud800"),
        *(f'{{"format": {FORMAT}}}', f'{{"format": {FORMAT}, "files": 3}}'),
    ],
)
def test_a_garbage_manifest_is_refused_in_words(
    folder: Path, coverage: Coverage, content: str
) -> None:
    build(folder, coverage, Hashing())
    file = folder / "g000001" / "manifest.json"
    file.write_bytes(content.encode(errors="surrogatepass"))
    with pytest.raises(IndexDamaged, match=r"manifest\.json.*index --rebuild"):
        open_current(folder, Hashing(), coverage)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"g999999", b"../index", b"a\0b", b"\n\n"])
def test_a_garbage_name_is_refused_in_words(
    folder: Path, coverage: Coverage, content: bytes
) -> None:
    build(folder, coverage, Hashing())
    (folder / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        open_current(folder, Hashing(), coverage)
    assert check(folder, Hashing(), coverage)
    build(folder, coverage, Hashing())
    assert check(folder, Hashing(), coverage) == []


def test_each_missing_or_shortened_file_is_refused_in_words(
    folder: Path, coverage: Coverage
) -> None:
    made = build(folder, coverage, Hashing())
    own = {name.removeprefix("g000001/") for name in made.manifest.files}
    assert {"passages", "sentences", "spans", "ids", "order"} < own
    assert any(name.startswith("lexical/") for name in own)
    assert any(name.startswith("words/") for name in own)
    for name in made.manifest.files:
        file = folder / made.name / name
        content = file.read_bytes()
        for spoiled in (None, content[:-1], content + b"x"):
            if spoiled is None:
                file.unlink()
            else:
                file.write_bytes(spoiled)
            with pytest.raises(IndexDamaged, match="index --rebuild"):
                open_current(folder, Hashing(), coverage)
            assert len(check(folder, Hashing(), coverage)) == 1
            file.write_bytes(content)
    assert check(folder, Hashing(), coverage) == []


def test_each_file_of_zeros_is_noticed(folder: Path, coverage: Coverage) -> None:
    """As long as before, as a power cut leaves a file."""
    made = build(folder, coverage, Hashing())
    for name in made.manifest.files:
        file = folder / made.name / name
        content = file.read_bytes()
        file.write_bytes(bytes(len(content)))
        if any(content):
            problems = check(folder, Hashing(), coverage)
            assert len(problems) == 1 + (name == "ids"), name  # then the passages differ as well
            assert all("--rebuild" in problem for problem in problems)
        file.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "offset", "written"),
    [
        ("spans", 0, b"\xff\xff\xff\x7f"),  # a sentence that is not there
        ("words/held", 0, b"\xff\xff\xff\x7f"),  # a word that is not there
        ("words/offsets", -8, b"\xff\xff\xff\x7f"),  # words that are not there
        ("words/ends", -8, b"\xff\xff\xff\x7f"),
        ("lexical/offsets", -8, b"\xff\xff\xff\x7f"),  # rows that are not there
    ],
)
def test_damage_that_keeps_the_size_is_refused_in_words(
    folder: Path, coverage: Coverage, name: str, offset: int, written: bytes
) -> None:
    made = build(folder, coverage, Hashing())
    file = folder / made.name / made.name / name
    content = bytearray(file.read_bytes())
    at = offset % len(content)
    content[at : at + len(written)] = written
    file.unlink()
    file.write_bytes(content)
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        found(open_current(folder, Hashing(), coverage), coverage, "the minister in Wonsan")


def test_a_damaged_one_is_built_anew(folder: Path, coverage: Coverage) -> None:
    build(folder, coverage, Hashing())
    (folder / "g000001" / "g000001" / "passages").write_bytes(b"garbage")
    embedder = Hashing()
    build(folder, coverage, embedder)
    assert set(TEXTS.values()) < set(embedder.embedded)
    assert check(folder, embedder, coverage) == []


def test_an_index_that_lags_behind_is_noticed(folder: Path, coverage: Coverage) -> None:
    build(folder, coverage, Hashing())
    coverage.remove([next(iter(coverage.articles())).id])
    assert check(folder, Hashing(), coverage) == [
        "the index is older than the coverage: run `pullquote index`"
    ]
