"""What the judge relies on: how much each group of evidence adds to the score of a sentence.

The network is no sum, so the groups are measured one by one: how much its logit loses if a group
has its mean over all sentences at hand (occlusion, Zeiler and Fergus, 2014). The groups do not add
up to the judge's score.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from retrieval.answer.judge.network import Judge
from retrieval.types import Vectors

GROUPS = ("search", "words", "names", "around", "article", "kind", "place", "language")
"""How well the search found it, the question's words in it, its names, words in the sentences
around, words in its passage, headline and article, the kind of answer that is wanted, where it
stands and how long it is, and whether it is in the question's language."""

_SEARCH = frozenset({"mean", "cosine", "terms", "words", "names", "passage", "rank", "of_article"})
_PLACE = frozenset({"length", "position", "has_before", "has_behind"})
_AROUND = frozenset({"from_behind", "from_before", "around", "cosine_before", "cosine_behind"})
_KIND = frozenset({"asks", "quotes", "said_quotes", "digits", "wants"})
_KINDS = ("wants_", "has_", "new_", "next_", "fits")


def leanings(judge: Judge, known: Mapping[str, Vectors]) -> dict[str, Vectors]:
    """What each of `GROUPS` adds to each of m sentences, float32 (m,), in the measure of the
    ranking's scores, against the mean of them all."""
    inputs = judge.inputs(known)
    added = judge.added(inputs)
    groups = np.array([group_of(name) for name in known])
    made = {}
    for group in GROUPS:
        without = np.where(groups == group, inputs.mean(axis=0), inputs).astype(np.float32)
        made[group] = added - judge.added(without)
    return made


@lru_cache(maxsize=256)
def group_of(name: str) -> str:
    """The group of a piece of evidence, by its name in `retrieval.answer.judge.evidence`."""
    if name == "same":
        return "language"
    if name in _PLACE:
        return "place"
    if name in _SEARCH or name.endswith("_among") or name.startswith(("behind_", "rank_")):
        return "search"
    if name in _AROUND or name.endswith("_around"):
        return "around"
    if name.startswith("in_") or name.endswith(("_article", "_headline")):
        return "article"
    if name.startswith("named") or name == "has_name":
        return "names"
    if name in _KIND or name.startswith(_KINDS):
        return "kind"
    return "words"
