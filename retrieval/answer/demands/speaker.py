"""Whether a quote may have the words of whom a question asks for.

Who speaks is read in four languages, and there in less than half of what is said. So a quote also
counts that names the speaker itself, or just before or after, where anybody is said to speak.
"""

from __future__ import annotations

from functools import lru_cache

from corpus.language.stems import stem
from corpus.language.tokens import words
from retrieval.answer.quote.candidates import Candidate
from retrieval.answer.quote.span import sentences_in
from retrieval.answer.speakers.attribution import Speakers, is_same, said_by
from retrieval.answer.speakers.grammar import LANGUAGES
from retrieval.answer.speakers.tagging import QUOTATION, spoken_in
from retrieval.types import Quote

# Sentences before and after a quote that may name who speaks in it.
_BEFORE, _BEHIND = 2, 1
_SHORTEST = 3


def speaks(speaker: str, candidate: Candidate, known: Speakers) -> bool:
    """Whether a speaker, by any form of the name, says what is quoted, or may say it."""
    quote = candidate.quote
    if quote.article.language not in LANGUAGES:
        return True
    said = said_by(quote.article, quote.start, quote.end, known)
    return any(is_same(speaker, one.name) for one in said) or _may_speak(speaker, quote)


def _may_speak(speaker: str, quote: Quote) -> bool:
    article = quote.article
    inside = sentences_in(article, quote.start, quote.end)
    if not inside:
        return True
    if _names(speaker, quote.text):
        return True
    first = max(inside[0] - _BEFORE, 0)
    last = min(inside[-1] + _BEHIND, len(article.sentences) - 1)
    around = article.body[article.sentences[first].start : article.sentences[last].end]
    told = spoken_in(around, article.language) or any(mark in around for mark in QUOTATION)
    return bool(told) and _names(speaker, around)


def _names(speaker: str, text: str) -> bool:
    found = set(words(text))
    return any(_same(word, other) for word in words(speaker) for other in found)


@lru_cache(maxsize=16_384)
def _same(word: str, other: str) -> bool:
    return len(word) >= _SHORTEST and (stem(word) == stem(other) or is_same(word, other))
