"""Which quotes have what a question names, and what is missing where none has.

A name that stands nowhere in the coverage refuses the whole question. One that stands in it rules
out what is quoted of articles that do not have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from corpus.store import Coverage
from corpus.types import Article
from retrieval.answer.demands.named import Demand, demands
from retrieval.answer.demands.speaker import speaks
from retrieval.answer.demands.traces import Traces
from retrieval.answer.quote.candidates import Candidate
from retrieval.answer.speakers.attribution import Speakers, speaker_asked
from retrieval.index.generation import Generation
from retrieval.question.expand import Expansion
from retrieval.question.understand import Question
from retrieval.search.rank import Ranking
from retrieval.types import Missing, MissingKind, Quote

# Rounds of candidates that are looked through for the first one that has all that is named.
_ROUNDS = 3


class Demanded:
    """What a question demands of its quotes; `speaker` is whose words it wants, if anybody's.
    `nearest` is the best that was looked at, whether or not it meets that, and `missing` what is
    not there for an answer; both are known once `met` has given its first candidates, or none.
    Raises `IndexDamaged`."""

    def __init__(
        self,
        asked: Question,
        ranking: Ranking,
        generation: Generation,
        coverage: Coverage,
        known: Speakers,
        expansions: Sequence[Expansion] = (),
    ) -> None:
        named = demands(asked.text, expansions, coverage.languages())
        self._traces = Traces(named, ranking.sentences, generation.index) if named else None
        self._narrow = any(demand.narrow for demand in named)
        self._generation, self._coverage, self._known = generation, coverage, known
        self.speaker = speaker_asked(asked.text)
        self._lacking: dict[str, tuple[Demand, ...]] = {}
        self.nearest: Quote | None = None
        self.missing: tuple[Missing, ...] = ()
        if self._traces:
            since, until, _ = coverage.span()
            nowhere = self._traces.nowhere(since, until)
            self.missing = tuple(Missing(demand.asked, demand.kind) for demand in nowhere)

    def met(self, rounds: Iterator[list[Candidate]]) -> Iterator[list[Candidate]]:
        """The candidates that have all that is demanded, round by round; none where something
        stands nowhere in the coverage."""
        first = next(rounds, [])
        if first:
            self.nearest = first[0].quote
        if not first or self.missing:
            return
        found = self._meeting(first)
        others = islice(rounds, _ROUNDS - 1)
        while not found and (more := next(others, [])):
            found = self._meeting(more)
        if not found:
            self.missing = self._missed(first[0])
            return
        yield found
        for more in rounds:
            if found := self._meeting(more):
                yield found

    def _meeting(self, found: Sequence[Candidate]) -> list[Candidate]:
        if self._traces is not None and self._narrow:
            self._look(self._traces, {each.quote.article.id: each.quote.article for each in found})
        return [each for each in found if self._meets(each)]

    def _look(self, traces: Traces, articles: Mapping[str, Article]) -> None:
        """Note what each of these articles lacks."""
        new = [article for article in articles if article not in self._lacking]
        passages = self._coverage.passages_of_each(new)
        for article in new:
            rows = self._generation.rows(np.array(passages.get(article, ()), dtype=np.int64))
            self._lacking[article] = traces.lacking(articles[article], rows)

    def _meets(self, each: Candidate) -> bool:
        if self._lacking.get(each.quote.article.id):
            return False
        return self.speaker is None or speaks(self.speaker, each, self._known)

    def _missed(self, nearest: Candidate) -> tuple[Missing, ...]:
        """What the nearest miss does not have, though the coverage does."""
        lacking = self._lacking.get(nearest.quote.article.id)
        if lacking:
            return tuple(Missing(each.asked, each.kind, elsewhere=True) for each in lacking)
        assert self.speaker is not None
        return (Missing(self.speaker, MissingKind.SPEAKER, elsewhere=True),)
