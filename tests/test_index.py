"""The index as a whole: rows, their sentences, and what is taken over from the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from corpus.split import passages, sentences
from retrieval.answer.question import understand
from retrieval.embed import EMBEDDED, Embedder, Vectors, load
from retrieval.index import Index, Kept, Text
from retrieval.rank import rank

BODIES = (
    "The ferry left at seven. It carried wheat! The harbour stayed open.",
    "A heading\nوصل لافروف إلى ونسان مساء الجمعة. وبدأت المحادثات صباح السبت.",
    "Лавров прибыл в Вонсан. Встреча прошла в порту.",
    "拉夫罗夫抵达元山。会谈于周六开始。",
    "1 2 3. 2025.",
)
QUESTIONS = ("When did Lavrov arrive in Wonsan?", "متى بدأت المحادثات؟", "wheat 2025", "会谈")


@cache
def embedder() -> Embedder:
    return load(EMBEDDED, Path())


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


def build(
    *articles: Text | Kept,
    before: Index | None = None,
    step: Callable[[int], None] = lambda done: None,
) -> Index:
    return Index.build(articles, embedder(), embedder(), before, step)


def rankings(index: Index) -> list[list[tuple[int, float]]]:
    found = [rank(understand(question, index, embedder()), index) for question in QUESTIONS]
    return [list(zip(each.rows.tolist(), each.scores.tolist(), strict=True)) for each in found]


def held(index: Index, number: int) -> list[str]:
    """The words of a sentence, in the order of their numbers."""
    counts = index.words.counts().toarray()[number]
    vocabulary = index.words.vocabulary()
    return [vocabulary[at] for at in np.flatnonzero(counts).tolist()]


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
    before = build(*earlier)
    ends = np.cumsum([len(each.passages) for each in earlier]).tolist()
    kept = [
        (each, Kept(end - len(each.passages), end))
        for each, end in zip(earlier, ends, strict=True)
        if chance.random() < 0.7
    ]
    both: list[tuple[Text, Text | Kept]] = [*kept, *((one, one) for one in (text(*n) for n in new))]
    chance.shuffle(both)
    grown = build(*(given for _, given in both), before=before)
    fresh = build(*(article for article, _ in both))
    same(grown, fresh)


def same(one: Index, other: Index) -> None:
    """Whether two indexes answer alike; words are added up in another order."""
    assert one.spans.tolist() == other.spans.tolist()
    rows, lines = np.arange(len(one)), np.arange(len(one.sentences))
    np.testing.assert_array_equal(one.passages.vectors(rows), other.passages.vectors(rows))
    np.testing.assert_array_equal(one.sentences.vectors(lines), other.sentences.vectors(lines))
    for line in lines.tolist():
        assert sorted(held(one, line)) == sorted(held(other, line))
    for first, second in zip(rankings(one), rankings(other), strict=True):
        assert [row for row, _ in first] == [row for row, _ in second]
        np.testing.assert_allclose(
            [score for _, score in first], [score for _, score in second], atol=1e-6
        )
    for question in QUESTIONS:
        asked, again = (understand(question, each, embedder()) for each in (one, other))
        assert asked.terms == again.terms
        assert set(asked.expanded) == set(again.expanded)
        np.testing.assert_allclose(asked.weights, again.weights, atol=1e-6)


def test_words_of_articles_that_are_gone_are_not_looked_for() -> None:
    before = build(text(BODIES[0]), text(BODIES[1]))
    grown = build(Kept(0, 1), text(BODIES[4]), before=before)
    assert understand("Lavrov", before, embedder()).expanded == (("Lavrov", "لافروف"),)
    assert understand("Lavrov", grown, embedder()).expanded == ()


def test_what_is_kept_is_not_embedded_anew() -> None:
    embedded: list[str] = []

    class Watching:
        name = digest = "watching"
        dimensions = embedder().dimensions

        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            embedded.extend(texts)
            return embedder().embed_passages(texts)

        embed_queries = embed_passages

    before = build(text(BODIES[0]), text(BODIES[2]))
    Index.build([Kept(1, 2), text(BODIES[4])], Watching(), embedder(), before)
    assert set(embedded) == {BODIES[4], "1 2 3.", "2025."}


# ---------------------------------------------------------------- saved


@settings(max_examples=15, deadline=None)
@given(_ARTICLES)
def test_what_is_saved_is_opened_again(articles: list[tuple[str, str | None]]) -> None:
    made = build(*(text(*each) for each in articles))
    with TemporaryDirectory() as name:
        made.save(Path(name))
        same(Index.open(Path(name), len(made), embedder().dimensions, embedder()), made)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build(*map(text, BODIES), text(BODIES[0], "A ferry", cuts=(1, 2))).save(tmp_path)
    return tmp_path


PASSAGES = len(BODIES) + 2


def open_and_ask(folder: Path, passages: int = PASSAGES) -> None:
    index = Index.open(folder, passages, embedder().dimensions, embedder())
    for ranking in rankings(index):
        assert all(0 <= score <= 1 for _, score in ranking)


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def test_the_files(folder: Path) -> None:
    open_and_ask(folder)
    assert {file.name for file in folder.iterdir()} == {
        *("passages", "sentences", "spans", "lexical", "words")
    }


@pytest.mark.parametrize("passages", [PASSAGES - 1, PASSAGES + 1, 0])
def test_another_number_of_passages_is_refused(folder: Path, passages: int) -> None:
    with pytest.raises(IndexDamaged):
        open_and_ask(folder, passages)


def test_other_dimensions_are_refused(folder: Path) -> None:
    with pytest.raises(IndexDamaged):
        Index.open(folder, PASSAGES, 7, embedder())


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
