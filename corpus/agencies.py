"""Which names are agencies, which are outlets, and what a signature or a dateline names.

A name cited in running text is not asked about here: only lines and parentheses that sign a text.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from corpus.text import normalise

# A part of a signature with more words than this is a sentence, not a name.
NAME_WORDS = 6
# A dateline stands in the first characters of an article: «موسكو (رويترز) - ».
DATELINE_CHARACTERS = 120

_PARTS = re.compile(r"\s*[،,;؛/|+&]\s*|\s+[-–—]\s*|\s*[-–—]\s+|\s(?:avec|with)\s")
_LATIN_THEN_ARABIC = re.compile(
    r"(?<=[A-Za-z])(?=[\u0621-\u064a])|(?<=[\u0621-\u064a])(?=[A-Za-z])"
)
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_DASH = re.compile(r"\s*(?:[-–—:.]|//)\s?")
_LAST_PARENTHESES = re.compile(r"\(([^()]{2,40})\)\s*[.]?\s*$")
# «МОСКВА, 11 июля. /ТАСС/.», «واشنطن- رويترز:», «МОСКВА, 11 июл — РИА Новости.»
_DASHED = re.compile(r"[-–—/]\s?([^-–—/().:؟?!]{2,24})(?=[./:–—-])")
# Place and day: what stands before the agency in a dateline.
DATELINE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Signature:
    """What a line or a pair of parentheses at the end of a text names."""

    agency: str | None = None
    outlet: str | None = None
    byline: str | None = None
    general: bool = False  # «وكالات»: agencies, none named


@dataclass(frozen=True, slots=True)
class _Names:
    agencies: dict[str, str]
    outlets: dict[str, str]
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    general: frozenset[str]
    desks: tuple[str, ...]
    desk_closes: tuple[str, ...]
    outlet_words: frozenset[str]


def agency_named(name: str) -> str | None:
    """The canonical name of the agency that `name` as a whole names, or `None`."""
    names, key = _names(), _key(name)
    if key in names.agencies:
        return names.agencies[key]
    words = key.split()
    if not 2 <= len(words) <= NAME_WORDS or key in names.general:
        return None
    bare = re.sub(r"\([^)]*\)", "", key).strip()
    if words[0] in names.opens or any(bare.endswith(" " + end) for end in names.closes):
        return spelled(name)
    return None


def outlet_named(name: str) -> str | None:
    """The canonical name of a known outlet, or `name` itself if it is shaped like an outlet's."""
    names, key = _names(), _key(name)
    if key in names.outlets:
        return names.outlets[key]
    words = re.findall(r"\w+", key)
    if 2 <= len(words) <= NAME_WORDS and words[-1] in names.outlet_words:
        return spelled(name)
    return None


def is_desk(name: str) -> bool:
    """Whether `name` is a desk or the editors of an outlet («قسم الأخبار», «World desk»)."""
    words = _key(name).split()
    if not 1 <= len(words) <= NAME_WORDS:
        return False
    joined, names = " ".join(words), _names()
    opened = any(joined == desk or joined.startswith(desk + " ") for desk in names.desks)
    return opened or any(joined.endswith(" " + desk) for desk in names.desk_closes)


def is_general(name: str) -> bool:
    """Whether `name` stands for agencies without naming one («وكالات»)."""
    return _key(name) in _names().general


def spelled(name: str) -> str:
    """`name` as a name is written: known outlets canonical, no white space around it, and a space
    between letters of two scripts («DWعربية»)."""
    tidy = " ".join(_LATIN_THEN_ARABIC.sub(" ", name).split()).strip(" \t.:*•-–—_\"'«»“”")
    return _names().outlets.get(_key(tidy), tidy)


def parts(line: str) -> list[str]:
    """The names a signature lists, in order."""
    found = (part.strip() for part in _PARTS.split(line))
    return [part for part in found if _key(part)]


def signature(line: str, *, trusted: bool = False) -> Signature | None:
    """What `line`, a signature without its label, names; `None` if it is no signature.

    A name of no known kind is taken for an outlet only if the line is `trusted` (it has a label
    such as «المصدر:») or names an agency beside it.
    """
    names = [part.strip() for part in parts(_outside_parentheses(line.strip()))]
    if not names or len(names) > 5 or any(len(name.split()) > NAME_WORDS for name in names):
        return None
    agencies = [agency for name in names if (agency := agency_named(name))]
    general = any(map(is_general, names))
    desks = [name for name in names if is_desk(name) and not agency_named(name)]
    others = [
        name for name in names if not (agency_named(name) or is_general(name) or name in desks)
    ]
    known = [outlet for name in others if (outlet := outlet_named(name))]
    if not (agencies or general or known or trusted):
        return None
    outlet = known[-1] if known else spelled(others[-1]) if others else None
    return Signature(
        agency=agencies[0] if len(set(agencies)) == 1 else None,
        outlet=outlet,
        byline=spelled(desks[0]) if desks else None,
        general=general or len(set(agencies)) > 1,
    )


def dateline(paragraph: str) -> str | None:
    """The agency in the dateline that opens `paragraph`, or `None`."""
    head = paragraph[:DATELINE_CHARACTERS]
    for match in _PARENTHESES.finditer(head):
        before = head[: match.start()]
        if len(before.split()) > DATELINE_WORDS or re.search(r"[.!?؟]\s", before):
            break
        agency = _known(match[1])
        if agency and (_DASH.match(head, match.end()) or not before.strip()):
            return agency
    for match in _DASHED.finditer(head):
        if len(head[: match.start()].split()) > DATELINE_WORDS:
            break
        if agency := _known(match[1]):
            return agency
    return None


def closing_agency(paragraph: str) -> str | None:
    """The agency that signs the end of a last paragraph in parentheses, or `None`."""
    match = _LAST_PARENTHESES.search(paragraph[-60:])
    return _known(match[1]) if match else None


def _known(name: str) -> str | None:
    return _names().agencies.get(_key(name))


def _outside_parentheses(line: str) -> str:
    if len(line) > 2 and line[0] in "([" and line[-1] in ")]":
        return line[1:-1]
    return line


def _key(name: str) -> str:
    spaced = _LATIN_THEN_ARABIC.sub(" ", name)
    key = " ".join(normalise(spaced).split()).strip(" .:*•-–—_\"'«»“”[]")
    if key.startswith("(") and key.endswith(")"):
        key = key[1:-1].strip()
    return key


@lru_cache(maxsize=1)
def _names() -> _Names:
    table = tomllib.loads(resources.files("corpus").joinpath("agencies.toml").read_text("utf-8"))
    words = table["names"]

    def known(kind: str) -> dict[str, str]:
        return {
            _key(alias): entry["name"]
            for entry in table[kind]
            for alias in (entry["name"], *entry.get("aliases", ()))
        }

    def keys(name: str) -> tuple[str, ...]:
        return tuple(_key(word) for word in words[name])

    return _Names(
        agencies=known("agency"),
        outlets=known("outlet"),
        opens=keys("opens"),
        closes=keys("closes"),
        general=frozenset(keys("general")),
        desks=keys("desks"),
        desk_closes=keys("desk_closes"),
        outlet_words=frozenset(keys("outlets")),
    )
