"""The way of a question: question → search → quotes → answer or absence."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from corpus.attribution.aliases import Aliases
from corpus.attribution.names import editors_name
from corpus.language.detect import detect
from corpus.store import Coverage
from retrieval.answer.absence import absence
from retrieval.answer.demands.demanded import Demanded
from retrieval.answer.demands.unfound import unfound
from retrieval.answer.judge.network import Judge
from retrieval.answer.listing import listing, lists
from retrieval.answer.quote.candidates import Candidate, candidates
from retrieval.answer.quote.fold import fold
from retrieval.answer.quote.matches import matches
from retrieval.answer.silence import Calibration, Spoken
from retrieval.answer.speakers.attribution import Speakers, attributed
from retrieval.answer.speakers.favoured import favoured
from retrieval.answer.speakers.indexed import IndexedSpeakers
from retrieval.index.features import Indexed
from retrieval.question.expand import Expansion
from retrieval.question.filters import Scope, read, scope
from retrieval.question.understand import Question, is_greeting, understand
from retrieval.question.wanted import Wanted
from retrieval.search.rank import Ranking
from retrieval.search.search import pages, ranked, reranked
from retrieval.types import (
    Answer,
    Embedder,
    Figure,
    Filters,
    Missing,
    Quote,
    Reranker,
    Said,
    SaidKind,
)

if TYPE_CHECKING:
    from retrieval.answer.figures.ledger import Ledger

# Hits looked into for quotes at a time, and how often at most. Whatever is asked for, they are
# looked into in this order, so that more quotes are the same ones and others after them.
HITS = 20
ROUNDS = 5
# The best quotes, of which one has to be good enough for all of them to be shown.
_DECIDING = 3
# How much less than the best quote another may score: what answers less clearly is filler.
_BEHIND = 0.12
# In another language than the best one everything scores less.
_BEHIND_ACROSS = 0.2


@dataclass(frozen=True, slots=True)
class Searched:
    """What questions are asked of: the coverage and the index in service, the models, when to keep
    silent, the editor's names, and who judges sentences. With `bridge`, names are also looked for
    as other scripts spell them."""

    coverage: Coverage
    generation: Indexed
    embedder: Embedder
    calibration: Calibration
    reranker: Reranker | None = None
    aliases: Aliases | None = None
    bridge: bool = True
    judge: Judge | None = None


@dataclass(slots=True)
class Trail:
    """What happened to a question, kept if it is to be explained: where it searched, the `rounds`
    of candidates, those of the first round that have what it demands (`found`), those that `decide`
    whether to answer, whether all their numbers count other things (`uncounted`), those `shown`,
    and those that were not because they are `figureless`. Steps that were not reached are empty."""

    place: Scope | None = None
    asked: Question | None = None
    demanded: Demanded | None = None
    spoken: Spoken | None = None
    rounds: list[list[Candidate]] = field(default_factory=list)
    found: Sequence[Candidate] = ()
    decide: Sequence[Candidate] = ()
    uncounted: bool = False
    shown: Sequence[Candidate] = ()
    figureless: Sequence[Candidate] = ()

    def following(self, rounds: Iterator[list[Candidate]]) -> Iterator[list[Candidate]]:
        for each in rounds:
            self.rounds.append(each)
            yield each


def ask(
    text: str,
    searched: Searched,
    *,
    limit: int = 3,
    filters: Filters | None = None,
    expansions: Sequence[Expansion] = (),
    today: date | None = None,
    among: Collection[int] | None = None,
    trail: Trail | None = None,
) -> Answer:
    """At most `limit` quotes that answer a question, or an absence.

    Only articles that both the `filters` and the question allow are searched, and only the passages
    `among` those given. `expansions` are other names of what the question names; `today` is the
    asker's day; a `trail` is filled in. Raises `InputError` for a question that `understand`
    refuses.
    """
    started = time.perf_counter()
    coverage, generation = searched.coverage, searched.generation
    outlets = tuple(coverage.outlet_names())
    given = filters or Filters()
    said = read(text, outlets, today, searched.aliases).without(given.dropped)
    place = scope(said, given, outlets, coverage, generation, today, searched.aliases)
    if among is not None:
        place = place.among(among)
    if trail:
        trail.place = place
    answer = Answer(text, detect(text), (), None, place.filters, (), generation.name, 0.0)
    if is_greeting(text):
        return _silent(answer, place, coverage, None, started)
    if place.selection is not None and lists(text, said):
        listed = listing(said, place, coverage, limit)
        if listed:
            known = IndexedSpeakers(generation, coverage)
            quotes = tuple(_attributed(quote, known, searched.aliases) for quote in listed)
            return replace(answer, quotes=quotes, took_ms=_since(started))
    others = [each for each in expansions if not said.covers(each.start, each.end)]
    index, embedder, aliases = generation.index, searched.embedder, searched.aliases
    asked = understand(said.rest(text), index, embedder, others, bridge=searched.bridge)
    asked = replace(asked, days=said.events)
    answer = replace(answer, expanded=asked.expanded)
    if trail:
        trail.asked = asked
    if place.selection is None:
        return _silent(answer, place, coverage, None, started)
    ranking = ranked(asked, generation, coverage, selection=place.selection)
    known = IndexedSpeakers(generation, coverage)
    demanded = Demanded(asked, ranking, generation, coverage, known, others)
    judge, reranker = searched.judge, searched.reranker
    looked = quotable(asked, ranking, generation, coverage, judge, reranker)
    rounds = demanded.met(trail.following(looked) if trail else looked)
    found = next(rounds, [])
    if found and demanded.speaker:
        found = favoured(found, demanded.speaker, known)
    spoken = Spoken(asked.sought.words, answer.language, coverage.languages())
    # what agencies that are asked for say themselves, else what is quoted together with it
    theirs = said_by_agencies(found, place, asked)
    decided = _decided(theirs, asked, searched, place, spoken, limit)
    if decided.answers:
        rounds = (said_by_agencies(each, place, asked) for each in rounds)
    else:
        decided = _decided(found, asked, searched, place, spoken, limit)
    found, first, beside = decided.found, decided.first, decided.beside
    if trail:
        trail.demanded, trail.spoken, trail.uncounted = demanded, spoken, decided.uncounted
        trail.found, trail.decide = found, beside[:_DECIDING]
    stems = asked.stems | {term.removeprefix("=") for term in asked.bridges}
    if not decided.answers:
        nearest = found[0].quote if found else demanded.nearest
        shown = _attributed(_matched(nearest, stems), known, aliases) if nearest else None
        missing = demanded.missing or unfound(asked, ranking.sentences)
        return _silent(answer, place, coverage, shown, started, missing)
    if len(beside) < limit:
        more = ([each for each in one if stands_beside(each, found[0])] for one in rounds)
        every = chain([first], takewhile(bool, more))
        beside = _folded(every, asked, searched, place, limit)
    beside = beside[:limit]
    reported: tuple[Figure, ...] = ()
    kept = beside
    if asked.wanted is Wanted.NUMBER:
        reported, places = _ledger(text, [one.quote for one in beside], index.aligner)
        kept = [beside[at] for at in places]
    if trail:
        trail.shown = kept
        trail.figureless = [one for one in beside if one not in kept]
    quotes = tuple(_attributed(_matched(one.quote, stems), known, aliases) for one in kept)
    return replace(answer, quotes=quotes, figures=reported, took_ms=_since(started))


def quotable(
    asked: Question,
    ranking: Ranking,
    generation: Indexed,
    coverage: Coverage,
    judge: Judge | None,
    reranker: Reranker | None = None,
) -> Iterator[list[Candidate]]:
    """What may be quoted for a question, best first, from `HITS` passages at a time."""
    for hits, articles in pages(ranking, generation, coverage, size=HITS, most=HITS * ROUNDS):
        if reranker:
            hits = reranked(asked.text, hits, reranker)
        yield candidates(hits, articles, asked, generation.index, ranking.sentences, judge)


@dataclass(frozen=True, slots=True)
class _Decided:
    """Whether candidates answer: the `first` are next to the best and are quoted as `beside`;
    `uncounted` as in `Trail`."""

    found: list[Candidate]
    first: list[Candidate]
    beside: list[Candidate]
    answers: bool
    uncounted: bool


def _decided(
    found: list[Candidate],
    asked: Question,
    searched: Searched,
    place: Scope,
    spoken: Spoken,
    limit: int,
) -> _Decided:
    first = [each for each in found if stands_beside(each, found[0])]
    aligner = searched.generation.index.aligner
    beside = _folded([first], asked, searched, place, max(limit, _DECIDING))
    deciding = _counted(asked, beside[:_DECIDING], aligner)
    beside[:_DECIDING] = deciding
    answers = any(searched.calibration.answers(each, spoken) for each in deciding)
    uncounted = answers and _uncounted(asked, deciding, aligner)
    return _Decided(found, first, beside, answers and not uncounted, uncounted)


def _folded(
    rounds: Iterable[list[Candidate]],
    asked: Question,
    searched: Searched,
    place: Scope,
    limit: int,
) -> list[Candidate]:
    """What is quoted of candidates; of agencies that are asked for only what names them."""
    every = fold(rounds, searched.coverage, asked, limit=limit, selection=place.whole)
    return [each for each in every if place.says(each.quote.article, each.quote.text)]


def said_by_agencies(found: Sequence[Candidate], place: Scope, asked: Question) -> list[Candidate]:
    """Those of the candidates that the agencies asked for sign or are cited in; none where none is
    asked for. The name of an agency counts as a word of the question that they have."""
    if not place.agencies:
        return []
    words = len(asked.sought.words)
    return [
        replace(each, words=(words * each.words + 1) / (words + 1), few=1 / (words + 1))
        for each in found
        if place.says(each.quote.article, each.quote.text)
    ]


def stands_beside(each: Candidate, best: Candidate) -> bool:
    """Whether a quote may be shown with the best one; one without the number or the time asked for
    may not, where the best one has it."""
    return each.quote.score >= needed_beside(each, best) and each.fits >= best.fits


def needed_beside(each: Candidate, best: Candidate) -> float:
    """The score a quote needs to be shown with the best one."""
    same = each.quote.article.language == best.quote.article.language
    return best.quote.score - (_BEHIND if same else _BEHIND_ACROSS)


def _silent(
    answer: Answer,
    place: Scope,
    coverage: Coverage,
    nearest: Quote | None,
    started: float,
    missing: tuple[Missing, ...] = (),
) -> Answer:
    """That the coverage does not say, with the nearest miss and what is missing."""
    said = absence(coverage, place.selection, nearest, missing)
    return replace(answer, absence=said, took_ms=_since(started))


def _counted(asked: Question, deciding: list[Candidate], aligner: Embedder) -> list[Candidate]:
    """The candidates, with whether they give a figure of what is counted."""
    if asked.wanted is not Wanted.NUMBER:
        return deciding
    # few questions ask for a number, and the words of numbers take a moment to be read
    from retrieval.answer.figures.support import reported

    found = reported(asked.text, [each.quote for each in deciding], aligner)
    return [replace(each, counted=one) for each, one in zip(deciding, found, strict=True)]


def _uncounted(asked: Question, deciding: Sequence[Candidate], aligner: Embedder) -> bool:
    """Whether a number is asked for and all that the quotes give are of other things."""
    if asked.wanted is not Wanted.NUMBER or any(each.counted for each in deciding):
        return False
    # few questions ask for a number, and the words of numbers take a moment to be read
    from retrieval.answer.figures.support import supported

    return not any(supported(asked.text, [each.quote for each in deciding], aligner))


def _ledger(text: str, quotes: Sequence[Quote], aligner: Embedder) -> Ledger:
    # few questions ask for a number, and the words of numbers take a moment to be read
    from retrieval.answer.figures.ledger import ledger

    return ledger(text, quotes, aligner)


def _matched(quote: Quote, stems: frozenset[str]) -> Quote:
    return replace(quote, matches=matches(quote.text, stems))


def _attributed(quote: Quote, known: Speakers, aliases: Aliases | None) -> Quote:
    said = attributed(quote, known)
    called = tuple(_as_the_editor_calls(each, aliases) for each in said.said_by)
    return replace(said, said_by=called)


def _as_the_editor_calls(said: Said, aliases: Aliases | None) -> Said:
    name = editors_name(said.name, aliases) if said.kind is SaidKind.AGENCY else None
    return replace(said, editors=name) if name else said


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
