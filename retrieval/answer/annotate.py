"""What is known of each sentence of an article: who speaks in it, and what it is or has.

Worked out once, when a part of the index is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.types import Article
from retrieval.answer.quote.flags import flags_of
from retrieval.answer.speakers.attribution import speakers
from retrieval.index.annotations import Annotation


def annotate(articles: Sequence[Article]) -> Iterator[list[Annotation]]:
    """The annotations of the sentences of each article, in order."""
    for article in articles:
        yield [
            Annotation(
                flags_of(article.body[sentence.start : sentence.end]),
                tuple(speakers(article, number)),
            )
            for number, sentence in enumerate(article.sentences)
        ]
