"""What happened to a question, examined afterwards: the evidence for and against each candidate."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

import numpy as np

from retrieval.answer.ask import Searched, Trail, ask, needed_beside, quotable, stands_beside
from retrieval.answer.explain.explanation import (
    Decision,
    Explained,
    ExplainedAnswer,
    Explanation,
    Named,
    Reason,
    Understood,
    Weighed,
)
from retrieval.answer.explain.words import words_found, words_known
from retrieval.answer.judge.kinds import WANTS, wanted_kinds
from retrieval.answer.judge.leanings import GROUPS, leanings
from retrieval.answer.quote.candidates import Candidate, score_parts
from retrieval.answer.quote.fold import same_text
from retrieval.question.expand import Expansion
from retrieval.question.understand import Question, is_greeting
from retrieval.search.search import ranked
from retrieval.types import Answer, Evidence, Filters, Missing, Quote, Vectors

# Candidates explained next to those shown, and how many of them from outside the limits.
_BESIDE = 8
_OUTSIDE = 3
_EQUAL = 1e-6


def explain(
    text: str,
    searched: Searched,
    *,
    limit: int = 3,
    filters: Filters | None = None,
    expansions: Sequence[Expansion] = (),
    today: date | None = None,
) -> ExplainedAnswer:
    """The answer of `ask` with these arguments, and why it is that. Raises as `ask` does."""
    trail = Trail()
    answer = ask(
        text,
        searched,
        limit=limit,
        filters=filters,
        expansions=expansions,
        today=today,
        trail=trail,
    )
    decision = _decision(answer, trail)
    told = _Told(trail, searched, decision)
    return ExplainedAnswer(
        answer,
        Explanation(
            decision=decision,
            understood=told.understood(),
            best=max(map(told.weighed, trail.decide), key=_above, default=None),
            wanted=trail.asked.wanted if trail.asked else None,
            named=told.named(),
            missing=trail.demanded.missing if trail.demanded else (),
            candidates=tuple(told.candidates()),
        ),
    )


def _decision(answer: Answer, trail: Trail) -> Decision:
    if answer.answered:
        return Decision.ANSWERED if trail.shown else Decision.LISTED
    if is_greeting(answer.question):
        return Decision.GREETING
    if trail.place is None or trail.place.selection is None:
        return Decision.NO_ARTICLES
    if trail.demanded and trail.demanded.missing:
        return Decision.MISSING
    if trail.uncounted:
        return Decision.UNCOUNTED
    return Decision.EVIDENCE if trail.decide else Decision.NOTHING_FOUND


class _Told:
    """The candidates of a trail, explained."""

    def __init__(self, trail: Trail, searched: Searched, decision: Decision) -> None:
        self._trail = trail
        self._searched = searched
        self._decision = decision
        self._leanings: dict[int, dict[str, Vectors]] = {}
        self._raised = {_place(each.quote): each for each in trail.found}

    def named(self) -> tuple[Named, ...]:
        demanded = self._trail.demanded
        return tuple(Named(each.asked, each.kind) for each in demanded.named) if demanded else ()

    def understood(self) -> Understood | None:
        asked, demanded = self._trail.asked, self._trail.demanded
        if asked is None:
            return None
        kinds = zip(WANTS, wanted_kinds(asked.text), strict=True)
        return Understood(
            wants=tuple(kind for kind, wants in kinds if wants),
            words=words_known(asked, self._searched.generation.index),
            speaker=demanded.speaker if demanded else None,
            days=asked.days,
        )

    def candidates(self) -> Iterator[Explained]:
        """Those shown, in their order, then the best of the others, no two of one place."""
        asked = self._trail.asked
        if asked is None or self._decision in (Decision.GREETING, Decision.LISTED):
            return
        for number, each in enumerate(self._trail.shown, start=1):
            yield self._explained(each, asked, shown=number)
        quotes = [each.quote for each in self._trail.shown]
        listed: list[Quote] = []
        for each, outside in self._others(asked):
            within = any(_within(each.quote, quote) for quote in quotes)
            if within or any(_overlap(each.quote, other) for other in listed):
                continue
            if outside:
                yield self._explained(each, asked, reason=Reason.FILTERED)
            else:
                reason, same_as, missing = self._reason(each)
                yield self._explained(each, asked, reason=reason, same_as=same_as, missing=missing)
            listed.append(each.quote)
            if len(listed) == _BESIDE:
                return

    def _others(self, asked: Question) -> list[tuple[Candidate, bool]]:
        """All candidates that were come across, and some outside the limits, best first; which of
        the two each is."""
        came = (each for found in self._trail.rounds for each in found)
        inside = [(self._raised.get(_place(each.quote), each), False) for each in came]
        every = [*inside, *((each, True) for each in self._outside(asked))]
        return sorted(every, key=lambda pair: -pair[0].quote.score)

    def _outside(self, asked: Question) -> Iterator[Candidate]:
        """The best candidates that the limits left out."""
        place, generation = self._trail.place, self._searched.generation
        if place is None or (place.selection and place.selection.everything):
            return
        coverage = self._searched.coverage
        ranking = ranked(asked, generation, coverage)
        if place.selection:
            ids = np.array(coverage.passage_ids(place.selection), dtype=np.int64)
            out = np.isin(ranking.rows, generation.rows(ids), invert=True)
            ranking = ranking.of(out)
        judge, reranker = self._searched.judge, self._searched.reranker
        rounds = quotable(asked, ranking, generation, coverage, judge, reranker)
        known = {_place(each.quote) for found in self._trail.rounds for each in found}
        found = (each for each in next(rounds, []) if _place(each.quote) not in known)
        yield from islice(found, _OUTSIDE)

    def _reason(self, each: Candidate) -> tuple[Reason, int | None, tuple[Missing, ...]]:
        """Why a candidate within the limits is not shown."""
        trail = self._trail
        demanded, found = trail.demanded, trail.found
        nowhere = tuple(one for one in demanded.missing if not one.elsewhere) if demanded else ()
        if demanded and (lacking := nowhere or demanded.lacks(each)):
            return Reason.MISSING, None, lacking
        if found and each.fits < found[0].fits:
            return Reason.UNFIT, None, ()
        if found and not stands_beside(each, found[0]):
            return Reason.BELOW, None, ()
        if self._decision is Decision.EVIDENCE:
            return Reason.EVIDENCE, None, ()
        if self._decision is Decision.UNCOUNTED:
            return Reason.UNCOUNTED, None, ()
        for number, shown in enumerate((one.quote for one in trail.shown), start=1):
            if shown.article.id == each.quote.article.id:
                if _overlap(shown, each.quote):
                    return Reason.OVERLAP, number, ()
            elif same_text(each.quote, shown, self._searched.coverage):
                return Reason.COPY, number, ()
        if any(_overlap(one.quote, each.quote) for one in trail.figureless):
            return Reason.FIGURELESS, None, ()
        return Reason.ENOUGH, None, ()

    def weighed(self, each: Candidate) -> Weighed:
        """The evidence for a candidate, and what it has to reach."""
        calibration, spoken = self._searched.calibration, self._trail.spoken
        needed = calibration.needed(each, spoken) if spoken else None
        return Weighed(calibration.evidence(each), needed, calibration.parts(each))

    def _leaned_on(self, each: Candidate) -> tuple[Evidence, ...]:
        """What the judge leans on. It is the same for all candidates of a round."""
        judge, known = self._searched.judge, each.known
        if judge is None or known is None:
            return ()
        if id(known) not in self._leanings:
            self._leanings[id(known)] = leanings(judge, known)
        found = self._leanings[id(known)]
        values = ((group, float(found[group][each.row])) for group in GROUPS)
        return tuple(Evidence(f"judge_{group}", value, value) for group, value in values)

    def _explained(
        self,
        each: Candidate,
        asked: Question,
        *,
        shown: int | None = None,
        reason: Reason | None = None,
        same_as: int | None = None,
        missing: tuple[Missing, ...] = (),
    ) -> Explained:
        passages = self._searched.coverage.passages_of([each.quote.article.id])
        return Explained(
            quote=each.quote,
            shown=shown,
            reason=reason,
            same_as=same_as,
            beside=needed_beside(each, self._trail.found[0]) if reason is Reason.BELOW else None,
            missing=missing,
            words=words_found(asked, each.quote, passages, self._searched.generation),
            fits=each.fits,
            score=each.quote.score,
            score_parts=_score_parts(each),
            judge_parts=self._leaned_on(each),
            weighed=self.weighed(each),
        )


def _score_parts(each: Candidate) -> tuple[Evidence, ...]:
    """What the score of a candidate is made of, with what it gained for its speaker."""
    parts = score_parts(each)
    before = min(max(sum(part.part for part in parts), 0.0), 1.0)
    gained = each.quote.score - before
    return (*parts, Evidence("speaker", 1.0, gained)) if gained > _EQUAL else parts


def _above(weighed: Weighed) -> float:
    return math.inf if weighed.needed is None else weighed.evidence - weighed.needed


def _place(quote: Quote) -> tuple[str, int, int]:
    return quote.article.id, quote.start, quote.end


def _within(one: Quote, other: Quote) -> bool:
    same = one.article.id == other.article.id
    return same and other.start <= one.start and one.end <= other.end


def _overlap(one: Quote, other: Quote) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end
