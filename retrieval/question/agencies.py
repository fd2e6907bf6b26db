"""The passages of an agency: those of the articles that it signs or publishes, and those that cite
it by any of its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from corpus.attribution.names import NamedSource, compact
from corpus.language.clitics import clitics
from corpus.language.scripts import CYRILLIC, has_cyrillic, has_unspaced
from corpus.language.text import normalise
from corpus.language.tokens import words
from corpus.store import Coverage, Selection
from corpus.types import Article
from retrieval.index.analyse import analysed
from retrieval.index.features import Indexed, Terms
from retrieval.index.rows import intersection
from retrieval.question.patterns import names_of_kind
from retrieval.types import Rows

# A name in capitals of up to so many letters is other words in small letters.
_ACRONYM = 4
_remembered: WeakKeyDictionary[Indexed, dict[tuple[int, tuple[str, ...]], Held]] = (
    WeakKeyDictionary()
)
_ENDING = f"[{CYRILLIC}]{{0,3}}"


@dataclass(frozen=True, slots=True)
class Held:
    """Passage ids, ascending: all `passages`, and those of articles that are the agency's `own`."""

    passages: tuple[int, ...]
    own: tuple[int, ...]


def passages_by(agencies: Iterable[NamedSource], coverage: Coverage, generation: Indexed) -> Held:
    """What agencies sign, publish, or are cited in: of any of them."""
    own: set[int] = set()
    every: set[int] = set()
    for agency in agencies:
        held = _held(agency, coverage, generation)
        own.update(held.own)
        every.update(held.passages)
    return Held(tuple(sorted(every | own)), tuple(sorted(own)))


def says(agency: NamedSource, article: Article, text: str) -> bool:
    """Whether an agency signed or published an article, or a text of it cites the agency."""
    source = article.source
    if any(compact(name) in agency.keys for name in (source.agency, source.outlet) if name):
        return True
    folded, written = _patterns(_clear(agency.names))
    return bool(folded.search(normalise(text)) or written.search(text))


def _held(agency: NamedSource, coverage: Coverage, generation: Indexed) -> Held:
    """What one agency has, remembered as long as coverage and index stay as they are."""
    known = _remembered.setdefault(generation, {})
    key = coverage.revision, agency.names
    if key not in known:
        known[key] = _looked_up(agency, coverage, generation)
    return known[key]


def _looked_up(agency: NamedSource, coverage: Coverage, generation: Indexed) -> Held:
    signed = [one for one, name in coverage.signed() if compact(name) in agency.keys]
    own = set(coverage.passages_of(signed))
    names = tuple(name for name in coverage.outlet_names() if compact(name) in agency.keys)
    if names:
        own.update(coverage.passage_ids(Selection(names)))
    cited = set(_citing(agency.names, coverage, generation))
    return Held(tuple(sorted(cited)), tuple(sorted(own)))


def _citing(names: Sequence[str], coverage: Coverage, generation: Indexed) -> Iterator[int]:
    clear = _clear(names)
    rows = [_carrying(name, generation.index.lexical) for name in clear]
    if not rows:
        return
    ids = generation.ids(np.unique(np.concatenate(rows)))
    folded, written = _patterns(clear)
    for number, passage in coverage.passages_by_id(ids.tolist()).items():
        if folded.search(normalise(passage.text)) or written.search(passage.text):
            yield number


def _clear(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if normalise(name) not in _unclear())


def _carrying(name: str, lexical: Terms) -> Rows:
    """The rows that carry every word of a name, in some form."""
    every = {term for word in words(name) for term in analysed(word)[1:] or analysed(word)}
    if not every:
        return np.zeros(0, dtype=np.int64)
    found = lexical.carriers([[term] for term in sorted(every)])
    return intersection(found)


@lru_cache(maxsize=64)
def _patterns(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds the names in a normalised text, and acronyms in a text as it is written."""
    acronyms = [name for name in names if name.isupper() and name.isascii() and _short(name)]
    others = sorted({normalise(name) for name in names if name not in acronyms}, key=len)
    anywhere = [re.escape(name) for name in others if has_unspaced(name)]
    whole = [
        re.escape(name) + (_ENDING if has_cyrillic(name[-1]) and len(name) > _ACRONYM else "")
        for name in reversed(others)
        if not has_unspaced(name)
    ]
    bounded = [rf"(?<!\w){clitics('ar').before_word}(?:{'|'.join(whole)})(?!\w)"] if whole else []
    nothing = re.compile(r"(?!)")
    return (
        re.compile("|".join([*bounded, *anywhere])) if bounded or anywhere else nothing,
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, acronyms))})(?!\w)")
        if acronyms
        else nothing,
    )


def _short(name: str) -> bool:
    return len(name) <= _ACRONYM


def _unclear() -> frozenset[str]:
    """Names that are common words where no capitals tell them: no trace of an agency in a text."""
    every = names_of_kind("common") | names_of_kind("strict")
    return frozenset(name for name in every if not name.isascii() or len(name) > _ACRONYM)
