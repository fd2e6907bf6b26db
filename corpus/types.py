"""The words of the corpus, as frozen values.

Positions are code points of an article's body, half open: `body[start:end]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DateKind(StrEnum):
    """What a date found in or beside a text is the date of."""

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
    """Where an article comes from, as far as is known. `None` means unknown, never "none".

    `path` is the path or URL as read. `outlet` published the text first, `via` republished it,
    `agency` is the wire that signs it or stands in its dateline.
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
    text suggests); `markup` says whether `text` is HTML, `language` what the
    page says its language is. `titles` are lines of
    `text` that a page marks as its title. `dropped` is what stood on a page and not
    in `text`, `restored` what the finder of articles had left and the reader put back, with the
    reason: told to those who ask and not stored.
    """

    text: str
    given: Source
    markup: bool = False
    language: str | None = None
    titles: tuple[str, ...] | None = None
    dropped: tuple[Removal, ...] = ()
    restored: tuple[Removal, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A document that was not taken, and why, in words a person understands."""

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
    top of the page and stand outside the body."""

    body: str
    cuts: tuple[int, ...] = ()
    removed: tuple[Removal, ...] = ()
    headline: str | None = None
    standfirst: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a heading of a body: `body[start:end]`, without surrounding white space."""

    start: int
    end: int
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article.

    `id` names its origin (canonical URL, else outlet and path) and stays the same when the text
    changes; `version` is a hash of headline and body as first taken.
    """

    id: str
    version: str
    source: Source
    language: str
    body: str
    sentences: tuple[Sentence, ...]
    cuts: tuple[int, ...] = ()


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
