"""The dates of an article, as far as its page, its address or its dateline says so.

A date in the running text is the day of an event and dates nothing. What the user or a record
states is final. What a page says in several places is compared; if two candidates for the day of
publication disagree, both are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote, urlsplit

from corpus.clean.furniture import is_timed_date, table, words_beside_date
from corpus.clean.header import BREADCRUMB, DATE
from corpus.clean.lines import key_of, lines_of
from corpus.dates.dateline import Dateline
from corpus.dates.written import FoundDate, day_of, find_dates
from corpus.language.calendar import pattern
from corpus.language.clitics import clitics
from corpus.types import DateKind, Removal, SourceDate

EARLIEST = date(1990, 1, 1)
"""No page of news is older: an earlier day is a clock that was never set (1970, 1980, 1900)."""
# One moment may be given in two time zones: two days side by side are the same one where a clock
# is less than this many hours from the midnight between them (Los Angeles, Tokyo).
_ZONE_HOURS = 9
_HOUR = re.compile(
    r"(?<![\d:.])([01]?\d|2[0-3]) ?[:h]\d\d(?::\d\d)? ?"
    rf"({pattern('pm', folded=False)}(?![^\W\d_]))?",
    re.IGNORECASE,
)
_EVIDENCE_CHARACTERS = 120
# Between the name of a kind («آخر تحديث») and the line with its date are at most this many lines.
_LABEL_LINES = 2
# How the evidence of what a page's own markup states begins; everything else was given.
_MARKUP = ("<", '"')

_ADDRESS_DAYS = (
    # /2025/07/11/, /2025/jul/11, /2025-07-11-slug
    re.compile(r"/((?:19|20)\d\d)[/_-](\d{1,2}|[a-z]{3})[/_-](\d{1,2})(?=[/._-]|$)"),
    # slug-2025-07-11 at the end of a part
    re.compile(r"[-_]((?:19|20)\d\d)[_-](\d\d)[_-](\d\d)(?=[/.]|$)"),
    # /20250711/, /20250711-slug, slug-20250711: never a part of a longer number or word
    re.compile(r"(?<=[/_-])((?:19|20)\d\d)(\d\d)(\d\d)(?=[/._-]|$)"),
)
_ARCHIVED = re.compile(r"/web/(\d{4})(\d\d)(\d\d)\d{6}[a-z_]*/(https?:/.*)")
_WORD = re.compile(r"[^\W\d_]+")
# «ونشر»
_BEFORE_LABEL = ("", *clitics("ar").conjunctions)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A date of a page. `other` is its other reading; `rank` says which of two that tell the same
    is kept, the lower one; `eve` that it may be the day before."""

    found: SourceDate
    other: date | None = None
    rank: int = 0
    eve: bool = False

    @property
    def hour(self) -> int:
        """The hour of the day that is next to it; noon, which proves nothing, without one."""
        clock = _HOUR.search(self.found.evidence)
        if clock is None:
            return 12
        return int(clock[1]) % 12 + 12 if clock[2] else int(clock[1])

    def tells(self, other: _Candidate) -> bool:
        """Whether both give one day of one kind, each in its own time zone."""
        if self.found.kind is not other.found.kind:
            return False
        first, last = sorted((self, other), key=lambda one: one.found.value)
        apart = (last.found.value - first.found.value).days
        zones = first.hour >= 24 - _ZONE_HOURS or last.hour < _ZONE_HOURS
        return apart == 0 or (apart == 1 and (zones or first.eve))


def dates_of(
    given: Sequence[SourceDate],
    removed: Sequence[Removal],
    opening: tuple[str, Dateline] | None,
    url: str | None,
    path: str,
    today: date,
) -> tuple[SourceDate, ...]:
    """All dates of an article with their kinds.

    `given` came with the document, `removed` is what cleaning took out, `opening` the paragraph
    with a dateline, `path` the file. None is later than `today`.
    """
    stated = [_Candidate(one, rank=1) for one in given if _of_markup(one)]
    fixed = [_Candidate(one) for one in given if not _of_markup(one)]
    found = [*stated, *_page_dates(removed, given), *_dateline_day(opening)]
    found += [*_address_days(url), *_file_day(path)]
    known = {one.found.kind for one in fixed}
    found = [one for one in found if one.found.kind not in known and one.found.value >= EARLIEST]
    return _agreed([*fixed, *found], today)


def _of_markup(found: SourceDate) -> bool:
    return found.evidence.startswith(_MARKUP)


def _agreed(candidates: Sequence[_Candidate], today: date) -> tuple[SourceDate, ...]:
    """The dates in their order, each once and in the reading that agrees with the others."""
    read = [_in_right_reading(one, candidates, today) for one in candidates]
    kept: list[_Candidate] = []
    for one in sorted(read, key=lambda each: each.rank):
        if one.found.value <= today and not any(one.tells(other) for other in kept):
            kept.append(one)
    return tuple(dict.fromkeys(one.found for one in read if one in kept))


def _in_right_reading(one: _Candidate, candidates: Sequence[_Candidate], today: date) -> _Candidate:
    """«07/12/2025» day first, unless only the other reading agrees with a date written otherwise,
    or day first it would lie after `today` or after the day of the last update."""
    if one.other is None:
        return one
    sure = [each.found for each in candidates if each.other is None]
    days = {each.value for each in sure if each.kind is not DateKind.PAGE}
    last = min(
        [today, *(each.value for each in sure if each.kind is DateKind.UPDATED)],
        default=today,
    )
    fits = one.found.value in days or (one.found.value <= last and one.other not in days)
    if fits or one.other > last:
        return one
    return replace(one, found=replace(one.found, value=one.other), other=None)


def _page_dates(removed: Sequence[Removal], given: Sequence[SourceDate]) -> Iterator[_Candidate]:
    """The dates of the date lines. One that is alone above a later line with another date, or above
    the path of sections, is the day on which the page was saved. Where the day of publication is
    `given`, a line without a label that repeats a given day is of its kind, and the lines next to
    such a one are of teasers."""
    found = [
        (line, day, _label(line.text[before : day.start]) or above)
        for line, above in _with_label_above(removed)
        for before, day in _with_before(line.text)
    ]
    published = any(each.kind is DateKind.PUBLISHED for each in given)
    kinds = {each.value: each.kind for each in sorted(given, key=_by_kind) if published}
    known = any(
        label is None and not kinds.keys().isdisjoint(_days(day)) for _, day, label in found
    )
    for line, day, label in found:
        if label is None and known:
            agreed = next((each for each in _days(day) if each in kinds), None)
            if agreed is not None:
                yield _Candidate(SourceDate(kinds[agreed], agreed, _evidence(line.text, day)))
            continue
        below = [(other, kind) for lower, other, kind in found if lower.line > line.line]
        saved = any(lower.line > line.line for lower in removed if lower.rule == BREADCRUMB) or any(
            min(_days(other)) < min(_days(day))
            or (other.value == day.value and kind is None and _is_bare(line))
            for other, kind in below
            if kind in (None, DateKind.PUBLISHED)
        )
        kind = label or (DateKind.PAGE if saved else DateKind.PUBLISHED)
        yield _Candidate(SourceDate(kind, day.value, _evidence(line.text, day)), day.other)


def _by_kind(found: SourceDate) -> bool:
    """Sorts the days of publication last, so that they win over others of one day."""
    return found.kind is DateKind.PUBLISHED


def _days(found: FoundDate) -> tuple[date, ...]:
    return (found.value,) if found.other is None else (found.value, found.other)


def _is_bare(line: Removal) -> bool:
    """Whether a line has a date and nothing else: no section, no time of day."""
    (whole,) = lines_of(line.text)
    return words_beside_date(whole) == 0 and not is_timed_date(whole)


def _with_label_above(lines: Sequence[Removal]) -> Iterator[tuple[Removal, DateKind | None]]:
    """The date lines; and the kind that another line right above such a line names."""
    above: Removal | None = None
    for line in lines:
        if line.rule == DATE and find_dates(line.text):
            near = above is not None and line.line - above.line <= _LABEL_LINES
            yield line, _named_kind(above.text) if above is not None and near else None
            above = None
        else:
            above = line


def _named_kind(text: str) -> DateKind | None:
    """The kind that a line consists in the name of («Published», «آخر تحديث:»)."""
    key = key_of(text).strip(" :.")
    kinds = [kind for kind, labels in _labels() if key in labels]
    return kinds[0] if kinds else None


def _with_before(text: str) -> list[tuple[int, FoundDate]]:
    """Each date of a line with the position after the date before it."""
    after, found = 0, []
    for day in find_dates(text):
        found.append((after, day))
        after = day.end
    return found


def _labels() -> tuple[tuple[DateKind, tuple[str, ...]], ...]:
    known = table()
    return (
        (DateKind.PAGE, known.page),
        (DateKind.UPDATED, known.updated),
        (DateKind.PUBLISHED, known.published),
    )


def _label(before: str) -> DateKind | None:
    """What the words right before a date say of it: the last that names a kind."""
    said = f" {' '.join(_WORD.findall(key_of(before)))} "
    last: tuple[int, int] = (-1, 0)
    found: DateKind | None = None
    for kind, labels in _labels():
        for label in labels:
            words = " ".join(_WORD.findall(label))
            place = max(said.rfind(f" {before}{words} ") for before in _BEFORE_LABEL)
            if place >= 0 and (place + len(words), len(words)) > last:
                last, found = (place + len(words), len(words)), kind
    return found


def _evidence(text: str, day: FoundDate) -> str:
    written = " ".join(text.split())
    return written if len(written) <= _EVIDENCE_CHARACTERS else text[day.start : day.end]


def _dateline_day(opening: tuple[str, Dateline] | None) -> Iterator[_Candidate]:
    if opening is not None and (day := opening[1].day):
        evidence = " ".join(opening[0][: opening[1].end].split())
        yield _Candidate(SourceDate(DateKind.PUBLISHED, day.value, evidence), day.other, eve=True)


def _address_days(url: str | None) -> Iterator[_Candidate]:
    """The day in the path of an address, as sites build it; of an archived page also the day on
    which it was saved."""
    if url is None:
        return
    if archived := _ARCHIVED.search(url):
        year, month, day = map(int, archived.groups()[:3])
        if saved := day_of(year, month, day):
            yield _Candidate(SourceDate(DateKind.PAGE, saved, url))
        url = archived[4]
    if found := _day_in(_path(url)):
        yield _Candidate(SourceDate(DateKind.PUBLISHED, found, url), rank=2, eve=True)


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).lower()
    except ValueError:
        return ""


def _file_day(path: str) -> Iterator[_Candidate]:
    """The day in the name of the file, which is when it was made or saved, or what it is about."""
    name = re.split(r"[/\\]", path.partition("#")[0])[-1]
    if found := _day_in(f"/{name.lower()}"):
        yield _Candidate(SourceDate(DateKind.FILE, found, name))


def _day_in(path: str) -> date | None:
    for form in _ADDRESS_DAYS:
        for year, month, day in form.findall(path):
            named = find_dates(f"{day} {month} {year}") if month.isalpha() else ()
            found = named[0].value if named else None
            if month.isdigit():
                found = day_of(int(year), int(month), int(day))
            if found is not None and found >= EARLIEST:
                return found
    return None
