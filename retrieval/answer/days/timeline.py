"""What the coverage says happened when: quotes by the day that they name.

An entry is a sentence that names a day, with what is needed to understand it and the words that
name the day. A text that several articles contain appears once for a day. If one of them gives
another date, it appears under its own day, and each refers to the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from corpus.copies import Carrier
from corpus.language.tokens import words
from corpus.store import Coverage, Selection
from corpus.types import Article, Sentence
from retrieval.answer.days.events import EventDay, When, event_days
from retrieval.answer.quote.whole import quotations, whole
from retrieval.answer.speakers.attribution import said_by
from retrieval.types import Answer, Quote

QUOTES = 24
"""Quotes that an answer is asked for, of which those that name a day become entries."""

MOST_ARTICLES = 1_000
"""Articles that are read where nothing is asked, those published last."""

_MOST_DAYS = 31
# Sentences of a day that are looked at, those that are first in their articles; and the texts of
# a day that are shown where there are more than these in all.
_LOOKED_AT, _OF_A_DAY, _FEW = 40, 8, 250


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """What is said to have happened on `day`, whose range is one of the article's body. `otherwise`
    are the other dates that copies of the text give for it."""

    day: EventDay
    quote: Quote
    otherwise: tuple[When, ...] = ()

    @property
    def evidence(self) -> str:
        """The words that say when."""
        return self.quote.article.body[self.day.start : self.day.end]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries by their days. `left_out` sentences that name a day are not among them; `read` of the
    `articles` that there were to read were looked into, `undated` of them of no known day."""

    question: str | None
    language: str | None
    entries: tuple[TimelineEntry, ...]
    left_out: int
    read: int
    articles: int
    undated: int = 0


@dataclass(frozen=True, slots=True)
class _Mention:
    """A sentence that names a day; `place` is its number in the article."""

    article: Article
    sentence: Sentence
    day: EventDay
    place: int

    @property
    def key(self) -> tuple[int, int | None, When | None]:
        """What mentions of one day have in common, but for the year, which may not be said."""
        return self.day.when.month, self.day.when.day, self.day.until

    def on(self, other: _Mention) -> bool:
        years = {self.day.when.year, other.day.when.year} - {None}
        return self.key == other.key and len(years) <= 1

    def within(self, carrier: Carrier) -> bool:
        same = carrier.article == self.article.id
        return same and self.sentence.start < carrier.end and carrier.start < self.sentence.end


def of_question(answer: Answer, coverage: Coverage) -> Timeline:
    """Of the quotes of an answer, which was asked for `QUOTES`, and of their copies."""
    found: list[_Mention] = []
    articles: dict[str, Article] = {}
    for quote in answer.quotes:
        articles |= {each.id: each for each in (quote.article, *quote.copies)}
        stretches = coverage.carriers(quote.article.id, quote.start, quote.end)
        places = [Carrier(quote.article.id, quote.start, quote.end, 1.0), *stretches]
        for place in places:
            if place.article in articles:
                found += [one for one in _mentions(articles[place.article]) if one.within(place)]
    unique = {(one.article.id, one.sentence.start, one.day): one for one in found}
    entries = _folded(list(unique.values()), coverage)
    read = len(articles)
    undated = _undated(articles.values())
    return Timeline(answer.question, answer.language, _ordered(entries), 0, read, read, undated)


def of_coverage(coverage: Coverage, selection: Selection | None = None) -> Timeline:
    """Of all articles that are selected, or the `MOST_ARTICLES` published last where there are
    more; of many mentions the days that most articles name, and the texts that come first in
    them."""
    count, _ = coverage.count(selection)
    if count <= MOST_ARTICLES:
        articles = list(coverage.articles(selection))
    else:
        articles = coverage.newest(MOST_ARTICLES, selection or Selection())
    every = [mention for article in articles for mention in _mentions(article)]
    kept = every if len(every) <= _FEW else list(_best(every))
    entries = _folded(kept, coverage)
    if len(every) > _FEW:
        entries = list(_of_each_day(entries))
    shown = sum(1 + len(entry.quote.copies) for entry in entries)
    left_out = max(len(every) - shown, 0) if len(every) > _FEW else 0
    undated = _undated(articles)
    return Timeline(None, None, _ordered(entries), left_out, len(articles), count, undated)


def _undated(articles: Iterable[Article]) -> int:
    return sum(article.source.published is None for article in articles)


def _mentions(article: Article) -> Iterator[_Mention]:
    """The sentences of an article that name a day; under a heading that is nothing but a day, the
    first sentence is of it, unless it names one itself."""
    spoken = quotations(article.body)
    heading: EventDay | None = None
    for place, sentence in enumerate(article.sentences):
        start, text = sentence.start, article.body[sentence.start : sentence.end]
        within = [
            (first - start, last - start)
            for first, last in spoken
            if first < sentence.end and start < last
        ]
        days = [
            replace(day, start=start + day.start, end=start + day.end)
            for day in event_days(text, article.day_at(start), within)
        ]
        if sentence.heading:
            alone = len(days) == 1 and _is_all(days[0], article, sentence)
            heading = days[0] if alone else None
            continue
        if heading and all(day.when.day is None for day in days):
            days = [heading, *days]
        for day in days:
            yield _Mention(article, sentence, day, place)
        heading = None


def _is_all(day: EventDay, article: Article, heading: Sentence) -> bool:
    rest = article.body[heading.start : day.start] + article.body[day.end : heading.end]
    return not any(map(str.isalnum, rest))


def _best(every: Sequence[_Mention]) -> Iterator[_Mention]:
    """The mentions of the days that most articles name, those first that open their articles."""
    days: dict[str, list[_Mention]] = {}
    for mention in every:
        days.setdefault(mention.day.when.iso, []).append(mention)
    named = {day: len({one.article.id for one in found}) for day, found in days.items()}
    for day in sorted(days, key=lambda one: (-named[one], one))[:_MOST_DAYS]:
        yield from islice(sorted(days[day], key=lambda one: one.place), _LOOKED_AT)


def _of_each_day(entries: Iterable[TimelineEntry]) -> Iterator[TimelineEntry]:
    """The entries of each day with most copies, as many as are shown."""
    taken: Counter[str] = Counter()
    for entry in sorted(entries, key=lambda one: -len(one.quote.copies)):
        taken[entry.day.when.iso] += 1
        if taken[entry.day.when.iso] <= _OF_A_DAY:
            yield entry


def _folded(mentions: Sequence[_Mention], coverage: Coverage) -> list[TimelineEntry]:
    """One entry for each text and day, of the earliest known article."""
    order = coverage.earliest(list(dict.fromkeys(one.article.id for one in mentions)))
    ranks = {article: rank for rank, article in enumerate(order)}
    waiting = sorted(mentions, key=lambda one: (ranks[one.article.id], one.sentence.start))
    by_article: dict[str, list[_Mention]] = {}
    for mention in waiting:
        by_article.setdefault(mention.article.id, []).append(mention)
    folded: set[_Mention] = set()
    entries: list[TimelineEntry] = []
    alike: dict[tuple[str, ...], list[_Mention]] = {}
    for mention in waiting:
        alike.setdefault(_words(mention), []).append(mention)
    for mention in waiting:
        if mention in folded:
            continue
        article, sentence = mention.article, mention.sentence
        carriers = coverage.carriers(article.id, sentence.start, sentence.end)
        others = [
            one
            for carrier in carriers
            for one in by_article.get(carrier.article, ())
            if one.within(carrier)
        ]
        others += [one for one in alike[_words(mention)] if one.article.id != article.id]
        same = {one for one in others if one.on(mention)}
        folded |= same
        beside = {one.day.when for one in by_article[article.id] if one.sentence == sentence}
        entries.append(_entry(mention, same, set(others) - same, beside, carriers, coverage))
    return entries


def _entry(
    mention: _Mention,
    same: set[_Mention],
    others: set[_Mention],
    beside: set[When],
    carriers: Sequence[Carrier],
    coverage: Coverage,
) -> TimelineEntry:
    """An entry with its copies: the articles of the same text, but for those that name `others`
    and not this day. Of those the days are told that are not named `beside` this one too."""
    agreeing = {one.article.id for one in same}
    disagreeing = {one.article.id for one in others} - agreeing
    ids = agreeing | {each.article for each in carriers if each.article not in disagreeing}
    articles = coverage.articles_by_id(ids)
    copies = tuple(articles[each] for each in coverage.earliest(list(ids)) if each in articles)
    otherwise = {
        one.day.when
        for one in others
        if one.article.id in disagreeing
        and one.day.when not in beside
        and (one.day.when.day is None) == (mention.day.when.day is None)
    }
    return TimelineEntry(
        mention.day,
        _quoted(mention, copies),
        tuple(sorted(otherwise, key=lambda when: when.iso)),
    )


def _quoted(mention: _Mention, copies: tuple[Article, ...]) -> Quote:
    """The sentence with what it needs to be understood; what matches is the words that say when,
    which may be in a heading above it."""
    article, day = mention.article, mention.day
    start, end = whole(article, mention.sentence.start, mention.sentence.end)
    inside = start <= day.start and day.end <= end
    matches = ((day.start - start, day.end - start),) if inside else ()
    said = said_by(article, start, end)
    return Quote(article, start, end, 1.0, matches=matches, copies=copies, said_by=said)


def _words(mention: _Mention) -> tuple[str, ...]:
    sentence = mention.sentence
    return tuple(words(mention.article.body[sentence.start : sentence.end]))


def in_order(days: Iterable[When]) -> tuple[When, ...]:
    """Days by their dates, a month before its days, one of no known year as if of the last year
    among them."""
    made = list(days)
    last = max((when.year or 0 for when in made), default=0)

    def key(when: When) -> tuple[int, int, int]:
        return last if when.year is None else when.year, when.month, when.day or 0

    return tuple(sorted(made, key=key))


def _ordered(entries: Iterable[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """By their days; on one day those first that most articles carry."""
    made = list(entries)
    places = {when: place for place, when in enumerate(in_order({each.day.when for each in made}))}

    def key(entry: TimelineEntry) -> tuple[int, int, str, int]:
        carried = -len(entry.quote.copies)
        return places[entry.day.when], carried, entry.quote.article.id, entry.quote.start

    return tuple(sorted(made, key=key))
