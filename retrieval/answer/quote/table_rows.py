"""Rows of a table among what may be quoted.

A row is found by its header too, which says what its cells count. Where a question has no word that
the row itself has, every row answers it as well as any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from corpus.split import is_row
from retrieval.answer.judge.evidence import Line
from retrieval.search.rank import SentenceMatches

# A word is found better in a row than in its header from this difference on.
_BETTER = 0.05


def headed_only(lines: Sequence[Line], found: SentenceMatches) -> npt.NDArray[np.bool_]:
    """Which of the lines are rows whose own cells have no word of the question, bool (m,)."""
    made = np.zeros(len(lines), dtype=bool)
    tables: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if line.sentence.lead and is_row(line.article.body, line.sentence):
            tables[line.article.id, line.sentence.lead[0]].append(at)
    if not tables:
        return made
    best = found.matched.best()
    for rows in tables.values():
        matched = best[:, found.at(np.array([lines[at].row for at in rows], dtype=np.int64))]
        header = _header(lines[rows[0]], found)
        # a header in another passage has no words that any of the rows lacks
        shared = matched.min(axis=1) if header is None else best[:, header]
        made[rows] = (matched <= shared[:, np.newaxis] + _BETTER).all(axis=0)
    return made


def _header(line: Line, found: SentenceMatches) -> int | None:
    """The place of the header of a row among what was found."""
    assert line.sentence.lead
    sentences, number = line.article.sentences, line.number
    while number and sentences[number].start > line.sentence.lead[0]:
        number -= 1
    row = line.row - (line.number - number)
    place = int(np.searchsorted(found.numbers, row))
    return place if place < len(found.numbers) and found.numbers[place] == row else None
