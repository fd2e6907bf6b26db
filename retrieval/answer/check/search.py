"""Where a text is in the coverage, and what an altered one was made of."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import log

from corpus.language.pasted import UNSPACED, Folded, folded, sent, words_to_find
from corpus.language.spelling import Spelled, has_signs, signs_end
from corpus.store import Coverage, Entered
from retrieval.answer.check.aligned import Aligned, FoldedText, aligned, differences
from retrieval.answer.check.verdict import Match

MOST_MATCHES = 100
"""Places told of a text that stands in more."""

# A text is looked for by its first words; so many bodies that have them are read at most.
_FIRST_WORDS = 40
READ = 2_000
# And again for another spelling, which takes longer.
_READ_TWICE = 200
# The original of an altered text is looked for by pairs of its words, spread over it; a pair that
# more bodies than this have tells little.
_PAIRS = 24
_COMMON = 500
# It has at least this share of the pairs and so many, and of those that have, so many are read.
_SHARE_OF_PAIRS = 0.25
_ALIGNED = 8
_FEWEST_PAIRS = 2
# What has this share of the weight of the pairs that the best has may be nearer than it.
_NEAR_THE_BEST = 0.5
# What of the words must be in the original, in its order: half, fewer where there is a long run
# of them; where there is not even a short one, three quarters of all words there, for chance leaves
# them scattered (tests/benchmark/verify.py prints how far such texts stay below).
_FEWEST = 3
_SHORT_RUN = 5
_DENSE = 0.75
_SHARE = 0.5
_LONG_RUN = 8
_SHARE_WITH_LONG_RUN = 0.1

_LETTERS = re.compile(rf"[^\W_{UNSPACED}]{{2}}")


class Search:
    """Looks for a text and for pieces of it; what was read for one is known for the others."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._carrying: dict[tuple[str, ...], list[Entered]] = {}
        self._having: dict[tuple[str, str], list[int]] = {}

    def exact(self, text: str, read: int = READ) -> tuple[Match, ...]:
        """Every place where the text stands, in the first bodies to be `read`."""
        sought = folded(text)
        return self._standing(self._carriers(text)[:read], lambda body: _places(sought, body))

    def spelled(self, text: str) -> tuple[Match, ...]:
        """Every place where the text is in another spelling, with what is spelled otherwise."""
        carriers = self._carriers(text)
        if not carriers:
            return ()
        signs = has_signs(text)
        sought = Spelled.of(text, signs=signs).text.strip()
        places = self._standing(
            carriers[:_READ_TWICE], lambda body: _spelled_places(sought, body, signs)
        )
        return tuple(replace(match, diff=differences(text, match.text)) for match in places)

    def closest(self, text: str) -> tuple[Match, Aligned] | None:
        """What an altered text was most likely made of, if anything, and how near the two are."""
        tokens = FoldedText.of(text)
        best: tuple[tuple[float, bool], Match, Aligned] | None = None
        for entry in _versions(self._coverage, self._candidates(text)):
            for number, body in enumerate(self._coverage.bodies(entry.article, entry.version)):
                found = aligned(tokens, FoldedText.of(body))
                if found is None:
                    continue
                superseded = number > 0 or not entry.newest
                rank = found.share + found.dense, not superseded
                if best is None or rank > best[0]:
                    article = self._coverage.article(entry.article, entry.version)
                    assert article is not None
                    match = Match(article, superseded, body, found.start, found.end, found.diff)
                    best = rank, match, found
        return best and best[1:]

    def _carriers(self, text: str) -> list[Entered]:
        """The versions that have or had the first words of a text."""
        words = tuple(words_to_find(text)[:_FIRST_WORDS])
        if words not in self._carrying:
            numbers = self._coverage.with_run(words, READ) if words else []
            self._carrying[words] = _versions(self._coverage, numbers)
        return self._carrying[words]

    def _standing(
        self, carriers: Sequence[Entered], places: Callable[[str], list[tuple[int, int]]]
    ) -> tuple[Match, ...]:
        """Those of the places in the bodies of these versions that are told."""
        found: list[Match] = []
        for entry in carriers:
            bodies = self._coverage.bodies(entry.article, entry.version)
            for number, body in enumerate(bodies):
                if not (here := places(body)):
                    continue
                article = self._coverage.article(entry.article, entry.version)
                assert article is not None
                superseded = number > 0 or not entry.newest
                found += (Match(article, superseded, body, *place) for place in here)
                break
            if len(found) >= MOST_MATCHES:
                break
        found.sort(key=_last_first)
        return tuple(found[:MOST_MATCHES])

    def _candidates(self, text: str) -> list[int]:
        """The bodies with most of the pairs of words of a text, rare ones counting more."""
        words = words_to_find(text)
        pairs = list(dict.fromkeys(pairwise(words)))
        spread = pairs[:: -(-len(pairs) // _PAIRS)] if pairs else []
        having: Counter[int] = Counter()
        weights: dict[int, float] = defaultdict(float)
        for pair in spread:
            if pair not in self._having:
                self._having[pair] = self._coverage.with_run(pair, _COMMON)
            numbers = self._having[pair]
            having.update(numbers)
            weight = log(1 + 2 * _COMMON / (1 + len(numbers)))
            for number in numbers:
                weights[number] += weight
        enough = max(_SHARE_OF_PAIRS * len(spread), min(len(spread), _FEWEST_PAIRS))
        able = [number for number, pairs in having.items() if pairs >= enough]
        least = _NEAR_THE_BEST * max((weights[number] for number in able), default=0.0)
        near = [number for number in able if weights[number] >= least]
        return sorted(near, key=lambda number: (-weights[number], -number))[:_ALIGNED]


class Around:
    """The text around a match, in which other parts of a draft are looked for before they are
    elsewhere."""

    def __init__(self, match: Match, start: int, end: int) -> None:
        self._match = match
        self._start = start
        self._text = match.body[start:end]
        self._folded: Folded | None = None
        self._tokens: FoldedText | None = None

    @classmethod
    def whole(cls, match: Match) -> Around:
        """All of the body that a match is in."""
        return cls(match, 0, len(match.body))

    @property
    def match(self) -> Match:
        return self._match

    def exact(self, text: str) -> Match | None:
        """Where the text is there first."""
        self._folded = self._folded or Folded.of(self._text)
        place = next(_found(folded(text), self._folded), None)
        return place and self._at(*place)

    def spelled(self, text: str) -> Match | None:
        """The same in another spelling."""
        signs = has_signs(text)
        sought = Spelled.of(text, signs=signs).text.strip()
        if not (places := _spelled_places(sought, self._text, signs)):
            return None
        match = self._at(*places[0])
        return replace(match, diff=differences(text, match.text))

    def altered(self, text: str) -> Match | None:
        """What the text was made of."""
        self._tokens = self._tokens or FoldedText.of(self._text)
        found = aligned(FoldedText.of(text), self._tokens)
        if found is None or not made_of_it(found):
            return None
        return replace(self._at(found.start, found.end), diff=found.diff)

    def _at(self, start: int, end: int) -> Match:
        return replace(self._match, start=self._start + start, end=self._start + end, diff=None)


def standing_in(text: str, whole: Folded) -> tuple[int, int] | None:
    """Where a text is first in a longer one, from word to word."""
    return next(_found(folded(text), whole), None)


def made_of_it(found: Aligned) -> bool:
    """Whether so much of a text is in its closest original that it was made of it."""
    if found.words < _FEWEST:
        return False
    if found.longest < _SHORT_RUN:
        return found.dense >= _DENSE
    return found.share >= (_SHARE if found.longest < _LONG_RUN else _SHARE_WITH_LONG_RUN)


def _versions(coverage: Coverage, numbers: list[int]) -> list[Entered]:
    """The versions that have or had these bodies, each once, newest ones first."""
    entries = {(each.article, each.version): each for each in coverage.entered(numbers)}
    return sorted(entries.values(), key=lambda each: not each.newest)


def _places(sought: str, body: str) -> list[tuple[int, int]]:
    """Where the text is in a body, from word to word."""
    if sought not in folded(body):
        body = sent(body)
    if sought not in folded(body):
        return []
    return list(_found(sought, Folded.of(body)))


def _spelled_places(sought: str, body: str, signs: bool) -> list[tuple[int, int]]:
    for way in dict.fromkeys((body, sent(body))):
        inside = Spelled.of(way, signs=signs)
        if found := [(start, signs_end(way, end)) for start, end in _found(sought, inside)]:
            return found
    return []


def _found(sought: str, inside: Folded | Spelled) -> Iterator[tuple[int, int]]:
    start = inside.text.find(sought) if sought else -1
    while start >= 0:
        end = start + len(sought)
        if not (_inside_word(inside.text, start) or _inside_word(inside.text, end)):
            yield inside.original(start, end)
        start = inside.text.find(sought, end)


def _inside_word(text: str, at: int) -> bool:
    """Whether a cut at this place goes through a word, or between a letter and its signs."""
    if not 0 < at < len(text):
        return False
    return bool(unicodedata.combining(text[at]) or _LETTERS.match(text, at - 1))


def _last_first(match: Match) -> tuple[bool, int, str, int]:
    day = match.article.source.published
    return match.superseded, -day.toordinal() if day else 0, match.article.id, match.start
