"""Content words of a question for which nothing similar was found: an absence can name them."""

from __future__ import annotations

import numpy as np

from corpus.language.text import UNSPACED
from retrieval.index.word_index import UNRELATED
from retrieval.question.understand import Question, as_written
from retrieval.search.rank import SentenceMatches
from retrieval.types import Missing, MissingKind

_MOST = 2
# Shorter words seldom say what is asked for.
_SHORTEST = 4


def unfound(asked: Question, found: SentenceMatches) -> tuple[Missing, ...]:
    """The words that all that was found is least like, at most two, in the order of the question.
    What comes near the question does not have them; others of the coverage may."""
    if not len(found.numbers) or UNSPACED.search(asked.text):
        return ()
    best = found.matched.best().max(axis=1)
    written = as_written(asked.text)
    least = [
        at
        for at in np.argsort(best, kind="stable").tolist()
        if best[at] < UNRELATED and _tells(asked.sought.words[at])
    ]
    named = (asked.sought.words[at] for at in sorted(least[:_MOST]))
    return tuple(Missing(written.get(word, word), MissingKind.WORD, True) for word in named)


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST and not any(map(str.isdigit, word))
