"""Where the coverage has what a question names: in any form, clitic, script or spelling.

Every test errs on the side of presence, for what is wrongly held to be missing loses an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from corpus.language.endings import ACCUSATIVE, inflected
from corpus.language.name_finder import language_of
from corpus.language.name_keys import SHORTEST_KEY, keys, script
from corpus.language.stems import stem
from corpus.language.tokens import words
from corpus.types import Article
from retrieval.answer.demands.named import Demand
from retrieval.index.analyse import analysed
from retrieval.index.features import SearchIndex
from retrieval.index.rows import has_any, intersection, union
from retrieval.search.rank import SentenceMatches
from retrieval.types import MissingKind, Rows

# The rows of an index that have a trace, ascending, or `EVERY` one.
Traced = Rows | None
EVERY = None

# Of the 4-grams of a name so many must be in one passage, or in one word of a headline.
_GRAMS = 2 / 3
_FEWEST_GRAMS = 3
# A word of the coverage that means as much as this is a translation, or another spelling.
_ALIKE = 0.42
# A word of a name is others' name too where, of at least so many rows, less than this share has
# another word of the name; who is in so many rows is called by his full name in one.
_SEVERAL = 0.1
_ENOUGH = 5
_OFTEN = 20


class Traces:
    """Where each of the demands is found in the coverage: in which rows of the index, and in which
    articles. Raises `IndexDamaged`."""

    def __init__(
        self, demands: Sequence[Demand], found: SentenceMatches, index: SearchIndex
    ) -> None:
        self._demands = demands
        self._found = found
        self._index = index
        self._rows = [self._of(demand) for demand in demands]

    def nowhere(self, since: date | None, until: date | None) -> tuple[Demand, ...]:
        """The demands that no article meets, of a coverage published between these days."""
        return tuple(
            demand
            for demand, rows in zip(self._demands, self._rows, strict=True)
            if rows is not EVERY and not len(rows) and not _of_years(demand, since, until)
        )

    def lacking(self, article: Article, rows: Rows) -> tuple[Demand, ...]:
        """The demands that an article does not meet, which has these rows."""
        headline = words(article.source.headline or "")
        return tuple(
            demand
            for demand, found in zip(self._demands, self._rows, strict=True)
            if demand.narrow
            and found is not EVERY
            and not has_any(found, rows)
            and not _of_years(demand, article.source.published, article.source.published)
            and not _headed(demand, headline)
        )

    def _of(self, demand: Demand) -> Traced:
        """The rows that have a trace of what is asked for."""
        scripts = self._index.words.scripts
        forms = [form for form in demand.forms if any(script(word) in scripts for word in form)]
        if demand.kind is MissingKind.PLACE:
            forms.append(demand.names)
        single = tuple(form[0] for form in forms if len(form) == 1)
        phrases = [form for form in forms if len(form) > 1]
        groups = [_every_form(single), *(_every_form((word,)) for form in phrases for word in form)]
        found, *others = self._index.lexical.carriers(groups)
        every = iter(others)
        # every word of another name, as its language inflects it
        found = union([found, *(intersection([next(every) for _ in form]) for form in phrases)])
        if demand.kind is MissingKind.PLACE:
            return found
        if demand.kind is not MissingKind.NAME:
            return union([found, self._carrying(demand.names)])
        return _any([found, self._person(demand)])

    def _person(self, demand: Demand) -> Traced:
        """The rows with a word of a name that tells who is meant. A word that others are called by
        too does not: few of its rows have another word of the name."""
        rows = {name: self._name(name) for name in (*demand.names, *demand.perhaps)}
        told = []
        for name, own in rows.items():
            others = [each for other, each in rows.items() if other != name]
            if not others or (len(demand.names) == 1 and name not in demand.perhaps):
                told.append(own)
                continue
            beside = _any(others)
            count = self._count(own)
            both = self._count(_all([own, beside]))
            known = _SEVERAL * count <= both if self._count(beside) else count < _OFTEN
            if count < _ENOUGH or known:
                told.append(own)
        return _any(told) if told else _all(list(rows.values()))

    def _count(self, rows: Traced) -> int:
        return len(self._index) if rows is EVERY else len(rows)

    def _name(self, word: str) -> Traced:
        """The rows with a name as it stands, inflected, in another script, or as a word that means
        the same; all of them, where it cannot be told in the scripts of the coverage."""
        if not self._comparable(word):
            return EVERY
        spelled = (*_inflected(word), *self._elsewhere(word), *self._alike(word))
        return union([self._carrying(spelled), self._grams(word)])

    def _grams(self, word: str) -> Rows:
        """The rows with most 4-grams of a word of some length: with another spelling of it."""
        grams = dict.fromkeys(analysed(word)[1:])
        if len(grams) < _FEWEST_GRAMS:
            return np.zeros(0, dtype=np.int64)
        return self._index.lexical.carriers_of_most(grams, _GRAMS * len(grams))

    def _elsewhere(self, word: str) -> list[str]:
        """How other scripts spell a name."""
        held = self._index.words
        (named,) = held.names([word])
        return held.spellings(named)

    def _comparable(self, word: str) -> bool:
        """Whether a word can be told apart as the coverage spells it: its consonants say enough for
        another script."""
        return script(word) in self._index.words.scripts or any(
            len(key.lstrip("~")) >= SHORTEST_KEY and not key.startswith("'") for key in keys(word)
        )

    def _alike(self, word: str) -> list[str]:
        """The words of the passages proposed that mean the same."""
        held = self._found.words
        alike = np.dot(held.vectors, self._index.aligner.embed_queries([word])[0])
        return self._index.words.spellings(held.numbers[alike >= _ALIKE])

    def _carrying(self, spelled: Iterable[str]) -> Rows:
        """The rows with any of these words, as their stems."""
        return self._index.lexical.carriers([[analysed(each)[0] for each in spelled]])[0]


def _any(several: Sequence[Traced]) -> Traced:
    """The rows of any."""
    known = [rows for rows in several if rows is not EVERY]
    return union(known) if len(known) == len(several) else EVERY


def _all(several: Sequence[Traced]) -> Traced:
    """The rows of all."""
    known = [rows for rows in several if rows is not EVERY]
    return intersection(known) if known else EVERY


@lru_cache(maxsize=4096)
def _inflected(word: str) -> tuple[str, ...]:
    """A name and its forms in a sentence, of an Arabic people also the accusative."""
    language = language_of(word)
    stays, endings = inflected(language, word, adjective=language == "ar")
    return tuple(dict.fromkeys((word, *(stays + ending for ending in (*endings, ACCUSATIVE)))))


@lru_cache(maxsize=1024)
def _every_form(spelled: tuple[str, ...]) -> tuple[str, ...]:
    """The terms of all forms of these words."""
    forms = (form for word in spelled for form in _inflected(word))
    return tuple(dict.fromkeys(analysed(form)[0] for form in forms))


def _of_years(demand: Demand, since: date | None, until: date | None) -> bool:
    """Whether what was published between two days need not say which year is meant: it is that
    year, the next or the last."""
    if demand.kind is not MissingKind.DATE:
        return False
    if since is None or until is None:
        return True
    return since.year - 1 <= int(demand.names[0]) <= until.year + 1


def _headed(demand: Demand, headline: Sequence[str]) -> bool:
    """Whether a headline has what is asked for."""
    found = {stem(word) for word in headline}
    single, *others = _stems(demand)
    if single & found or any(form <= found for form in others):
        return True
    if demand.kind is not MissingKind.NAME:
        return False
    return all(any(_same(word, other) for other in headline) for word in demand.names)


@lru_cache(maxsize=64)  # ten kilobytes each
def _stems(demand: Demand) -> tuple[frozenset[str], ...]:
    """The stems of all forms of one word together, then of each of more."""
    forms = (*demand.forms, demand.names)
    single = frozenset(
        stem(each) for form in forms if len(form) == 1 for each in _inflected(form[0])
    )
    return (single, *(frozenset(map(stem, form)) for form in forms if len(form) > 1))


def _same(word: str, other: str) -> bool:
    if script(word) != script(other):
        return not keys(word).isdisjoint(keys(other))
    grams = analysed(word)[1:]
    if any(stem(form) == stem(other) for form in _inflected(word)):
        return True
    return len(grams) >= _FEWEST_GRAMS and (
        sum(gram in other for gram in grams) >= _GRAMS * len(grams)
    )
