"""The words of retrieval, as frozen values. Positions are code points, half open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.types import Article, Part, Passage

# Unit vectors (n, dimensions), or numbers between 0 and 1.
Vectors = npt.NDArray[np.float32]
# Vectors as they are stored.
Halves = npt.NDArray[np.float16]
# Numbers of passages, sentences or words in the index.
Rows = npt.NDArray[np.int64]
# What a model puts before questions and before passages; `None` is its own.
Prompts = tuple[str | None, str | None]


class Embedder(Protocol):
    """Maps n texts to a float32 array (n, dimensions) of unit vectors (zero for an empty text)."""

    name: str
    digest: str
    dimensions: int

    def embed_queries(self, texts: Sequence[str]) -> Vectors: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...


class Reranker(Protocol):
    """Scores n texts for a question: float32 (n,), 0 to 1, higher for a better answer."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    def scores(self, question: str, texts: Sequence[str]) -> Vectors: ...


class Channel(StrEnum):
    """What ranks: everything, or one channel alone. `lexical` uses no vectors, `dense` nothing
    else."""

    HYBRID = "hybrid"
    LEXICAL = "lexical"
    DENSE = "dense"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, its row in the index, and the score that ranks it, 0 to 1."""

    passage: Passage
    row: int
    score: float


class SaidKind(StrEnum):
    """A person or the holder of an office; an institution, or a state; a news agency or another
    medium that is cited."""

    SPEAKER = "speaker"
    INSTITUTION = "institution"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Said:
    """Who says something: `name == body[start:end]`, a range of the article's body before or after
    the quoted words. `editors` is the editor's name for an agency or an outlet."""

    name: str
    start: int
    end: int
    kind: SaidKind
    editors: str | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Exact text of an article: `body[start:end]`."""

    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.body[self.start : self.end]


@dataclass(frozen=True, slots=True)
class LeadIn(Slice):
    """A second slice of the article of a quote: the line or the sentence that introduces it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact text of an article. `text` is computed, so it cannot differ from the stored body.

    `matches` are ranges in `text` that matched the question. `copies` are the other articles with
    the same text, the earliest known first. `said_by` are those to whom the article attributes it,
    in its order. `antecedent` is the span of the sentence before it that names the speaker, if the
    quote only continues («he added»).
    """

    article: Article
    start: int
    end: int
    score: float
    matches: tuple[tuple[int, int], ...] = ()
    copies: tuple[Article, ...] = ()
    said_by: tuple[Said, ...] = ()
    antecedent: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return self.article.body[self.start : self.end]

    @property
    def part(self) -> Part:
        """The part of the article that it is taken from."""
        return self.article.part_at(self.start)

    @property
    def lead_in(self) -> LeadIn | None:
        """The line that introduces its first sentence, if that is an item, a row or a speech; or
        the sentence that names the speaker who continues in it."""
        lead = self.article.lead_at(self.start) or self.antecedent
        return None if lead is None else LeadIn(self.article, *lead)

    @property
    def published(self) -> date | None:
        """The day of its article, or in a live blog of its entry."""
        return self.article.day_at(self.start)

    @property
    def page(self) -> int | None:
        """The page of a document that it begins on."""
        return self.article.page_at(self.start)

    def of_one_text(self, other: Quote) -> bool:
        """Whether the article of one of the two contains the other."""
        mine, its = self.article.id, other.article.id
        return (
            mine == its
            or mine in {copy.id for copy in other.copies}
            or its in {copy.id for copy in self.copies}
        )


class Dropped(StrEnum):
    """What a question names and is not to restrict: outlets and agencies, or days of
    publication."""

    SOURCES = "s"
    DAYS = "d"


@dataclass(frozen=True, slots=True)
class Filters:
    """What an answer was restricted to. An article belongs to the agency that signs it, a passage
    also to one that it cites.

    `from_question`: the question named some of it. `undone`: nothing was published on the day it
    named, so the day was dropped. `dropped` are the kinds of limits that the question may not set.
    """

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    language: str | None = None
    agencies: tuple[str, ...] = ()
    from_question: bool = False
    undone: bool = False
    dropped: tuple[Dropped, ...] = ()


class MissingKind(StrEnum):
    """What is missing: the name of a person or an organisation; a place or its people; a year or a
    month; a number; the person whose words were asked for; any other word."""

    NAME = "name"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    SPEAKER = "speaker"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Missing:
    """What a question names and the coverage does not mention (for a speaker: does not quote), as
    the question writes it in `asked`. If `elsewhere`, it may be in the coverage, but in no article
    that comes near an answer."""

    asked: str
    kind: MissingKind
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for a candidate or against it: its `value` as it was measured, and the
    `part` it has in a sum, below 0 where it speaks against."""

    name: str
    value: float
    part: float


@dataclass(frozen=True, slots=True)
class Absence:
    """The coverage does not say: what was searched, the nearest miss, labelled as such, and what is
    `missing` for an answer, as far as that is known."""

    articles: int
    outlets: int
    since: date | None
    until: date | None
    undated: int
    nearest: Quote | None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that quotes report for what was asked, or the range from `value` to `high`.

    `unit` is the noun counted, as the first quote has it, or the code of the unit or currency.
    `about`: the number is approximate or a bound. `quotes` are positions of quotes in the answer,
    `places` the ranges of their texts that report it. `thing` is the position of what it counts
    among the things asked for. `withdrawn`: a quote takes the number back.
    """

    value: float
    high: float | None
    unit: str | None
    about: bool
    quotes: tuple[int, ...]
    places: tuple[tuple[int, int], ...]
    thing: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes, or an absence; never both, never neither. `expanded` are words of the question with
    other names that were searched too. `figures` are what the quotes report if the question asks
    for a number."""

    question: str
    language: str
    quotes: tuple[Quote, ...]
    absence: Absence | None
    filters: Filters
    expanded: tuple[tuple[str, str], ...]
    index: str
    took_ms: float
    figures: tuple[Figure, ...] = ()

    @property
    def answered(self) -> bool:
        return bool(self.quotes)

    @property
    def independent(self) -> int:
        """How many independent texts are among the quotes. Quotes of one article count as one text,
        and so do two articles of which one contains what is quoted of the other."""
        texts: list[list[Quote]] = []
        for quote in self.quotes:
            same = [text for text in texts if any(quote.of_one_text(other) for other in text)]
            rest = [text for text in texts if text not in same]
            texts = [*rest, [quote, *chain.from_iterable(same)]]
        return len(texts)
