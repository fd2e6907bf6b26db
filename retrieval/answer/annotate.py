"""What is known of each sentence of an article: who speaks in it, and what it is or has.

Worked out once, when a part of the index is made; of many articles by processes on all cores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from corpus.processes import cores, processes
from corpus.types import Article
from retrieval.answer.quote.flags import flags_of
from retrieval.answer.speakers.attribution import speakers
from retrieval.index.annotations import Annotate, Annotation, Annotations, Flag

# From so many passages on, what the processes save is more than what it takes to start them.
MANY = 3000
# Articles that a process is handed at a time.
_RUN = 32


def annotate(articles: Sequence[Article]) -> Annotations:
    """The annotations of the running sentences of articles, each article's after those of the one
    before; with a sentence without annotations for each headline."""
    return Annotations.of(list(chain.from_iterable(map(_annotated, articles))))


@contextmanager
def annotating(passages: int) -> Iterator[Annotate]:
    """What annotates the articles of so many passages that are to be indexed."""
    count = cores()
    if passages < MANY or count == 1:
        yield lambda articles: lambda: annotate(articles)
        return
    with processes(count) as pool:

        def ahead(articles: Sequence[Article]) -> Callable[[], Annotations]:
            runs = [articles[first : first + _RUN] for first in range(0, len(articles), _RUN)]
            made = [pool.submit(annotate, run) for run in runs]
            return lambda: Annotations.joined([each.result() for each in made])

        yield ahead


def _annotated(article: Article) -> Iterator[Annotation]:
    if article.source.headline:
        yield Annotation(Flag(0))
    for number, sentence in enumerate(article.running):
        text = article.body[sentence.start : sentence.end]
        yield Annotation(flags_of(text), tuple(speakers(article, number)))
