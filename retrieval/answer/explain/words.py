"""Where the words of a question occur around a candidate, and in which form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from corpus.language.tokens import words
from corpus.types import Article
from retrieval.answer.explain.explanation import AskedWord, How, Where, WordFound
from retrieval.answer.quote.span import sentences_in
from retrieval.index.features import Features, Indexed, SearchIndex, Vocabulary
from retrieval.index.word_index import UNRELATED, Gathered
from retrieval.question.understand import Question
from retrieval.types import Quote, Rows

# The places from the nearest; a word of near meaning in one of them goes before the word itself in
# the next.
_PLACES = (Where.QUOTE, Where.NEIGHBOUR, Where.ARTICLE)
_Found = tuple[How, str, float]
_WORD = re.compile(r"\w+")


def words_found(
    asked: Question, quote: Quote, passages: Sequence[int], generation: Indexed
) -> tuple[WordFound, ...]:
    """Each content word of a question, in its order. `passages` are the ids of those of the quote's
    article, headlines counting as its sentences. Raises `IndexDamaged`."""
    index = generation.index
    rows = generation.rows(np.array(passages, dtype=np.int64))
    known = index.features(np.unique(rows))
    places = [
        list(_of_words(asked, index.words, known.words.of(np.searchsorted(known.numbers, some))))
        for some in _sentences(quote, known)
    ]
    written, there = _written(asked.text), _written(_text(quote.article))
    made = []
    for at, word in enumerate(asked.sought.words):
        said, weight = written.get(word, word), float(asked.weights[at])
        near = zip(_PLACES, (found[at] for found in places), strict=True)
        where, found = next((pair for pair in near if pair[1]), (Where.NOWHERE, []))
        if not found:
            made.append(WordFound(said, weight, where))
            continue
        (how, _, likeness), spelled = found[0], [word for _, word, _ in found]
        as_written = " ".join(there.get(word, word) for word in spelled)
        made.append(WordFound(said, weight, where, how, as_written, likeness))
    return tuple(made)


def words_known(asked: Question, index: SearchIndex) -> tuple[AskedWord, ...]:
    """Each content word of a question, in its order, and as what the coverage has it. Raises
    `IndexDamaged`."""
    written, sought = _written(asked.text), asked.sought
    there = index.words.holds(sought.stems)
    named = [len(names) > 0 for names in sought.names]
    for places, stems in sought.forms:
        if index.words.holds(stems).all():
            for at in places:
                named[at] = True
    return tuple(
        AskedWord(
            written.get(word, word),
            float(asked.weights[at]),
            How.FORM if there[at] else How.NAME if named[at] else None,
        )
        for at, word in enumerate(sought.words)
    )


def _text(article: Article) -> str:
    return f"{article.source.headline or ''}\n{article.body}"


@lru_cache(maxsize=32)
def _written(text: str) -> dict[str, str]:
    """How the words of a text are written where each is first."""
    found: dict[str, str] = {}
    for surface in _WORD.findall(text):
        for word in words(surface):
            found.setdefault(word, surface)
    return found


def _sentences(quote: Quote, known: Features) -> tuple[Rows, Rows, Rows]:
    """The sentences of the quote, those before and after it, and all of its article with the
    headline, as the index numbers them."""
    every = np.unique(known.runs()[0])
    inside = sentences_in(quote.article, quote.start, quote.end)
    own, beside = every[:0], every[:0]
    if len(every) == len(quote.article.running) and inside:
        own = every[inside.start : inside.stop]
        beside = every[max(inside.start - 1, 0) : inside.stop + 1]
    return own, beside, known.numbers


def _of_words(asked: Question, spelled: Vocabulary, held: Gathered) -> Iterator[list[_Found]]:
    """For each word sought the words that stand for it in some sentences."""
    for at in range(len(asked.sought.words)):
        how, likeness = How.FORM, 1.0
        numbers = held.numbers[held.stems == asked.sought.stems[at]][:1]
        if not len(numbers):
            how, numbers = How.NAME, _named(asked, held, at)
        if not len(numbers):
            how, (numbers, likeness) = How.MEANING, _meaning(asked, held, at)
        yield [(how, word, likeness) for word in spelled.spellings(numbers)]


def _named(asked: Question, held: Gathered, at: int) -> Rows:
    """Its spelling in another script, or the words of another name of it, in their order."""
    named = held.numbers[np.isin(held.numbers, asked.sought.names[at])]
    if len(named):
        return named[:1]
    for places, stems in asked.sought.forms:
        if at in places and np.isin(stems, held.stems).all():
            return held.numbers[[int((held.stems == stem).argmax()) for stem in stems]]
    return held.numbers[:0]


def _meaning(asked: Question, held: Gathered, at: int) -> tuple[Rows, float]:
    """The word nearest in meaning, and how near; none if it has nothing to do with it."""
    nothing = held.numbers[:0], 0.0
    if not len(held.numbers) or asked.sought.numeric[at]:
        return nothing
    alike = np.einsum("wd,d->w", held.vectors, asked.sought.vectors[at])
    best = int(alike.argmax())
    if alike[best] < UNRELATED:
        return nothing
    return held.numbers[best : best + 1], min(float(alike[best]), 1.0)
