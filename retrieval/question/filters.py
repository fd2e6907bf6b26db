"""What a question itself restricts, together with what the one who asks has set.

An outlet or an agency that is named is never widened; a day of publication that leaves nothing is
undone, and that is said. A day of an event restricts nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.attribution.aliases import Aliases
from corpus.attribution.names import NamedSource, compact, known
from corpus.dates.days import FoundDay
from corpus.store import Coverage, Selection
from corpus.types import Article
from retrieval.index.features import Indexed
from retrieval.question.agencies import passages_by, says
from retrieval.question.days import Published, days_asked, year_of
from retrieval.question.sources import Source, directory, sources
from retrieval.question.understand import LONGEST_QUESTION
from retrieval.types import Dropped, Filters


@dataclass(frozen=True, slots=True)
class Read:
    """What a question says about where to look: whom it asks, when that was published, and the
    days it is about. `spans` are the words that say so, days of events apart; they stay where what
    they say is `dropped`."""

    sources: tuple[Source, ...]
    published: tuple[Published, ...]
    events: tuple[FoundDay, ...]
    dropped: tuple[tuple[int, int], ...] = ()

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        cues: list[Source | Published] = [*self.sources, *self.published]
        return (*((each.start, each.end) for each in cues), *self.dropped)

    def without(self, kinds: Collection[Dropped]) -> Read:
        """The same with nothing of these kinds restricting."""
        gone: list[Source | Published] = []
        if Dropped.SOURCES in kinds:
            gone += self.sources
        if Dropped.DAYS in kinds:
            gone += self.published
        return replace(
            self,
            sources=tuple(each for each in self.sources if each not in gone),
            published=tuple(each for each in self.published if each not in gone),
            dropped=(*self.dropped, *((each.start, each.end) for each in gone)),
        )

    def covers(self, start: int, end: int) -> bool:
        """Whether any of these words is there."""
        return any(start < last and first < end for first, last in self.spans)

    def rest(self, text: str) -> str:
        """The question without these words, or as it is where they are all it says."""
        kept = "".join(
            " " if any(start <= place < end for start, end in self.spans) else letter
            for place, letter in enumerate(text)
        )
        return kept if any(map(str.isalnum, kept)) else text


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an answer is looked for. `selection` is `None` if nothing is left; `whole` holds those
    of its articles of which every passage is in it; `filters` say what was applied; `agencies` are
    those asked for, one of each group."""

    selection: Selection | None
    whole: Selection | None
    filters: Filters
    agencies: tuple[tuple[NamedSource, ...], ...] = ()

    def says(self, article: Article, text: str) -> bool:
        """Whether the agencies say a text of an article, not only something near it."""
        return all(any(says(one, article, text) for one in group) for group in self.agencies)

    def among(self, passages: Collection[int]) -> Scope:
        """The same of these passages alone, which are all those of their articles."""
        return replace(
            self, selection=_only(self.selection, passages), whole=_only(self.whole, passages)
        )


def _only(selection: Selection | None, passages: Collection[int]) -> Selection | None:
    if selection is None:
        return None
    held = selection.passages
    kept = passages if held is None else set(passages).intersection(held)
    return replace(selection, passages=tuple(sorted(kept)))


def read(
    question: str, outlets: tuple[str, ...], today: date | None, aliases: Aliases | None = None
) -> Read:
    """What a question restricts, in a coverage of these outlets. `today` is the asker's day."""
    if len(question) > LONGEST_QUESTION:  # it is going to be refused
        return Read((), (), ())
    found = sources(question, directory(outlets, aliases))
    days = days_asked(question, today, [each.name for each in found])
    return Read(tuple(found), days.published, days.events)


def scope(
    said: Read,
    options: Filters,
    names: Sequence[str],
    coverage: Coverage,
    generation: Indexed,
    today: date | None = None,
    aliases: Aliases | None = None,
) -> Scope:
    """Where to look for a question, by what it says and by the `options` together; `names` are the
    outlets of the coverage."""
    asked = [one for each in said.sources if not (one := each.called).agency]
    here = {one.names: _spelled(one, names) for one in asked}
    outlets = [
        each.called for each in said.sources if not (each.called.agency or _cited(each, here))
    ]
    agencies = [each.called for each in said.sources if each.called.agency or _cited(each, here)]
    given = coverage.select(options.outlets, language=options.language, aliases=aliases)
    chosen = _outlets(outlets, here, given, options)
    filters = replace(
        options,
        outlets=chosen.shown,
        agencies=tuple(dict.fromkeys((*options.agencies, *(one.names[0] for one in agencies)))),
        from_question=options.from_question or bool(said.sources or said.published),
    )
    groups = [[_called(name, aliases)] for name in options.agencies]
    groups += [agencies] if agencies else []
    if not chosen.found:
        return Scope(None, None, _dated(filters, options, said.published, coverage, today))
    selection = Selection(
        chosen.spelled, language=options.language, since=options.since, until=options.until
    )
    whole = selection
    if groups:
        parts = [passages_by(group, coverage, generation) for group in groups]
        every = set.intersection(*(set(part.passages) for part in parts))
        own = set.intersection(*(set(part.own) for part in parts))
        selection = replace(selection, passages=tuple(sorted(every)))
        whole = replace(selection, passages=tuple(sorted(own)))
    named = tuple(map(tuple, groups))
    dated = _dated(filters, options, said.published, coverage, today)
    narrowed = replace(selection, since=dated.since, until=dated.until)
    if said.published and not coverage.count(narrowed)[0]:
        undone = replace(dated, since=options.since, until=options.until, undone=True)
        return Scope(selection, whole, undone, named)
    return Scope(narrowed, replace(whole, since=dated.since, until=dated.until), dated, named)


@dataclass(frozen=True, slots=True)
class _Outlets:
    """The outlets that are asked for: whether the coverage has any, as it spells them, and as they
    are shown."""

    found: bool
    spelled: tuple[str, ...]
    shown: tuple[str, ...]


def _outlets(
    asked: Sequence[NamedSource],
    here: dict[tuple[str, ...], tuple[str, ...]],
    given: Selection | None,
    options: Filters,
) -> _Outlets:
    """Of the options and of the question, and where there are both, what is in both."""
    if not asked:
        return _Outlets(given is not None, given.outlets if given else (), options.outlets)
    named = tuple(dict.fromkeys(name for one in asked for name in here[one.names]))
    missing = tuple(one.names[0] for one in asked if not here[one.names])
    if not options.outlets:
        return _Outlets(bool(named), named, tuple(dict.fromkeys((*named, *missing))))
    both = tuple(name for name in named if given and name in given.outlets)
    every = tuple(dict.fromkeys((*options.outlets, *named, *missing)))
    return _Outlets(bool(both), both, both or every)


def _spelled(one: NamedSource, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if compact(name) in one.keys)


def _cited(each: Source, here: dict[tuple[str, ...], tuple[str, ...]]) -> bool:
    """Whether an outlet is looked for in what others report of it: the coverage has none of its
    own articles."""
    return each.cited and not here[each.called.names]


def _called(name: str, aliases: Aliases | None) -> NamedSource:
    key = compact(name)
    own = (one for one in known(aliases) if key in one.keys)
    return next(own, NamedSource((name,), agency=True))


def _dated(
    filters: Filters,
    options: Filters,
    published: Sequence[Published],
    coverage: Coverage,
    today: date | None,
) -> Filters:
    """With the days of publication that both leave."""
    if not published:
        return filters
    first, last, _ = coverage.span()
    known_last = max(filter(None, (last, today)), default=date.today())
    spans = [
        span
        for each in published
        if (span := each.span(year_of(each.day, first, last or known_last)))
    ]
    starts = [start for start, _ in spans if start]
    ends = [end for _, end in spans if end]
    bounded = any(each.since or each.until for each in published)
    # several days without a bound: all of them and what lies between
    since = (max(starts) if bounded else min(starts)) if starts else None
    until = (min(ends) if bounded else max(ends)) if ends else None
    return replace(
        filters,
        since=max(filter(None, (since, options.since)), default=None),
        until=min(filter(None, (until, options.until)), default=None),
    )
