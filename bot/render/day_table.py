"""A timeline as a table: which outlet tells of which day, and who published when. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from corpus.types import Article
from retrieval.answer.days.events import When
from retrieval.answer.days.timeline import Timeline, TimelineEntry, in_order

# So many months are drawn where there are too few days.
_FEW = 3


@dataclass(frozen=True, slots=True)
class DayTable:
    """How many texts of an outlet tell of a day, and how many articles it published on it; `None`
    is the outlet that is not known."""

    days: tuple[When, ...]
    outlets: tuple[str | None, ...]
    told: Counter[tuple[When, str | None]]
    published: Counter[tuple[When, str | None]]

    @property
    def years(self) -> bool:
        """Whether the years are to be shown: there are several, or one is not known."""
        return len({when.year for when in self.days}) > 1 or None in {w.year for w in self.days}


def day_table(timeline: Timeline, most_days: int, most_outlets: int) -> DayTable:
    """The days that most is told of, in their order, and the outlets that tell most, most first."""
    told: Counter[tuple[When, str | None]] = Counter()
    articles: dict[str, Article] = {}
    for entry in timeline.entries:
        carriers = (entry.quote.article, *entry.quote.copies)
        articles |= {article.id: article for article in carriers}
        when = day_in(entry, timeline)
        told.update({(when, article.source.outlet) for article in carriers})
    published = Counter(
        (When.of(day), article.source.outlet)
        for article in articles.values()
        if (day := article.source.published)
    )
    weight: Counter[When] = Counter()
    outlets: Counter[str | None] = Counter()
    for (when, outlet), count in told.items():
        weight[when] += 2 * count
        outlets[outlet] += count
    for (when, outlet), count in published.items():
        weight[when] += count
        outlets[outlet] += count
    # months only where there are too few days to draw
    ranked = sorted(weight, key=lambda when: (when.day is None, -weight[when], when.iso))
    days = [when for place, when in enumerate(ranked) if when.day or place < _FEW][:most_days]
    known = [outlet for outlet, _ in outlets.most_common() if outlet][:most_outlets]
    rest = [None] if None in outlets else []
    return DayTable(in_order(days), (*known, *rest), told, published)


def day_in(entry: TimelineEntry, timeline: Timeline) -> When:
    """The day of an entry, without a year the one of that name that others tell of."""
    when = entry.day.when
    same = (one.day.when for one in timeline.entries if one.day.when.year)
    named = (one for one in same if (one.month, one.day) == (when.month, when.day))
    return when if when.year else next(named, when)
