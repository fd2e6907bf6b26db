"""Which run of whole sentences around the one that answers best is quoted.

A neighbour comes along where the chance that it answers is worth its length, so that one sentence
that clearly answers is alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import product
from math import exp
from operator import attrgetter

from corpus.language.marks import QUESTION_MARKS
from corpus.types import Article, Sentence

# A quote is one sentence, or more while they fit in this many characters.
QUOTE_CHARACTERS = 400
# How much less a sentence scores that is e times less likely to answer, and what a hundred
# characters cost, in chances of the best sentence; after the development sets, for a mean length
# of 300 (docs/experiments.md).
_TEMPERATURE = 0.17
_COST = 0.2
# How an item of a list begins.
_ITEM = re.compile(r"\s*(?:[-–—•▪●*·]|\d{1,2}[.)-])\s")

Span = tuple[int, int]


def quotable(article: Article, run: Sequence[Sentence]) -> bool:
    """Whether neighbouring sentences of an article may be quoted together: none is a heading, no
    cut lies between them, and they fit, or one is alone."""
    if not run or any(sentence.heading for sentence in run):
        return False
    start, end = run[0].start, run[-1].end
    return len(run) == 1 or (
        end - start <= QUOTE_CHARACTERS
        and not any(run[0].end <= cut <= run[-1].start for cut in article.cuts)
    )


def sentences_in(article: Article, start: int, end: int) -> range:
    """The numbers of the sentences that `body[start:end]` reaches into."""
    first = bisect_right(article.sentences, start, key=attrgetter("end"))
    return range(first, bisect_left(article.sentences, end, key=attrgetter("start")))


def likely(article: Article, core: range, scores: Mapping[int, float]) -> tuple[Span, ...]:
    """The runs of sentences around `core`, the numbers of neighbouring sentences, as spans of the
    body, the likeliest answer for its length first; `core`, quotable, is one. They reach across
    paragraphs, because news in Arabic often has one sentence in each, but not into or out of an
    item of a list. `scores` are those of sentences by their number; others do not come along, and
    without any for `core` there is no run."""
    if any(at not in scores for at in core):
        return ()
    every = article.sentences
    best = max(scores[at] for at in core)
    chances = {at: exp(min(score - best, 0) / _TEMPERATURE) for at, score in scores.items()}
    found: list[tuple[float, int, Span]] = []
    for first, last in product(_reach(article, core, scores, -1), _reach(article, core, scores, 1)):
        run = every[first : last + 1]
        if quotable(article, run):
            span = run[0].start, run[-1].end
            length = span[1] - span[0]
            worth = sum(chances[at] for at in range(first, last + 1)) - _COST * length / 100
            found.append((-worth, length, span))
    return tuple(span for _, _, span in sorted(found))


def _reach(article: Article, core: range, scores: Mapping[int, float], step: int) -> list[int]:
    """The numbers of the sentences that a run may reach on one side of `core`, nearest first."""
    every, reached = article.sentences, [core[0] if step < 0 else core[-1]]
    while (at := reached[-1] + step) in scores:
        far = abs(every[at].start - every[reached[0]].start) > QUOTE_CHARACTERS
        if far or _parted(article.body, every[min(at, at - step)], every[max(at, at - step)]):
            break
        reached.append(at)
    return reached


def _parted(body: str, one: Sentence, other: Sentence) -> bool:
    """Whether no quote goes on from a sentence to the next one: an item, a row or a speech comes
    with its lead and stands for itself; in another paragraph, also where an item of a list begins
    or ends, and after a sentence that asks, which is a heading in all but form."""
    across = "\n" in body[one.end : other.start]
    if one.lead != other.lead or (one.lead and across):
        return True
    line = body.rfind("\n", 0, one.start) + 1
    listed = _ITEM.match(body, other.start) or _ITEM.match(body, line)
    return across and (bool(listed) or body[one.end - 1] in QUESTION_MARKS)
