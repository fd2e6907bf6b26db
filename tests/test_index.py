"""The index as a whole: rows, their sentences, and what is taken over from the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from corpus.split import passages, sentences
from retrieval.index.growth import grown
from retrieval.index.index import Index, Kept, Part, Text
from retrieval.question.understand import understand
from retrieval.search.rank import rank
from retrieval.types import Vectors
from tests.embedders import embedder

BODIES = (
    "The ferry left at seven. It carried wheat! The harbour stayed open.",
    "A heading\nوصل لافروف إلى ونسان مساء الجمعة. وبدأت المحادثات صباح السبت.",
    "Лавров прибыл в Вонсан. Встреча прошла в порту.",
    "拉夫罗夫抵达元山。会谈于周六开始。",
    "1 2 3. 2025.",
)
QUESTIONS = ("When did Lavrov arrive in Wonsan?", "متى بدأت المحادثات؟", "wheat 2025", "会谈")


def text(body: str, headline: str | None = None, cuts: Sequence[int] | None = None) -> Text:
    """An article: its passages are of `cuts` sentences each, else as the coverage makes them."""
    found = sentences(body, "en")
    if cuts is None:
        return Text(body, found, passages(body, found), headline)
    places, first = [], 0
    for length in cuts:
        here = found[first : first + length]
        if here:
            places.append((here[0].start, here[-1].end))
        first += length
    return Text(body, found, places, headline)


def build(*articles: Text | Kept, step: Callable[[int], None] = lambda done: None) -> Index:
    return Index.build(articles, embedder(), embedder(), step)


def part(*articles: Text | Kept) -> Part:
    return Part.build(articles, embedder(), embedder())


def opened(folder: Path) -> Index:
    made = Part.open(folder, embedder().dimensions, embedder())
    return Index([made], np.arange(len(made)), embedder())


def rankings(index: Index) -> list[list[tuple[int, float]]]:
    found = [rank(understand(question, index, embedder()), index) for question in QUESTIONS]
    return [list(zip(each.rows.tolist(), each.scores.tolist(), strict=True)) for each in found]


def held(index: Index, number: int) -> list[str]:
    """The words of a sentence, in order."""
    gathered = index.words.gather(np.array([number]))
    return [index.words.word(at) for at in gathered.numbers[gathered.place].tolist()]


# ---------------------------------------------------------------- rows


def test_a_passage_is_a_run_of_its_own_sentences() -> None:
    index = build(text(BODIES[0], cuts=(2, 1)), text(BODIES[2], "Arrival in Wonsan", cuts=(1, 1)))
    assert len(index) == len(index.passages) == 4
    assert len(index.sentences) == 6
    assert index.spans.tolist() == [[0, 2, -1], [2, 3, -1], [4, 5, 3], [5, 6, 3]]
    assert {"ferry", "seven"} < set(held(index, 0))
    assert {"harbour", "open"} < set(held(index, 2))
    assert set(held(index, 3)) == {"arrival", "in", "wonsan"}
    assert set(held(index, 4)) == {"лавров", "прибыл", "в", "вонсан"}


def test_the_sentences_of_passages_one_after_the_other() -> None:
    index = build(text(BODIES[0], cuts=(2, 1)), text(BODIES[2], cuts=(1, 1)))
    found, starts = index.runs(np.array([3, 0, 2]))
    assert found.tolist() == [4, 0, 1, 3]
    assert starts.tolist() == [0, 1, 3]


@pytest.mark.parametrize("headline", [None, "", "Ferries"])
def test_a_headline_is_a_sentence_of_no_passage(headline: str | None) -> None:
    index = build(text(BODIES[0], headline))
    assert index.spans[0, 2] == (0 if headline else -1)
    assert len(index.sentences) == 3 + bool(headline)
    assert not headline or 0 not in index.runs(np.array([0]))[0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(BODIES), st.sampled_from([None, "News"])), min_size=1))
def test_vectors_are_those_of_the_passages_and_sentences(
    given_: list[tuple[str, str | None]],
) -> None:
    articles = [text(body, headline) for body, headline in given_]
    index = build(*articles)
    bodies = [(article, place) for article in articles for place in article.passages]
    whole = embedder().embed_passages([one.body[start:end] for one, (start, end) in bodies])
    np.testing.assert_allclose(index.passages.vectors(np.arange(len(index))), whole, atol=2e-3)
    for row, (article, (start, end)) in enumerate(bodies):
        first, last, headline = index.spans[row].tolist()
        own = [
            article.body[one.start : one.end]
            for one in article.sentences
            if start <= one.start and one.end <= end
        ]
        assert last - first == len(own) > 0
        found = index.sentences.vectors(np.arange(first, last))
        np.testing.assert_allclose(found, embedder().embed_passages(own), atol=2e-3)
        assert (headline >= 0) == bool(article.headline)


def test_steps_are_told_in_passages() -> None:
    told: list[int] = []
    build(text(BODIES[0], cuts=(1, 1, 1)), text(BODIES[2]), step=told.append)
    assert told[-1] == 4
    assert told == sorted(told)


# ---------------------------------------------------------------- kept

_ARTICLES = st.lists(
    st.tuples(st.sampled_from(BODIES), st.sampled_from([None, "Lavrov in Wonsan"])),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(_ARTICLES, _ARTICLES, st.randoms(use_true_random=False))
def test_articles_kept_are_as_good_as_new(
    old: list[tuple[str, str | None]], new: list[tuple[str, str | None]], chance: Random
) -> None:
    earlier = [text(*each) for each in old]
    before = part(*earlier)
    ends = np.cumsum([len(each.passages) for each in earlier]).tolist()
    kept = [
        (each, Kept(before, end - len(each.passages), end))
        for each, end in zip(earlier, ends, strict=True)
        if chance.random() < 0.7
    ]
    both: list[tuple[Text, Text | Kept]] = [*kept, *((one, one) for one in (text(*n) for n in new))]
    chance.shuffle(both)
    grown = build(*(given for _, given in both))
    fresh = build(*(article for article, _ in both))
    same(grown, fresh)


def same(one: Index, other: Index) -> None:
    """Whether two indexes answer alike."""
    rows = np.arange(len(one))
    assert len(one) == len(other)
    np.testing.assert_array_equal(one.passages.vectors(rows), other.passages.vectors(rows))
    for row in rows.tolist():
        (first, last, title), (begin, end, headline) = (each.spans[row] for each in (one, other))
        mine = [*range(first, last), *([title] if title >= 0 else [])]
        others = [*range(begin, end), *([headline] if headline >= 0 else [])]
        assert [held(one, line) for line in mine] == [held(other, line) for line in others]
        np.testing.assert_array_equal(
            one.sentences.vectors(np.array(mine)), other.sentences.vectors(np.array(others))
        )
    for ours, theirs in zip(rankings(one), rankings(other), strict=True):
        assert [row for row, _ in ours] == [row for row, _ in theirs]
        np.testing.assert_allclose(
            [score for _, score in ours], [score for _, score in theirs], atol=1e-6
        )
    for question in QUESTIONS:
        asked, again = (understand(question, each, embedder()) for each in (one, other))
        assert asked.terms == again.terms
        assert set(asked.expanded) == set(again.expanded)
        np.testing.assert_allclose(asked.weights, again.weights, atol=1e-6)


def test_words_of_articles_that_are_gone_are_not_looked_for() -> None:
    before = part(text(BODIES[0]), text(BODIES[1]))
    other = part(text(BODIES[4]))
    whole = Index([before, other], np.arange(3), embedder())
    assert understand("Lavrov", whole, embedder()).expanded == (("Lavrov", "لافروف"),)
    for index in (
        build(Kept(before, 0, 1), text(BODIES[4])),
        Index([before, other], np.array([0, 2]), embedder()),
    ):
        assert understand("Lavrov", index, embedder()).expanded == ()


def test_what_is_kept_is_not_embedded_anew() -> None:
    embedded: list[str] = []

    class Watching:
        name = digest = "watching"
        dimensions = embedder().dimensions

        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            embedded.extend(texts)
            return embedder().embed_passages(texts)

        embed_queries = embed_passages

    before = part(text(BODIES[0]), text(BODIES[2]))
    Part.build([Kept(before, 1, 2), text(BODIES[4])], Watching(), embedder())
    assert set(embedded) == {BODIES[4], "1 2 3.", "2025."}


# ---------------------------------------------------------------- parts


@settings(max_examples=40, deadline=None)
@given(st.lists(_ARTICLES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_parts_answer_as_one_index_of_what_is_left(
    made: list[list[tuple[str, str | None]]], chance: Random
) -> None:
    parts: list[Part] = []
    places: list[tuple[Text, list[int]]] = []
    for each in made:
        articles = [text(*article) for article in each]
        first = sum(len(one) for one in parts)
        for article in articles:
            own = list(range(first, first := first + len(article.passages)))
            places.append((article, own))
        parts.append(part(*articles))
    chance.shuffle(places)
    left = places[: chance.randint(1, len(places))]
    order = np.array([place for _, own in left for place in own])
    same(Index(parts, order, embedder()), build(*(article for article, _ in left)))


def test_equals_are_chosen_by_row_whatever_the_part() -> None:
    """Copies of one text stand in several parts: which are proposed must not depend on it."""
    copies = [text("The ferry left at seven.", f"Headline {number}") for number in range(9)]
    whole = build(*copies)
    order = np.array([8, 1, 5, 2, 0, 7, 3, 6, 4])
    parts = [
        part(*(copies[int(np.flatnonzero(order == at)[0])] for at in run))
        for run in (range(3), range(3, 8), range(8, 9))
    ]
    grown_index = Index(parts, order, embedder())
    query = embedder().embed_queries(["When did the ferry leave?"])[0]
    for k in range(10):
        rows, _ = grown_index.passages.search(query, k)
        assert rows.tolist() == list(range(k))
        assert whole.passages.search(query, k)[0].tolist() == rows.tolist()
    allowed = np.array([7, 2, 4])
    assert grown_index.passages.search(query, 2, allowed)[0].tolist() == [2, 4]
    assert grown_index.passages.search(query, 0)[0].tolist() == []


SIZES = st.lists(st.integers(1, 60), max_size=6)


@settings(max_examples=200, deadline=None)
@given(SIZES, st.integers(0, 40), st.integers(0, 100), st.randoms(use_true_random=False))
def test_growing_places_every_passage(
    sizes: list[int], new: int, gone: int, chance: Random
) -> None:
    parts = [_Sized(size) for size in sizes]
    known = [place for place in range(sum(sizes)) if chance.random() * 100 >= gone]
    places = [*known, *[-1] * new]
    chance.shuffle(places)
    found = grown(parts, np.array(places, dtype=np.int64))  # type: ignore[arg-type]
    assert sorted(found.stay + found.taken) == list(range(len(parts)))
    assert sorted(set(found.order.tolist())) == sorted(found.order.tolist())
    assert found.fresh == new
    old = np.cumsum([0, *sizes])
    stay = np.cumsum([0, *(sizes[number] for number in found.stay)])
    for place, at in zip(places, found.order.tolist(), strict=True):
        part_of = int(np.searchsorted(old, place, side="right")) - 1
        if part_of in found.stay:
            number = found.stay.index(part_of)
            assert at - stay[number] == place - old[part_of]
        else:
            assert at >= stay[-1]
    assert sorted(found.order[found.added]) == list(range(stay[-1], stay[-1] + len(found.added)))
    assert all(4 * len(found.added) <= sizes[number] for number in found.stay)


class _Sized:
    """As long as a part of so many passages."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        return self._size


# ---------------------------------------------------------------- saved


@settings(max_examples=15, deadline=None)
@given(_ARTICLES)
def test_what_is_saved_is_opened_again(articles: list[tuple[str, str | None]]) -> None:
    made = build(*(text(*each) for each in articles))
    with TemporaryDirectory() as name:
        made.parts[0].save(Path(name))
        same(opened(Path(name)), made)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    part(*map(text, BODIES), text(BODIES[0], "A ferry", cuts=(1, 2))).save(tmp_path)
    return tmp_path


def open_and_ask(folder: Path) -> None:
    for ranking in rankings(opened(folder)):
        assert all(0 <= score <= 1 for _, score in ranking)


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def test_the_files(folder: Path) -> None:
    open_and_ask(folder)
    assert {file.name for file in folder.iterdir()} == {
        *("passages", "sentences", "spans", "lexical", "words")
    }


@pytest.mark.parametrize("order", [[0, 7], [-1, 0], [3, 3]])
def test_an_order_that_does_not_fit_is_refused(folder: Path, order: list[int]) -> None:
    made = Part.open(folder, embedder().dimensions, embedder())
    assert len(made) == 7
    with pytest.raises(IndexDamaged):
        Index([made], np.array(order), embedder())


def test_other_dimensions_are_refused(folder: Path) -> None:
    with pytest.raises(IndexDamaged):
        Part.open(folder, 7, embedder())


def test_each_missing_or_shortened_file_is_refused(folder: Path) -> None:
    for file in files(folder):
        content = file.read_bytes()
        for spoiled in (None, b"", content[: len(content) // 2], content[:-1]):
            file.unlink()
            if spoiled is not None:
                file.write_bytes(spoiled)
            with pytest.raises(IndexDamaged):
                open_and_ask(folder)
            file.write_bytes(content)
    open_and_ask(folder)


@pytest.mark.parametrize("filled", [b"\xff", b"\x7f", b"\x00", b"\x05"])
def test_garbage_of_the_same_length_is_refused_or_does_no_harm(folder: Path, filled: bytes) -> None:
    """No other error, and no score that is none."""
    for file in files(folder):
        content = file.read_bytes()
        file.write_bytes(filled * len(content))
        with suppress(IndexDamaged):
            open_and_ask(folder)
        file.write_bytes(content)
    open_and_ask(folder)


@pytest.mark.parametrize("row", [[3, 1, -1], [0, 99, -1], [-2, 1, -1], [0, 0, -1], [0, 1, 99]])
def test_spans_that_point_elsewhere_are_refused(folder: Path, row: list[int]) -> None:
    spans = np.fromfile(folder / "spans", dtype=np.int64).reshape(-1, 3)
    spans[1] = row
    spans.tofile(folder / "spans")
    with pytest.raises(IndexDamaged):
        open_and_ask(folder)
