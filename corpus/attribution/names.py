"""Outlets and agencies by all their names: those that ship, the editor's, the coverage's own.

Wider than `corpus.agencies` where a name says who published an article: here a reader asks for one,
so names count by which nobody signs («Sky News Arabia», skynews), and marks and spaces do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.attribution.agencies import names_of
from corpus.attribution.aliases import Aliases, name_key
from corpus.language.phrases import tables
from corpus.language.text import normalise

_ARTICLES = tuple(name_key(each) + " " for each in ("the", "le", "la", "les"))
# «(demo)», «(QNA)»: what is in parentheses after a name.
_ADDED = re.compile(r"\s*\([^()]*\)$")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class NamedSource:
    """An outlet or an agency: the name that articles have, then its other names. No article is
    attributed to one of the `press`: its names are only used in questions."""

    names: tuple[str, ...]
    agency: bool = False
    press: bool = False

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(map(compact, self.names))


@lru_cache(maxsize=4096)
def compact(name: str) -> str:
    """`name` as names are compared here: without article, marks, spaces and what is in parentheses
    after it."""
    key = name_key(bare(name))
    key = next((key.removeprefix(each) for each in _ARTICLES if key.startswith(each)), key)
    return _NO_LETTER.sub("", key)


def bare(name: str) -> str:
    """`name` without what is in parentheses after it, unless that is all."""
    return _ADDED.sub("", name.strip()) or name.strip()


@lru_cache(maxsize=8)
def known(aliases: Aliases | None = None) -> tuple[NamedSource, ...]:
    """Every agency and outlet of the table that ships, and of `aliases` before it."""
    table = tables("corpus.attribution", "agencies.toml")
    names = names_of(aliases)
    found: list[NamedSource] = []
    for agency, own in (
        (True, aliases.agencies if aliases else ()),
        (False, aliases.outlets if aliases else ()),
    ):
        groups: dict[str, list[str]] = {canonical: list(rest) for canonical, rest in own}
        spelled = names.known_agency if agency else names.known_outlet
        for entry in table["agency"] + table["outlet"]:
            every = [entry["name"], *entry.get("aliases", ()), *entry.get("asked", ())]
            canonical = spelled(entry["name"])
            if canonical is not None:  # else it is of the other kind
                groups.setdefault(canonical, []).extend(every)
        found += [
            NamedSource(tuple(dict.fromkeys((canonical, *rest))), agency)
            for canonical, rest in groups.items()
        ]
    taken = frozenset[str]().union(*(one.keys for one in found))
    press = (NamedSource((one["name"], *one["aliases"]), press=True) for one in table["press"])
    return (*found, *(one for one in press if taken.isdisjoint(one.keys)))


@lru_cache(maxsize=1)
def shown_names() -> dict[str, dict[str, str]]:
    """For each known agency, by the name that articles have: its name in each language of the
    interface."""
    table = tables("corpus.attribution", "agencies.toml")
    return {entry["name"]: entry["shown"] for entry in table["agency"]}


def editors_name(name: str, aliases: Aliases | None) -> str | None:
    """What the editor calls an outlet or an agency, by any of its names; `None` where the editor
    does not name it."""
    own = {each for each, _ in (*aliases.outlets, *aliases.agencies)} if aliases else set()
    key = compact(name)
    groups = (one.names[0] for one in known(aliases) if key in one.keys) if own and key else ()
    return next((each for each in groups if each in own), None)


def same(wanted: str, names: Iterable[str], aliases: Aliases | None = None) -> tuple[str, ...]:
    """Those of `names` that are `wanted` or another name of it."""
    key = compact(wanted)
    keys = frozenset({key}).union(*(one.keys for one in known(aliases) if key in one.keys))
    return tuple(name for name in names if key and compact(name) in keys)


def chosen(wanted: str, names: Sequence[str], aliases: Aliases | None = None) -> tuple[str, ...]:
    """Those of `names` that are `wanted` or another name of it; where none is, those of which it is
    a part."""
    part = normalise(wanted.strip())
    return same(wanted, names, aliases) or tuple(name for name in names if part in normalise(name))
