"""How an index grows: which parts stay, and what a new part is made from.

New passages become a part, together with existing parts that are not several times as large. So
sizes decrease geometrically: each passage is rewritten a number of times that is logarithmic in the
total, and a question reads few parts. A part that has lost many of its passages is rebuilt without
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.store import Coverage, PassageSpan
from retrieval.index.part import Kept, Part, Text

Numbers = npt.NDArray[np.int64]

# A part stays while it is at least this many times as large as what is added after it,
_LARGER = 4
# and while at least this share of its passages is left.
_LEFT = 0.75


@dataclass(frozen=True, slots=True)
class Growth:
    """`stay` and `taken` are numbers of parts. `order` gives for each passage of the coverage its
    place among those of the parts that stay, followed by the new one. `added` are the passages of
    the new part, and `fresh` is how many of them must be embedded."""

    stay: tuple[int, ...]
    taken: tuple[int, ...]
    order: Numbers
    added: Numbers
    fresh: int
    _parts: Sequence[Part]
    _places: Numbers

    def articles(self, ids: Numbers, coverage: Coverage) -> Iterator[Text | Kept]:
        """What the new part is made of, in the order of the coverage, as the `ids` are."""
        starts = _starts(self._parts)
        numbers = ids[self.added].tolist()
        places = self._places[self.added].tolist()
        owners = _owners(starts, self._places[self.added]).tolist()
        spans = coverage.passage_spans(
            number for number, place in zip(numbers, places, strict=True) if place < 0
        )
        first = 0
        for last in range(1, len(numbers) + 1):
            known = places[first] >= 0
            goes_on = last < len(numbers) and (
                places[last] == places[last - 1] + 1 and owners[last] == owners[first]
                if known
                else places[last] < 0
                and spans[numbers[last]].article == spans[numbers[first]].article
            )
            if goes_on:
                continue
            if known:
                start = places[first] - int(starts[owners[first]])
                yield Kept(self._parts[owners[first]], start, start + last - first)
            else:
                yield text_of([spans[number] for number in numbers[first:last]], coverage)
            first = last


def grown(parts: Sequence[Part], places: Numbers, *, left_whole: bool = False) -> Growth:
    """How parts grow to contain passages at these places in all parts, -1 for new ones. With
    `left_whole` a part stays only if it has lost none."""
    starts = _starts(parts)
    owners = _owners(starts, places)
    left = np.bincount(owners[owners >= 0], minlength=len(parts)).tolist()
    share = 1.0 if left_whole else _LEFT
    taken = [n for n, part in enumerate(parts) if left[n] < share * len(part)]
    size = int((owners < 0).sum()) + sum(left[n] for n in taken)
    for number in sorted(set(range(len(parts))) - set(taken), key=lambda n: left[n]):
        if left[number] < _LARGER * size:
            taken.append(number)
            size += left[number]
    stay = [number for number in range(len(parts)) if number not in taken]
    moved = np.zeros(len(parts) + 1, dtype=np.int64)  # the last entry is for new passages
    moved[stay] = np.cumsum([0, *(len(parts[number]) for number in stay)])[:-1] - starts[stay]
    added = np.flatnonzero(~np.isin(owners, stay))
    order = places + moved[owners]
    order[added] = sum(len(parts[number]) for number in stay) + np.arange(len(added))
    return Growth(tuple(stay), tuple(taken), order, added, int((owners < 0).sum()), parts, places)


def text_of(own: Sequence[PassageSpan], coverage: Coverage) -> Text:
    """What is indexed of an article, given all or some of its passages."""
    article = coverage.article(own[0].article, own[0].version)
    assert article, own[0].article
    places = tuple((span.start, span.end) for span in own)
    return Text(article.body, article.running, places, article.source.headline, article)


def _starts(parts: Sequence[Part]) -> Numbers:
    return np.cumsum([0, *map(len, parts)], dtype=np.int64)


def _owners(starts: Numbers, places: Numbers) -> Numbers:
    """The part of each place, -1 for what is new."""
    return np.searchsorted(starts, places, side="right") - 1
