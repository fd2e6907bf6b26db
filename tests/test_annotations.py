"""What the index says of each sentence by itself is what is worked out from the text, however the
index came to be; and what is damaged is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.replay.cases import read
from corpus.demo.coverage import DEMO_DAY, demo_articles
from corpus.errors import IndexDamaged
from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from corpus.types import Article
from retrieval.answer import annotate as module
from retrieval.answer.annotate import annotate, annotating
from retrieval.answer.quote.flags import flags_of
from retrieval.answer.quote.span import sentences_in
from retrieval.answer.speakers import indexed as reader
from retrieval.answer.speakers.attribution import said_by, speakers
from retrieval.answer.speakers.indexed import IndexedSpeakers
from retrieval.engine import INDEX_FOLDER, Engine, update_index
from retrieval.index.annotations import Annotation, Annotations, Flag, Speaker
from retrieval.index.features import Indexed
from retrieval.index.generation import Generation, build, current_name, open_current
from retrieval.index.index import Index
from retrieval.types import Answer, SaidKind
from tests.embedders import embedder
from tests.homes import indexed

FILES = sorted(Path(demo_articles()).iterdir())
CASES = read(Path(demo_articles()).parent / "cases.jsonl")
SPOKEN = (
    "The harbour master said that two trawlers had sunk. Why did they sink in March?\n\n"
    "«Nobody was hurt», minister Ivan Petrov told reporters, according to TASS."
)


def of_text(article: Article, number: int) -> tuple[list[Speaker], Flag]:
    sentence = article.sentences[number]
    return speakers(article, number), flags_of(article.body[sentence.start : sentence.end])


def agrees(generation: Indexed, coverage: Coverage) -> int:
    """Hold every sentence that is indexed, and every headline, to what its text says; how many
    speakers there are."""
    index, known = generation.index, IndexedSpeakers(generation, coverage)
    assert isinstance(index, Index)
    articles = {article.id: article for article in coverage.articles()}
    seen: dict[str, set[int]] = {article: set() for article in articles}
    for passage in coverage.passages():
        article = articles[passage.article]
        (row,) = generation.rows(np.array([passage.id]))
        first, last, headline = index.spans[row].tolist()
        inside = sentences_in(article, passage.start, passage.end)
        assert len(inside) == last - first
        flags = index.flags(np.arange(first, last))
        assert flags is not None
        for number, sentence, flag in zip(inside, range(first, last), flags.tolist(), strict=True):
            found, wanted = of_text(article, number)
            assert index.speakers(sentence) == found
            assert Flag(flag) == wanted
        if headline >= 0:
            assert index.speakers(headline) == []
            assert index.flags(np.array([headline])) == [0]
        seen[article.id].update(inside)
    assert all(seen[one.id] == set(range(len(one.running))) for one in articles.values())
    found = [
        each
        for article in articles.values()
        for number in range(len(article.sentences))
        for each in same(known, article, number)
    ]
    return len(found)


def same(known: IndexedSpeakers, article: Article, number: int) -> list[Speaker]:
    found = list(known(article, number))
    assert found == speakers(article, number)
    return found


def current(home: Path, coverage: Coverage) -> Generation:
    return open_current(home / INDEX_FOLDER, embedder(), coverage)


@pytest.fixture
def demo(home: Path) -> Iterator[Coverage]:
    with closing(Coverage.open(home / COVERAGE_FILE)) as opened:
        yield opened


# ---------------------------------------------------------------- the index and the text


def test_the_demo_coverage(home: Path, demo: Coverage) -> None:
    assert agrees(current(home, demo), demo) > 30


@settings(max_examples=3, deadline=None)
@given(st.permutations(FILES), st.lists(st.integers(1, 15), max_size=3), st.data())
def test_an_index_that_grew_and_lost_some(
    files: list[Path], cuts: list[int], data: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        home = Path(name)
        with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
            first = 0
            for last in [*sorted(set(cuts)), len(files)]:
                ingest([str(file) for file in files[first:last]], coverage, today=DEMO_DAY)
                agrees(update_index(home, coverage, embedder()), coverage)
                first = last
            gone = data.draw(st.lists(st.sampled_from(coverage.article_ids()), unique=True))
            coverage.remove(gone[:8])
            agrees(current(home, coverage), coverage)  # which still has them
            agrees(update_index(home, coverage, embedder()), coverage)
            coverage.restore(gone[:4])
            agrees(update_index(home, coverage, embedder()), coverage)


def test_sentences_of_several_parts(tmp_path: Path) -> None:
    home = indexed(tmp_path / "home", embedder(), *FILES[:15])
    indexed(home, embedder(), FILES[15])
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        generation = current(home, coverage)
        assert len(generation.index.parts) == 2
        agrees(generation, coverage)
        last = len(generation.index.sentences) - 1
        both = generation.index.flags(np.array([last, 0, last]))
        assert both is not None
        ends = [generation.index.flags(np.array([at])) for at in (last, 0, last)]
        assert both.tolist() == [int(each[0]) for each in ends if each is not None]


def test_what_is_indexed_is_read_and_the_rest_worked_out(
    home: Path, demo: Coverage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new article, a new version and a former one, with an index that knows none but the last."""
    file = tmp_path / "quay.txt"
    file.write_text(SPOKEN, encoding="utf-8")
    (former,) = ingest([str(file)], demo, today=DEMO_DAY).articles
    update_index(home, demo, embedder())
    before = demo.article(former)
    assert before
    file.write_text("Divers came back on Tuesday.\n\n" + SPOKEN, encoding="utf-8")
    (updated,) = ingest([str(file)], demo, today=DEMO_DAY).articles
    assert updated == former
    other = tmp_path / "pier.txt"
    other.write_text(SPOKEN.replace("Petrov", "Sidorov"), encoding="utf-8")
    (new,) = ingest([str(other)], demo, today=DEMO_DAY).articles
    worked_out = []

    def watched(article: Article, number: int) -> list[Speaker]:
        worked_out.append(article.id)
        return speakers(article, number)

    monkeypatch.setattr(reader, "speakers", watched)
    known = IndexedSpeakers(current(home, demo), demo)
    found = {}
    for article in demo.articles():
        found[article.id] = [same(known, article, number) for number in range(len(article.running))]
    assert set(worked_out) == {new, updated}
    assert any(found[new])
    worked_out.clear()
    known = IndexedSpeakers(current(home, demo), demo)
    for number in range(len(before.running)):
        same(known, before, number)
    assert worked_out == []
    quoted = said_by(before, 0, len(before.body), known)
    assert {one.name for one in quoted} >= {"Ivan Petrov", "TASS"}
    assert quoted == said_by(before, 0, len(before.body))


# ---------------------------------------------------------------- with and without


def answers(home: Path, every: int = 2) -> list[Answer]:
    """To every second case of the demo, or each `every`-th."""
    engine = Engine.open(home, embedder())
    with closing(engine.coverage):
        return [
            replace(engine.ask(case.question, limit=5, today=DEMO_DAY), took_ms=0, index="")
            for case in CASES[::every]
        ]


def test_without_annotations_the_answers_are_the_same(
    home: Path, demo: Coverage, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(home, bare)
    with closing(Coverage.open(bare / COVERAGE_FILE)) as coverage:
        made = build(bare / INDEX_FOLDER, coverage, embedder(), rebuild=True)
    assert [part.annotations for part in made.index.parts] == [None]
    assert made.index.speakers(0) is None
    assert made.index.flags(np.array([0])) is None
    wanted = answers(home)
    assert sum(len(each.quotes) for each in wanted) > 50
    assert any(quote.said_by for each in wanted for quote in each.quotes)
    assert answers(bare) == wanted


@pytest.mark.parametrize("held", [3, 15])
def test_a_part_without_annotations_beside_one_with(held: int, tmp_path: Path) -> None:
    """The part is taken over into a new one where it is small, else it stays beside it."""
    home, annotated = tmp_path / "home", tmp_path / "annotated"
    indexed(annotated, embedder(), *FILES[:held])
    indexed(annotated, embedder(), *FILES[held:])
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        for file in FILES[:held]:
            ingest([str(file)], coverage, today=DEMO_DAY)
        build(home / INDEX_FOLDER, coverage, embedder())
    indexed(home, embedder(), *FILES[held:])
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        parts = current(home, coverage).index.parts
    assert [part.annotations is None for part in parts] == [[True], [True, False]][held > 3]
    assert answers(home, every=5) == answers(annotated, every=5)


@pytest.mark.parametrize("processes", [1, 2])
def test_annotated_by_processes_as_alone(
    demo: Coverage, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = list(demo.articles())
    monkeypatch.setattr(module, "MANY", 2)
    monkeypatch.setattr(module, "_RUN", 3)
    monkeypatch.setattr(module, "cores", lambda: processes)
    alone = annotate(articles)
    for passages in (1, 2):
        with annotating(passages) as working:
            first, second = working(articles[:9]), working(articles[9:])
            found = Annotations.joined([first(), second()])
        assert listed(found) == listed(alone)
        assert found.flags.tolist() == alone.flags.tolist()


# ---------------------------------------------------------------- files


def listed(annotations: Annotations) -> list[list[Speaker]]:
    return [annotations.speakers(at) for at in range(len(annotations))]


_SPEAKERS = st.builds(
    lambda start, length, kind: Speaker(start, start + length, kind),
    st.integers(0, 2000),
    st.integers(1, 100),
    st.sampled_from(SaidKind),
)
_SENTENCES = st.lists(
    st.builds(
        lambda flags, named: Annotation(Flag(flags), tuple(named)),
        st.integers(0, 7),
        st.lists(_SPEAKERS, max_size=3),
    ),
    max_size=12,
)


@given(_SENTENCES, st.data())
def test_what_is_saved_is_opened_again(sentences: list[Annotation], data: st.DataObject) -> None:
    made = Annotations.of(sentences)
    with TemporaryDirectory() as name:
        made.save(Path(name) / "annotations")
        opened = Annotations.open(Path(name) / "annotations", len(sentences))
        for each in (made, opened, Annotations.joined([opened])):
            assert listed(each) == [list(one.speakers) for one in sentences]
            assert each.flags.tolist() == [int(one.flags) for one in sentences]
        first = data.draw(st.integers(0, len(sentences)))
        last = data.draw(st.integers(first, len(sentences)))
        halves = [opened.between(0, first), opened.between(first, last)]
        assert listed(Annotations.joined(halves)) == listed(opened)[:last]
        for other in {len(sentences) + 1, max(len(sentences) - 1, 0)} - {len(sentences)}:
            with pytest.raises(IndexDamaged):
                Annotations.open(Path(name) / "annotations", other)


@pytest.fixture
def folder(home: Path) -> Path:
    name = current_name(home / INDEX_FOLDER)
    return home / INDEX_FOLDER / name / name / "annotations"


def test_each_missing_or_shortened_file_is_refused(
    home: Path, folder: Path, demo: Coverage
) -> None:
    sentences = len(current(home, demo).index.sentences)
    assert {file.name for file in folder.iterdir()} == {"flags", "named", "offsets"}
    for file in sorted(folder.iterdir()):
        content = file.read_bytes()
        for spoiled in (None, b"", content[: len(content) // 2], content[:-1], content[:-12]):
            file.unlink()
            if spoiled is not None:
                file.write_bytes(spoiled)
            with pytest.raises(IndexDamaged):
                Annotations.open(folder, sentences)
            with pytest.raises(IndexDamaged, match="index --rebuild"):
                current(home, demo)
            file.write_bytes(content)
    shutil.rmtree(folder)
    with pytest.raises(IndexDamaged, match="index --rebuild"):
        current(home, demo)


@pytest.mark.parametrize("filled", [b"\xff", b"\x7f", b"\x00", b"\x01", b"\x05"])
@pytest.mark.parametrize("name", ["flags", "named", "offsets"])
def test_garbage_of_the_same_length_is_refused_or_does_no_harm(
    name: str, filled: bytes, home: Path, folder: Path, demo: Coverage
) -> None:
    file = folder / name
    file.write_bytes(filled * file.stat().st_size)
    with suppress(IndexDamaged):
        harmless(home, demo)


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(["named", "offsets"]), data=st.data())
def test_numbers_that_are_others_are_refused_or_do_no_harm(
    demo_home: Path, name: str, data: st.DataObject
) -> None:
    with TemporaryDirectory() as temporary:
        home = Path(shutil.copytree(demo_home, Path(temporary) / "home"))
        generation = current_name(home / INDEX_FOLDER)
        file = home / INDEX_FOLDER / generation / generation / "annotations" / name
        numbers = np.fromfile(file, dtype=np.int32 if name == "named" else np.int64)
        for _ in range(data.draw(st.integers(1, 20))):
            at = data.draw(st.integers(0, len(numbers) - 1))
            change = data.draw(st.sampled_from([-1000, -3, -1, 1, 2, 40, 5000, 1 << 30]))
            with np.errstate(over="ignore"):  # it may turn over
                numbers[at] += change
        numbers.tofile(file)
        with closing(Coverage.open(home / COVERAGE_FILE)) as coverage, suppress(IndexDamaged):
            harmless(home, coverage)


def harmless(home: Path, coverage: Coverage) -> None:
    """Every name stands in the text where it is said to, and is one."""
    known = IndexedSpeakers(current(home, coverage), coverage)
    for article in coverage.articles():
        for sentence in article.sentences:
            for one in said_by(article, sentence.start, sentence.end, known):
                assert 0 <= one.start < one.end <= len(article.body)
                assert article.body[one.start : one.end] == one.name
                assert "\n" not in one.name
