"""Who wrote an article: the persons in a byline, without the rest of it.

Pages put more than names in the place of the author: the outlet, an agency, a desk, an account, a
role, a place, an address. Only persons make a byline; an agency is reported separately.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.attribution.agencies import Names, names_of
from corpus.attribution.aliases import name_key
from corpus.attribution.byline_words import byline_words, words_of
from corpus.attribution.publisher import Publisher
from corpus.dates.written import find_dates
from corpus.language.cldr import found as names_in
from corpus.language.languages import merged
from corpus.language.marks import ARABIC_COMMA, COMMAS, SEMICOLONS
from corpus.language.phrases import any_of, phrases
from corpus.language.scripts import (
    ARABIC_LETTERS,
    CAPITAL,
    HAN,
    HANGUL,
    KANA,
    TATWEEL,
    has_arabic,
)

# Words of a person's name, and of the name of an agency or an outlet that is glued to it.
NAME_WORDS = 6
GLUED_WORDS = 4
# More is no byline.
LONGEST = 300

_HELD = merged("bylines")


def _any(*names: str) -> str:
    return "|".join(any_of(phrases(_HELD[name])) for name in names)


LABEL = re.compile(
    rf"^\W*(?:(?:[^\W\d_]+ ){{0,2}}(?:{_any('last_of_label')})|{_any('labels')}"
    rf"|(?-i:{_any('labels_of_two')})(?=\s\S+\s\S))(?=[\s:.-])[\s:.-]*",
    re.IGNORECASE,
)
"""What stands before the name of an author, at the beginning of a line."""
_SEPARATORS = re.compile(
    rf"\s*[{COMMAS}{SEMICOLONS}|/\n•·&+]\s*|\s+[-–—{TATWEEL}]+\s+|(?<=\w{{4}})\.\s+"
)
_PARENTHESES = re.compile(r"\s*[()\[\]]\s*")
_AND = re.compile(rf"\s+(?:{_any('and')}|(?-i:{_any('and_small')})(?=\s+\S+\s))\s+", re.IGNORECASE)
_WAW = re.compile(rf"\s+(?=(?:{_any('and_joined')})\w{{2}})")
# What follows a name: where its bearer was or for whom, and what the page says next.
_PLACE = re.compile(
    rf"\s+(?:(?:{_any('where')})\s+(?=(?:the\s+)?[{CAPITAL}{ARABIC_LETTERS}])"
    r"|(?:[Ss]pecial|[Cc]ontributor) to\s+|(?:[Pp]ublished|[Uu]pdated|[Pp]osted|[Ff]ollow)\b).*$"
)
# A name in scripts that write it as one word.
_ONE_WORD = re.compile(f"[{KANA}{HAN}{HANGUL}]{{2,}}")
_ADDRESS = re.compile(r"\S*@\S*|https?:\S*|www\.\S*")
_NO_NAME = re.compile(r"[\d_:]|\w{3}\.\w{2,4}\b")
_CAMEL = re.compile(r"^(?!(?:Mac|Mc|De|La|Le|Di|Du|Da|Van|Von|Fitz|O)[A-Z])\w*[a-z][A-Z]")
_HANDLE = re.compile(r"^[a-z][\w-]*$|-[a-z]$")
# «al-Masri», «d'Arc»: written small, they belong to the word after them.
_JOINED = re.compile(r"^(?:a[dlnrstz]h?|el|ul|de|d|l|b)[-'’]", re.IGNORECASE)
# «Jr.» keeps its stop.
_SHORT = re.compile(r"\b\w{1,2}\.$")
_EDGES = f" \t:*•-–—{TATWEEL}\"'«»“”"


@dataclass(frozen=True, slots=True)
class Byline:
    """The persons that a byline names, in order, and the agency that it names next to them."""

    people: tuple[str, ...] = ()
    agency: str | None = None

    @property
    def written(self) -> str | None:
        """The names on one line, parted by commas of their script."""
        comma = f"{ARABIC_COMMA} " if self.people and has_arabic(self.people[0]) else ", "
        return comma.join(self.people) or None


def read_byline(
    written: str, publisher: Publisher | None = None, names: Names | None = None
) -> Byline:
    """The persons and the agency in a byline as it is on a page or in its metadata."""
    if len(written) > LONGEST:
        return Byline()
    reader = _Reader(publisher or Publisher(), names or names_of())
    pieces = [
        part
        for piece in _pieces(written)
        # «وكالة … (…)» is one name
        for part in ([piece] if reader.is_agency(piece) else _PARENTHESES.split(piece))
        if part
    ]
    people = [name for piece in pieces if (name := reader.person(piece))]
    if len(people) < len(pieces) or any(map(_is_whole, people)):
        # next to whole names or an office, one word is a place, a degree or an account
        people = list(filter(_is_whole, people))
    once: dict[str, str] = {}
    for name in people:
        once.setdefault(name_key(name), name)
    return Byline(tuple(once.values()), reader.agency)


def reads_like_names(text: str) -> bool:
    """Whether a text that is marked as the author's is one of names: it has a label, or its first
    name has several words; none of them is written small."""
    pieces = list(_pieces(text))
    labelled = LABEL.match(text) is not None
    small = any(_is_small(word) for piece in pieces for word in piece.split())
    return bool(pieces) and (labelled or len(pieces[0].split()) > 1) and not small


class _Reader:
    """Reads the pieces of one byline; `agency` is the first that they named so far."""

    def __init__(self, publisher: Publisher, names: Names) -> None:
        self.agency: str | None = None
        self._publisher = publisher
        self._names = names
        self._alone = True

    def person(self, piece: str) -> str | None:
        """The person that a piece names, or `None`."""
        alone, self._alone = self._alone, False
        name = _PLACE.sub("", piece) if len(_PLACE.sub("", piece).split()) > 1 else piece
        name = self._without_publisher(_stripped(name))
        words = words_of(name)
        if not words or self.is_agency(name) or self._publisher.owns(words, alone=alone):
            return None
        bare = self._without_role(name)
        return bare if bare and self._is_person(bare, words_of(bare)) else None

    def _without_publisher(self, name: str) -> str:
        """A name without the agency or the outlet that is glued to it («Ada Brook Reuters»)."""
        written = name.split()
        for count in range(min(GLUED_WORDS, len(written) - 2), 0, -1):
            tail = " ".join(written[-count:])
            agency = self._names.known_agency(tail)
            own = tuple(words_of(tail)) in self._publisher.names
            if agency or own or self._names.known_outlet(tail):
                self.agency = self.agency or agency
                return " ".join(written[:-count]).rstrip(" ,-–—")
        return name

    def is_agency(self, name: str) -> bool:
        """Whether it is an agency, or somebody of one («AP Sports Writer»)."""
        words = words_of(name)
        known = self._names.known_agency(name)
        for count in range(1, min(GLUED_WORDS, len(words))):
            rest = words[count:]
            if known is None and all(word in byline_words().unnamed for word in rest):
                known = self._names.known_agency(" ".join(words[:count]))
        wire = name if name_key(name) in byline_words().wires else None
        shaped = self._names.agency(name) or wire
        # «Space Agency» is an author's office, and none of news
        news = wire is not None or not byline_words().news.isdisjoint(words)
        self.agency = self.agency or known or (shaped if news else None)
        return known is not None or shaped is not None

    def _without_role(self, name: str) -> str | None:
        """A name without the role before or after it; `None` if nothing is left of it."""
        written = name.split()
        keys = [name_key(word) for word in written]
        firsts = [key.partition("-")[0] for key in keys]
        places = [number for number, key in enumerate(firsts) if key in byline_words().roles]
        if not places:
            return None if any(key in byline_words().desks for key in keys) else name
        before, after = written[: places[0]], written[places[-1] + 1 :]
        while len(before) > 2 and name_key(before[-1]) in byline_words().unnamed:
            before.pop()
        for count in range(min(GLUED_WORDS, len(after) - 2), 0, -1):
            head = " ".join(after[:count])
            if self._names.known_outlet(head) or self._names.known_agency(head):
                after = after[count:]
                break
        left = (_PLACE.sub("", f" {' '.join(each)}").split() for each in (before, after))
        return next((name for each in left if _is_whole(name := " ".join(each))), None)

    def _is_person(self, name: str, words: Sequence[str]) -> bool:
        if not 0 < len(words) <= NAME_WORDS or _NO_NAME.search(name):
            return False
        bodies = byline_words().bodies
        if words[0] == "the" or words[0] in bodies or words[-1] in bodies:
            return False
        if self._names.outlet(name) or self._names.is_desk(name) or self._names.is_general(name):
            return False
        if _is_account(name, words) or _is_place(name) or _is_section(name):
            return False
        written = name.split()
        return not any(word[:1].isupper() for word in written) or not any(map(_is_small, written))


def _is_whole(name: str) -> bool:
    return len(name.split()) > 1 or _ONE_WORD.fullmatch(name) is not None


def _is_small(word: str) -> bool:
    """Whether a word begins small, as none of a name does."""
    known = name_key(word) in byline_words().particles or _JOINED.match(word)
    return word[:1].islower() and not known


def _stripped(name: str) -> str:
    """A name without the marks around it."""
    name = name.lstrip(_EDGES + ".").rstrip(_EDGES)
    return name if _SHORT.search(name) else name.rstrip(_EDGES + ".")


def _pieces(written: str) -> Iterator[str]:
    text = " ".join(_ADDRESS.sub(" , ", written).split())
    for day in reversed(find_dates(text)):
        text = f"{text[: day.start]} , {text[day.end :]}"
    text = LABEL.sub("", text)
    for part in _SEPARATORS.split(text):
        for one in _AND.split(part):
            yield from filter(None, map(_unlabelled, _parted(one)))


def _unlabelled(piece: str) -> str:
    return LABEL.sub("", f"{piece} ").strip()


def _parted(text: str) -> Iterator[str]:
    """The names that the Arabic letter for «and», written as one with the next word, joins: between
    two that have two words each, where no given name begins with it."""
    start = 0
    for match in _WAW.finditer(text):
        rest = text[match.end() :]
        before = text[start : match.start()].split()
        if rest.split()[0] in byline_words().waw or len(before) < 2 or len(rest.split()) < 2:
            continue
        yield " ".join(before)
        start = match.end() + 1
    yield text[start:].strip()


def _is_account(name: str, words: Sequence[str]) -> bool:
    joined = " ".join(words)
    if joined in byline_words().accounts or "admin" in joined:
        return True
    if len(name.split()) > 1:
        return False
    letters = name.replace("-", "")
    return bool(_HANDLE.search(name) or _CAMEL.match(name)) or (
        letters.isascii() and letters.isupper()
    )


def _is_section(name: str) -> bool:
    """Whether a name is made of capitals and words of desks and sections («ET Online»)."""
    unnamed = [name_key(word) in byline_words().unnamed for word in name.split()]
    return any(unnamed) and all(
        known or word.isupper() for known, word in zip(unnamed, name.split(), strict=True)
    )


def _is_place(name: str) -> bool:
    return any(each.start == 0 and each.end == len(name) for each in names_in(name))
