"""People and things that headlines of a coverage name: examples for somebody new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from corpus.language.scripts import has_arabic
from corpus.language.tokens import split_words
from corpus.store import Coverage
from corpus.store.selection import Selection
from retrieval.question.known_names import known_names
from retrieval.question.reading import Reading

MOST_HEADLINES = 200
"""Of the newest articles, and of those without a day, whose headlines are read."""

MOST_SUBJECTS = 24
"""Names and pairs of them that are given."""


def subjects(coverage: Coverage, language: str) -> list[tuple[str, ...]]:
    """What headlines of articles in `language` name, alone and two together, that which most of
    them have first."""
    chosen = Selection(language=language)
    articles = [
        *coverage.newest(MOST_HEADLINES, chosen),
        *coverage.undated(MOST_HEADLINES, chosen),
    ]
    found: Counter[tuple[str, ...]] = Counter()
    for article in articles:
        named = list(dict.fromkeys(_named(article.source.headline or "")))
        found.update((name,) for name in named)
        found.update(pairwise(named))
    return [names for names, _ in found.most_common(MOST_SUBJECTS)]


def _named(headline: str) -> Iterator[str]:
    """Names to which nothing is written on; a capital that opens a headline makes none."""
    for start, end, is_place in Reading(headline).names:
        name = headline[start:end]
        words = split_words(name)
        plain = words[0].folded in known_names() if has_arabic(name) else start > 0
        if plain or (is_place and not has_arabic(name)):
            yield name
