"""The phrases of `[filters]` as patterns, and a question as tokens to match them with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from corpus.language import marks
from corpus.language.clitics import clitics
from corpus.language.languages import merged
from corpus.language.phrases import LatePattern, any_of, phrases
from corpus.language.tokens import Word, split_words

# Stands among the tokens where a clause ends.
BREAK = "¦"
_ENDS_CLAUSE = re.compile(rf"[{marks.SENTENCE_ENDS}{marks.CLAUSE_ENDS}()\n—–]")


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """The words of a text, normalised, with a `BREAK` where a clause ends; and where each stands,
    in code points."""

    folded: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> QuestionTokens:
        folded: list[str] = []
        places: list[tuple[int, int]] = []
        last = 0
        for word in split_words(text):
            if folded and _ENDS_CLAUSE.search(text, last, word.start):
                folded.append(BREAK)
                places.append((last, word.start))
            folded.append(word.folded)
            places.append((word.start, word.end))
            last = word.end
        return cls(tuple(folded), tuple(places))

    def without(self, spans: Sequence[tuple[int, int]]) -> QuestionTokens:
        """Without the tokens that are inside of these places."""
        kept = [
            n
            for n, (start, end) in enumerate(self.places)
            if not any(first <= start and end <= last for first, last in spans)
        ]
        return QuestionTokens(
            tuple(self.folded[n] for n in kept), tuple(self.places[n] for n in kept)
        )

    def at(self, place: int) -> int:
        """The number of the first token that ends after this code point."""
        return next((n for n, (_, end) in enumerate(self.places) if end > place), len(self.places))

    def before(self, number: int) -> str:
        return " ".join(self.folded[:number])

    def after(self, number: int) -> str:
        return " ".join(self.folded[number:])


@dataclass(frozen=True, slots=True)
class Cues:
    """Patterns over tokens joined by spaces: `ends` at a token, `opens` after one."""

    strong: LatePattern
    reacts: LatePattern
    verbs: LatePattern
    weak: LatePattern
    kind: LatePattern
    says: LatePattern
    speaks: LatePattern
    closes: LatePattern
    source: LatePattern
    topic: LatePattern
    itself: LatePattern
    unspaced_before: LatePattern
    unspaced_after: LatePattern
    unspaced_published: LatePattern
    unspaced_days: tuple[LatePattern, LatePattern]
    joined: LatePattern
    published: LatePattern
    others: LatePattern
    publications: LatePattern
    published_closes: LatePattern
    bounds: tuple[LatePattern, ...]
    bounds_alone: tuple[LatePattern, ...]
    bounds_behind: tuple[LatePattern, ...]
    today: LatePattern
    yesterday: LatePattern
    of_today: LatePattern
    of_yesterday: LatePattern


@cache
def cues() -> Cues:
    """The patterns of all languages."""
    table, written_on = merged("filters"), clitics("ar")
    before, after, kinds = table["before"], table["after"], table["kinds"]
    published, relative = table["published"], table["relative"]
    kind = f"(?: {written_on.before_word}{_any(kinds['words'])})*"
    bare = f"(?: {written_on.article}{_any(kinds['words'])})*"
    asked = f"{_any(before['asks'])} {_any(before['asked_verbs'])}"
    verbs = f"(?:{_any(before['verbs'])}{written_on.pronoun}|{asked})"
    little = f"(?: {_any(published['little'])}){{0,3}}"
    names = ("since", "later", "until", "earlier")
    bounds = [f"(?: {_any(published['little'])})? {_any(published[name])}" for name in names]
    behind, unspaced = published["behind"], table["unspaced"]
    saying, on = _any(unspaced["verbs"]), f"{_any(unspaced['about'])}[^{BREAK}]+?"
    return Cues(
        strong=_ends(f"{written_on.conjunction}{_any(before['strong'])}{kind}"),
        reacts=LatePattern(rf"(?:^| ){_any(before['reacts'])} [^{BREAK}]*$"),
        verbs=_ends(f"{written_on.conjunction}{verbs}{bare}"),
        weak=_ends(f"{_any(before['weak'])}{kind}"),
        kind=_ends(f"{written_on.before_word}{_any(kinds['named'])}"),
        says=_opens(_any(after["verbs"])),
        speaks=LatePattern(rf"(?:^|{BREAK}|(?:^| ){_any(after['opens'])})$"),
        closes=_ends(_any(after["closes"])),
        source=_opens(_any(after["cues"])),
        topic=LatePattern(rf"(?:$|{BREAK}|{_any(after['topics'])}(?: |$))"),
        itself=LatePattern(rf"(?:^| ){_any(after['itself'])}(?: |$)"),
        unspaced_before=LatePattern(f"{_any(unspaced['before'])}$"),
        unspaced_after=LatePattern(f"(?:{on})?{_any(unspaced['asks'])}?{saying}"),
        unspaced_published=LatePattern(
            f"{_any(unspaced['published'])}(?!{_any(unspaced['others'])})"
        ),
        unspaced_days=(
            LatePattern(_any(unspaced["today"])),
            LatePattern(_any(unspaced["yesterday"])),
        ),
        joined=LatePattern(f"{_any(kinds['joined'])}?{kind}"),
        published=_ends(f"{_any(published['before'])}{little}"),
        others=_ends(f"{written_on.before_word}{_any(published['others'])}"),
        publications=_opens(_any(published["after"])),
        published_closes=_ends(_any(published["closes"])),
        bounds=tuple(_ends(f"{_any(published['before'])}{bound}{little}") for bound in bounds),
        bounds_alone=tuple(_ends(f"{_any(published[name])}{little}") for name in names),
        bounds_behind=tuple(_opens(_any(behind[name])) for name in names),
        today=_whole(relative["today"]),
        yesterday=_whole(relative["yesterday"]),
        of_today=_whole(relative["of_today"], relative["articles"]),
        of_yesterday=_whole(relative["of_yesterday"], relative["articles"]),
    )


@cache
def names_of_kind(kind: str) -> frozenset[str]:
    """The names that are `common` words, or `strict`ly need a word such as «newspaper» before."""
    return frozenset(_phrases(merged("filters")["after"][kind]))


def tokens_in(match: re.Match[str]) -> int:
    return len(match.group().split())


def _phrases(table: str) -> list[str]:
    made = []
    for phrase in phrases(table):
        joined = " ".join(_folded(split_words(phrase)))
        if joined:
            made.append(joined + ("-" if phrase.endswith("-") else ""))
    return made


def _folded(words: Sequence[Word]) -> list[str]:
    return [word.folded for word in words]


def _any(table: str) -> str:
    found = sorted(set(_phrases(table)), key=lambda phrase: (-len(phrase), phrase))
    return f"(?:{any_of(found)})"


def _ends(pattern: str) -> LatePattern:
    return LatePattern(rf"(?:(?<= )|^){pattern}$")


def _opens(pattern: str) -> LatePattern:
    return LatePattern(rf"{pattern}(?= |$)")


def _whole(*tables: str) -> LatePattern:
    return LatePattern(rf"(?:(?<= )|^){' '.join(map(_any, tables))}(?= |$)")
