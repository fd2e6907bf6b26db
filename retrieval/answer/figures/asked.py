"""What a question counts, and whether a word names it.

Two words name one thing where a table of what news counts says so, where they share their stem, or
where the vectors of words are near; the table decides where it knows both, for shells and rockets
are near as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.language.scripts import has_arabic, has_cyrillic
from corpus.language.stems import stem
from corpus.language.tokens import fold
from retrieval.answer.figures.lexicon import language_asking, lexicon
from retrieval.answer.figures.owners import owners
from retrieval.answer.figures.tokens import NumberToken, tokens, written_ands
from retrieval.answer.figures.words import (
    among,
    fate,
    is_adjective,
    measure,
    measures_asked,
    rate,
    thing,
    units_of,
)
from retrieval.question.understand import question_words
from retrieval.question.wanted import asked_at
from retrieval.types import Embedder, Vectors

# Words nearer than this name one thing; measured between languages, of one thing .5 to .98, of
# others that are often counted together below .55.
_ONE_THING = 0.55
_NOUN_WORDS = 4
# After these first words of a question for a measure stand places and people.
_ABOUT_WORDS = 3
_BETWEEN = ("skipped", "ends", "and")
# Words that ask for a share and do not say of what.
_SHARE = ("percent", "percentage")
_HAN_MANY = "几"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a question counts: nouns, any of them; or units of measure. `fates` must have befallen
    it; `rate` is the span of time it is counted by. `about` are the other words of a question for a
    measure: what is measured. `owners` are states by their codes, whose figures alone count."""

    nouns: tuple[str, ...]
    measures: frozenset[str]
    fates: frozenset[str]
    additional: bool
    rate: str | None
    about: tuple[str, ...] = ()
    owners: frozenset[str] = frozenset()


def counted(question: str) -> Counted | None:
    """What a question for a number counts, or `None` if that is not clear."""
    folded, origins = fold(question)
    asked = asked_at(folded)
    if asked is None:
        return None
    asking = folded[asked[0] : asked[1]]
    language = _language(asking)
    ends = [*origins, len(question)]
    after = ends[asked[0] + 1 if asking.startswith(_HAN_MANY) else asked[1]]
    behind = tokens(question[after:], language)
    said = [token.text for token in tokens(question, language)]
    nouns = _nouns(behind, language)
    wanted = _wants_first(asking, behind, language)
    if not (nouns or wanted) and lexicon(language):
        wanted = _wanted_before(question[: ends[asked[0]]], language)
        wanted = wanted or measures_asked(" ".join(said))
    if wanted:
        nouns = ()
    elif more := asked_at(folded[asked[1] :]):  # «how many shells and how many containers»
        nouns += _nouns(tokens(question[ends[asked[1] + more[1]] :], language), language)
    elif not nouns:
        before = _words_before(question[: ends[asked[0]]], language)
        nouns = tuple(word for word in before if thing(word))[:1]
    measured = wanted or frozenset(unit for noun in nouns[:1] if (unit := measure((noun,))[0]))
    if not measured and not any(thing(noun) for noun in nouns):
        rest = " ".join(said) if lexicon(language) else folded[asked[1] :]
        measured = measures_asked(f"{asking} {nouns[0] if nouns else rest}")
        if not measured and among("how_much", asking):
            measured = units_of("money") | units_of("mass")
    fates = frozenset(name for word in said if (name := fate(word)))
    if not nouns and not measured and not fates and lexicon(language):
        measured = units_of("money") | units_of("mass") | units_of("length") | units_of("share")
    if not nouns and not measured and not fates:
        return None
    additional = not fates and any(
        among("additional", token.text) for token in behind[:_NOUN_WORDS]
    )
    about = tuple(word for word in said if measured and _tells(word))[:_ABOUT_WORDS]
    spoken = " ".join(said) if lexicon(language) else folded
    return Counted(
        nouns=() if measured else nouns,
        measures=measured,
        fates=fates,
        additional=additional,
        rate=rate(spoken),
        about=about,
        owners=owners(question, language),
    )


def _wants_first(asking: str, behind: Sequence[NumberToken], language: str) -> frozenset[str]:
    """The units that the first word after the one that asks wants, «cuánto cuesta el puente», or
    the next, where the first only tells which: «多少救灾资金»."""
    said = [token for token in behind if token.is_word and not among("skipped", token.text)]
    if not lexicon(language):
        return frozenset()
    if alone := measures_asked(asking):  # «cuánto subió el salario»
        return alone
    first = measures_asked(f"{asking} {said[0].text}") if said else frozenset()
    more = len(said) > 1 and said[0].unspaced and not thing(said[0].text)
    return first or (measures_asked(f"{asking} {said[1].text}") if more else frozenset())


def _wanted_before(before: str, language: str) -> frozenset[str]:
    """The units that the last word before the one that asks wants: «净利润下降了多少»."""
    words = [word for word in _words_before(before, language) if not among("skipped", word)]
    return measures_asked(words[-1]) if words else frozenset()


def _tells(word: str) -> bool:
    """Whether a word of a question says what is measured."""
    said = any(among(name, word) for name in ("skipped", "ends", "and", "reaches"))
    return (
        word.isalpha()
        and len(word) > 1
        and not said
        and word not in question_words()
        and measure((word,))[0] is None
        and word not in _SHARE
    )


class Alike:
    """Whether words name one thing; looks up each word's vector once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    def learn(self, words: Iterable[str]) -> None:
        """Look up the vectors of words together, which takes less than one by one."""
        new = [word for word in dict.fromkeys(words) if word not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._embedder.embed_queries(new), strict=True))

    def same(self, one: str, other: str) -> bool:
        """Whether two normalised words name one thing."""
        return self.likeness(one, other) >= _ONE_THING

    def likeness(self, one: str, other: str) -> float:
        """How surely two normalised words name one thing, 0 to 1."""
        groups = thing(one) or fate(one), thing(other) or fate(other)
        if all(groups):
            return float(groups[0] == groups[1])
        if stem(one) == stem(other):
            return 1.0
        return float(self._vector(one) @ self._vector(other))

    def _vector(self, word: str) -> Vectors:
        if word not in self._vectors:
            self._vectors[word] = self._embedder.embed_queries([word])[0]
        return self._vectors[word]


def _language(asking: str) -> str:
    if language := language_asking(asking):
        return language
    if has_arabic(asking):
        return "ar"
    if has_cyrillic(asking):
        return "ru"
    return "en" if asking.startswith("how") else "fr"


def _nouns(behind: Sequence[NumberToken], language: str) -> tuple[str, ...]:
    """The nouns after the word that asks."""
    said: list[str] = []
    joined: list[str] = []
    for token in behind:
        if among("there_is", token.text) and not said:
            continue
        if not token.is_word or among("ends", token.text):
            break
        if among("and", token.text) and said:
            joined.append("")
        elif joined and joined[-1] == "":
            joined[-1] = "" if among("skipped", token.text) else token.text
        elif (
            said
            and language == "ar"
            and token.text.startswith(written_ands())
            and thing(token.text)
        ):
            joined.append(token.text)
        elif among("skipped", token.text) and not joined:
            if said and among("of", token.text):
                break
        elif not joined:
            said.append(token.text)
        if len(said) + len(joined) >= _NOUN_WORDS:
            break
    if lexicon(language) and said and fate(said[0]) and not any(map(thing, said)):
        return ()
    head = _head([word for word in said if not fate(word)], language)
    more = [word for word in joined if thing(word)]
    return (*head, *more)


def _head(said: Sequence[str], language: str) -> list[str]:
    """The noun among the words of its group."""
    if lexicon(language):
        said = [word for word in said if thing(word) or measure((word,))[0]] or said
    if language == "ru":
        said = [word for word in said if not is_adjective(word)] or said
    elif language == "en":
        plural = [word for word in said if thing(word) or measure((word,))[0]]
        said = plural or [word for word in said if word.endswith("s")] or said[-1:]
    return list(said[:1])


def _words_before(folded: str, language: str) -> list[str]:
    return [token.text for token in tokens(folded, language) if token.is_word]
