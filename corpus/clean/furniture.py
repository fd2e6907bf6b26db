"""The table of what is around the text of a news page, and which lines it knows.

A line is known by its own words here; whether it may go is for `corpus.clean` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from corpus.clean.lines import EDGES, Line, key_of
from corpus.dates.written import find_dates
from corpus.language.calendar import weekdays
from corpus.language.languages import merged
from corpus.language.marks import COMMAS
from corpus.language.phrases import tables
from corpus.language.scripts import HAN

# What may be next to the date in a line that gives a date: a section, a place, a name.
WORDS_BESIDE_DATE = 4
# Words of a name after the word that announces who took a picture.
CREDIT_WORDS = 6
# Characters of a row of buttons written as one word.
GLUED_SHORTEST, GLUED_LONGEST = 10, 120

_SEPARATORS = re.compile(rf"[|/{COMMAS}•·–—]| - ")
_NUMBERS = re.compile(r"[\d\s()]+")
_CLOCK = re.compile(r"\d{1,2} ?[:.h] ?\d\d(?!\d|\.)")
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(f"[{HAN}]")


class RuleKind(StrEnum):
    """What a rule compares; the table in furniture.toml says what each does."""

    LINE = "line"
    WORDS = "words"
    PREFIX = "prefix"
    INSIDE = "inside"
    EACH = "each"
    TAIL = "tail"
    NEXT = "next"
    BLOCK = "block"
    LIST = "list"
    END = "end"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of furniture.toml with its phrases in all languages."""

    name: str
    kind: RuleKind
    phrases: frozenset[str]
    ordered: tuple[str, ...]
    longest: int
    closed: bool
    header: bool
    closing: bool
    insert: bool
    foot: bool
    until_start: tuple[str, ...]
    until_end: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """The whole table."""

    lines: tuple[Rule, ...]
    headings: tuple[Rule, ...]
    boxes: tuple[Rule, ...]
    names: tuple[str, ...]
    walls: tuple[str, ...]
    headings_named: tuple[str, ...]
    summaries: tuple[str, ...]
    authors: tuple[str, ...]
    live: tuple[str, ...]
    roles: frozenset[str]
    foot: frozenset[str]
    standfirst: frozenset[str]
    home: tuple[str, ...]
    caption: frozenset[str]
    no_caption: frozenset[str]
    published: tuple[str, ...]
    updated: tuple[str, ...]
    page: tuple[str, ...]
    beside_date: frozenset[str]


@lru_cache(maxsize=4096)
def line_rule(line: Line, *, header: bool) -> Rule | None:
    """The first rule that knows `line` by itself; `header` says whether it is on top."""
    # «Loading...» is no sentence.
    closed = line.closed and not line.key.endswith("...")
    for rule in table().lines:
        if rule.header and not header:
            continue
        if len(line.text) > rule.longest or (closed and not rule.closed):
            continue
        if _matches(rule, line):
            return rule
    return None


def heading_rule(line: Line) -> Rule | None:
    """The rule of the list or of the end of the article that `line`, as a whole, announces."""
    heading = line.uncounted
    return next((rule for rule in table().headings if heading in rule.phrases), None)


def is_date_line(line: Line) -> bool:
    """Whether `line` gives a full date and little else."""
    return words_beside_date(line) in range(WORDS_BESIDE_DATE + 1)


def is_labelled_date(line: Line) -> bool:
    """Whether `line` says of which day the page is («نشر في 11/07/2025»)."""
    labels = table().published + table().updated + table().page
    labelled = any(_begins(line.key, label) for label in labels)
    return labelled and (is_date_line(line) or _is_clock_line(line))


def _is_clock_line(line: Line) -> bool:
    """Whether `line` gives a time of day and nothing but the words that go with one."""
    words = _WORD.findall(line.key)
    return bool(_CLOCK.search(line.key)) and all(word in table().beside_date for word in words)


def is_timed_date(line: Line) -> bool:
    """Whether `line` gives a date as only the top of a page does: with a label or a time of day."""
    return is_date_line(line) and (is_labelled_date(line) or bool(_CLOCK.search(line.key)))


def words_beside_date(line: Line) -> int:
    """The number of words next to the dates of a line and what dates are told with; -1: no date."""
    if line.words > 20 or not (dates := find_dates(line.text)):
        return -1
    rest, after = "", 0
    for found in dates:
        rest += line.text[after : found.start] + " "
        after = found.end
    said = key_of(rest + line.text[after:])
    words = (word for word in _WORD.findall(said) if word not in table().beside_date)
    # two Chinese characters are a word, and no space parts them
    return sum(len(_HAN.findall(word)) // 2 or 1 for word in words)


def is_breadcrumb(line: Line, others: Iterable[Line]) -> bool:
    """Whether `line` is a path of sections, perhaps ending in one of `others`, the headline."""
    if line.closed or line.blank:
        return False
    parts = [part.strip() for part in re.split(r"[>»›|\\]|/", line.key)]
    short = all(0 < len(part.split()) <= 3 for part in parts)
    if len(parts) > 1 and short and line.words <= 10 and not any(c.isdigit() for c in line.key):
        return True
    if not any(line.key.startswith(home) for home in table().home):
        return False
    return len(parts) > 2 or any(
        other is not line and other.words >= 3 and line.key.endswith(other.key) for other in others
    )


@lru_cache(maxsize=1)
def table() -> Furniture:
    """furniture.toml and the phrases of all languages, read once."""
    read, said = tables("corpus.clean", "furniture.toml"), merged("furniture")
    rules = tuple(_rule(key, entry, said) for key, entry in read["rules"].items())
    headings, boxes = (RuleKind.LIST, RuleKind.END), (RuleKind.NEXT, RuleKind.BLOCK)

    def keys(section: str, name: str) -> tuple[str, ...]:
        return tuple(key_of(word) for word in said[section][name])

    date_words = [
        word for name in ("published", "updated", "page", "other") for word in keys("date", name)
    ]
    return Furniture(
        lines=tuple(rule for rule in rules if rule.kind not in (*headings, *boxes)),
        headings=tuple(rule for rule in rules if rule.kind in headings),
        boxes=tuple(rule for rule in rules if rule.kind in boxes),
        foot=frozenset(read["foot"]["rules"]),
        roles=frozenset(keys("byline", "roles")),
        names=tuple(read["page"]["names"]),
        walls=tuple(read["page"]["walls"]),
        headings_named=tuple(read["page"]["headings"]),
        summaries=tuple(read["page"]["summaries"]),
        authors=tuple(read["page"]["authors"]),
        live=keys("live", "words"),
        standfirst=frozenset(read["page"]["standfirst"]),
        home=keys("breadcrumb", "home"),
        caption=frozenset(keys("caption", "words")),
        no_caption=frozenset(keys("caption", "not")),
        published=keys("date", "published"),
        updated=keys("date", "updated"),
        page=keys("date", "page"),
        beside_date=weekdays()
        | frozenset(word for phrase in date_words for word in _WORD.findall(phrase)),
    )


def _rule(key: str, entry: dict[str, object], said: dict[str, list[str]]) -> Rule:
    def keys(name: str) -> tuple[str, ...]:
        return tuple(filter(None, map(key_of, said.get(name, []))))

    phrases = keys(key)
    longest = entry.get("longest", 120)
    assert isinstance(longest, int)
    return Rule(
        name=str(entry["name"]),
        kind=RuleKind(str(entry["kind"])),
        phrases=frozenset(phrases),
        ordered=tuple(sorted(set(phrases))),
        longest=longest,
        closed=bool(entry.get("closed", False)),
        header=bool(entry.get("header", False)),
        closing=bool(entry.get("closing", False)),
        insert=bool(entry.get("insert", False)),
        foot=bool(entry.get("foot", False)),
        until_start=keys(f"{key}_until_start"),
        until_end=keys(f"{key}_until_end"),
    )


def _matches(rule: Rule, line: Line) -> bool:
    if rule.kind is RuleKind.LINE:
        return line.bare in rule.phrases
    if rule.kind is RuleKind.INSIDE:
        return any(phrase in line.key for phrase in rule.phrases)
    if rule.kind is RuleKind.EACH:
        words = line.key.split()
        return bool(words) and all(
            len(word) > 1 and word.startswith(rule.ordered) for word in words
        )
    if rule.kind is RuleKind.TAIL:
        return any(_in_tail(line.key, phrase) for phrase in rule.ordered)
    if rule.kind is RuleKind.PREFIX:
        return line.key.startswith(rule.ordered) and any(
            _begins(line.key, phrase) for phrase in rule.ordered
        )
    return _made_of(line, rule.phrases)


def _begins(key: str, phrase: str) -> bool:
    """Whether `key` begins with `phrase` as whole words."""
    if not key.startswith(phrase):
        return False
    after = key[len(phrase) : len(phrase) + 1]
    return not (phrase[-1].isalnum() and after.isalnum())


def _in_tail(key: str, phrase: str) -> bool:
    """Whether `phrase` and no more than a name after it end `key`."""
    before, found, name = key.rpartition(phrase)
    return bool(found) and not before[-1:].isalnum() and 0 < len(name.split()) <= CREDIT_WORDS


def _made_of(line: Line, phrases: frozenset[str]) -> bool:
    """Whether every word of `line` belongs to one of `phrases`, numbers (of shares) aside."""
    found = False
    for part in _SEPARATORS.split(line.key):
        words = [word for word in part.strip(EDGES).split() if not word.strip("().,k").isdigit()]
        while words:
            taken = next(
                (n for n in range(min(4, len(words)), 0, -1) if " ".join(words[:n]) in phrases), 0
            )
            if not taken:
                return _glued(line.key, phrases)
            words, found = words[taken:], True
    return found


def _glued(key: str, phrases: frozenset[str]) -> bool:
    """Whether `key` is two or more of the phrases written without a space between them, as a row of
    buttons comes out of a page («FacebookTwitterWhatsApp»)."""
    text = _NUMBERS.sub("", key)
    if not GLUED_SHORTEST <= len(text) <= GLUED_LONGEST or text in phrases:
        return False
    known, longest = _unspaced(phrases)
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            ends = range(start + 1, min(len(text), start + longest) + 1)
            reached.update(end for end in ends if text[start:end] in known)
    return len(text) in reached


@lru_cache(maxsize=64)  # one for each rule
def _unspaced(phrases: frozenset[str]) -> tuple[frozenset[str], int]:
    """The phrases without their spaces, the shortest left out, and the length of the longest."""
    known = frozenset(phrase.replace(" ", "") for phrase in phrases if len(phrase) > 2)
    return known, max(map(len, known))
