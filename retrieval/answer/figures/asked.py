"""What a question counts, and whether a word names it.

Two words name one thing where a table of what news counts says so, where they share their stem, or
where the vectors of words stand near; the table decides where it knows both, for shells and rockets
are near as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus.dates.written import fold
from corpus.language.phrases import any_of, phrases, tables
from corpus.language.text import normalise
from retrieval.answer.figures.lexicon import language_asking, lexicon
from retrieval.answer.figures.tokens import NumberToken, tokens
from retrieval.index.analyse import stem
from retrieval.question.understand import question_words
from retrieval.question.wanted import asked_at
from retrieval.types import Embedder, Vectors

# Words nearer than this name one thing; measured between languages, of one thing .5 to .98, of
# others that are often counted together below .55.
_ONE_THING = 0.55
_COUNTED = ("retrieval.answer.figures", "counted.toml")
_CLITICS = ("وال", "بال", "لل", "ال", "و", "ب", "ل", "ف")
_ADJECTIVE = re.compile(r"(?:ых|их|ого|его|ые|ие|ыми|ими|ои|ая|ое|ыи|ии)$")
_NOUN_WORDS = 4
# Behind these first words of a question for a measure stand places and people.
_ABOUT_WORDS = 3
_BETWEEN = ("skipped", "ends", "and")
_HOW_MUCH = ("how much", "cuanto", "wie viel", "ne kadar", "چقدر")
_HAN_MANY = "几"
_THERE_IS = "في"
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Counted:
    """What a question counts: nouns, any of them; or units of measure. `fates` must have befallen
    it; `rate` is the span of time it is counted by. `about` are the other words of a question for a
    measure: what is measured."""

    nouns: tuple[str, ...]
    measures: frozenset[str]
    fates: frozenset[str]
    additional: bool
    rate: str | None
    about: tuple[str, ...] = ()


def counted(question: str) -> Counted | None:
    """What a question for a number counts, or `None` where that is not clear."""
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
        wanted = measures_asked(" ".join(said))
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
        if not measured and asking in _HOW_MUCH:
            measured = _units("money") | _units("mass")
    fates = frozenset(name for word in said if (name := fate(word)))
    if not nouns and not measured and not fates:
        return None
    additional = not fates and any(
        among("additional", token.text) for token in behind[:_NOUN_WORDS]
    )
    about = tuple(word for word in said if measured and _tells(word))[:_ABOUT_WORDS]
    spoken = " ".join(said) if lexicon(language) else folded
    return Counted(() if measured else nouns, measured, fates, additional, rate(spoken), about)


def _wants_first(asking: str, behind: Sequence[NumberToken], language: str) -> frozenset[str]:
    """The units that the first word behind the one that asks wants: «cuánto cuesta el puente»."""
    words = [token.text for token in behind if token.is_word and not among("skipped", token.text)]
    return measures_asked(f"{asking} {words[0]}") if lexicon(language) and words else frozenset()


def _tells(word: str) -> bool:
    """Whether a word of a question says what is measured."""
    said = any(among(name, word) for name in ("skipped", "ends", "and"))
    return (
        word.isalpha()
        and len(word) > 1
        and not said
        and word not in question_words()
        and measure((word,))[0] is None
    )


def among(name: str, word: str) -> bool:
    """Whether a normalised word is in a list of `words` of the table."""
    return name in _forms("words").of(word, whole=True)


def thing(word: str) -> str | None:
    """The group of things that a normalised word names."""
    return _named("things", word)


def fate(word: str) -> str | None:
    """What befell those that a normalised word names."""
    return _named("fates", word)


def measure(following: Sequence[str]) -> tuple[str | None, int]:
    """The unit of measure that these words begin with, and how many of them it takes."""
    for length in (2, 1):
        if len(following) >= length:
            for unit in _forms("measures").of(" ".join(following[:length]), whole=True):
                return unit, length
    return None, 0


def rate(folded: str) -> str | None:
    """The span of time a normalised text counts by: «two a week»."""
    return next(
        (span for span in tables(*_COUNTED)["rates"] if _listed("rates", span).search(folded)), None
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


def dual(word: str) -> str | None:
    """The singular of an Arabic dual, where the ending cannot be that of a plural."""
    for clitic in ("", "وب", "ول", "و", "ب", "ل"):
        bare = word.removeprefix(clitic)
        if (bare == word) != (not clitic) or len(bare) < 5 or bare[-2:] not in ("ين", "ان"):
            continue
        one = bare[:-2]
        if bare.startswith("ال"):
            return None
        if one in _duals():
            return one
        single = one[:-1] + "ه"
        if one.endswith("ت") and (thing(single) or measure((single,))[0]):
            return single
    return None


def is_adjective(word: str) -> bool:
    """Whether a Russian word ends as adjectives do."""
    return len(word) > 4 and bool(_ADJECTIVE.search(word)) and not thing(word) and not fate(word)


def _language(asking: str) -> str:
    if language := language_asking(asking):
        return language
    if re.search("[\u0600-\u06ff]", asking):
        return "ar"
    if re.search("[\u0400-\u04ff]", asking):
        return "ru"
    return "en" if asking.startswith("how") else "fr"


def _nouns(behind: Sequence[NumberToken], language: str) -> tuple[str, ...]:
    """The nouns behind the word that asks."""
    said: list[str] = []
    joined: list[str] = []
    for token in behind:
        if token.text == _THERE_IS and not said:
            continue
        if not token.is_word or (token.text not in ("de", "d") and among("ends", token.text)):
            break
        if among("and", token.text) and said:
            joined.append("")
        elif joined and joined[-1] == "":
            joined[-1] = token.text
        elif said and language == "ar" and token.text.startswith("و") and thing(token.text):
            joined.append(token.text)
        elif among("skipped", token.text) and not joined:
            if said and token.text in ("of", "de", "d", "من", "из"):
                break
        elif not joined:
            said.append(token.text)
        if len(said) + len(joined) >= _NOUN_WORDS:
            break
    if lexicon(language) and said and fate(said[0]) and not any(map(thing, said)):
        return ()
    head = _head([word for word in said if not fate(word)], language)
    more = [word for word in joined if thing(word)]
    if language == "zh":
        return tuple(each for word in (*head, *more) for each in _beginnings(word))
    return (*head, *more)


def _beginnings(word: str) -> list[str]:
    """A word and, where it is Chinese, what it begins with, for the words may not be told apart."""
    return [word[:end] for end in range(len(word), 1 if _HAN.search(word) else len(word) - 1, -1)]


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


def measures_asked(folded: str) -> frozenset[str]:
    """The units of measure that words of a normalised question ask for."""
    wanted = (
        _units(kind) for kind in tables(*_COUNTED)["wants"] if _listed("wants", kind).search(folded)
    )
    return frozenset().union(*wanted)


def _units(kind: str) -> frozenset[str]:
    return frozenset(tables(*_COUNTED)["kinds"][kind].split())


@lru_cache(maxsize=4096)
def _named(section: str, word: str) -> str | None:
    """The group of a section that a word is of, without what Arabic writes together with it."""
    bare = [word, *(word.removeprefix(each) for each in _CLITICS if word.startswith(each))]
    found = (group for each in bare if len(each) > 1 for group in _forms(section).of(each))
    return next(iter(found), None)


@dataclass(frozen=True, slots=True)
class _Forms:
    """The keys of a section by their words, and by what their words begin with."""

    words: dict[str, list[str]]
    beginnings: dict[str, list[str]]

    def of(self, word: str, *, whole: bool = False) -> list[str]:
        """The keys of a word or phrase; a beginning of three letters or more says less."""
        # of a phrase, its second word has begun
        shortest = max(1 if whole else 3, word.find(" ") + 2)
        begun = (self.beginnings.get(word[:end], []) for end in range(len(word), shortest - 1, -1))
        return self.words.get(word, []) + [key for keys in begun for key in keys]


@cache
def _forms(section: str) -> _Forms:
    words: dict[str, list[str]] = {}
    beginnings: dict[str, list[str]] = {}
    for key, value in tables(*_COUNTED)[section].items():
        for form in _phrases(value):
            kept = beginnings if form.endswith("-") else words
            kept.setdefault(form.removesuffix("-"), []).append(key)
    return _Forms(words, beginnings)


def _phrases(value: str) -> list[str]:
    found = {normalise(phrase).strip() for phrase in phrases(value)} - {""}
    return sorted(found, key=lambda each: (-len(each), each))


@cache
def _duals() -> frozenset[str]:
    return frozenset(part.strip() for part in tables(*_COUNTED)["words"]["dual"].split("|"))


@cache
def _listed(section: str, key: str) -> re.Pattern[str]:
    """Any of the words or phrases of one key, as whole words."""
    found = any_of(_phrases(tables(*_COUNTED)[section][key]))
    return re.compile(rf"(?<!\w)(?:{found})(?!\w)")
