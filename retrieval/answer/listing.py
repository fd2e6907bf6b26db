"""«What did TASS report?»: a question that names a source or days and nothing else is answered with
what they published last, the first sentence of each article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, islice

from corpus.language.detect import detect
from corpus.language.text import normalise
from corpus.language.tokens import words
from corpus.store import Coverage, Selection
from corpus.types import Article, Sentence
from retrieval.answer.speakers.grammar import LANGUAGES, asked, table
from retrieval.question.filters import Read, Scope
from retrieval.question.understand import question_words
from retrieval.types import Quote

_WORD = re.compile(r"\w+")
# Articles looked at for each one listed: others are copies of those.
_SPARE = 4


def lists(text: str, said: Read) -> bool:
    """Whether a question asks for all that its source or its days have: nothing else is in it but
    words that ask and words for saying."""
    if not said.spans:
        return False
    kept = "".join(
        " " if said.covers(place, place + 1) else letter for place, letter in enumerate(text)
    )
    language = detect(text)
    return all(
        word in _saying()
        or word in question_words(language)
        # a name may be a word that asks elsewhere: Kim is «who» in Turkish
        or (word in question_words() and not written[0].isupper())
        for written in _WORD.findall(kept)
        for word in words(written)
    )


def listing(said: Read, place: Scope, coverage: Coverage, limit: int) -> tuple[Quote, ...]:
    """The first sentences of the newest articles of a scope, undated ones last, one quote for each
    independent text; of a source that only others cite, the first sentences that name it."""
    assert place.selection is not None
    shown: list[Quote] = []
    for selection in dict.fromkeys(filter(None, (place.whole, place.selection))):
        for article in islice(_articles(coverage, selection, limit), _SPARE * limit):
            if len(shown) < limit and not any(_carries(quote, article) for quote in shown):
                cited = selection is not place.whole
                sentence = _opening(article, _names(said) if cited else ())
                if sentence:
                    shown.append(_quoted(article, sentence, coverage))
        if shown:
            break
    return tuple(shown)


def opening(article: Article, coverage: Coverage) -> Quote | None:
    """The first sentence of an article that is no heading, as a quote; `None` if there is none."""
    sentence = _opening(article, ())
    return _quoted(article, sentence, coverage) if sentence else None


@cache
def _saying() -> frozenset[str]:
    found = [asked(language)["says"] for language in LANGUAGES]
    found += [table(language)["verbs"] for language in LANGUAGES]
    return frozenset(word for each in found for word in each.phrases)


def _articles(coverage: Coverage, selection: Selection, limit: int) -> Iterator[Article]:
    undated = (each for each in coverage.articles(selection) if each.source.published is None)
    return chain(coverage.newest(_SPARE * limit, selection), undated)


def _carries(quote: Quote, article: Article) -> bool:
    return article.id in (quote.article.id, *(copy.id for copy in quote.copies))


def _opening(article: Article, names: tuple[str, ...]) -> Sentence | None:
    """The first sentence that is no heading; with `names` the first that has one of them, if any
    has."""
    told = [each for each in article.sentences if not each.heading]
    naming = (
        each
        for each in told
        if any(name in normalise(article.body[each.start : each.end]) for name in names)
    )
    return next(chain(naming, told), None)


def _names(said: Read) -> tuple[str, ...]:
    return tuple(normalise(name) for each in said.sources for name in each.called.names)


def _quoted(article: Article, sentence: Sentence, coverage: Coverage) -> Quote:
    carriers = [
        each.article for each in coverage.carriers(article.id, sentence.start, sentence.end)
    ]
    found = coverage.articles_by_id(carriers)
    copies = tuple(
        found[each] for each in coverage.earliest(carriers) if each in found and each != article.id
    )
    return Quote(article, sentence.start, sentence.end, 1.0, copies=copies)
