"""Datelines: place, day and agency, with which the first paragraph of a wire's text opens.

    MOSCOW, July 12 (Reuters) - …      SEOUL (AP) — …           القاهرة - رويترز: …
    МОСКВА, 12 июля. /ТАСС/. …         МОСКВА, 12 июл — РИА Новости. …

What is before the agency must look like a place and a day; with any other word there the agency is
cited by the text and signs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.attribution.agencies import Names, names_of
from corpus.attribution.aliases import name_key
from corpus.dates.written import FoundDate, find_dates, is_month
from corpus.language.calendar import pattern
from corpus.language.clitics import clitics
from corpus.language.marks import COMMAS
from corpus.language.scripts import TATWEEL

# A dateline ends within the first characters of a paragraph, and its place has few words.
DATELINE_CHARACTERS = 120
PLACE_WORDS = 5
# A paragraph of this length may be a dateline and nothing else.
ALONE_CHARACTERS = 60

_PARENTHESES = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_AFTER_PARENTHESES = re.compile(rf"\s*[-–—{TATWEEL}:./{COMMAS}]")
# A tatweel between spaces is a dash; «لـ» is a letter drawn out.
_MARK = re.compile(rf"[-–—/:{COMMAS}.]+|(?<=\s){TATWEEL}+(?=\s)")
_DASHES = frozenset(f"-–—{TATWEEL}/")
_SPACED_DASH = re.compile(r"\s[-–—]+\s")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_AFTER_DATE = re.compile(
    rf"\s*{pattern('behind_year', folded=False)}?\s*[.,]?\s*(?:--?|[–—{TATWEEL}:])\s"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline names; it ends at `end` in its paragraph."""

    end: int
    agency: str | None = None
    outlet: str | None = None
    day: FoundDate | None = None


def read_dateline(paragraph: str, names: Names | None = None) -> Dateline | None:
    """The dateline that opens `paragraph`, or `None`."""
    names = names or names_of()
    head = paragraph[:DATELINE_CHARACTERS]
    alone = len(paragraph) <= ALONE_CHARACTERS
    found = _in_parentheses(head, names) or _between_marks(head, names, alone=alone)
    if found is None:
        return _dated(head, names)
    end, agency, outlet = found
    return Dateline(end, agency, outlet, next(iter(find_dates(head[:end])), None))


def dateline(paragraph: str) -> str | None:
    """The agency in the dateline that opens `paragraph`, or `None`."""
    found = read_dateline(paragraph)
    return found.agency if found else None


Found = tuple[int, str | None, str | None]


def _in_parentheses(head: str, names: Names) -> Found | None:
    """«SEOUL (AP) —», «(AFP) -»."""
    for match in _PARENTHESES.finditer(head):
        before = head[: match.start()]
        dated = any(map(str.isdigit, before))
        if not (dated or _AFTER_PARENTHESES.match(head, match.end()) or not before.strip()):
            continue
        if not _is_place(before, names):
            return None
        if found := _named(match[1], names):
            return match.end(), *found
    return None


def _between_marks(head: str, names: Names, *, alone: bool) -> Found | None:
    """«القاهرة - رويترز:», «МОСКВА, 12 июля. /ТАСС/.», «أ ف ب -»."""
    marks = [(0, 0), *(match.span() for match in _MARK.finditer(head))]
    ends = [*marks[1:], (len(head), len(head))] if alone else marks[1:]
    for number, (start, opening) in enumerate(marks):
        before, mark = head[:start], head[start:opening]
        if not _is_place(before, names):
            return None
        if number and not before.strip():
            continue
        for stop, closing in ends[number : number + 6]:
            found = _named(head[opening:stop], names)
            if found and (number or found[0]) and _closes(head, mark, stop, closing):
                return closing, *found
    return None


def _closes(head: str, mark: str, stop: int, closing: int) -> bool:
    """Whether the mark at `stop` ends a dateline whose agency is after `mark`."""
    end, after = head[stop:closing], head[closing:]
    rest = after.lstrip()
    if rest[:1].islower() and not mark == end == "/":
        return False
    dash = bool(_DASHES & set(end)) and (rest != after or not rest or end == mark)
    if not mark:
        # A name that opens the text: a dash must part it from a sentence of its own, not from
        # a remark between two dashes.
        return dash and not _SPACED_DASH.search(rest)
    return not end or dash or ":" in end or (end == "." and bool(_DASHES & set(mark)))


def _named(written: str, names: Names) -> tuple[str | None, str | None] | None:
    """The agency and the outlet that a dateline names: only known ones, and nothing else."""
    listed = names.listed(written)
    if not listed:
        return None
    agencies = {agency for name in listed if (agency := names.known_agency(name))}
    outlets = [outlet for name in listed if (outlet := names.known_outlet(name))]
    unknown = [
        name for name in listed if not (names.known_agency(name) or names.known_outlet(name))
    ]
    if not all(map(names.is_general, unknown)):
        return None
    return agencies.pop() if len(agencies) == 1 else None, outlets[0] if outlets else None


def _is_place(before: str, names: Names) -> bool:
    """Whether `before` is nothing, or a place, or a day, or both."""
    words = [word for word in _WORD.findall(before) if not is_month(word.strip("."))]
    if len(words) > PLACE_WORDS:
        return False
    keys = [name_key(word) for word in words]
    if any(names.no_place.intersection((key, clitics("ar").bare(key))) for key in keys):
        return False
    return all(
        key in names.place_words or not word[0].islower()
        for word, key in zip(words, keys, strict=True)
    )


def _dated(head: str, names: Names) -> Dateline | None:
    """«MOSCOW, July 12, 2025 —»: a place and a full day, without an agency."""
    for day in find_dates(head)[:1]:
        after = _AFTER_DATE.match(head, day.end)
        place = head[: day.start].rstrip()
        bare = place.rstrip(f"{COMMAS}. ")
        words = _WORD.findall(bare)
        parted = place != bare or bare.isupper()
        if (
            after
            and parted
            and 0 < len(words) <= 3
            and name_key(words[0]) not in names.place_words
            and _is_place(bare, names)
        ):
            return Dateline(after.end(), day=day)
    return None
