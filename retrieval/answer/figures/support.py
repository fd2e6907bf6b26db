"""Whether quotes give a number of what a question counts, more loosely than the ledger reads it:
where all their numbers are of other things, the coverage does not say how many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.language.detect import detect
from corpus.language.scripts import CAPITAL
from corpus.language.tokens import fold, words
from retrieval.answer.figures.asked import Alike, Counted, counted
from retrieval.answer.figures.mentions import mentions
from retrieval.answer.figures.quantities import Quantity, read
from retrieval.answer.figures.words import among, dual, measure, measures_asked
from retrieval.question.understand import question_words
from retrieval.question.wanted import Wanted, asked_at, gives
from retrieval.types import Embedder, Quote

# In a text of these languages, numbers beside words less like those of the question count something
# else; chosen on the questions on eight events (docs/evaluation.md). In others the model that ships
# knows too few synonyms.
_OTHER = {"ar": 0.3, "en": 0.2, "fr": 0.2}
# The languages whose questions are read well enough to tell what they count.
_LANGUAGES = frozenset(("ar", "en", "ru", "fr"))
# Words next to a number that may be what it counts, and words of a question that may be.
_BEFORE, _BEHIND = 3, 5
_ASKED = 2
_AGE = frozenset(("year",))
# A word that may be a name; the first one of a question asks.
_CAPITAL = re.compile(rf"(?<=\s)[{CAPITAL}]\w+")
_TIME = frozenset(("minute", "hour", "day", "week", "month", "year"))


def reported(question: str, quotes: Sequence[Quote], embedder: Embedder) -> tuple[bool, ...]:
    """Whether each quote gives a figure of what a question counts, as the ledger reads it."""
    asked, alike = counted(question), Alike(embedder)
    learn(quotes, alike)
    return tuple(
        asked is not None and bool(mentions(asked, quote.text, quote.article.language, alike))
        for quote in quotes
    )


def supported(question: str, quotes: Sequence[Quote], embedder: Embedder) -> tuple[bool, ...]:
    """Whether each quote has a number next to something like what a question counts; all have,
    where it counts nothing that can be told. `embedder` makes the vectors of single words."""
    asked = counted(question)
    if asked is None or detect(question) not in _LANGUAGES:
        return (True,) * len(quotes)
    said = measures_asked(fold(question)[0])
    units = asked.measures or (frozenset() if asked.nouns else said)
    # «how much» alone may be of anything
    named = [] if units and said else _named(question)
    alike = Alike(embedder)
    learn(quotes, alike)
    return tuple(_supports(quote, asked, units, named, alike) for quote in quotes)


def learn(quotes: Sequence[Quote], alike: Alike) -> None:
    """Look up the vectors of all words of quotes together."""
    readings = [read(quote.text, quote.article.language) for quote in quotes]
    alike.learn(token.text for reading in readings for token in reading.tokens if token.is_word)


def _supports(
    quote: Quote, asked: Counted, units: frozenset[str], named: Sequence[str], alike: Alike
) -> bool:
    text, language = quote.text, quote.article.language
    if mentions(asked, text, language, alike):
        return True
    if (units == _AGE and language != "ar") or (not units and language not in _OTHER):
        return gives(Wanted.NUMBER, text)
    if not units and not named:
        return True
    lead = read(quote.lead_in.text if quote.lead_in else "", language)
    reading = read(text, language)
    if units and _measured(units, lead, reading):
        return True
    near = {word for at in _numbers(reading) for word in _near(reading, at)}
    near.update(single for token in reading.tokens if (single := dual(token.text)))
    near.update(token.text for token in lead.tokens)
    least = _OTHER.get(language, max(_OTHER.values()))
    return any(alike.likeness(one, word) >= least for one in named for word in near)


def _named(question: str) -> list[str]:
    """The content words after the word that asks for a number, or else before it; no names."""
    folded = fold(question)[0]
    place = asked_at(folded)
    if place is None:
        return []
    names = {word for each in _CAPITAL.findall(question) for word in words(each)}
    left = question_words() | names
    behind, before = (
        [word for word in words(part) if word not in left and not among("skipped", word)]
        for part in (folded[place[1] :], folded[: place[0]])
    )
    return behind[:_ASKED] or before[-_ASKED:]


def _numbers(reading: Quantity) -> Iterator[tuple[int, int]]:
    """The tokens of each number, and of each word that gives one."""
    yield from ((number.first, number.last) for number in reading.numbers)
    for at, token in enumerate(reading.tokens):
        if token.is_word and not token.text[0].isdigit() and gives(Wanted.NUMBER, token.text):
            yield at, at + 1


def _near(reading: Quantity, place: tuple[int, int]) -> Iterator[str]:
    first, last = place
    beside = reading.tokens[max(0, first - _BEFORE) : first] + reading.tokens[last : last + _BEHIND]
    return (token.text for token in beside if token.is_word and not among("ends", token.text))


def _measured(units: frozenset[str], *readings: Quantity) -> bool:
    """Whether something is measured in one of the units; «a month» needs no number in Arabic."""
    said = [token.text for reading in readings for token in reading.tokens]
    found = {measure(said[at : at + 2])[0] for at in range(len(said))} & units
    numbers = any(reading.numbers for reading in readings)
    return bool(found) and (numbers or bool(found & _TIME))
