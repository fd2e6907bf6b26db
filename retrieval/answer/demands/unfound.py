"""Which content words of a question nothing like is found for: what an absence can name."""

from __future__ import annotations

import re

import numpy as np

from retrieval.index.analyse import words
from retrieval.index.word_index import UNRELATED
from retrieval.question.understand import Question
from retrieval.search.rank import SentenceMatches
from retrieval.types import Missing, MissingKind

_MOST = 2
# Shorter words seldom say what is asked for.
_SHORTEST = 4
_WORD = re.compile(r"\w+")
# The words of these scripts are not told apart.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def unfound(asked: Question, found: SentenceMatches) -> tuple[Missing, ...]:
    """The words that all that was found is least like, at most two, in the order of the question.
    What comes near the question does not have them; others of the coverage may."""
    if not len(found.numbers) or _UNSPACED.search(asked.text):
        return ()
    best = found.matched.best().max(axis=1)
    written = {word: each for each in _WORD.findall(asked.text) for word in words(each)}
    least = [
        at
        for at in np.argsort(best, kind="stable").tolist()
        if best[at] < UNRELATED and _tells(asked.sought.words[at])
    ]
    named = (asked.sought.words[at] for at in sorted(least[:_MOST]))
    return tuple(Missing(written.get(word, word), MissingKind.WORD, True) for word in named)


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST and not any(map(str.isdigit, word))
