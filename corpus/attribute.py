"""Where an article comes from and of which day it is, as far as its page says so.

What was given or stated in metadata wins over what the lines around the text suggest. A name cited
in the text attributes nothing, a photo credit attributes the photo, and what stays unknown is
`None`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from corpus.agencies import (
    NAME_WORDS,
    Signature,
    agency_named,
    closing_agency,
    dateline,
    is_desk,
    outlet_named,
    signature,
    spelled,
)
from corpus.dates import FoundDate, find_dates
from corpus.furniture import key_of, table
from corpus.header import BREADCRUMB, BYLINE, DATE, HEADLINE, OTHER, OUTLET, same
from corpus.types import Cleaned, DateKind, RawDocument, Removal, Source, SourceDate

_LABELLED = re.compile(r"^\s*[^\W\d_][^:：]{0,20}[:：]\s*")
_FIRST_WORD = re.compile(r"^\s*(?:by|par|بقلم|كتب|كتبت|автор)\b[\s:-]*", re.IGNORECASE)
_SITE = re.compile(r"^\s*[|—–-]\s*")
_ADDRESS_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?:[/_-]|$)")
_EVIDENCE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines around the text, sorted by what they are."""

    dates: tuple[Removal, ...]
    breadcrumbs: tuple[Removal, ...]
    outlets: tuple[Removal, ...]
    bylines: tuple[Removal, ...]
    signatures: tuple[Removal, ...]
    headlines: tuple[Removal, ...]


def attribute(raw: RawDocument, cleaned: Cleaned, today: date) -> Source:
    """The source of a cleaned document. Dates later than `today` are left out."""
    given, page = raw.given, _page(cleaned.removed)
    signed = _signed(page.signatures, cleaned.body)
    outlet, via = _outlets(page, cleaned)
    byline, wire = _byline(page)
    dates = _dates(raw, page, cleaned)
    return replace(
        given,
        outlet=given.outlet or signed.outlet or outlet,
        via=given.via or via,
        agency=_canonical(given.agency) or signed.agency or _opening_agency(cleaned.body) or wire,
        byline=given.byline or byline or signed.byline,
        headline=given.headline or cleaned.headline,
        standfirst=given.standfirst or cleaned.standfirst,
        dates=tuple(found for found in dates if found.value <= today),
    )


def _page(removed: Iterable[Removal]) -> _Page:
    def of(*rules: str) -> tuple[Removal, ...]:
        return tuple(line for line in removed if line.rule in rules)

    removed = tuple(removed)
    return _Page(
        dates=of(DATE),
        breadcrumbs=of(BREADCRUMB),
        outlets=of(OUTLET),
        bylines=of(BYLINE, OTHER),
        signatures=of("signature"),
        headlines=of(HEADLINE),
    )


def _canonical(agency: str | None) -> str | None:
    return (agency_named(agency) or agency) if agency else None


def _signed(lines: Iterable[Removal], body: str) -> Signature:
    """What all signatures say together: the first agency, the last outlet."""
    total = Signature()
    for line in lines:
        label = _LABELLED.match(line.text)
        text = line.text[label.end() :] if label else line.text
        found = signature(text, trusted=label is not None)
        if found is not None:
            total = Signature(
                agency=total.agency or found.agency,
                outlet=found.outlet or total.outlet,
                byline=total.byline or found.byline,
            )
    if total.agency is None and (last := _paragraph(body, -1)):
        total = replace(total, agency=closing_agency(last))
    return total


def _opening_agency(body: str) -> str | None:
    first = _paragraph(body, 0)
    return dateline(first) if first else None


def _paragraph(body: str, which: int) -> str | None:
    paragraphs = [line for line in body.split("\n") if line.strip()]
    return paragraphs[which] if paragraphs else None


def _outlets(page: _Page, cleaned: Cleaned) -> tuple[str | None, str | None]:
    """The outlet and who republished it, from the lines above the text: «via-outlet», the name of
    the outlet by itself, or the name of the site that a page's title adds to the headline."""
    for line in page.outlets:
        pair = line.text.split("-")
        if len(pair) == 2 and outlet_named(pair[1]):
            return _name(pair[1]), _name(pair[0])
        if len(pair) == 2 and outlet_named(pair[0]):
            # «سكاي نيوز عربية - أبوظبي»: the place of the writer.
            return _name(pair[0]), None
    for line in page.outlets:
        return _name(line.text), None
    shortest = min((line.text.strip() for line in page.headlines), key=len, default="")
    for line in page.headlines:
        rest = line.text.strip().removeprefix(shortest)
        if rest and same(key_of(shortest), key_of(line.text)) and _SITE.match(rest):
            site = _SITE.sub("", rest)
            if 0 < len(site.split()) <= NAME_WORDS:
                return _name(site), None
    return None, None


def _name(written: str) -> str | None:
    return outlet_named(written) or spelled(written) or None


def _byline(page: _Page) -> tuple[str | None, str | None]:
    """The byline and, where an agency is named in its place, the agency."""
    for line in page.bylines:
        if line.rule == BYLINE:
            label = _FIRST_WORD.match(line.text) or _LABELLED.match(line.text)
            name = spelled(line.text[label.end() :] if label else line.text)
            if agency := agency_named(name):
                return None, agency
            if name and len(name.split()) <= NAME_WORDS:
                return name, None
        elif is_desk(line.text):
            return spelled(line.text), None
    return None, None


def _dates(raw: RawDocument, page: _Page, cleaned: Cleaned) -> tuple[SourceDate, ...]:
    """Given and stated dates, and those of the page where nothing was given for their kind."""
    stated = raw.given.dates
    kinds = {found.kind for found in stated}
    found = [one for one in _page_dates(page) if one.kind not in kinds]
    if not any(one.kind is DateKind.PUBLISHED for one in (*stated, *found)):
        day = _dateline_day(cleaned.body) or _address_day(raw.given.url)
        found += [day] if day else []
    unique = {(one.kind, one.value): one for one in reversed((*stated, *found))}
    return tuple(reversed(unique.values()))


def _page_dates(page: _Page) -> list[SourceDate]:
    """The dates of the date lines. One that stands alone above a later line with an earlier date,
    or above the path of sections, is the day on which the page was saved."""
    found = [
        (line, day, _label(line.text[: day.start], before))
        for line in page.dates
        for before, day in _with_before(line.text)
    ]
    dates: list[SourceDate] = []
    for line, day, label in found:
        kind = label or DateKind.PUBLISHED
        lower = [other for beneath, other, _ in found if beneath.line > line.line]
        saved = any(other.value < day.value for other in lower)
        if not label and (saved or any(path.line > line.line for path in page.breadcrumbs)):
            kind = DateKind.PAGE
        dates.append(SourceDate(kind, day.value, _evidence(line.text, day)))
    return dates


def _with_before(text: str) -> list[tuple[int, FoundDate]]:
    """Each date of a line with the position after the date before it."""
    after, found = 0, []
    for day in find_dates(text):
        found.append((after, day))
        after = day.end
    return found


def _label(before: str, start: int) -> DateKind | None:
    """What the words right before a date say of it."""
    said = key_of(before[start:])
    if any(word in said for word in table().updated):
        return DateKind.UPDATED
    if any(word in said for word in table().published):
        return DateKind.PUBLISHED
    return None


def _evidence(text: str, day: FoundDate) -> str:
    written = " ".join(text.split())
    return written if len(written) <= _EVIDENCE_CHARACTERS else text[day.start : day.end]


def _dateline_day(body: str) -> SourceDate | None:
    """The full date in a dateline with an agency: «وونسان 12 يوليو 2025 (أ ف ب) - »."""
    first = _paragraph(body, 0)
    if first is None or dateline(first) is None:
        return None
    found = [day for day in find_dates(first[:120]) if day.start < 60]
    return SourceDate(DateKind.PUBLISHED, found[0].value, first[:80]) if found else None


def _address_day(url: str | None) -> SourceDate | None:
    """The day in the path of an address, as most sites build it: /2025/07/11/."""
    match = _ADDRESS_DAY.search(url.lower()) if url else None
    if match is None:
        return None
    year, month, day = match.groups()
    days = find_dates(f"{day} {month} {year}" if month.isalpha() else f"{year}-{month}-{day}")
    return SourceDate(DateKind.PUBLISHED, days[0].value, str(url)) if days else None
