from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.ingest import ingest
from corpus.store import Coverage, Selection
from corpus.types import DateKind, Source, SourceDate
from retrieval.index.generation import Generation, build
from retrieval.question.understand import understand
from retrieval.search.rank import PROPOSED, Ranking, rank
from retrieval.search.search import pages, ranked, reranked, search
from retrieval.types import Hit, Vectors
from tests.embedders import Axes

TODAY = date(2026, 2, 1)
FILLER = " and many further plain words so that the text is long enough"


AXES = Axes({"war": 1}, {"peace": 1}, rest=0.01)


@pytest.fixture
def take(tmp_path: Path, coverage: Coverage) -> Callable[..., str]:
    def taken(name: str, text: str, outlet: str | None = None, day: date | None = None) -> str:
        (tmp_path / f"{name}.txt").write_text(text + FILLER + ".", encoding="utf-8")
        dates = (SourceDate(DateKind.PUBLISHED, day, str(day)),) if day else ()
        given = Source(path="", outlet=outlet, dates=dates)
        report = ingest([str(tmp_path / f"{name}.txt")], coverage, given=given, today=TODAY)
        return report.articles[0]

    return taken


@pytest.fixture
def index(tmp_path: Path, coverage: Coverage) -> Callable[[], Generation]:
    return lambda: build(tmp_path / "index", coverage, AXES)


def ask(
    question: str,
    generation: Generation,
    coverage: Coverage,
    selection: Selection | None = None,
    limit: int = 20,
) -> list[Hit]:
    asked = understand(question, generation.index, AXES)
    return search(asked, generation, coverage, selection=selection, limit=limit)


def test_both_channels_are_added(
    take: Callable[..., str], index: Callable[[], Generation], coverage: Coverage
) -> None:
    both = take("both", "war is here")
    dense_only = take("dense", "postwar days came")
    none = take("none", "peace is there")
    hits = ask("war", index(), coverage)
    assert [hit.passage.article for hit in hits] == [both, dense_only, none]
    first, second, third = hits
    assert 1 >= first.score > second.score > third.score >= 0


def test_hits_are_the_ranking_with_its_rows_and_scores(
    take: Callable[..., str], index: Callable[[], Generation], coverage: Coverage
) -> None:
    for number in range(5):
        take(f"n{number}", "war " * (number + 1) + "peace")
    generation = index()
    hits = ask("war", generation, coverage)
    ranking = rank(understand("war", generation.index, AXES), generation.index)
    assert [(hit.row, hit.score) for hit in hits] == list(
        zip(ranking.rows.tolist(), ranking.scores.tolist(), strict=True)
    )
    assert [hit.passage.id for hit in hits] == generation.passages[ranking.rows].tolist()


def test_ties_go_by_article_and_start(
    take: Callable[..., str], index: Callable[[], Generation], coverage: Coverage
) -> None:
    ids = [take(f"n{number}", "war is here") for number in range(5)]
    generation = index()
    hits = ask("war", generation, coverage)
    assert len({hit.score for hit in hits}) == 1
    assert [hit.passage.article for hit in hits] == sorted(ids)
    assert all(ask("war", generation, coverage) == hits for _ in range(3))


def test_the_limit(
    take: Callable[..., str], index: Callable[[], Generation], coverage: Coverage
) -> None:
    for number in range(5):
        take(f"n{number}", "war " * (number + 1) + "peace")
    generation = index()
    every = ask("war", generation, coverage)
    assert len(every) == 5
    assert ask("war", generation, coverage, limit=2) == every[:2]
    assert ask("war", generation, coverage, limit=0) == []


def test_removed_and_superseded_passages_are_left_out(
    take: Callable[..., str], index: Callable[[], Generation], coverage: Coverage
) -> None:
    removed, changed, kept = (take(name, "war is here") for name in ("a", "b", "c"))
    generation = index()
    assert len(ask("war", generation, coverage)) == 3
    coverage.remove([removed])
    take("b", "war is over now")
    hits = ask("war", generation, coverage)
    assert [hit.passage.article for hit in hits] == [kept]
    assert {hit.passage.article for hit in ask("war", index(), coverage)} == {kept, changed}


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (None, "abc"),
        (Selection(), "abc"),
        (Selection(outlets=("Harbour Post",)), "a"),
        (Selection(since=date(2025, 7, 12)), "b"),
        (Selection(until=date(2025, 7, 11)), "a"),
        (Selection(language="en"), "abc"),
        (Selection(language="ar"), ""),
        (Selection(outlets=("nobody",)), ""),
    ],
)
def test_only_selected_articles_are_searched(
    take: Callable[..., str],
    index: Callable[[], Generation],
    coverage: Coverage,
    selection: Selection | None,
    names: str,
) -> None:
    ids = {
        "a": take("a", "war is here", "Harbour Post", date(2025, 7, 11)),
        "b": take("b", "war is there", "Gulf Online", date(2025, 7, 12)),
        "c": take("c", "war is over"),
    }
    hits = ask("war", index(), coverage, selection)
    assert {hit.passage.article for hit in hits} == {ids[name] for name in names}


def test_a_selected_article_is_found_behind_many_better_ones(
    tmp_path: Path, coverage: Coverage, take: Callable[..., str], index: Callable[[], Generation]
) -> None:
    lines = [f"war number {number}{FILLER}." for number in range(PROPOSED + 20)]
    for number, line in enumerate(lines):
        (tmp_path / f"many{number}.txt").write_text(line, encoding="utf-8")
    ingest([str(tmp_path / "many*.txt")], coverage, today=TODAY)
    wanted = take("rare", "peace and a little war", "Harbour Post")
    generation = index()
    assert ask("war", generation, coverage)[0].passage.article != wanted
    (hit,) = ask("war", generation, coverage, Selection(outlets=("Harbour Post",)))
    assert hit.passage.article == wanted


def test_an_article_that_is_not_indexed_yet_is_not_found(
    take: Callable[..., str], index: Callable[[], Generation], coverage: Coverage
) -> None:
    take("a", "war is here")
    generation = index()
    take("b", "war is there", "Harbour Post")
    assert len(ask("war", generation, coverage)) == 1
    assert ask("war", generation, coverage, Selection(outlets=("Harbour Post",))) == []


def test_the_reranker_reads_question_and_passage_together(
    take: Callable[..., str], index: Callable[[], Generation], coverage: Coverage
) -> None:
    class Longest:
        name = digest = "longest"

        def scores(self, question: str, texts: Sequence[str]) -> Vectors:
            assert question == "war"
            return np.array([len(text) / 1000 for text in texts], dtype=np.float32)

    take("short", "war")
    long = take("long", "war and peace and peace" + FILLER * 20)
    hits = ask("war", index(), coverage)
    assert len(hits) == 2
    assert hits[0].passage.article != long
    made = reranked("war", hits, Longest())
    assert made[0].passage.article == long
    by_article = {hit.passage.article: hit for hit in hits}
    for hit in made:
        before = by_article[hit.passage.article]
        own = len(hit.passage.text) / 1000
        assert (hit.passage, hit.row) == (before.passage, before.row)
        assert hit.score == pytest.approx((before.score + own) / 2, abs=1e-6)
    assert [hit.score for hit in made] == sorted((hit.score for hit in made), reverse=True)
    assert reranked("war", [], Longest()) == []


# ---------------------------------------------------------------- pages


@pytest.fixture
def harbours(
    take: Callable[..., str], index: Callable[[], Generation]
) -> tuple[list[str], Generation]:
    """Thirty articles of one passage, each nearer to the question than the next."""
    ids = [take(f"{n:02}", f"The war {'and peace ' * n}of harbour {n}") for n in range(30)]
    return ids, index()


def ranking_of(generation: Generation, coverage: Coverage) -> tuple[Ranking, list[int]]:
    ranking = ranked(understand("war harbour", generation.index, AXES), generation, coverage)
    found = coverage.passages_by_id(generation.passages.tolist())
    order = generation.passages[ranking.rows].tolist()
    assert len(set(ranking.scores.tolist())) == len(order) == len(found) == 30
    return ranking, order


@pytest.mark.parametrize("size", [1, 7, 30])
@pytest.mark.parametrize("most", [0, 13, 30, 99])
def test_pages_are_the_ranking_without_what_is_gone(
    harbours: tuple[list[str], Generation], coverage: Coverage, size: int, most: int
) -> None:
    ids, generation = harbours
    ranking, order = ranking_of(generation, coverage)
    for gone in ([], ids[:1], ids[3:9], ids[::2], ids[:20], ids[10:], ids):
        coverage.remove(gone)
        left = coverage.passages_by_id(order)
        wanted = [number for number in order if number in left][:most]
        found = [hits for hits, _ in pages(ranking, generation, coverage, size=size, most=most)]
        assert [hit.passage.id for page in found for hit in page] == wanted
        assert all(len(page) == size for page in found[:-1])
        assert all(found)
        for page in found:
            for hit in page:
                assert generation.passages[hit.row] == hit.passage.id
                assert hit.score == ranking.scores[ranking.rows.tolist().index(hit.row)]
        coverage.restore(gone)


@settings(max_examples=12, deadline=None)
@given(
    size=st.integers(1, 9),
    most=st.integers(1, 40),
    removals=st.lists(st.lists(st.integers(0, 29), max_size=12), max_size=12),
)
def test_pages_have_no_gaps_when_passages_are_removed_in_between(
    size: int, most: int, removals: list[list[int]]
) -> None:
    """What is left is given, each once and in order; what was removed before its page was read is
    not."""
    with TemporaryDirectory() as name, closing(Coverage.open(Path(name) / "c.sqlite")) as coverage:
        for number in range(30):
            text = f"The war {'and peace ' * number}of harbour {number}"
            (Path(name) / f"{number:02}.txt").write_text(text + FILLER + ".", encoding="utf-8")
        ids = ingest([str(Path(name) / "*.txt")], coverage, today=TODAY).articles
        generation = build(Path(name) / "index", coverage, AXES)
        ranking, order = ranking_of(generation, coverage)
        given_at: list[int] = []
        gone: set[str] = set()
        steps = iter(removals)
        for page, articles in pages(ranking, generation, coverage, size=size, most=most):
            assert 0 < len(page) <= size
            places = [order.index(hit.passage.id) for hit in page]
            for passage in (hit.passage for hit in page):
                body = articles[passage.article].body
                assert passage.text == body[passage.start : passage.end]
            for hit, place in zip(page, places, strict=True):
                # unless it was read together with the last of the page before
                if not given_at or place // size != given_at[-1] // size:
                    assert hit.passage.article not in gone
            given_at += places
            now = {ids[number] for number in next(steps, [])}
            coverage.remove(sorted(now - gone))
            gone |= now
        assert given_at == sorted(set(given_at))
        assert len(given_at) <= most
        left = coverage.passages_by_id(order)
        stayed = [place for place, number in enumerate(order) if number in left]
        reached = given_at[-1] if given_at else -1
        assert [place for place in stayed if place <= reached] == [
            place for place in given_at if place in set(stayed)
        ]
        if len(given_at) < most:
            assert set(stayed) <= set(given_at)
