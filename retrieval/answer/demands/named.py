"""What a question names that must be in an answer's article: people and organisations, places and
peoples, years, numbers.

In languages with capitals, a name is a capitalised word that does not open the sentence. Arabic and
Persian have none: there, a name is one of the known ones (`retrieval.question.known_names`).
Precision comes first, because a wrong demand loses an answer. So abbreviations, titles, months and
numbers within names are not demanded, nor are names in languages without a table of titles and
offices («Dışişleri», the Foreign Ministry).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from corpus.language import cldr, marks
from corpus.language.detect import detect
from corpus.language.endings import ACCUSATIVE
from corpus.language.name_finder import FoundName
from corpus.language.name_keys import script
from corpus.language.phrases import tables
from corpus.language.tokens import Word, split_words, words
from retrieval.answer.speakers.grammar import table
from retrieval.question.expand import Expansion
from retrieval.question.known_names import uncased
from retrieval.question.understand import question_words
from retrieval.types import MissingKind

_FILE = ("retrieval.answer.demands", "places.toml")
_SHORTEST = 3
_LONGEST_REST = 2
_NO_DIGITS_BEFORE = rf"(?<![\w.,{marks.ARABIC_NUMBER_MARKS}-])"
_YEAR = re.compile(
    rf"{_NO_DIGITS_BEFORE}(?:1[89]|20)\d\d(?![\w{marks.ARABIC_NUMBER_MARKS}]|[.,]\d)"
)
# Smaller and round numbers may be there in words.
_NUMBER = re.compile(
    rf"{_NO_DIGITS_BEFORE}\d+(?!00)\d\d(?![\w{marks.ARABIC_NUMBER_MARKS}-]|[.,]\d)"
)
# Kinds of words in the tables of who speaks that belong to no name.
_NO_NAMES = ("titles", "spokes", "heads", "parts", "namers", "generic", "stops")
_SENTENCE = re.compile(rf"(?:^|[{marks.SENTENCE_ENDS}:]\s|[«»“”„\"(]|\n)[\W_]*$")
# With more of its words in capitals a question is a headline, and capitals tell nothing.
_MOST_CAPITALS = 0.7
# Languages in whose questions capitals tell names.
_CAPITALS = ("ar", "en", "ru", "fr")
_PLACES_OF_NAMES = ("c-", "x-")
_NOT_ASKED = ("m-", "d-", "l-")
_ORGANISATIONS = frozenset(("EU", "UN", "x-nato", "x-security-council", "x-middle-east", "VA"))


@dataclass(frozen=True, slots=True)
class Demand:
    """What has to be there: `asked` as the question writes it, `names` its normalised words,
    `perhaps` words after them that may belong to the name, and `forms` other names, as words, of
    which one is enough. What is `narrow` has to be in the article that answers, the rest somewhere
    in the coverage."""

    asked: str
    kind: MissingKind
    names: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...] = ()
    narrow: bool = True
    perhaps: tuple[str, ...] = ()


def demands(
    text: str, expansions: Sequence[Expansion], languages: frozenset[str]
) -> tuple[Demand, ...]:
    """What a question names, in its order. `expansions` are other names of it, `languages` those of
    the coverage."""
    every = split_words(text)
    found: list[tuple[int, Demand]] = []
    taken = bytearray(len(text))
    for named in _tabled(text, every):
        taken[named.start : named.end] = b"\1" * (named.end - named.start)
        if place := _place(named, languages):
            found.append((named.start, place))
    for run in _runs(text, every, taken):
        start, end = run[0].start, run[-1].end
        names = tuple(word for each in run for word in _bare(each))
        forms = _others(expansions, start, end)
        perhaps = _perhaps(every, every.index(run[-1]) + 1, taken)
        name = Demand(text[start:end], MissingKind.NAME, names, forms, perhaps=perhaps)
        found.append((start, name))
    for pattern, kind in ((_YEAR, MissingKind.DATE), (_NUMBER, MissingKind.NUMBER)):
        for digits in pattern.finditer(text):
            if kind is MissingKind.NUMBER and (_YEAR.match(text, digits.start()) or _part(digits)):
                continue
            found.append((digits.start(), Demand(digits.group(), kind, tuple(words(digits[0])))))
    return tuple(demand for _, demand in sorted(found, key=lambda pair: pair[0]))


def _tabled(text: str, every: Sequence[Word]) -> Iterator[FoundName]:
    """The names of the table, and nationalities in the Arabic accusative («سوريًا»), which it does
    not know."""
    found = cldr.found(text)
    yield from found
    covered = {at for named in found for at in range(named.start, named.end)}
    for word in every:
        if word.start not in covered and word.folded.endswith(ACCUSATIVE) and len(word.folded) > 4:
            for named in cldr.found(word.folded[:-1]):
                if named.end == len(word.folded) - 1 and named.group.startswith("n-"):
                    asked = text[word.start : word.end]
                    yield FoundName(word.start, word.end, asked, named.group, named.languages)


@lru_cache(maxsize=1024)
def _place(named: FoundName, languages: frozenset[str]) -> Demand | None:
    """A state, its people or a city, by all names that tell of it in these languages."""
    group = named.group
    if group.startswith(_NOT_ASKED) or group in _ORGANISATIONS:
        return None
    forms = dict.fromkeys(
        tuple(words(form))
        for each in _kin(group)
        for language in sorted(languages)
        for form in cldr.forms(each, language)
    )
    if not forms:
        return None
    forms.update(dict.fromkeys(_cities().get(group.removeprefix("n-"), ())))
    # who meets in Geneva is often told without it
    narrow = not group.startswith(_PLACES_OF_NAMES)
    return Demand(named.asked, MissingKind.PLACE, tuple(words(named.asked)), tuple(forms), narrow)


@cache
def _cities() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The cities of each state, as words, in all languages; `retrieval.training.cities` makes
    them."""
    text = files("retrieval.answer.demands").joinpath("cities.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {state: tuple(tuple(words(city)) for city in held) for state, *held in rows}


@cache
def _kin(group: str) -> tuple[str, ...]:
    """The groups that tell of a place: a state for its people and its cities, and the other way
    round; not one of its cities for another."""
    cities = {state: held.split() for state, held in tables(*_FILE)["cities"].items()}
    if group.startswith(_PLACES_OF_NAMES):
        states = [state for state, held in cities.items() if group in held]
        return (group, *states, *(f"n-{state}" for state in states))
    state = group.removeprefix("n-")
    return (state, f"n-{state}", *cities.get(state, ()))


def _runs(text: str, every: Sequence[Word], taken: bytearray) -> Iterator[list[Word]]:
    """Neighbouring words that are one name."""
    language = detect(text)
    cased = [word for word in every if word.written[:1].isupper()]
    tells = len(cased) <= _MOST_CAPITALS * len(every) and language in _CAPITALS
    run: list[Word] = []
    for word in every:
        named = not taken[word.start] and (
            _is_capital(text, word, language) if word.written.lower() != word.written.upper()
            else _is_known(word)
        )  # fmt: skip
        named = named and (tells or not word.written[:1].isupper())
        apart = bool(run) and text[run[-1].end : word.start].strip(" \u00a0-‑’'") != ""
        # «للافروف»: who comes after a preposition is another one
        apart = apart or (named and uncased(word.folded) not in (None, word.folded))
        if run and (not named or apart):
            yield run
            run = []
        if named:
            run.append(word)
    if run:
        yield run


def _is_capital(text: str, word: Word, language: str) -> bool:
    written = word.written
    if len(written) < _SHORTEST or not written[0].isupper() or not written.isalpha():
        return False
    if written.isupper() or _SENTENCE.search(text[: word.start]):
        return False
    if word.folded in question_words():
        return False
    held = table(language)
    return not any(word.folded in held[kind] for kind in _NO_NAMES)


def _perhaps(every: Sequence[Word], first: int, taken: bytearray) -> tuple[str, ...]:
    """The words from this one on that may end an Arabic or Persian name."""
    held = table("ar")
    found = []
    for word in every[first : first + _LONGEST_REST]:
        folded = word.folded
        other = folded in question_words() or any(folded in held[kind] for kind in _NO_NAMES)
        if taken[word.start] or other or script(folded) != "arabic" or folded in held["verbs"]:
            break
        found.append(folded)
    return tuple(found)


def _is_known(word: Word) -> bool:
    return script(word.folded) == "arabic" and uncased(word.folded) is not None


def _bare(word: Word) -> list[str]:
    return [uncased(each) or each for each in words(word.written)]


def _others(expansions: Sequence[Expansion], start: int, end: int) -> tuple[tuple[str, ...], ...]:
    """Other names of what is there, as the editor has them."""
    return tuple(
        tuple(words(form))
        for each in expansions
        if each.start < end and start < each.end
        for form in each.forms
    )


def _part(digits: re.Match[str]) -> bool:
    """Whether a number belongs to a name before it: «S-400», «Boeing 737»."""
    before = digits.string[: digits.start()].rstrip(" \u00a0-‑")
    last = re.split(r"\W", before)[-1]
    return bool(before) and (last[:1].isupper() or len(last) < _SHORTEST)
