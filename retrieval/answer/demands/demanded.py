"""Which quotes have what a question names, and what is missing where none has.

A name that stands nowhere in the coverage refuses the whole question. One that is in it rules out
what is quoted of articles that do not have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from corpus.store import Coverage
from corpus.types import Article
from retrieval.answer.demands.named import Demand, demands
from retrieval.answer.demands.speaker import speaks
from retrieval.answer.demands.traces import Traces
from retrieval.answer.demands.written import Written, written
from retrieval.answer.quote.candidates import Candidate
from retrieval.answer.speakers.attribution import Speakers, speaker_asked
from retrieval.index.features import Indexed
from retrieval.question.expand import Expansion
from retrieval.question.understand import Question
from retrieval.search.rank import Ranking
from retrieval.types import Missing, MissingKind, Quote

# Rounds of candidates that are looked through for the first one that has all that is named.
_ROUNDS = 3


class Demanded:
    """What a question demands of its quotes: what it has `named`, and `speaker`, whose words it
    wants, if anybody's. `nearest` is the best that was looked at, whether or not it meets that, and
    `missing` what is not there for an answer; both are known once `met` has given its first
    candidates, or none. Raises `IndexDamaged`."""

    def __init__(
        self,
        asked: Question,
        ranking: Ranking,
        generation: Indexed,
        coverage: Coverage,
        known: Speakers,
        expansions: Sequence[Expansion] = (),
    ) -> None:
        named = demands(asked.text, expansions, coverage.languages())
        self._written = written(asked.text, asked.wanted)
        self.named: tuple[Demand | Written, ...] = (*named, *self._written)
        self._traces = Traces(named, ranking.sentences, generation.index) if named else None
        self._narrow = any(demand.narrow for demand in named)
        self._generation, self._coverage, self._known = generation, coverage, known
        self.speaker = speaker_asked(asked.text)
        self._lacking: dict[str, tuple[Demand | Written, ...]] = {}
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
            self.missing = self.lacks(first[0])
            return
        yield found
        for more in rounds:
            if found := self._meeting(more):
                yield found

    def lacks(self, each: Candidate) -> tuple[Missing, ...]:
        """What is demanded and not there, though the coverage has it."""
        self._look([each.quote.article])
        if lacking := self._lacking[each.quote.article.id]:
            return tuple(Missing(one.asked, one.kind, elsewhere=True) for one in lacking)
        if self.speaker is None or speaks(self.speaker, each, self._known):
            return ()
        return (Missing(self.speaker, MissingKind.SPEAKER, elsewhere=True),)

    def _meeting(self, found: Sequence[Candidate]) -> list[Candidate]:
        self._look([each.quote.article for each in found])
        return [each for each in found if not self.lacks(each)]

    def _look(self, articles: Sequence[Article]) -> None:
        """Note what each of these articles lacks, asking the database once."""
        new = {each.id: each for each in articles if each.id not in self._lacking}
        traces = self._traces if self._narrow else None
        passages = self._coverage.passages_of_each(new) if new and traces else {}
        for article in new.values():
            untraced: tuple[Demand, ...] = ()
            if traces:
                own = np.array(passages.get(article.id, ()), dtype=np.int64)
                untraced = traces.lacking(article, self._generation.rows(own))
            unwritten = (each for each in self._written if not each.stands_in(article))
            self._lacking[article.id] = (*untraced, *unwritten)
