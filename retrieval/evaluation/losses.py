"""The questions that lose, with what was found in place of the relevant text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.language.name_keys import keys, script
from corpus.language.scripts import has_unspaced
from corpus.language.stems import stem
from corpus.language.text import INVISIBLE
from corpus.language.tokens import words
from retrieval.evaluation.beir import JudgedText, Question
from retrieval.evaluation.evaluate import Outcome, Prepared
from retrieval.evaluation.ranking import asked_words

# Vowel signs and the like are no letters to `re` but belong to the word they are in.
_WORD = re.compile(rf"\w(?:\w|{INVISIBLE})*")

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RankedText:
    """A text next to a question; `matches` are the ranges of its words that the question names."""

    entry: JudgedText
    matches: Ranges


@dataclass(frozen=True, slots=True)
class Loss:
    """A question whose relevant text does not come first. `ranks` are those of the best relevant
    text in each channel, in the order the outcomes were given; None is beyond the depth."""

    question: Question
    ranks: tuple[int | None, ...]
    relevant: RankedText
    first: RankedText | None
    refusal: str | None


def losses(prepared: Prepared, outcomes: Sequence[Outcome]) -> list[Loss]:
    """The questions that the first of `outcomes` loses, worst first, then by id.

    All outcomes are of the same questions, in the same order.
    """
    found: list[Loss] = []
    for together in zip(*(outcome.placings for outcome in outcomes), strict=True):
        lost = together[0]
        if lost.rank == 1:
            continue
        texts = [lost.relevant] if lost.first is None else [lost.relevant, lost.first]
        asked = asked_words(lost.question.text)
        shown = [
            RankedText(prepared.entries[text], matches(asked, prepared.entries[text].text))
            for text in texts
        ]
        ranks = tuple(placing.rank for placing in together)
        first = shown[1] if len(shown) > 1 else None
        found.append(Loss(lost.question, ranks, shown[0], first, lost.refusal))
    return sorted(found, key=lambda loss: (-(loss.ranks[0] or float("inf")), loss.question.id))


def matches(asked: frozenset[str], text: str) -> Ranges:
    """Ranges of `text` whose words share a stem with the normalised words `asked`, or, in another
    script, a name; of unspaced scripts, the pairs of characters in common. Not overlapping."""
    stems = {stem(word) for word in asked}
    names = {(script(word), key) for word in asked for key in keys(word)}
    pairs = {word[i : i + 2] for word in asked for i in range(len(word) - 1)}
    found: list[tuple[int, int]] = []
    for word in _WORD.finditer(text):
        if has_unspaced(word.group()):
            ranges = list(_pairs(word, pairs))
        else:
            ranges = [word.span()] if _named(word.group(), stems, names) else []
        for start, end in ranges:
            if found and start <= found[-1][1]:
                start, _ = found.pop()
            found.append((start, end))
    return tuple(found)


def _named(word: str, stems: set[str], names: set[tuple[str, str]]) -> bool:
    for each in words(word):
        if stem(each) in stems:
            return True
        own, held = script(each), keys(each)
        if any(key in held and written != own for written, key in names):
            return True
    return False


def _pairs(run: re.Match[str], pairs: set[str]) -> Iterator[tuple[int, int]]:
    for place in range(run.start(), run.end() - 1):
        if "".join(words(run.string[place : place + 2])) in pairs:
            yield place, place + 2
