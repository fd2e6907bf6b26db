"""A message as it is in a conversation: what it opens with, what can be looked for by it, and whom
it names. The words that tell are in the files of the languages, under `[followups]`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property

from corpus.language import cldr
from corpus.language.clitics import clitics
from corpus.language.detect import detect
from corpus.language.languages import by_language, merged
from corpus.language.phrases import phrases
from corpus.language.scripts import has_arabic
from corpus.language.tokens import Word, split_words
from retrieval.question.known_names import uncased
from retrieval.question.understand import question_words

# Months, days of the week and languages name nobody and no place.
_NO_NAMES = ("m-", "d-", "l-")
# Entries of words by which nothing can be looked for.
_EMPTY = ("bare", "asks", "subjects", "objects", "owners", "pointers", "leads", "which")

Span = tuple[int, int]


class Reading:
    """A message of `words`; those from `begins` on are after what only ties it to what was said.
    `bare` are the normalised words, the first one without a conjunction written on to it; `tied`
    says that it opens with one, `about` that it only names another subject."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = split_words(text)
        self.folded = tuple(word.folded for word in self.words)
        at = 0
        while at < len(self.words) and (length := longest("leads", self.folded, at)):
            at += length
        joined = at < len(self.words) and self.is_joined(at)
        self.tied = at > 0 or joined
        length = longest("about", self.folded, at)
        self.about = length > 0
        self.begins = at + length
        bare = list(self.folded)
        if self.begins < len(bare) and self.is_joined(self.begins):
            bare[self.begins] = bare[self.begins][1:]
        self.bare = tuple(bare)

    @property
    def rest(self) -> tuple[Word, ...]:
        return self.words[self.begins :]

    @property
    def is_foreign(self) -> bool:
        """Whether it is in a language without these tables: in Persian, or with more words that
        ask in others than in theirs."""
        if has_arabic(self.text):
            return detect(self.text, ("ar", "fa")) == "fa"
        known = [word in _function_words() for word in self.folded]
        others = [
            word in question_words() and not here
            for word, here in zip(self.folded, known, strict=True)
        ]
        return sum(others) > sum(known)

    @cached_property
    def content(self) -> list[int]:
        """The places of the words that something can be looked for by."""
        return [at for at in range(self.begins, len(self.words)) if self.is_content(at)]

    @cached_property
    def asks(self) -> bool:
        """Whether a word of it asks."""
        return any(longest("asks", self.bare, at) for at in range(self.begins, len(self.words)))

    @property
    def points(self) -> bool:
        """Whether it means something that may have no name: this, that, there."""
        return any(longest("pointers", self.bare, at) for at in range(len(self.words)))

    @cached_property
    def names(self) -> list[tuple[int, int, bool]]:
        """The names in it, `text[start:end]`, and whether each is of a place."""
        found = [
            (named.start, named.end, True)
            for named in cldr.found(self.text)
            if not named.group.startswith(_NO_NAMES)
        ]
        places = [(start, end) for start, end, _ in found]
        named = [
            at
            for at, word in enumerate(self.words)
            if self._is_name(at) and not _inside(word, places)
        ]
        people = self._runs(named, "-")
        return sorted([*found, *((start, end, False) for start, end in people)])

    def pieces(self, *, names_only: bool = False) -> list[Span]:
        """What can be taken from it: its names, else all it can be looked for by, runs of
        neighbouring words together."""
        names = [(start, end) for start, end, _ in self.names]
        if names_only and names:
            return names
        others = [at for at in self.content if not _inside(self.words[at], names)]
        return sorted([*names, *self._runs(others, "")])

    def _runs(self, places: Sequence[int], joints: str) -> list[Span]:
        """Words at these places, those together between which only blanks and `joints` stand."""
        found: list[Span] = []
        for word in (self.words[at] for at in places):
            if found and not self.text[found[-1][1] : word.start].strip(f" {joints}"):
                found[-1] = (found[-1][0], word.end)
            else:
                found.append((word.start, word.end))
        return found

    def is_joined(self, at: int) -> bool:
        """Whether an Arabic conjunction is written on to a word."""
        first, rest = self.folded[at][:1], self.folded[at][1:]
        if len(rest) < 2 or first not in clitics("ar").conjunctions:
            return False
        known = rest in _function_words() or (rest,) in entry("asks") or (rest,) in entry("bare")
        definite = rest.startswith(clitics("ar").definite) and len(rest) > 4
        return known or definite or uncased(rest) is not None or bool(cldr.found(rest))

    def is_content(self, at: int) -> bool:
        """Whether something can be looked for by a word."""
        word = self.bare[at]
        if len(word) == 1 and not word.isdigit():
            return False
        if at and self.words[at].written.istitle() and not has_arabic(word):
            return True  # «in May»
        if word in _function_words() or self.folded[at] in _function_words():
            return False
        return word not in _empty()

    def is_known(self, at: int) -> bool:
        """Whether a word is a name, or a noun that is told as known or counted: who is meant after
        it may be that."""
        word, before = self.words[at], self.bare[max(at - 2, 0) : at]
        if _inside(word, [(start, end) for start, end, _ in self.names]):
            return True
        if not self.is_content(at):
            return False
        if before[-1:] in entry("which") or before in entry("which"):
            return True
        if has_arabic(word.folded):
            return self.bare[at].startswith(clitics("ar").definite) and len(word.folded) > 4
        return before[-1:] in entry("articles")

    def content_before(self, at: int) -> list[int]:
        return [each for each in self.content if each < at]

    def _is_name(self, at: int) -> bool:
        word = self.words[at]
        if has_arabic(word.folded):
            return uncased(self.bare[at]) is not None
        return word.written[:1].isupper() and self.is_content(at)


@cache
def entry(kind: str) -> frozenset[tuple[str, ...]]:
    """The phrases of an entry of `[followups]` in all languages, as normalised words."""
    return frozenset(
        tuple(word.folded for word in split_words(phrase))
        for phrase in phrases(merged("followups").get(kind, ""))
    )


def longest(kind: str, said: Sequence[str], at: int) -> int:
    """How many words the longest phrase of an entry has that is there; 0 for none."""
    held = entry(kind)
    return next((n for n in _lengths(kind) if tuple(said[at : at + n]) in held), 0)


@cache
def _lengths(kind: str) -> tuple[int, ...]:
    return tuple(sorted({len(phrase) for phrase in entry(kind)}, reverse=True))


@cache
def _empty() -> frozenset[str]:
    """Single words by which nothing can be looked for."""
    return frozenset(said[0] for kind in _EMPTY for said in entry(kind) if len(said) == 1)


@cache
def _function_words() -> frozenset[str]:
    """Those of the languages with these tables; in others a name may be one (Turkish «kim»)."""
    return frozenset().union(*map(question_words, by_language("followups")))


def _inside(word: Word, spans: Sequence[Span]) -> bool:
    return any(start <= word.start < end for start, end in spans)
