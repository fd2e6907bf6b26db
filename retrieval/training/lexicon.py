"""An Arabic dictionary into every language, and queries put through it word by word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log1p
from random import Random

from corpus.language.clitics import clitics
from corpus.language.languages import table
from corpus.language.stems import suffixes
from corpus.language.text import normalise
from corpus.language.tokens import words
from retrieval.training.align import Table, aligned
from retrieval.training.sources import LANGUAGES, Row

Terms = dict[str, dict[str, dict[str, float]]]

PIVOT = "en"
UNSPACED = ("zh", "ja")

_LONGEST_TERM = 3
_LONGEST_TRANSLATION = 40
_FORMS = 4
_LEAST = 0.12
_KEPT = 5


def base(word: str) -> str:
    """A normalised Arabic word without its article."""
    for article in clitics("ar").definite:
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word[len(article) :]
    return word


@lru_cache(maxsize=200_000)
def forms(word: str) -> tuple[str, ...]:
    """What a normalised Arabic word may be listed under, the likeliest first."""
    affixes = table("ar", "stems")
    particles = (*clitics("ar").conjunctions, *clitics("ar").prepositions)
    found = [word, base(word)]
    if word.startswith(particles) and len(word) > 3:
        found.append(base(word[1:]))
    for form in tuple(found):
        for suffix in (*suffixes(), *affixes["more_suffixes"].split()):
            if form.endswith(suffix) and len(form) - len(suffix) >= 3:
                found += [form[: -len(suffix)], form[: -len(suffix)] + affixes["feminine"]]
    for prefix in affixes["verb_prefixes"].split():
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            found.append(word[len(prefix) :])
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Normalised Arabic terms of one to three words, their translations and weights."""

    terms: Terms

    def found(self, word: str, language: str) -> dict[str, float] | None:
        """The weighted translations of one word, looked for under its `forms`."""
        for form in forms(word):
            listed = self.terms.get(form, {}).get(language)
            if listed:
                return listed
        return None

    def put(
        self, source: Sequence[str], language: str, random: Random, kept: float = 0.0
    ) -> tuple[list[str], int]:
        """Normalised words put into `language`, and how many terms were found.

        A word that is not listed is dropped, or kept as it is with the chance `kept`.
        """
        made, hits, place = [], 0, 0
        while place < len(source):
            length, listed = self._longest(source, place, language)
            if listed:
                (drawn,) = random.choices(tuple(listed), tuple(listed.values()))
                made.append(drawn)
                hits += 1
            elif random.random() < kept:
                made.append(source[place])
            place += length
        return made, hits

    def _longest(
        self, source: Sequence[str], place: int, language: str
    ) -> tuple[int, dict[str, float] | None]:
        for length in range(min(_LONGEST_TERM, len(source) - place), 1, -1):
            term = " ".join(source[place : place + length])
            listed = self.terms.get(term, {}).get(language)
            if listed:
                return length, listed
        return 1, self.found(source[place], language)


def build(dictionary: Iterable[Row], names: Iterable[Row], sentences: Sequence[Row]) -> Lexicon:
    """From tables of words, tables of names, and words aligned in sentence pairs.

    What has no Arabic of its own is reached through English. A name counts only where no word is
    spelled like it.
    """
    terms: Terms = defaultdict(lambda: defaultdict(dict))
    for row in dictionary:
        _enter(terms, row)
    to_pivot = _alignment(sentences, "ar", PIVOT)
    _merge(terms, PIVOT, to_pivot)
    for language in LANGUAGES:
        if language in ("ar", PIVOT, *UNSPACED):
            continue
        _merge(terms, language, _alignment(sentences, "ar", language))
        _merge(terms, language, _through(to_pivot, _alignment(sentences, PIVOT, language)))
    _prefer_common(terms, sentences)
    for term, found in _named(names).items():
        terms.setdefault(term, found)
    return Lexicon({term: dict(found) for term, found in terms.items()})


def _enter(terms: Terms, row: Row) -> None:
    for form in row.get("ar", ())[:_FORMS]:
        arabic = words(form)
        if not 0 < len(arabic) <= _LONGEST_TERM:
            continue
        key = base(arabic[0]) if len(arabic) == 1 else " ".join(arabic)
        for language, others in row.items():
            for other in others[:_FORMS]:
                translation = normalise(other)
                if translation not in ("", key) and len(translation) < _LONGEST_TRANSLATION:
                    listed = terms[key][language]
                    listed[translation] = listed.get(translation, 0.0) + 1 / len(others[:_FORMS])


def _named(rows: Iterable[Row]) -> Terms:
    """Names of one row, and of rows chained by their English spelling."""
    named: Terms = defaultdict(lambda: defaultdict(dict))
    english: dict[str, Row] = {}
    for row in rows:
        _enter(named, row)
        if "ar" not in row:
            pivot = normalise(row[PIVOT][0])
            english[pivot] = english.get(pivot, {}) | row
    for found in named.values():
        for pivot in tuple(found[PIVOT]):
            for language, others in english.get(pivot, {}).items():
                found[language].setdefault(normalise(others[0]), 0.5)
    return named


def _prefer_common(terms: Terms, sentences: Sequence[Row]) -> None:
    """Weigh each translation by how often its language's sentences have it."""
    counts = {language: _counts(sentences, language) for language in LANGUAGES}
    for found in terms.values():
        for language, listed in found.items():
            for other in listed:
                listed[other] *= 0.3 + log1p(counts[language][other])


def _counts(sentences: Sequence[Row], language: str) -> Counter[str]:
    """How often every run of a few words, or of a few characters without spaces, occurs."""
    counted: Counter[str] = Counter()
    joint = "" if language in UNSPACED else " "
    for row in sentences:
        for text in row.get(language, ())[:1]:
            found = words(text)
            units = list("".join(found)) if language in UNSPACED else found
            for length in range(1, 5 if language in UNSPACED else 3):
                counted.update(
                    joint.join(units[first : first + length])
                    for first in range(len(units) - length + 1)
                )
    return counted


def _alignment(sentences: Sequence[Row], one: str, other: str) -> Table:
    pairs = [
        (_words(row[one][0], one), _words(row[other][0], other))
        for row in sentences
        if one in row and other in row
    ]
    return aligned([pair for pair in pairs if pair[0] and pair[1]], _LEAST)


def _words(text: str, language: str) -> list[str]:
    found = words(text)[:60]
    return [base(word) for word in found] if language == "ar" else found


def _through(first: Table, second: Table) -> Table:
    """Two tables one after the other."""
    found: Table = {}
    for word, pivots in first.items():
        for pivot, weight in pivots.items():
            for other, further in second.get(pivot, {}).items():
                listed = found.setdefault(word, {})
                listed[other] = listed.get(other, 0.0) + weight * further
    return found


def _merge(terms: Terms, language: str, table: Table) -> None:
    for word, others in table.items():
        best = sorted(others.items(), key=lambda item: -item[1])[:_KEPT]
        listed = terms[word][language]
        for other, weight in best:
            if weight >= _LEAST:
                listed[other] = listed.get(other, 0.0) + 2 * weight
