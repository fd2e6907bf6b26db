"""Outlets and agencies that a question names as those who are to say it.

A name alone restricts nothing: it may be what the question is about. A cue of `[filters]` must be
next to it, and names that are common words need more than that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.attribution.aliases import Aliases
from corpus.attribution.names import NamedSource, bare, compact, known
from corpus.language.clitics import clitics
from corpus.language.name_finder import Name, NameTable, language_of, lines_of, variants
from corpus.language.name_keys import keys, script
from corpus.language.scripts import CYRILLIC
from corpus.language.tokens import split_words
from retrieval.question.patterns import BREAK, Cues, QuestionTokens, cues, names_of_kind, tokens_in

# Words of a name spelled in another script, and how many consonants tell one.
_LONGEST_HEARD = 4
_SHORTEST_SOUND = 4
_LEADING = re.compile(r"^(?:the|le|la|les) (?=\w+ \w)", re.IGNORECASE)
_CASED = re.compile(f"[A-Za-z{CYRILLIC}]")


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet or agency that is asked, and the words that say so: `text[start:end]`, in which its
    `name` stands. `cited` says that what others report of it is meant too."""

    called: NamedSource
    cited: bool
    name: tuple[int, int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A name in a question, `text[start:end]`: the tokens from `first` to before `last`."""

    called: NamedSource
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who may be named, and how to find their names in a text."""

    called: tuple[NamedSource, ...]
    table: NameTable
    sounds: dict[tuple[str, str], NamedSource]
    shipped: frozenset[str]


@lru_cache(maxsize=8)
def directory(outlets: tuple[str, ...], aliases: Aliases | None = None) -> Directory:
    """The names of the table that ships, of `aliases`, and of the coverage's own `outlets`."""
    others = list(known(aliases))
    shipped = frozenset(key for one in others if not one.press for key in one.keys)
    for outlet in outlets:
        key = compact(outlet)
        if key and not any(key in one.keys for one in others):
            others.append(NamedSource(tuple(dict.fromkeys((outlet, bare(outlet))))))
    lines = [
        line
        for number, one in enumerate(others)
        for name in dict.fromkeys(form for each in one.names for form in _forms(each))
        for line in lines_of(Name(name, str(number), (language_of(name),)))
    ]
    own = {compact(outlet) for outlet in outlets}
    sounds = {
        sound: one
        for one in others
        if own & one.keys
        for name in one.names
        for sound in _sounds(name)
    }
    return Directory(tuple(others), NameTable(lines), sounds, shipped)


def sources(text: str, names: Directory) -> list[Source]:
    """The outlets and agencies that a question asks, in order."""
    tokens = QuestionTokens.of(text)
    table = cues()
    found = sorted([*_found(text, tokens, names), *_heard(tokens, names, table)], key=_first)
    return [
        source for unit in _units(found, tokens, table) for source in _asked(unit, tokens, text)
    ]


def _first(found: _Found) -> int:
    return found.first


def _forms(name: str) -> Iterator[str]:
    """A name, and without what is in parentheses, and without its article."""
    for form in (name, bare(name)):
        if split_words(form):
            yield form
            yield _LEADING.sub("", form)


def _found(text: str, tokens: QuestionTokens, names: Directory) -> Iterator[_Found]:
    for named in names.table.find(text):
        one = names.called[int(named.group)]
        if not _written_as_name(named.asked, one, names):
            continue
        first, last = tokens.at(named.start), tokens.at(named.end - 1) + 1
        yield _Found(one, named.start, named.end, first, last)


def _written_as_name(written: str, one: NamedSource, names: Directory) -> bool:
    """Whether a name that could be other words is written as a name: with its capitals."""
    if not _CASED.search(written) or any(name == written for name in one.names):
        return True
    if not any(letter.isupper() for name in one.names for letter in name):
        return True
    if _folded(written) in names_of_kind("common"):
        acronym = any(name.isupper() and compact(name) == compact(written) for name in one.names)
        return written.isupper() if acronym else written[:1].isupper()
    if compact(written) in names.shipped:
        return True
    last = written.split()[-1]
    lower = any(name.split()[-1].islower() for name in map(bare, one.names))
    return any(map(str.isupper, written if lower else last))


def _heard(tokens: QuestionTokens, names: Directory, table: Cues) -> Iterator[_Found]:
    """Outlets of the coverage spelled in another script than their own, right after a cue."""
    for first in range(len(tokens.folded)):
        before = tokens.before(first)
        if not (table.strong.search(before) or table.verbs.search(before)):
            continue
        for last in range(min(first + _LONGEST_HEARD, len(tokens.folded)), first, -1):
            joined = "".join(tokens.folded[first:last])
            if BREAK in joined:
                continue
            written = script(joined)
            heard = (
                one
                for sound in _sounds(joined)
                for (spelled, each), one in names.sounds.items()
                if each == sound[1] and spelled != written
            )
            one = next(heard, None)
            if one:
                yield _Found(one, tokens.places[first][0], tokens.places[last - 1][1], first, last)
                break


def _sounds(name: str) -> Iterator[tuple[str, str]]:
    """The script of a name, and its consonants with its digits, as any script writes them."""
    joined = compact(name)
    digits = "".join(filter(str.isdigit, joined))
    for key in keys(joined):
        if key[:1].isalpha() and len(key) >= _SHORTEST_SOUND - bool(digits):
            yield script(joined), key + digits


def _units(found: Sequence[_Found], tokens: QuestionTokens, table: Cues) -> Iterator[list[_Found]]:
    """Names that «and» joins together; of those that overlap the first."""
    unit: list[_Found] = []
    for each in found:
        if unit and each.first < unit[-1].last:
            continue
        between = " ".join(tokens.folded[unit[-1].last : each.first]) if unit else ""
        joined = tokens.folded[each.first].startswith(clitics("ar").conjunctions)
        tied = bool(between) or (bool(unit) and joined)
        if unit and not (tied and table.joined.fullmatch(between)):
            yield unit
            unit = []
        unit.append(each)
    if unit:
        yield unit


def _asked(unit: Sequence[_Found], tokens: QuestionTokens, text: str) -> Iterator[Source]:
    one, table = unit[0], cues()
    if (one.start, one.end) != (tokens.places[one.first][0], tokens.places[one.last - 1][1]):
        said = table.unspaced_before.search(text[: one.start])
        if said or table.unspaced_after.match(text[one.end :]):
            yield Source(one.called, True, (one.start, one.end), one.start, one.end)
        return
    cued = _cued(unit, tokens, table) or _opening(unit, text)
    if cued is None or not all(_is_clear(unit, each, tokens) for each in unit):
        return
    first, last, cited = cued
    start, end = tokens.places[first][0], tokens.places[last - 1][1]
    for each in unit:
        yield Source(each.called, cited, (each.start, each.end), start, end)


def _cued(
    unit: Sequence[_Found], tokens: QuestionTokens, table: Cues
) -> tuple[int, int, bool] | None:
    """The tokens of names and cue, from and to, and whether to be cited is enough."""
    first, last = unit[0].first, unit[-1].last
    before, after = tokens.before(first), tokens.after(last)
    cue = table.strong.search(before)
    if cue and not table.reacts.search(before[: cue.start()]):
        return first - tokens_in(cue), last, True
    if (cue := table.verbs.search(before)) and not _with_clitic(unit[0], tokens):
        return first - tokens_in(cue), last, True
    if cue := table.source.match(after):
        return first, last + tokens_in(cue), True
    kind = table.kind.search(before)
    opening = tokens.before(first - tokens_in(kind)) if kind else before
    if table.speaks.search(opening) and (cue := table.says.match(after)):
        return first - (tokens_in(kind) if kind else 0), last + tokens_in(cue), True
    if table.speaks.search(opening) and table.closes.search(_clause(after)):
        return first - (tokens_in(kind) if kind else 0), last, True
    cue = table.weak.search(before)
    everything = tokens.before(len(tokens.folded))
    about = table.itself.search(everything) or not table.topic.match(after)
    if cue and not about and (kind or not any(each.called.agency for each in unit)):
        return first - tokens_in(cue), last, False
    return None


def _clause(after: str) -> str:
    """What is left of the clause after a name."""
    return after.partition(BREAK)[0].rstrip()


def _opening(unit: Sequence[_Found], text: str) -> tuple[int, int, bool] | None:
    """The same for «TASS: …», names that a colon parts from the question."""
    behind = text[unit[-1].end :].lstrip(" »”\"'")
    opens = unit[0].first == 0 and behind.startswith((":", "："))
    return (0, unit[-1].last, True) if opens else None


def _with_clitic(found: _Found, tokens: QuestionTokens) -> bool:
    """Whether a preposition is written on to the name: «لرويترز» is to whom somebody spoke."""
    word = tokens.folded[found.first]
    firsts = {split_words(name)[0].folded for name in found.called.names if split_words(name)}
    return word.startswith(clitics("ar").prepositions) and word not in firsts


def _is_clear(unit: Sequence[_Found], found: _Found, tokens: QuestionTokens) -> bool:
    """Whether a name that is also other words is clearly meant as a name."""
    written = tokens.folded[found.first : found.last]
    strict, common = (_is_one_of(written, kind) for kind in ("strict", "common"))
    # «البيان» is a newspaper, and the statement
    own = len(written) == 1 and not (common or found.called.agency)
    own = own and written[0].startswith(clitics("ar").definite)
    table = cues()
    if not (strict or common or own) or table.kind.search(tokens.before(found.first)):
        return True
    if strict:
        return False
    before, after = tokens.before(unit[0].first), tokens.after(unit[-1].last)
    if own and table.strong.search(before):
        return False
    said = table.says.match(after) or table.source.match(after)
    if not (said or table.strong.search(before) or table.verbs.search(before)):
        return False
    rest = tokens.after(unit[-1].last + tokens_in(said)) if said else after
    return bool(table.topic.match(rest))


def _is_one_of(written: Sequence[str], kind: str) -> bool:
    names = names_of_kind(kind)
    rest = " ".join(written[1:])
    return any(f"{first} {rest}".strip() in names for first, _ in variants(written[0]))


def _folded(text: str) -> str:
    return " ".join(word.folded for word in split_words(text))
