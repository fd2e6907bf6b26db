"""The ranking that is measured, from texts alone: all that evaluation knows of the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.errors import InputError
from corpus.language.detect import detect
from corpus.language.tokens import words
from corpus.split import passages, sentences
from retrieval.index.index import Index, Text
from retrieval.models.embed import aligner_for
from retrieval.question.expand import expansions
from retrieval.question.understand import question_words, understand
from retrieval.search import rank as ranking
from retrieval.types import Channel, Embedder


@dataclass(frozen=True, slots=True)
class Parts:
    """An index in memory. A row is a part of a text; `owners[row]` is the number of that text.
    `languages` are those of the texts."""

    index: Index
    embedder: Embedder
    owners: tuple[int, ...]
    languages: frozenset[str]


def build(
    texts: Sequence[str],
    headlines: Sequence[str | None],
    embedder: Embedder,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Parts:
    """Cut `texts` into passages as articles are, and index these.

    `headlines[number]` belongs to `texts[number]`. `step(done, total)` is called with the number of
    passages embedded. Raises `InputError` if no text has any words.
    """
    if len(texts) != len(headlines):
        raise ValueError("one headline, or None, for each text")
    languages = [detect(text) for text in texts]
    articles = []
    for text, headline, language in zip(texts, headlines, languages, strict=True):
        found = sentences(text, language)
        articles.append(Text(text, found, passages(text, found), headline))
    owners = [number for number, article in enumerate(articles) for _ in article.passages]
    if not owners:
        raise InputError("there is nothing to index: all texts are empty")
    index = Index.build(
        articles, embedder, aligner_for(embedder), step=lambda done: step(done, len(owners))
    )
    return Parts(index, embedder, tuple(owners), frozenset(languages))


def rank(question: str, parts: Parts, channel: Channel, k: int) -> list[tuple[int, float]]:
    """At most `k` rows and their scores, best first, ties by row.

    Raises `InputError` for a question that cannot be asked.
    """
    others = expansions(question, None, parts.languages)
    asked = understand(question, parts.index, parts.embedder, others)
    proposed = max(k, ranking.PROPOSED)
    found = ranking.rank(asked, parts.index, channel=channel, proposed=proposed)
    return list(zip(found.rows[:k].tolist(), found.scores[:k].tolist(), strict=True))


def asked_words(question: str) -> frozenset[str]:
    """The normalised words of a question that carry something to look for."""
    found = words(question)
    return frozenset(word for word in found if word not in question_words()) or frozenset(found)
