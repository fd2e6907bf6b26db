"""Which names are agencies, which are outlets, and what a line that signs a text names.

A name cited in running text is not asked about here: only lines and parentheses that sign a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from corpus.attribution.aliases import Aliases, Entries, name_key, parted
from corpus.language.languages import merged
from corpus.language.marks import COMMAS, SEMICOLONS
from corpus.language.phrases import any_of, phrases, tables
from corpus.language.scripts import TATWEEL

# A part of a signature with more words than this is a sentence, not a name.
NAME_WORDS = 6
# A signature lists at most this many names.
SIGNED_NAMES = 5

# Longer than any name, and than any line of names.
NAME_CHARACTERS, LINE_CHARACTERS = 120, 400

# All for text with single spaces, so that none takes long for long runs of them.
_WITH = f"(?:{any_of(phrases(merged('signatures')['with']))}) "
_DASHES = f"[-–—{TATWEEL}]{{1,3}}"
_PARTS = re.compile(
    rf"(?: ?[{COMMAS}{SEMICOLONS}/|+&] ?| {_DASHES} ?| ?{_DASHES} |^)(?:{_WITH})?| {_WITH}",
    re.IGNORECASE,
)
_AND = re.compile(
    rf" (?:{any_of(phrases(merged('bylines')['and_joined']))})(?=\S)"
    rf"| (?:{any_of(phrases(merged('bylines')['and']))}) "
)
# «REUTERS/…»: an agency and the photographer.
_SLASH = re.compile(r" ?/ ?")
_INSIDE_PARENTHESES = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a line or a pair of parentheses that signs a text names."""

    agency: str | None = None
    outlet: str | None = None
    byline: str | None = None
    general: bool = False  # «وكالات»: agencies, none named


@dataclass(frozen=True, slots=True)
class Names:
    """The names of agencies.toml, the editor's before them, and the words of signatures."""

    agencies: dict[str, str]
    outlets: dict[str, str]
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    general: frozenset[str]
    desks: tuple[str, ...]
    desk_closes: tuple[str, ...]
    outlet_words: frozenset[str]
    articles: frozenset[str]
    no_place: frozenset[str]
    place_words: frozenset[str]
    openings: tuple[str, ...]
    closings: tuple[str, ...]
    republished: tuple[str, ...]

    def known_agency(self, name: str) -> str | None:
        """The canonical name of an agency of the table."""
        return self.agencies.get(name_key(name))

    def known_outlet(self, name: str) -> str | None:
        """The canonical name of an outlet of the table."""
        return self.outlets.get(name_key(name))

    def agency(self, name: str) -> str | None:
        """The canonical name of the agency that `name` as a whole names, or `None`."""
        key = name_key(name[:NAME_CHARACTERS])
        if key in self.agencies:
            return self.agencies[key]
        words = key.split()
        if not 2 <= len(words) <= NAME_WORDS or key in self.general or key in self.outlets:
            return None
        bare = _INSIDE_PARENTHESES.sub("", key).strip()
        if words[0] in self.opens or any(bare.endswith(" " + end) for end in self.closes):
            return self.spelled(name)
        return None

    def outlet(self, name: str) -> str | None:
        """The canonical name of a known outlet, or `name` if it is shaped like an outlet's."""
        key = name_key(name[:NAME_CHARACTERS])
        if key in self.outlets:
            return self.outlets[key]
        words = re.findall(r"\w+", key)
        if 2 <= len(words) <= NAME_WORDS and words[-1] in self.outlet_words:
            return self.spelled(name)
        return None

    def is_desk(self, name: str) -> bool:
        """Whether `name` is a desk or the editors of an outlet («قسم الأخبار», «World desk»)."""
        words = name_key(name[:NAME_CHARACTERS]).split()
        if not 1 <= len(words) <= NAME_WORDS:
            return False
        joined = " ".join(words)
        opened = any(joined == desk or joined.startswith(desk + " ") for desk in self.desks)
        return opened or any(joined.endswith(" " + desk) for desk in self.desk_closes)

    def is_general(self, name: str) -> bool:
        """Whether `name` stands for agencies without naming one («وكالات»)."""
        return name_key(name) in self.general

    def spelled(self, name: str) -> str:
        """`name` as a name is written: known outlets canonical, no white space or marks around
        it, and a space between letters of two scripts («DWعربية»)."""
        tidy = " ".join(parted(name).split()).strip(f" \t.:*•-–—{TATWEEL}_\"'«»“”")
        return self.outlets.get(name_key(tidy), tidy)

    def listed(self, line: str) -> list[str]:
        """The names a signature lists, in order. What «and» joins is parted only where both sides
        are known: it may be inside a name."""
        found: list[str] = []
        for part in parts(line):
            joined = _AND.split(part)
            found += joined if all(map(self._knows, joined)) else [part]
        return found

    def _knows(self, name: str) -> bool:
        return bool(self.known_agency(name) or self.known_outlet(name) or self.is_general(name))


def agency_named(name: str) -> str | None:
    """`Names.agency` of the table that ships."""
    return names_of().agency(name)


def outlet_named(name: str) -> str | None:
    """`Names.outlet` of the table that ships."""
    return names_of().outlet(name)


def is_desk(name: str) -> bool:
    """`Names.is_desk` of the table that ships."""
    return names_of().is_desk(name)


def parts(line: str) -> list[str]:
    """The names a signature lists, in order."""
    found = (part.strip() for part in _PARTS.split(" ".join(line.split())))
    return [part for part in found if name_key(part)]


def signature(line: str, *, trusted: bool = False, names: Names | None = None) -> Signature | None:
    """What `line`, a signature without its label, names; `None` if it is no signature.

    A name of no known kind is taken for an outlet only if the line is `trusted` (it has a label
    such as «المصدر:») or names an agency next to it.
    """
    names = names or names_of()
    if len(line) > LINE_CHARACTERS:
        return None
    text, opened = _opened(" ".join(line.split()), names.openings, names.closings)
    inside = _outside_parentheses(text)
    listed = names.listed(inside)
    if not listed or len(listed) > SIGNED_NAMES:
        return None
    if any(len(name.split()) > NAME_WORDS for name in listed):
        return None
    agencies = [agency for name in listed if (agency := names.agency(name))]
    others = [name for name in listed if not (names.agency(name) or names.is_general(name))]
    desks = [name for name in others if names.is_desk(name)]
    others = [name for name in others if name not in desks]
    known = [outlet for name in others if (outlet := names.outlet(name))]
    general = any(map(names.is_general, listed))
    if not (agencies or general or known or trusted):
        return None
    if others and not known and (opened or _is_credit(inside, names)) and not trusted:
        return None
    outlet = known[-1] if known else names.spelled(others[-1]) if others else None
    return Signature(
        agency=agencies[0] if len(set(agencies)) == 1 else None,
        outlet=outlet,
        byline=names.spelled(desks[0]) if desks else None,
        general=general or len(set(agencies)) > 1,
    )


def republished_from(line: str, names: Names) -> str | None:
    """The outlet that a line such as «Originally published in …» names as the first."""
    key, words = name_key(line), line.split()
    for phrase in names.republished:
        rest = words[len(phrase.split()) :]
        if key.startswith(phrase + " ") and 0 < len(rest) <= NAME_WORDS:
            name = names.spelled(" ".join(rest))
            cased = name[:1].isupper() or not name[:1].islower()
            return name if cased and not any(map(str.isdigit, name)) else None
    return None


def names_contributor(line: str, names: Names) -> bool:
    """Whether `line` says at its end that what it names took part in the text."""
    return any(name_key(line).endswith(" " + phrase) for phrase in names.closings)


def _opened(text: str, openings: Iterable[str], closings: Iterable[str]) -> tuple[str, bool]:
    """`text` without words that say that what they stand by took part in the text."""
    key, words = name_key(text), text.split()
    for phrase in openings:
        if key.startswith(phrase + " "):
            return " ".join(words[len(phrase.split()) :]), True
    for phrase in closings:
        if key.endswith(" " + phrase):
            return " ".join(words[: -len(phrase.split())]), True
    return text, False


def _is_credit(text: str, names: Names) -> bool:
    """Whether `text` credits a picture: an agency and, after a slash, somebody."""
    first, *rest = _SLASH.split(text)
    return bool(rest and names.agency(first))


def _outside_parentheses(line: str) -> str:
    if len(line) > 2 and line[0] in "([" and line[-1] in ")]":
        return line[1:-1]
    return line


@lru_cache(maxsize=8)
def names_of(aliases: Aliases | None = None) -> Names:
    """The table that ships, and the names of `aliases` before it."""
    table = tables("corpus.attribution", "agencies.toml")
    words = merged("signatures")
    aliases = aliases or Aliases()

    def shipped(kind: str) -> Entries:
        return tuple((one["name"], tuple(one.get("aliases", ()))) for one in table[kind])

    def keys(name: str) -> tuple[str, ...]:
        return tuple(name_key(word) for word in phrases(words[name]))

    every = (*shipped("agency"), *shipped("outlet"))
    agencies = _merged(shipped("agency"), every, aliases.agencies, aliases.outlets)
    outlets = _merged(shipped("outlet"), every, aliases.outlets, aliases.agencies)
    return Names(
        agencies=agencies,
        outlets=outlets,
        opens=keys("opens"),
        closes=keys("closes"),
        general=frozenset(keys("general")),
        desks=keys("desks"),
        desk_closes=keys("desk_closes"),
        outlet_words=frozenset(keys("outlets")),
        articles=frozenset(keys("articles")),
        no_place=frozenset(keys("no_place")),
        place_words=frozenset(keys("place_words")),
        openings=keys("openings"),
        closings=keys("closings"),
        republished=keys("republished"),
    )


def _merged(shipped: Entries, every: Entries, editor: Entries, other: Entries) -> dict[str, str]:
    """Keys to canonical names. A name that ships goes by the editor's name for it or for any of
    its own names, of whichever kind it ships as, and is gone where the editor has it under the
    `other` kind."""
    own = {name_key(name): canonical for canonical, rest in editor for name in (canonical, *rest)}
    away = {name_key(name) for canonical, rest in other for name in (canonical, *rest)}
    known: dict[str, str] = {}
    for entry in every:
        canonical, rest = entry
        keys = [name_key(name) for name in (canonical, *rest)]
        renamed = own.get(keys[0]) or next((own[key] for key in keys if key in own), None)
        if renamed or entry in shipped:
            found = renamed or canonical
            known.update((key, found) for key in keys if keys[0] not in away and key not in away)
    return known | own
