"""The words of the corpus, as frozen values.

Positions are code points of an article's body, half open: `body[start:end]`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter


class DateKind(StrEnum):
    """What a date found in or next to a text is the date of."""

    PUBLISHED = "published"
    UPDATED = "updated"
    PAGE = "page"  # the day the page was saved or printed
    FILE = "file"


@dataclass(frozen=True, slots=True)
class SourceDate:
    """A date with its kind and the text it was read from."""

    kind: DateKind
    value: date
    evidence: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article comes from, as far as it is known. `None` means unknown, never "none".

    `path` is the path or URL as read. `outlet` published the text first, `via` republished it.
    `agency` is the wire that signs it or is named in its dateline.
    """

    path: str
    outlet: str | None = None
    via: str | None = None
    agency: str | None = None
    byline: str | None = None
    headline: str | None = None
    standfirst: str | None = None
    url: str | None = None
    dates: tuple[SourceDate, ...] = ()

    @property
    def published(self) -> date | None:
        """The day of publication; unknown where no date says so or where two disagree."""
        days = {found.value for found in self.dates if found.kind is DateKind.PUBLISHED}
        return days.pop() if len(days) == 1 else None

    @property
    def missing(self) -> tuple[str, ...]:
        """What an article should have and this does not tell: outlet, published."""
        known = {"outlet": self.outlet, "published": self.published}
        return tuple(name for name, value in known.items() if value is None)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """One line for each set of dates of one kind that disagree."""
        lines = []
        for kind in (DateKind.PUBLISHED, DateKind.UPDATED):
            days = sorted({found.value for found in self.dates if found.kind is kind})
            if len(days) > 1:
                lines.append(f"{kind}: " + ", ".join(day.isoformat() for day in days))
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader found: the text of one document before cleaning.

    `given` holds what was said about it from outside or in front matter (it wins over what the
    text suggests); `markup` says whether `text` is HTML, `language` what the page says its language
    is. `titles` are lines of `text` that a page marks as its title, `entries` lines of the entries
    of a live blog, with their days; `flags` are what an editor should look at.
    `pages` are the positions in `text` at which the pages of a document begin.
    `dropped` is what stood on a page and not in `text`, `restored` what the finder of articles had
    left and the reader put back, with the reason: reported to those who ask and not stored.
    """

    text: str
    given: Source
    markup: bool = False
    language: str | None = None
    titles: tuple[str, ...] | None = None
    entries: tuple[tuple[str, date | None], ...] = ()
    flags: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    dropped: tuple[Removal, ...] = ()
    restored: tuple[Removal, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A document that was not taken, and a reason that people can understand."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removal:
    """One line taken out by cleaning, and the rule that took it. `line` counts from 1; of what the
    reader of a page left out it is the line of the text that it stood below, 0 above the first."""

    line: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A body of whole kept lines. `cuts` are positions in `body` at which lines were removed
    between two kept ones: nothing may be quoted across them. Headline and standfirst were found on
    top of the page and are outside the body. `pages` are those of a document, `top_page` is the one
    that headline and standfirst are on."""

    body: str
    cuts: tuple[int, ...] = ()
    removed: tuple[Removal, ...] = ()
    restored: tuple[Removal, ...] = ()
    headline: str | None = None
    standfirst: str | None = None
    pages: tuple[Page, ...] = ()
    top_page: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a heading of a body: `body[start:end]`, without surrounding white space; so are
    an item of a list and a row of a table, without their marks. `lead` is the span of the line that
    introduces it: what a list or a speech is under, the header of a table."""

    start: int
    end: int
    heading: bool = False
    lead: tuple[int, int] | None = None


class PartKind(StrEnum):
    """What of an article a text is a part of."""

    BODY = "body"
    STANDFIRST = "standfirst"
    HEADLINE = "headline"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an article's text from `start` to `end`."""

    kind: PartKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a live blog: from `start` to the next one the text was written on `day`."""

    start: int
    day: date | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document: from `start` to the next one the text is on it. `number` counts from 1,
    as programs that show documents do, whatever is printed on it."""

    start: int
    number: int


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article.

    `id` names its origin (canonical URL, else outlet and path) and stays the same when the text
    changes; `version` is a hash of headline and body as first taken. Behind the body proper `body`
    holds, each after a cut, the other `parts` that can be quoted and verified: the standfirst and
    the headline. `entries` are those of a live blog, `pages` those of a document that has some,
    `flags` what an editor should look at.
    """

    id: str
    version: str
    source: Source
    language: str
    body: str
    sentences: tuple[Sentence, ...]
    cuts: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    entries: tuple[Entry, ...] = ()
    flags: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()

    @property
    def proper(self) -> str:
        """The body without the other parts."""
        return self.body[: self._end]

    @property
    def _end(self) -> int:
        first = min((part.start for part in self.parts), default=len(self.body))
        return len(self.body[:first].rstrip("\n")) if self.parts else first

    @property
    def running(self) -> tuple[Sentence, ...]:
        """The sentences that passages are made of: all but the headline after the body, which
        questions are compared with by itself."""
        titles = [part.start for part in self.parts if part.kind is PartKind.HEADLINE]
        end = min(titles, default=len(self.body))
        return tuple(sentence for sentence in self.sentences if sentence.end <= end)

    def part_at(self, position: int) -> Part:
        """The part of which the text at `position` is."""
        for part in self.parts:
            if part.start <= position < part.end:
                return part
        return Part(PartKind.BODY, 0, self._end)

    def day_at(self, position: int) -> date | None:
        """The day on which the text at `position` was published: that of its entry, in a live
        blog, else that of the article."""
        if not self.entries:
            return self.source.published
        if self.part_at(position).kind is not PartKind.BODY:
            return None
        before = [entry for entry in self.entries if entry.start <= position]
        return before[-1].day if before else None

    def page_at(self, position: int) -> int | None:
        """The number of the page on which the text at `position` stands, if it is known."""
        first = self.part_at(position).start
        before = [page for page in self.pages if first <= page.start <= position]
        return before[-1].number if before else None

    def lead_at(self, position: int) -> tuple[int, int] | None:
        """The span of the line that introduces the sentence which begins at `position`."""
        number = bisect_left(self.sentences, position, key=attrgetter("start"))
        here = self.sentences[number : number + 1]
        return here[0].lead if here and here[0].start == position else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: `text == body[start:end]`, always.

    `id` is the number the coverage database gave it; an index refers to it by this number.
    """

    id: int
    article: str
    version: str
    text: str
    start: int
    end: int
