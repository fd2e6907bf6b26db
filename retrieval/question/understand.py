"""A question made ready to be compared with passages and sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from corpus.dates.days import FoundDay
from corpus.errors import InputError
from corpus.language import cldr
from corpus.language.languages import by_language, merged
from corpus.language.name_keys import written_names
from corpus.language.phrases import phrases
from corpus.language.stems import stem
from corpus.language.tokens import words
from retrieval.index.analyse import analysed
from retrieval.index.features import SearchIndex
from retrieval.index.word_index import Matched, Sought, stems, weights
from retrieval.question.days import about
from retrieval.question.expand import Expansion
from retrieval.question.wanted import Wanted, wanted
from retrieval.types import Embedder, Rows, Vectors

LONGEST_QUESTION = 2_000
# Words of the coverage shown for one name of the question.
_SHOWN = 5

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its unit vector, float32 (dimensions,), its n content words ready to be looked
    for and what each weighs (1 together), the terms of these words with their rarity, the terms of
    other names to look for, what was expanded to what, what kind of answer is wanted,
    the places of the content words that name a state, a city or a nationality, and the days of
    events that are asked about."""

    text: str
    vector: np.ndarray[tuple[int], np.dtype[np.float32]]
    sought: Sought
    weights: Vectors
    terms: dict[str, float]
    stems: frozenset[str]
    bridges: tuple[str, ...]
    expanded: tuple[tuple[str, str], ...]
    wanted: Wanted | None
    places: tuple[tuple[int, ...], ...]
    days: tuple[FoundDay, ...] = ()

    def about_day(self, text: str, published: date | None) -> bool:
        """Whether a text names one of the days, or was published on one."""
        return bool(self.days) and about(self.days, text, published)

    def carried(self, text: str) -> frozenset[str]:
        """Those of the question's terms that a text carries."""
        found, joined = _spelled(text)
        return frozenset(
            term
            for term in self.terms
            # every term of a word is a part of it, and few are in the text at all
            if (part := term.removeprefix("=")) in joined
            and any(part in word and term in analysed(word) for word in found)
        )

    def share_of_terms(self, carried: npt.NDArray[np.bool_]) -> Vectors:
        """The rarity of the terms that each text carries, (terms, m), as a share of all of the
        question's: float32 (m,)."""
        rarities = np.array(list(self.terms.values()))
        held = np.einsum("t,tm->m", rarities, carried)
        shares: Vectors = (held / (rarities.sum() or 1)).astype(np.float32)
        return shares

    def share_of_words(self, matched: Matched) -> Vectors:
        """The weight of the words found by form or meaning, float32 (m,)."""
        # no product by BLAS, which warns of what it reads beyond the end of an array and never uses
        found: Vectors = np.einsum("n,nm->m", self.weights, matched.meaning)
        return found

    def share_of_names(self, matched: Matched) -> Vectors:
        """The weight of the words found by name across scripts, float32 (m,)."""
        found: Vectors = np.einsum("n,nm->m", self.weights, matched.name)
        return found


def understand(
    text: str,
    index: SearchIndex,
    embedder: Embedder,
    expansions: Sequence[Expansion] = (),
    *,
    bridge: bool = True,
) -> Question:
    """A question ready to be looked for; with `bridge` names also as other scripts spell them.

    Raises `InputError` for a question without words or longer than `LONGEST_QUESTION`.
    """
    found = _words(text)
    asking = question_words() - _capitalised(text, found)
    content = list(dict.fromkeys([word for word in found if word not in asking] or found))
    known = {word for each in expansions for word in words(each.asked)}
    names = _names(text if bridge else "", content, known, index)
    forms = [
        (places, tuple(words(form)), each.asked, form)
        for each in expansions
        if (
            places := tuple(at for at, word in enumerate(content) if word in set(words(each.asked)))
        )
        for form in each.forms
    ]
    sought = Sought(
        tuple(content),
        index.aligner.embed_queries(content),
        stems(content),
        tuple(names),
        tuple((places, stems(form)) for places, form, _, _ in forms if form),
    )
    weighed = weights(index.sample.matched(sought))
    # by spelling: a word has a number in each part of the index that holds it
    near = [sorted(set(index.words.spellings(each))) for each in names]
    terms = list(dict.fromkeys(term for word in content for term in analysed(word)))
    written = as_written(text)
    return Question(
        text=text,
        wanted=wanted(text),
        places=_places(text, content),
        vector=embedder.embed_queries([text])[0],
        sought=sought,
        weights=weighed / weighed.sum(),
        terms=dict(zip(terms, index.lexical.rarities(terms), strict=True)),
        stems=frozenset(stem(word) for word in content),
        bridges=tuple(
            dict.fromkeys(
                analysed(word)[0]
                for word in [
                    *(word for each in near for word in each),
                    *(word for _, form, _, _ in forms for word in form),
                ]
            )
        ),
        expanded=tuple(
            dict.fromkeys(
                [(surface, form) for _, _, surface, form in forms]
                + [
                    (written.get(word, word), other)
                    for word, each in zip(content, near, strict=True)
                    for other in each[:_SHOWN]
                ]
            )
        ),
    )


def renewed(asked: Question, index: SearchIndex) -> Question:
    """A question made ready for one index, to be looked for by its words in another one of the same
    models: a grown index numbers the names anew. What its words weigh stays as it was."""
    sought = asked.sought
    known = {sought.words[at] for places, _ in sought.forms for at in places}
    names = _names(asked.text, sought.words, known, index)
    return replace(asked, sought=replace(sought, names=tuple(names)))


def as_written(text: str) -> dict[str, str]:
    """The normalised words of a text with how the text writes them."""
    return {word: surface for surface in _WORD.findall(text) for word in words(surface)}


def _words(text: str) -> list[str]:
    if len(text) > LONGEST_QUESTION:
        raise InputError(
            f"the question has {len(text)} characters; at most {LONGEST_QUESTION} are read"
        )
    if not text.isascii() and text.encode(errors="replace") != text.encode(errors="surrogatepass"):
        raise InputError("the question is not valid Unicode: write it again")
    found = words(text)
    if not found:
        raise InputError("the question has no words: ask something like «When did Lavrov arrive?»")
    return found


def _capitalised(text: str, found: Sequence[str]) -> set[str]:
    """The words inside a text that have a capital and do not ask in its own language: “Kim” is a
    name in an English question, and asks in a Turkish one."""
    if text.isupper():
        return set()
    languages = by_language("question")
    asks = {each: sum(word in question_words(each) for word in found) for each in languages}
    own = {
        word for each, n in asks.items() if n == max(asks.values()) for word in question_words(each)
    }
    inside = (surface for surface in _WORD.findall(text)[1:] if len(surface) > 1)
    return {word for surface in inside if surface[0].isupper() for word in words(surface)} - own


def _names(text: str, content: Sequence[str], known: set[str], index: SearchIndex) -> list[Rows]:
    """For each content word the words of the coverage that may be the same name elsewhere; none for
    words whose other names are known."""
    found: list[set[int]] = [set() for _ in content]
    written = list(dict.fromkeys(written_names(text)))
    for name, every in zip(written, index.words.names(written), strict=True):
        numbers = every.tolist()
        inside = set(words(name)) if numbers else set()
        for each, word in zip(found, content, strict=True):
            if word in inside and word not in known:
                each.update(numbers)
    return [np.array(sorted(each), dtype=np.int64) for each in found]


def _places(text: str, content: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The content words of each name of the table that is a place, or of one."""
    named = (
        set(words(named.asked))
        for named in cldr.found(text)
        if not named.group.startswith(cldr.NO_PLACE)
    )
    found = (tuple(at for at, word in enumerate(content) if word in each) for each in named)
    return tuple(places for places in found if places)


def is_greeting(text: str) -> bool:
    """Whether a message only greets or thanks, and asks nothing."""
    said = words(text)
    while said:
        length = next(
            (n for n in range(min(4, len(said)), 0, -1) if tuple(said[:n]) in _greetings()), 0
        )
        if not length:
            return False
        said = said[length:]
    return bool(words(text))


@lru_cache(maxsize=512)
def _spelled(text: str) -> tuple[list[str], str]:
    """The words of a text, which may be in several quotes and be compared with its copies."""
    found = words(text)
    return found, " ".join(found)


@cache
def question_words(language: str | None = None) -> frozenset[str]:
    """Words that ask and say nothing else, of one language or of all."""
    return frozenset(
        word
        for name, held in by_language("question").items()
        if language in (None, name)
        for word in words(held.get("words", ""))
    )


@cache
def _greetings() -> frozenset[tuple[str, ...]]:
    greetings = phrases(merged("question")["greetings"])
    return frozenset(tuple(words(greeting)) for greeting in greetings)
