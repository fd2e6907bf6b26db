from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.split import sentences
from corpus.types import Article, Source
from retrieval.answer.quote.span import QUOTE_CHARACTERS, likely, quotable, sentences_in

BODY = "One came first. Two came after it. Three was the last of all."


def make(body: str, cuts: tuple[int, ...] = ()) -> Article:
    return Article("a", "v", Source("a.txt"), "en", body, sentences(body, "en"), cuts)


def texts(article: Article, core: range, scores: dict[int, float]) -> list[str]:
    return [article.body[start:end] for start, end in likely(article, core, scores)]


def test_a_sentence_that_clearly_answers_stands_alone() -> None:
    assert texts(make(BODY), range(1, 2), {0: 0.1, 1: 0.9, 2: 0.1})[0] == "Two came after it."


def test_a_neighbour_nearly_as_good_comes_along() -> None:
    first = texts(make(BODY), range(1, 2), {0: 0.1, 1: 0.9, 2: 0.88})[0]
    assert first == "Two came after it. Three was the last of all."


def test_a_long_neighbour_must_be_better_than_a_short_one() -> None:
    long = "Two " + "went on and on " * 14 + "until the end."
    article = make(f"One came first. {long} Three came.")
    assert texts(article, range(1), {0: 0.5, 1: 0.25, 2: 0.0})[0] == "One came first."
    assert texts(article, range(2, 3), {0: 0.0, 1: 0.7, 2: 0.7})[0] == f"{long} Three came."


def test_a_run_ends_where_sentences_were_not_found() -> None:
    assert texts(make(BODY), range(1), {0: 0.5, 2: 0.5}) == ["One came first."]


def test_without_scores_there_is_no_run() -> None:
    assert likely(make(BODY), range(1, 2), {}) == ()
    assert likely(make(BODY), range(1, 2), {0: 0.5}) == ()


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_neighbour_comes_along_from_the_next_paragraph(between: str) -> None:
    article = make(f"One came first.{between}Two came after.")
    first = texts(article, range(1, 2), {0: 0.5, 1: 0.5})[0]
    assert first == f"One came first.{between}Two came after."


def test_a_sentence_that_asks_is_left_behind_in_its_paragraph() -> None:
    article = make("Who came first?\nTwo came after.")
    assert texts(article, range(1, 2), {0: 0.5, 1: 0.5}) == ["Two came after."]
    article = make("Who came first? Two came after.")
    assert texts(article, range(1, 2), {0: 0.5, 1: 0.5})[0] == "Who came first? Two came after."


@pytest.mark.parametrize("between", ["\nA heading\n", "\n- ", "\n2) "])
def test_nothing_comes_along_over_a_heading_or_out_of_a_list(between: str) -> None:
    article = make(f"One came first.{between}Two came after.")
    last = len(article.sentences) - 1
    scores = {at: 0.5 for at, each in enumerate(article.sentences) if not each.heading}
    runs = texts(article, range(last, last + 1), scores)
    assert runs == [article.body[article.sentences[last].start :]]


def test_the_sentences_of_a_stretch_are_those_it_reaches_into() -> None:
    article = make(BODY)
    one, two, three = article.sentences
    assert sentences_in(article, two.start, two.end) == range(1, 2)
    assert sentences_in(article, one.end - 1, three.start + 1) == range(3)
    assert len(sentences_in(article, one.end, two.start)) == 0


def test_a_cut_and_a_heading_part_what_may_be_quoted() -> None:
    body = "Heading\nOne came.\nTwo came."
    heading, one, two = make(body).sentences
    assert quotable(make(body), [one, two])
    assert not quotable(make(body, (two.start,)), [one, two])
    assert quotable(make(body, (two.start,)), [two])
    assert not quotable(make(body), [heading, one])
    assert not quotable(make(body), [])


SENTENCE = st.integers(1, 60).map(lambda words: "Word " + "word " * words + "end.")
BODIES = st.lists(
    st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4
).map("\n".join)


@settings(max_examples=200)
@given(st.data())
def test_runs_are_whole_sentences_around_their_core_that_fit(data: st.DataObject) -> None:
    article = make(data.draw(BODIES))
    every = article.sentences
    score = st.floats(0, 1)
    scores = {at: data.draw(score) for at in range(len(every)) if data.draw(st.booleans())}
    core = data.draw(st.sampled_from(range(len(every))))
    scores[core] = data.draw(score)
    found = likely(article, range(core, core + 1), scores)
    assert (every[core].start, every[core].end) in found
    assert len(set(found)) == len(found)
    for start, end in found:
        inside = sentences_in(article, start, end)
        assert (every[inside[0]].start, every[inside[-1]].end) == (start, end)
        assert core in inside
        assert set(inside) <= set(scores)
        assert len(inside) == 1 or end - start <= QUOTE_CHARACTERS
