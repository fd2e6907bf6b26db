"""Which of many followed questions new articles answer.

Few articles have anything to do with a question. So the words of all new passages are read once,
and each question first looks only for how many of its own words are close together there. Articles
that come near are asked as any question is, with the new passages only. Among many questions and
few articles right answers are rare, and an article that answers is asked again and again, so the
threshold is higher than for a question that somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, compress

import numpy as np

from corpus.store import Coverage
from corpus.types import Article
from retrieval.answer.ask import Searched, Trail, ask
from retrieval.answer.quote.fold import same_text
from retrieval.index.features import Indexed, runs
from retrieval.question.expand import Expansion
from retrieval.question.filters import read
from retrieval.question.understand import Question, renewed, understand
from retrieval.search.rank import with_next
from retrieval.types import Filters, Quote

# The weight of a question's words that two sentences in a row of an article must have for the
# article to be judged: those that answered a question on eight events have more but for one in
# twenty (docs/evaluation.md).
NEAR = 0.32
# How clearly the best sentence must answer by itself, as `Judged.clear` has it: on seven events 13
# of 14 quotes above it answered, and few answers are above it (docs/evaluation.md).
CLEAR = 0.746
# From where on an answer is worth a look in a digest, said to be no more than possible: on the same
# events three of seven answered, and three in ten questions got one that did.
POSSIBLE = 0.55


@dataclass(frozen=True, slots=True)
class Followed:
    """A question that is asked of all that comes in after the passage `since`; `shown` are the
    receipts of the quotes that were found for it. `possible`: what may answer is wanted too."""

    question: str
    since: int
    filters: Filters | None = None
    shown: tuple[str, ...] = ()
    possible: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A quote of new articles; not `clear`: it may answer."""

    quote: Quote
    clear: bool


@dataclass(frozen=True, slots=True)
class News:
    """What new articles up to the passage `newest` answer: for each question a quote, or none."""

    newest: int
    found: tuple[Found | None, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A question as it is looked for in many generations; `restricted`: it names a source or days
    of publication."""

    text: str
    asked: Question
    restricted: bool

    @classmethod
    def of(
        cls, text: str, searched: Searched, expansions: Sequence[Expansion], today: date | None
    ) -> Ready:
        """Raises `InputError` for a question that `understand` refuses."""
        outlets = tuple(searched.coverage.outlet_names())
        said = read(text, outlets, today, searched.aliases)
        others = [each for each in expansions if not said.covers(each.start, each.end)]
        index, embedder = searched.generation.index, searched.embedder
        asked = understand(said.rest(text), index, embedder, others, bridge=searched.bridge)
        return cls(text, asked, bool(said.spans))


class Arrivals:
    """What is new in a generation after the passage `since`, compared with questions one after the
    other: `articles` are the ids of those that have new passages, and these. Raises
    `IndexDamaged`."""

    def __init__(self, generation: Indexed, coverage: Coverage, since: int) -> None:
        self._coverage = coverage
        index = generation.index
        ids = generation.after(since)
        spans = coverage.passage_spans(ids.tolist())
        self.articles: dict[str, list[int]] = {}
        for number in ids.tolist():
            if number in spans:
                self.articles.setdefault(spans[number].article, []).append(number)
        rows = [generation.rows(np.array(each)) for each in self.articles.values()]
        none = np.zeros(0, dtype=np.int64)
        known = index.features(np.unique(np.concatenate([none, *rows])))
        sentences = [runs(known.spans_of(each))[0] for each in rows]
        every = np.concatenate([none, *sentences])
        # where the sentences of each article begin; one that two passages share is there twice
        self._starts = np.cumsum([0, *map(len, sentences)])[:-1]
        self._places = np.searchsorted(known.numbers, every)
        self._words = known.words

    def near(self, asked: Question) -> list[int]:
        """The new passages of the articles that come near to a question."""
        matched = self._words.matched(asked.sought).of(self._places)
        best = with_next(matched.best(), self._starts)
        shares = np.einsum("n,nm->m", asked.weights, best)
        near = np.maximum.reduceat(shares, self._starts) >= NEAR
        return list(chain.from_iterable(compress(self.articles.values(), near.tolist())))

    def answer(
        self,
        ready: Ready,
        searched: Searched,
        *,
        filters: Filters | None = None,
        expansions: Callable[[], Sequence[Expansion]] = tuple,
        today: date | None = None,
        shown: Iterable[Quote] = (),
        possible: bool = False,
    ) -> Found | None:
        """The best quote of the new articles that answers a question (or may answer it, if
        `possible`), unless its text is among those `shown` or was in the coverage before. Raises as
        `ask` does."""
        if not self.articles:
            return None
        every = chain.from_iterable(self.articles.values())
        index = searched.generation.index
        # what names a source alone is near to all that this publishes
        among = list(every) if ready.restricted else self.near(renewed(ready.asked, index))
        if not among:
            return None
        trail = Trail()
        answer = ask(
            ready.text,
            searched,
            limit=1,
            filters=filters,
            expansions=expansions(),
            today=today,
            among=among,
            trail=trail,
        )
        quote = next(iter(answer.quotes), None)
        if quote is None or not self._is_new(quote):
            return None
        clear = _is_clear(trail, CLEAR)
        if not (clear or (possible and _is_clear(trail, POSSIBLE))):
            return None
        of_shown = (same_text(quote, each, self._coverage) for each in shown)
        return None if any(of_shown) else Found(quote, clear)

    def _is_new(self, quote: Quote) -> bool:
        """Whether no text that was there before has the quote: not its article in an earlier
        version, nor one that carries the same text."""
        return all(
            each.id in self.articles and not _stood_before(each, quote.text, self._coverage)
            for each in (quote.article, *quote.copies)
        )


def _is_clear(trail: Trail, least: float) -> bool:
    """Whether what is shown answers at least so clearly; what a named source published last, which
    nobody judges, does."""
    return all(each.clear is None or each.clear >= least for each in trail.shown)


def _stood_before(article: Article, text: str, coverage: Coverage) -> bool:
    """Whether an article had a text in an earlier version or an earlier cleaning of this one."""
    for version in coverage.versions(article.id):
        bodies = coverage.bodies(article.id, version.version)
        if any(text in body for body in bodies[int(version.newest) :]):
            return True
    return False
