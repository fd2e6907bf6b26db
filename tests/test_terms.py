"""What is read of words and vectors by row is what the texts themselves give: the terms that a
sentence carries, the cosine of a sentence, and how a sample has a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.language.tokens import words
from corpus.split import sentences
from corpus.types import Article, Passage, Source
from retrieval.answer.quote.candidates import _carried, candidates, lines_of
from retrieval.engine import Engine
from retrieval.index import sample as sampling
from retrieval.index.analyse import analysed
from retrieval.index.index import Index, Part, Text
from retrieval.index.lexical import LexicalIndex, fingerprint
from retrieval.index.word_index import Hashes, Matched
from retrieval.models.embed import StaticEmbedder
from retrieval.question.understand import Question, understand
from retrieval.search.rank import sentence_matches
from retrieval.types import Hit
from tests.embedders import Hashing, embedder

WORDS = (
    *("war", "wars", "harbour", "harbours", "Wonsan", "wheat", "2025", "12,000", "12 000", "g7"),
    *("لافروف", "ولافروف", "المحادثات", "محادثاتهم", "وبدأت", "ونسان", "و40", "2025م", "٢٠٢٥"),
    *("Лавров", "Лаврова", "Вонсан", "拉夫罗夫", "会谈", "会谈于周六", "회담", "a", "是"),
)
_TEXTS = st.lists(
    st.lists(st.sampled_from([*WORDS, "?!", "،", "—"]), max_size=7).map(" ".join),
    min_size=1,
    max_size=6,
)
_BODIES = st.lists(_TEXTS.map(lambda lines: ".\n".join(lines) + "."), min_size=1, max_size=5)
_QUESTIONS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)


def article(number: int, body: str) -> Article:
    return Article(
        f"a{number}", "v", Source(path=f"{number}.txt"), "en", body, sentences(body, "en")
    )


def text(one: Article) -> Text:
    """One passage of an article's sentences."""
    return Text(one.body, one.sentences, [(one.sentences[0].start, one.sentences[-1].end)])


def index_of(bodies: Sequence[str], parts: int = 1) -> tuple[Index, list[Article]]:
    """An index of so many parts, with a row for each article that has a sentence."""
    held = [article(number, body) for number, body in enumerate(bodies)]
    held = [one for one in held if one.sentences]
    bounds = np.linspace(0, len(held), parts + 1).astype(int).tolist()
    made = [
        Part.build(map(text, held[first:last]), Hashing(), embedder())
        for first, last in pairwise(bounds)
    ]
    return Index(made, np.arange(len(held)), embedder()), held


def lines(held: Sequence[Article]) -> list[str]:
    return [one.body[each.start : each.end] for one in held for each in one.sentences]


# ---------------------------------------------------------------- terms


@settings(max_examples=60, deadline=None)
@given(_BODIES, _QUESTIONS, st.integers(1, 3), st.randoms(use_true_random=False))
def test_the_terms_that_sentences_carry(
    bodies: list[str], question: str, parts: int, random: Random
) -> None:
    index, held = index_of(bodies, parts)
    if not held or not words(question):
        return
    asked = understand(question, index, Hashing())
    found = sentence_matches(asked, index, np.arange(len(held)))
    spoken = lines(held)
    assert len(found.numbers) == len(spoken)
    order = list(range(len(spoken)))
    random.shuffle(order)
    wanted = order[: max(1, len(order) // 2)]
    carried = _carried(np.array(wanted, dtype=np.int64), asked, index, found)
    terms = list(asked.terms)
    for column, at in enumerate(wanted):
        own = {term for term, has in zip(terms, carried[:, column], strict=True) if has}
        assert own == asked.carried(spoken[at])
    rarities = sum(asked.terms.values()) or 1
    shares = [
        sum(asked.terms[term] for term in asked.carried(spoken[at])) / rarities for at in wanted
    ]
    np.testing.assert_allclose(asked.share_of_terms(carried), shares, rtol=1e-5, atol=1e-7)


@settings(max_examples=40, deadline=None)
@given(_BODIES, st.integers(1, 3), st.lists(st.sampled_from(WORDS), max_size=4))
def test_which_words_have_a_term(bodies: list[str], parts: int, others: list[str]) -> None:
    index, _ = index_of(bodies, parts)
    vocabulary = [index.words.word(number) for number in range(len(index.words))]
    every = {term for word in [*vocabulary, *others] for term in analysed(word)}
    terms = [*sorted(every), "=stands-nowhere"]
    for wanted in (range(len(vocabulary)), range(len(vocabulary))[::-2], range(0)):
        numbers = np.array(wanted, dtype=np.int64)
        found = index.lexical.spelled(terms, numbers)
        slow = [[term in analysed(vocabulary[number]) for number in wanted] for term in terms]
        assert found.tolist() == slow


def test_no_term_no_word() -> None:
    postings = LexicalIndex.build(["", "?!"]).parts[0]
    nothing = np.zeros(0, dtype=np.int64)
    hashes = np.array([fingerprint("=war")], dtype=np.uint64)
    assert postings.spelled(hashes, nothing).shape == (1, 0)
    held = LexicalIndex.build(["war"]).parts[0]
    assert held.spelled(hashes[:0], np.array([0])).shape == (0, 1)


@settings(max_examples=40, deadline=None)
@given(_BODIES, st.integers(1, 3), st.data())
def test_the_words_of_sentences(bodies: list[str], parts: int, data: st.DataObject) -> None:
    index, held = index_of(bodies, parts)
    spoken = lines(held)
    if not spoken:
        return
    gathered = index.words.gather(np.arange(len(spoken)))
    wanted = data.draw(st.permutations(range(len(spoken))))
    wanted = wanted[: data.draw(st.integers(0, len(wanted)))]
    numbers, place, starts = gathered.words_of(np.array(wanted, dtype=np.int64))
    assert numbers.tolist() == sorted(set(numbers.tolist()))
    own = [index.words.word(number) for number in numbers[place].tolist()]
    found = [own[first:last] for first, last in pairwise(starts.tolist())]
    assert found == [words(spoken[at]) for at in wanted]


# ---------------------------------------------------------------- the cosine of a sentence


@pytest.fixture(scope="module")
def engine(demo_home: Path, embedded: StaticEmbedder) -> Iterator[Engine]:
    opened = Engine.open(demo_home, embedded)
    yield opened
    opened.coverage.close()


def hits_of(index: Index, held: Sequence[Article]) -> list[Hit]:
    return [
        Hit(
            Passage(
                row,
                one.id,
                "v",
                one.body[one.sentences[0].start : one.sentences[-1].end],
                one.sentences[0].start,
                one.sentences[-1].end,
            ),
            row,
            1.0,
        )
        for row, one in enumerate(held)
    ]


def cosines_agree(
    asked: Question, index: Index, hits: Sequence[Hit], articles: dict[str, Article]
) -> int:
    """Hold the cosine of every candidate to the vector of its sentence; how many there are."""
    every = sentence_matches(asked, index, np.unique([hit.row for hit in hits]))
    rows = {
        (line.article.id, line.sentence.start): line.row for line in lines_of(hits, articles, every)
    }
    found = candidates(hits, articles, asked, index)
    for one in found:
        row = rows[one.quote.article.id, one.quote.start]
        vector = index.sentences.vectors(np.array([row]))[0]
        assert one.dense == pytest.approx(np.clip(vector @ asked.vector, 0, 1), abs=5e-4)
    return len(found)


@pytest.mark.parametrize("question", ["When did Lavrov arrive?", "ماذا قال كيم؟", "Кто прибыл?"])
def test_the_cosine_of_a_sentence_in_the_demo_coverage(question: str, engine: Engine) -> None:
    generation = engine.generation()
    assert isinstance(generation.index, Index)
    asked = understand(question, generation.index, embedder())
    articles = {one.id: one for one in engine.coverage.articles()}
    hits = [
        Hit(passage, int(generation.rows(np.array([passage.id]))[0]), 1.0)
        for passage in engine.coverage.passages()
    ]
    assert cosines_agree(asked, generation.index, hits, articles) > 30


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["War", "Wheat came", "Peace for all of us", "Gales"]), max_size=5
        ).map(lambda parts: ". ".join(parts) + "." if parts else "Rain."),
        min_size=2,
        max_size=6,
    ),
    st.integers(1, 2),
)
def test_the_cosine_of_a_sentence(bodies: list[str], parts: int) -> None:
    index, held = index_of(bodies, parts)
    asked = understand("war and peace", index, Hashing())
    cosines_agree(asked, index, hits_of(index, held), {one.id: one for one in held})


# ---------------------------------------------------------------- the sample


def slow(index: Index, asked: Question) -> Matched:
    """How a few passages have the words of a question, without anything remembered."""
    assert len(index) <= 256  # all of them are the sample
    numbers, starts = index.runs(np.arange(len(index)))
    return index.words.gather(numbers).matched(asked.sought).pooled(starts)


def same(index: Index, asked: Question) -> None:
    found, wanted = index.sample.matched(asked.sought), slow(index, asked)
    np.testing.assert_allclose(found.meaning, wanted.meaning, atol=1e-6)
    np.testing.assert_array_equal(found.name, wanted.name)


@settings(max_examples=30, deadline=None)
@given(_BODIES, st.lists(_QUESTIONS, min_size=1, max_size=6), st.sampled_from([1, 3, 8192]))
def test_what_the_sample_remembers(bodies: list[str], questions: list[str], most: int) -> None:
    index, held = index_of(bodies)
    if not held:
        return
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sampling, "_REMEMBERED", most)
        for question in [*questions, *questions]:
            if words(question):
                asked = understand(question, index, Hashing())
                same(index, asked)
                same(index, replace(asked, sought=replace(asked.sought, forms=forms(asked))))


def forms(asked: Question) -> tuple[tuple[tuple[int, ...], Hashes], ...]:
    """Another name for the first word: the last one."""
    return (((0,), asked.sought.stems[-1:]),)


def test_what_the_sample_of_the_demo_coverage_remembers(engine: Engine) -> None:
    index = engine.generation().index
    assert isinstance(index, Index)
    questions = ("When did Lavrov arrive in Wonsan?", "متى وصل لافروف إلى وونسان؟", "wheat 2025")
    for question in [*questions, *questions[::-1]]:
        same(index, understand(question, index, embedder()))
