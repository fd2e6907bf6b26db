"""An explanation, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.dates.days import FoundDay
from retrieval.question.wanted import Wanted
from retrieval.types import Answer, Evidence, Missing, MissingKind, Quote


class Decision(StrEnum):
    """What decided. Answered: the evidence was enough, or the question asks for a list. Silent: a
    greeting asks nothing, the limits left no article, nothing was found, something named is
    missing, the evidence was too weak, or no number in the quotes counts what is asked for."""

    ANSWERED = "answered"
    LISTED = "listed"
    GREETING = "greeting"
    NO_ARTICLES = "no_articles"
    NOTHING_FOUND = "nothing_found"
    MISSING = "missing"
    EVIDENCE = "evidence"
    UNCOUNTED = "uncounted"


class Reason(StrEnum):
    """Why a candidate is not shown: outside the limits, without what the question names, without
    the number or time that the best one has, without a figure for what is asked where the best one
    gives one, too far below the best, too little evidence, no number of what is asked for, the
    same text as a quote shown, in part the same as one, or after enough better ones."""

    FILTERED = "filtered"
    MISSING = "missing"
    UNFIT = "unfit"
    FIGURELESS = "figureless"
    BELOW = "below"
    EVIDENCE = "evidence"
    UNCOUNTED = "uncounted"
    COPY = "copy"
    OVERLAP = "overlap"
    ENOUGH = "enough"


class Where(StrEnum):
    """Where a word of the question stands: in the quote, in the sentence before or after it,
    elsewhere in its article, or nowhere there."""

    QUOTE = "quote"
    NEIGHBOUR = "neighbour"
    ARTICLE = "article"
    NOWHERE = "nowhere"


class How(StrEnum):
    """As what it is there: itself in some form, another name of it or its spelling in another
    script, or a word of near meaning."""

    FORM = "form"
    NAME = "name"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class WordFound:
    """A content word of the question, its share of the total weight, and what was found for it, as
    the article writes it. `likeness` is how much the search counts it, 0 to 1. `how` and `found`
    are `None` if it was not found."""

    word: str
    weight: float
    where: Where
    how: How | None = None
    found: str | None = None
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Named:
    """What the question names and must be there."""

    asked: str
    kind: MissingKind


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A content word of the question as it is written there, its share of the weight of all of
    them, and as what the coverage has it; `None`: it stands nowhere, and only words of near meaning
    can be found for it."""

    word: str
    weight: float
    how: How | None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question was taken for: the kinds of answer it `wants`, of
    `retrieval.answer.judge.kinds.WANTS`; its words in their order; whose words it asks for; and the
    days it is about."""

    wants: tuple[str, ...]
    words: tuple[AskedWord, ...]
    speaker: str | None
    days: tuple[FoundDay, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence for a candidate, the sum of its `parts`, and what it has to reach for an answer;
    `None` if that is nothing, because the one word of the question is there in full, or if it is
    not asked."""

    evidence: float
    needed: float | None
    parts: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A candidate. `shown` is the number of the quote it became, from 1, else `reason` says why it
    is not shown, `same_as` being the quote it repeats and `beside` the score it would need next to
    the best one. `fits`: whether it has the number or time asked for. `score_parts` add up to the
    score, which is then held between 0 and 1; `judge_parts` are what the judge leans on, which do
    not add up; none without a judge."""

    quote: Quote
    shown: int | None
    reason: Reason | None
    same_as: int | None
    beside: float | None
    missing: tuple[Missing, ...]
    words: tuple[WordFound, ...]
    fits: bool
    score: float
    score_parts: tuple[Evidence, ...]
    judge_parts: tuple[Evidence, ...]
    weighed: Weighed


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer is what it is. `best` is what decided whether to answer: the most evidence that
    one of the first candidates has; `None` if it was not weighed. `understood` is `None` if nothing
    was looked for: a greeting, or a list."""

    decision: Decision
    understood: Understood | None
    best: Weighed | None
    wanted: Wanted | None
    named: tuple[Named, ...]
    missing: tuple[Missing, ...]
    candidates: tuple[Explained, ...]


@dataclass(frozen=True, slots=True)
class ExplainedAnswer:
    """An answer, which is the one that is given without an explanation too, and why."""

    answer: Answer
    explanation: Explanation
