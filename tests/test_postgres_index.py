"""The index in PostgreSQL answers as the one in files does, and grows row by row."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.database.postgres import Postgres
from corpus.demo.coverage import DEMO_DAY, demo_articles, demo_questions
from corpus.errors import IndexDamaged, IndexMissing
from corpus.ingest import ingest
from corpus.store import Coverage
from retrieval.engine import Engine, update_index
from retrieval.index.features import SearchIndex, Sought
from retrieval.index.postgres import update
from retrieval.index.postgres.postings import unpacked
from retrieval.index.postgres.served import PostgresIndex
from retrieval.index.service import check
from retrieval.models.embed import StaticEmbedder
from retrieval.question.understand import understand
from retrieval.search.rank import rank
from retrieval.types import Answer, Channel, Filters
from tests.embedders import Hashing, embedder

pytestmark = [pytest.mark.usefixtures("server"), pytest.mark.files("about both stores")]

TABLES = ("passage", "sentence", "word", "name_key", "script", "segment", "posting", "gone")


@pytest.fixture(scope="module")
def demo_store(
    server: Any, embedded: StaticEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The URI of the demo coverage and its index."""
    uri = f"{server.get_uri()}&options=-csearch_path%3Dfilled"
    home = tmp_path_factory.mktemp("filled")
    with closing(Coverage.open(uri)) as coverage:
        ingest([demo_articles()], coverage, today=DEMO_DAY)
        update_index(home, coverage, embedded)
    return uri


@pytest.fixture
def filled(demo_store: str, embedded: StaticEmbedder, tmp_path: Path) -> Engine:
    return Engine.open(tmp_path, embedded, store=demo_store)


@pytest.fixture(scope="module")
def files(demo_home: Path, embedded: StaticEmbedder) -> Iterator[Engine]:
    opened = Engine.open(demo_home, embedded)
    yield opened
    opened.coverage.close()


@pytest.fixture
def coverage(store: str, tmp_path: Path) -> Iterator[Coverage]:
    """A coverage of two articles in a store."""
    with closing(Coverage.open(store)) as opened:
        take(opened, tmp_path, harbour="The harbour of Saltbay was closed on Monday by a storm.")
        take(opened, tmp_path, wheat="The price of wheat has doubled in Saltbay since Friday.")
        yield opened


def take(coverage: Coverage, folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        assert ingest([str(folder / f"{name}.txt")], coverage, today=DEMO_DAY).added == 1


def database(coverage: Coverage) -> Postgres:
    assert coverage.store
    return coverage.store


def rows(coverage: Coverage, index: int) -> dict[str, int]:
    held = database(coverage)
    return {
        table: held.execute(f"SELECT count(*) FROM {table}_{index}").fetchone()[0]
        for table in TABLES
    }


def texts(engine: Engine, question: str) -> list[str]:
    return [quote.text for quote in engine.ask(question, today=DEMO_DAY).quotes]


def said(answer: Answer) -> tuple[object, ...]:
    missing = answer.absence and [(one.asked, one.kind) for one in answer.absence.missing]
    return (
        [(q.article.id, q.start, q.end, round(q.score, 3), q.said_by) for q in answer.quotes],
        missing,
        answer.expanded,
        answer.figures and [figure.value for figure in answer.figures],
    )


# ---------------------------------------------------------------- as the index in files


def test_the_demo_questions_are_answered_as_from_files(filled: Engine, files: Engine) -> None:
    every = [each["question"] for each in demo_questions()][::4]
    assert len(every) > 25
    different = [
        question
        for question in every
        if said(filled.ask(question, today=DEMO_DAY)) != said(files.ask(question, today=DEMO_DAY))
    ]
    assert different == []


@pytest.mark.parametrize(
    "filters",
    [
        Filters(language="ar"),
        Filters(outlets=("TASS",)),
        Filters(since=DEMO_DAY.replace(day=1), until=DEMO_DAY),
    ],
)
def test_filters_leave_the_same_passages(filled: Engine, files: Engine, filters: Filters) -> None:
    for question in ("When did Lavrov arrive?", "متى وصل لافروف إلى ونسان؟", "Кого принял Ким?"):
        found = [
            said(engine.ask(question, filters=filters, today=DEMO_DAY))
            for engine in (filled, files)
        ]
        assert found[0] == found[1]


def ids_by_text(engine: Engine) -> dict[int, tuple[str, int]]:
    return {each.id: (each.article, each.start) for each in engine.coverage.passages()}


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("question", ["Who received the delegation?", "كم رحلة في الأسبوع؟"])
def test_every_passage_has_the_same_parts_of_its_score(
    filled: Engine, files: Engine, question: str, channel: Channel
) -> None:
    found = []
    for engine in (filled, files):
        generation = engine.generation()
        asked = understand(question, generation.index, engine.embedder)
        ranking = rank(asked, generation.index, channel=channel, proposed=1000)
        names = ids_by_text(engine)
        ids = [names[number] for number in generation.ids(ranking.rows).tolist()]
        parts = (ranking.scores, ranking.dense, ranking.lexical, ranking.words, ranking.names)
        found.append(dict(zip(ids, np.stack(parts, axis=1), strict=True)))
    assert found[0].keys() == found[1].keys()
    assert len(found[0]) > 10
    for key, parts in found[0].items():
        np.testing.assert_allclose(parts, found[1][key], atol=2e-3)


def test_terms_are_counted_and_marked_as_in_files(filled: Engine, files: Engine) -> None:
    wanted = ["=wonsan", "wons", "onsa", "=ونسان", "=كيم"]
    one, other = filled.generation(), files.generation()
    names = [ids_by_text(engine) for engine in (filled, files)]
    assert one.index.lexical.rarities(wanted) == pytest.approx(other.index.lexical.rarities(wanted))
    for here, generation in zip(names, (one, other), strict=True):
        terms = generation.index.lexical
        rows = (*terms.carriers([wanted[:3], wanted[3:]]), terms.carriers_of_most(wanted, 3))
        found = [{here[number] for number in generation.ids(each).tolist()} for each in rows]
        if generation is one:
            expected = found
        assert found == expected
    assert all(expected)


def test_names_in_other_scripts_are_the_same_words(filled: Engine, files: Engine) -> None:
    asked = ["lavrov", "لافروف", "лавров", "wheat"]
    spelled = []
    for engine in (filled, files):
        words = engine.generation().index.words
        spelled.append([sorted(words.spellings(each)) for each in words.names(asked)])
    assert spelled[0] == spelled[1]
    assert all(spelled[0][:3])
    assert filled.generation().index.words.scripts == files.generation().index.words.scripts


def test_the_demo_is_explained_as_from_files(filled: Engine, files: Engine) -> None:
    for question in ("When did Lavrov arrive?", "What did Trump say?"):
        one, other = (engine.explain(question, today=DEMO_DAY) for engine in (filled, files))
        assert [each.words for each in one.explanation.candidates] == [
            each.words for each in other.explanation.candidates
        ]


def test_a_bot_reads_no_library_that_it_does_not_use(demo_store: str, tmp_path: Path) -> None:
    code = """
import sys
import bot.cli.service, bot.telegram.service
from pathlib import Path
from corpus.demo.coverage import demo_questions
from retrieval.engine import Engine
from retrieval.models.embed import load
from retrieval.models.unigram import Unigram
embedder = load("embedded", Path())
engine = Engine.open(Path(sys.argv[1]), embedder, store=sys.argv[2])
assert any([engine.ask(str(case["question"])).quotes for case in list(demo_questions())[::12]])
assert isinstance(embedder._model.tokenizer, Unigram)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), demo_store],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read = set(done.stdout.split())
    assert {"numpy", "psycopg", "telegram", "tokenizers"} <= read
    unused = "faiss scipy torch sentence_transformers matplotlib PIL lxml trafilatura docx jinja2"
    assert not read & set(unused.split())


# ---------------------------------------------------------------- growing


def test_without_an_index_there_is_a_word_for_it(store: str, tmp_path: Path) -> None:
    with closing(Coverage.open(store)) as coverage:
        update.prepare(database(coverage))
    with pytest.raises(IndexMissing, match="pullquote ingest"):
        Engine.open(tmp_path, embedder(), store=store)


def test_what_comes_in_is_found_at_once_and_what_goes_is_not(
    coverage: Coverage, store: str, tmp_path: Path
) -> None:
    update_index(tmp_path, coverage, embedder())
    engine = Engine.open(tmp_path, embedder(), store=store)
    before = engine.generation()
    assert len(before) == 2
    take(coverage, tmp_path, keeper="The lighthouse keeper of Saltbay has painted the lantern red.")
    update_index(tmp_path, coverage, embedder())
    after = engine.generation()
    assert after.name != before.name
    assert len(after) == 3
    assert after.newest > before.newest
    assert after.after(before.newest).tolist() == [after.newest]
    index = after.index
    assert carriers(index, "=lantern") == 1
    (article,) = [each.id for each in coverage.articles() if "keeper" in each.body]
    coverage.remove([article])
    update_index(tmp_path, coverage, embedder())
    left = engine.generation()
    assert len(left) == 2
    assert carriers(left.index, "=lantern") == 0
    assert proposed(left.index) == set(before.after(0).tolist())
    coverage.restore([article])
    update_index(tmp_path, coverage, embedder())
    assert len(engine.generation()) == 3
    assert carriers(engine.generation().index, "=lantern") == 1


def carriers(index: SearchIndex, term: str) -> int:
    """How many passages have a term."""
    return len(index.lexical.carriers([[term]])[0])


def proposed(index: SearchIndex) -> set[int]:
    asked = understand("Saltbay harbour wheat lantern", index, embedder())
    sought = Sought(asked.vector, list(asked.terms), (), Channel.HYBRID, 60)
    return set(index.propose(sought).rows.tolist())


def test_an_open_version_does_not_see_what_comes_in(
    coverage: Coverage, store: str, tmp_path: Path
) -> None:
    update_index(tmp_path, coverage, embedder())
    before = Engine.open(tmp_path, embedder(), store=store).generation()
    known = proposed(before.index)
    take(
        coverage, tmp_path, later="The storm that closed the harbour of Saltbay doubled on Monday."
    )
    update_index(tmp_path, coverage, embedder())
    assert proposed(before.index) == known
    assert carriers(before.index, "=storm") == 1


def test_a_purge_leaves_no_row(coverage: Coverage, tmp_path: Path) -> None:
    update_index(tmp_path, coverage, embedder())
    before = rows(coverage, 1)
    take(coverage, tmp_path, keeper="The lighthouse keeper of Saltbay has painted the lantern red.")
    update_index(tmp_path, coverage, embedder())
    (article,) = [each.id for each in coverage.articles() if "keeper" in each.body]
    coverage.remove([article])
    update_index(tmp_path, coverage, embedder(), purge=True)
    after = rows(coverage, 1)
    for table in ("passage", "sentence", "gone"):
        assert after[table] == before[table], table
    held = database(coverage).fetch("SELECT passages, held FROM posting_1")
    assert {each for _, written in held for each in unpacked(written).ids.tolist()} == {1, 2}
    assert all(passages == len(unpacked(written)) for passages, written in held)


def test_a_grown_index_has_the_scores_of_one_made_at_once(
    coverage: Coverage, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        update_index(tmp_path, coverage, embedder())
        place = f"pier {number}" if number % 2 else f"market {number}"
        take(
            coverage,
            tmp_path,
            **{f"n{number}": f"The {place} of Saltbay is closed, the mayor has told us."},
        )
    update_index(tmp_path, coverage, embedder())
    grown = Engine.open(tmp_path, embedder(), store=store).generation().index
    assert rows(coverage, 1)["segment"] < 7
    update_index(tmp_path, coverage, embedder(), rebuild=True)
    anew = Engine.open(tmp_path, embedder(), store=store).generation().index
    assert isinstance(anew, PostgresIndex)
    question = "Is the market of Saltbay closed?"
    one, other = (rank(understand(question, each, embedder()), each) for each in (grown, anew))
    assert one.rows.tolist() == other.rows.tolist()
    np.testing.assert_allclose(one.scores, other.scores, atol=1e-5)


def test_several_that_index_at_once_double_nothing(
    coverage: Coverage, store: str, tmp_path: Path
) -> None:
    for number in range(30):
        take(
            coverage,
            tmp_path,
            **{f"n{number}": f"Ship {number} has left the harbour of Saltbay, the pilot says."},
        )
    update_index(tmp_path, coverage, embedder())
    for number in range(30, 60):
        take(
            coverage,
            tmp_path,
            **{f"n{number}": f"Ship {number} has left the harbour of Saltbay, the pilot says."},
        )

    def index(_: int) -> None:
        with closing(Coverage.open(store)) as own:
            update_index(tmp_path, own, embedder())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(index, range(4), timeout=60))
    assert rows(coverage, 1)["passage"] == 62
    generation = Engine.open(tmp_path, embedder(), store=store).generation()
    assert len(generation) == 62
    assert carriers(generation.index, "=ship") == 60


def test_another_model_is_served_once_its_index_is_complete(
    coverage: Coverage, store: str, tmp_path: Path
) -> None:
    update_index(tmp_path, coverage, embedder())
    engine = Engine.open(tmp_path, embedder(), store=store)
    other = Hashing()
    assert other.digest != embedder().digest
    seen: list[str] = []

    def step(done: int, total: int) -> None:
        if done < total:
            seen.append(engine.generation().name)

    update_index(tmp_path, coverage, other, step=step)
    assert seen
    assert all(name.startswith("p1.") for name in seen)
    with pytest.raises(IndexDamaged, match="model"):
        engine.generation()
    # of the first one nothing is left once the next has come in
    take(coverage, tmp_path, keeper="The lighthouse keeper of Saltbay has painted the lantern red.")
    update_index(tmp_path, coverage, other)
    held = database(coverage)
    assert held.fetch("SELECT to_regclass('passage_1')::text") == [(None,)]
    assert rows(coverage, 2)["passage"] == 3


def test_an_index_of_an_older_version_is_built_anew(
    coverage: Coverage, store: str, tmp_path: Path
) -> None:
    update_index(tmp_path, coverage, embedder())
    held = database(coverage)
    # as the version before wrote it
    held.execute("ALTER TABLE search_index DROP COLUMN format")
    held.execute("UPDATE part SET version = 1 WHERE name = 'index'")
    held.execute("ALTER TABLE posting_1 DROP COLUMN passages")
    with pytest.raises(IndexDamaged, match="another version"):
        Engine.open(tmp_path, embedder(), store=store)
    assert "another version" in check(tmp_path, embedder(), coverage)[0]
    update.prepare(held)
    with pytest.raises(IndexDamaged, match="another version"):
        Engine.open(tmp_path, embedder(), store=store)
    update_index(tmp_path, coverage, embedder())
    engine = Engine.open(tmp_path, embedder(), store=store)
    assert engine.generation().name.startswith("p2.")
    assert carriers(engine.generation().index, "=wheat") == 1
    assert check(tmp_path, embedder(), coverage) == []
    update_index(tmp_path, coverage, embedder())
    assert held.fetch("SELECT to_regclass('passage_1')::text") == [(None,)]


def test_terms_are_as_rare_as_in_files(filled: Engine, files: Engine) -> None:
    wanted = ["=kim", "=lavrov", "korea", "nowhere", "=the"]
    one, other = (each.generation().index.lexical.rarities(wanted) for each in (filled, files))
    np.testing.assert_allclose(one, other)
    assert len(set(one)) > 2


def test_through_the_graph_the_nearest_are_found(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "GRAPH_FROM", 10)
    held = database(filled.coverage)
    index = filled.generation().index
    assert isinstance(index, PostgresIndex)
    vectors = filled.embedder.embed_queries([each["question"] for each in demo_questions()][:40])
    exact = [index.nearest(vector, 10) for vector in vectors]
    few = index.nearest(vectors[0], 10, np.sort(exact[0])[:5])
    assert sorted(few.tolist()) == sorted(exact[0].tolist())[:5]
    with held.transaction():
        update.grow_graph(held, 1)
    found = [index.nearest(vector, 10) for vector in vectors]
    shared = [np.isin(one, other).mean() for one, other in zip(found, exact, strict=True)]
    assert np.mean(shared) > 0.95
    plan = held.fetch("SELECT to_regclass('passage_1_nearest') IS NOT NULL")
    assert plan == [(True,)]
