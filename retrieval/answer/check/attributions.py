"""Attributions pasted with quotes: «— رويترز · 3 مايو 2024», "— Harbour Gazette, 3 May 2024", and
what pullquote prints below a quote.

Recognised are a line that begins with a dash, a bullet or the number of a quote; text after a dash
at the end of a sentence or quotation; text there in parentheses; and a line of particulars with
dots between them. It must name a day, or a known outlet or agency.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache

from corpus.attribution.names import compact
from corpus.dates.days import FoundDay, find_days
from corpus.dates.written import find_dates
from corpus.language.languages import merged
from corpus.language.marks import (
    CLOSING_QUOTES,
    COMMAS,
    DASHES,
    DIRECTIONS,
    QUOTES,
    SEMICOLONS,
    SENTENCE_ENDS,
)
from corpus.language.phrases import phrases
from corpus.language.text import normalise
from retrieval.answer.check.receipt import is_receipt

_LONGEST = 700
_MOST_WORDS = 6

_QUOTE_ENDS = f"{CLOSING_QUOTES}“‟‘"
_MARKED = rf"(?:[{DASHES}]|[•①-⑳]|\(\d{{1,2}}\))"
_LINE = re.compile(r"[^\n]+")
# What quotes a line in Markdown or in mail.
_QUOTING = re.compile(r"[\s>]*")
_OPENED = re.compile(rf"{_MARKED}[{DASHES}]?\s*(?P<said>\S.*)")
_BEHIND = re.compile(
    rf"(?<=[{SENTENCE_ENDS}{_QUOTE_ENDS}])\s*[{DASHES}]\s*(?P<said>[^{DASHES}\s].*)"
)
_ENCLOSED = re.compile(
    rf"(?<=[{SENTENCE_ENDS}{_QUOTE_ENDS}])\s*[(\[](?P<said>[^()\[\]]{{2,120}})[)\]][.]?(?=\s*$)"
)
_DOT = re.compile(r"\s+·\s+")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\((?:\\.|[^)\s\\])*\)")
_ADDRESS = re.compile(r"[(<]?https?://[^\s<>]+")
_ONLY_ADDRESS = re.compile(r"[\s>]*[(<]?https?://\S+\s*")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNSEEN = re.compile(f"[{DIRECTIONS}\u200b\ufeff*_]")
_EDGES = f" \t\r.|/()[]{COMMAS}{SEMICOLONS}{DASHES}{QUOTES}"
_SEPARATED = re.compile(rf"[{DASHES}{COMMAS}{SEMICOLONS}|/(]\s*$")
_STOP = re.compile(rf"[{SENTENCE_ENDS}]\s")


Known = Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True)
class Attribution:
    """`draft[start:end]` says whose the words before it are: the `outlet` as it is written there,
    and the day; `days` has two for one that may be read with the month first. `None` and nothing:
    not named."""

    start: int
    end: int
    outlet: str | None
    written_day: str | None
    days: tuple[FoundDay, ...]


def attributions(draft: str, known: Known) -> list[Attribution]:
    """The attributions of a draft, in order. `known` gives the names of outlets and agencies as
    `corpus.attribution.names.compact` writes them; few texts need them."""
    found: list[Attribution] = []
    for line in _LINE.finditer(draft):
        at = line.start()
        if found and _ONLY_ADDRESS.fullmatch(line[0]) and not draft[found[-1].end : at].strip():
            last = found.pop()
            end = at + len(line[0].rstrip())
            found.append(Attribution(last.start, end, last.outlet, last.written_day, last.days))
            continue
        for start, said in _candidates(line[0]):
            if read := _read(said, known):
                end = at + len(line[0].rstrip())
                found.append(Attribution(at + start, end, *read))
                break
    return found


def _candidates(line: str) -> Iterator[tuple[int, str]]:
    """Where an attribution may begin in a line, and what it says; each reaches to the end."""
    if len(line) <= _LONGEST:
        begin = _QUOTING.match(line)
        assert begin is not None
        if opened := _OPENED.fullmatch(line, begin.end()):
            yield begin.end(), opened["said"]
        elif len(_DOT.split(line)) > 1 and not _BEHIND.search(line):
            yield begin.end(), line[begin.end() :]
    for pattern in (_BEHIND, _ENCLOSED):
        # of several dashes the last is tried first
        for found in reversed(list(pattern.finditer(line, max(0, len(line) - _LONGEST)))):
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            yield start, found["said"]


Read = tuple[str | None, str | None, tuple[FoundDay, ...]]


def _read(said: str, known: Known) -> Read | None:
    """Outlet and day of an attribution, if this is one."""
    said = _ESCAPED.sub(r"\1", _LINK.sub(r"\1", said))
    addressed = bool(_ADDRESS.search(said))
    said = _UNSEEN.sub("", _ADDRESS.sub("", said)).replace("\u00a0", " ")
    particulars = [_bare(part) for part in _DOT.split(said)]
    if len(particulars) > 1:
        return _of_particulars(particulars, known, addressed)
    name = _bare(said)
    days = find_days(said)
    if not days:
        known_name = _outlet(name)
        return (known_name, None, ()) if _is_known(known_name, known) else None
    return _of_line(said, days, known)


def _of_particulars(particulars: list[str], known: Known, addressed: bool) -> Read | None:
    words = _words()
    told = [normalise(part) for part in particulars]
    certain = addressed or any(
        part in words["undated"]
        or part.startswith((*words["via"], *words["receipt"]))
        or is_receipt(part)
        for part in told
    )
    # what is after the day is a headline, which may be anything
    dated = next(
        (at for at, part in enumerate(told) if part in words["undated"] or _is_day(part)), None
    )
    day = None if dated is None or told[dated] in words["undated"] else particulars[dated]
    outlet = _outlet(particulars[0]) if dated != 0 else None
    if not (certain or day or _is_known(outlet, known)):
        return None
    return outlet, day, _readings(day) if day else ()


def _of_line(said: str, days: tuple[FoundDay, ...], known: Known) -> Read | None:
    """Of a line without dots: a name and a day, in this order or the other."""
    day = days[-1]
    before, behind = said[: day.start], said[day.end :]
    if _ends(behind):
        name, parted = _bare(before), bool(_SEPARATED.search(before)) or not before.strip()
    elif not said[: days[0].start].strip(_EDGES):
        day = days[0]
        name, parted = _bare(said[day.end :]), True
    else:
        return None
    outlet = _outlet(name) if name else None
    clear = parted and len(name.split()) <= _MOST_WORDS and not _STOP.search(name)
    if not (clear or _is_known(outlet, known)):
        return None
    written = said[day.start : day.end]
    return outlet, written, _readings(written)


def _bare(text: str) -> str:
    """The text without marks at its edges; a bracket that was opened in it is no such mark."""
    bare = text.strip(_EDGES)
    behind = text[len(text.rstrip(_EDGES)) :]
    for opening, closing in ("()", "[]"):
        if bare.count(opening) > bare.count(closing) and closing in behind:
            bare += closing
    return bare


def _is_known(name: str | None, known: Known) -> bool:
    return bool(name) and compact(name or "") in known()


def _outlet(named: str) -> str | None:
    """The outlet of «Lavrov, via TASS, in Sky News Arabia»; `None` if none is known."""
    words = _words()
    heads = [part.strip() for part in re.split(f"[{COMMAS}]", named)]
    for at in range(len(heads) - 1, 0, -1):
        for opener in words["in"]:
            if normalise(heads[at]).startswith(f"{opener} "):
                name = ", ".join([heads[at][len(opener) :].strip(), *heads[at + 1 :]])
                return None if normalise(name) in words["nameless"] else name
    nameless = any(normalise(each) in words["nameless"] for each in (named, heads[-1]))
    return None if nameless or not named else named


def _is_day(part: str) -> bool:
    days = find_days(part)
    if len(days) != 1:
        return False
    return not part[: days[0].start].strip(_EDGES) and _ends(part[days[0].end :])


def _ends(behind: str) -> bool:
    """Whether a day ends what is written: nothing but the mark of a year is after it."""
    left = normalise(behind).strip(_EDGES)
    return not left or left in _words()["year"]


def _readings(written: str) -> tuple[FoundDay, ...]:
    """The day that is written, and what it is with day and month read the other way round."""
    return (
        *find_days(written)[:1],
        *(FoundDay.of(each.other, 0, 0) for each in find_dates(written)[:1] if each.other),
    )


@cache
def _words() -> dict[str, tuple[str, ...]]:
    # the longest first: «в издании» before «в»
    return {
        name: tuple(sorted({normalise(each) for each in phrases(entry)}, key=len, reverse=True))
        for name, entry in merged("pasted").items()
    }
